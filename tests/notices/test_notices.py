from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Membership, Team
from apps.activity.reflections import save_reflection
from apps.calendars.models import Leave
from apps.notices.delivery import send_once
from apps.notices.due import send_due
from apps.notices.models import Delivery, Wish
from apps.reviews.services import add_action
from tests.people import TODAY, World, log, make_objective
from tests.reviews.meetings import MONDAY, make_review

# Nine in the morning in Tokyo: Wednesday 10 June, and Monday the 8th.
WEDNESDAY, ON_MONDAY = "2026-06-10T00:00:00Z", "2026-06-08T00:00:00Z"


@pytest.fixture(autouse=True)
def _others_are_quiet(world: World) -> None:
    """The other company's people want no mail, so that counts are of this team."""
    for member in Membership.objects.filter(team=world.other_team):
        Wish.objects.create(member=member, morning=False, monday=False, reminders=False)


def sent_to(user: Any) -> list[Any]:
    return [message for message in mail.outbox if message.to == [user.email]]


def subjects(user: Any) -> list[str]:
    return [message.subject for message in sent_to(user)]


def logged_yesterday(world: World) -> None:
    for member in (world.ren, world.rika):
        log(member, "call", 5, TODAY - timedelta(days=1))


# -- mails -----------------------------------------------------------------------------------------


def test_the_morning_mail_says_what_for_how_much_and_what_first(world: World) -> None:
    logged_yesterday(world)
    make_objective(world.team, world.manager, "Earn trust")
    save_reflection(world.ren, TODAY - timedelta(days=1), {"first": "Call Yamada"})
    with time_machine.travel(WEDNESDAY, tick=False):
        assert send_due() == 2
    body = str(sent_to(world.rep)[0].body)
    for text in ("Earn trust", "Your part until Jun 28", "Call Yamada", "Begin with: Call", "Call: "):
        assert text in body
    assert "/today/" in body
    assert sent_to(world.manager) == []


def test_the_command_says_what_it_did(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    logged_yesterday(world)
    with time_machine.travel(WEDNESDAY, tick=False):
        call_command("send_due")
        call_command("send_due")
    first, kept, again, kept_again = capsys.readouterr().out.split("\n")[:4]
    assert (first, again, kept_again) == ("sent 2", "sent 0", "kept 0")
    assert kept.startswith("kept ")


def test_a_message_is_sent_once_however_often_it_is_asked_for(world: World) -> None:
    logged_yesterday(world)
    with time_machine.travel(WEDNESDAY, tick=False):
        assert [send_due() for _each in range(3)] == [2, 0, 0]
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    ("moment", "count"),
    [("2026-06-09T22:59:00Z", 0), ("2026-06-09T23:00:00Z", 2), ("2026-06-10T03:00:00Z", 0)],
)
def test_mornings_begin_at_the_chosen_hour_and_end_at_noon(world: World, moment: str, count: int) -> None:
    """Eight o'clock in Tokyo is 23:00 the day before in Greenwich."""
    logged_yesterday(world)
    with time_machine.travel(moment, tick=False):
        assert send_due() == count


def test_nobody_gets_mail_on_a_day_off(world: World) -> None:
    Leave.objects.create(user=world.rep, day=TODAY)
    with time_machine.travel("2026-06-12T16:00:00Z", tick=False):
        assert send_due() == 0
    with time_machine.travel(WEDNESDAY, tick=False):
        send_due()
    assert sent_to(world.rep) == []
    assert sent_to(world.colleague) != []


def test_each_mail_is_in_the_readers_language(world: World) -> None:
    logged_yesterday(world)
    world.rep.language = "ja"
    world.rep.save()
    with time_machine.travel(WEDNESDAY, tick=False):
        send_due()
    assert "おはようございます" in str(sent_to(world.rep)[0].body)
    assert "Good morning" in str(sent_to(world.colleague)[0].body)


def test_the_monday_digest_goes_to_everybody_with_own_numbers_only(world: World) -> None:
    log(world.ren, "call", 31, MONDAY - timedelta(days=4))
    log(world.rika, "call", 46, MONDAY - timedelta(days=3))
    with time_machine.travel(ON_MONDAY, tick=False):
        send_due()
    digests = {message.to[0]: str(message.body) for message in mail.outbox if "Monday" in message.subject}
    assert set(digests) == {user.email for user in (world.rep, world.colleague, world.manager, world.viewer)}
    assert "Call: 77 of 75" in digests[world.rep.email]
    assert "Call: 31 of" in digests[world.rep.email]
    assert "Call: 46" not in digests[world.rep.email]
    assert "Your own" not in digests[world.manager.email]


def test_nobody_on_leave_gets_the_monday_digest_or_a_reminder(world: World) -> None:
    Leave.objects.create(user=world.rep, day=MONDAY)
    with time_machine.travel(ON_MONDAY, tick=False):
        send_due()
    assert sent_to(world.rep) == []
    assert any("Monday" in subject for subject in subjects(world.colleague))


def test_who_has_not_logged_is_reminded_once_per_silence(world: World) -> None:
    log(world.ren, "call", 5, date(2026, 6, 5))
    log(world.rika, "call", 5, date(2026, 6, 9))
    for day in (10, 11, 12):
        with time_machine.travel(f"2026-06-{day}T00:00:00Z", tick=False):
            log(world.rika, "call", 1, date(2026, 6, day))
            send_due()
    assert subjects(world.rep).count("Nothing logged for 2 working days") == 1
    assert not any("Nothing logged" in subject for subject in subjects(world.colleague))


def test_an_action_is_announced_before_it_is_due(world: World) -> None:
    logged_yesterday(world)
    add_action(
        review=make_review(world),
        by=world.manager,
        begins=TODAY,
        text="New\nlist",
        owner=world.ren,
        due=TODAY + timedelta(days=1),
    )
    with time_machine.travel(WEDNESDAY, tick=False):
        send_due()
        send_due()
    due = [message for message in sent_to(world.rep) if message.subject == "Due: New list"]
    assert len(due) == 1
    assert "due tomorrow" in str(due[0].body)


def test_mail_that_is_down_is_tried_again_and_stops_nobody(world: World, settings: Any) -> None:
    logged_yesterday(world)
    settings.EMAIL_BACKEND = "tests.notices.down.Down"
    with time_machine.travel(WEDNESDAY, tick=False):
        assert send_due() == 0
    assert Delivery.objects.filter(state="failed").count() == 2
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel("2026-06-10T00:04:00Z", tick=False):
        assert send_due() == 0
    with time_machine.travel("2026-06-10T00:06:00Z", tick=False):
        assert send_due() == 2


def test_send_once_gives_up_after_four_tries(world: World) -> None:
    def broken() -> None:
        raise OSError("down")

    for minutes in (0, 6, 20, 50, 200, 2000):
        with time_machine.travel(
            f"2026-06-{10 + minutes // 1440}T{minutes % 1440 // 60:02}:{minutes % 60:02}Z"
        ):
            assert not send_once(world.team, "a-key", broken)
    assert Delivery.objects.get().tries == 4


def test_a_defect_is_told_to_the_operator(world: World, caplog: pytest.LogCaptureFixture) -> None:
    def defect() -> None:
        raise KeyError("no such thing")

    assert not send_once(world.team, "a-key", defect)
    assert "message a-key" in caplog.text
    assert Delivery.objects.get().state == "failed"


def test_no_mail_after_the_one_click_stop(world: World) -> None:
    logged_yesterday(world)
    with time_machine.travel(WEDNESDAY, tick=False):
        send_due()
    stop = sent_to(world.rep)[0].extra_headers["List-Unsubscribe"].strip("<>")
    path = stop.removeprefix("http://localhost:8000")
    client = Client(enforce_csrf_checks=True)
    assert client.get(path).status_code == 200
    assert not Wish.objects.filter(member=world.ren).exists()
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    mail.outbox.clear()
    with time_machine.travel("2026-06-11T00:00:00Z", tick=False):
        send_due()
    assert sent_to(world.rep) == []
    assert sent_to(world.colleague) != []
    assert client.get("/notices/nonsense/stop/").status_code == 404


def test_wishes_are_kept_and_bad_hours_refused(world: World, rep: Client) -> None:
    url = reverse("notices:wishes", args=[world.team.pk])
    assert rep.post(url, {"monday": "on", "hour": 7}).status_code == 302
    wish = Wish.objects.get(member=world.ren)
    assert (wish.morning, wish.monday, wish.reminders, wish.hour) == (False, True, False, 7)
    assert rep.post(url, {"hour": 25}).status_code == 422


def test_a_team_that_breaks_silences_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from apps.notices import due

    real = due.messages_of

    def broken(team: Team, now: Any) -> Any:
        if team.pk == world.other_team.pk:
            raise ValueError("odd data")
        return real(team, now)

    logged_yesterday(world)
    Wish.objects.all().delete()
    monkeypatch.setattr("apps.notices.due.messages_of", broken)
    Team.objects.filter(pk=world.other_team.pk).update(name="A first one")
    with time_machine.travel(WEDNESDAY, tick=False):
        assert send_due() == 2


def test_a_reader_far_away_gets_one_morning_a_day(world: World) -> None:
    """From four to noon in Los Angeles two days of Tokyo begin and end."""
    logged_yesterday(world)
    world.rep.time_zone = "America/Los_Angeles"
    world.rep.save()
    Wish.objects.create(member=world.ren, hour=4)
    for moment in ("2026-06-09T12:00:00Z", "2026-06-09T16:00:00Z"):
        with time_machine.travel(moment, tick=False):
            send_due()
    assert sum("Today" in subject for subject in subjects(world.rep)) == 1


def test_the_sample_has_no_mailboxes(world: World, settings: Any) -> None:
    settings.HAS_MAIL = True
    Team.objects.get(pk=world.team.pk).organization.__class__.objects.update(is_sample=True)
    with time_machine.travel(WEDNESDAY, tick=False):
        assert send_due() == 0
