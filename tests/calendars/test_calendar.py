from datetime import date
from fractions import Fraction

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Membership
from apps.calendars.day_template import load_template
from apps.calendars.holidays import country_choices, public_holidays
from apps.calendars.models import CalendarDay, DayBlock, Leave, WorkTime
from apps.calendars.queries import load_calendar
from apps.domain.workdays import period_days
from tests.people import World

DECEMBER = period_days(date(2026, 12, 1), date(2026, 12, 31))
WEEK = period_days(date(2026, 6, 8), date(2026, 6, 14))


def url(world: World, name: str, *more: int) -> str:
    return reverse(f"calendars:{name}", args=[world.team.pk, *more])


def working_days(world: World, days: tuple[date, ...]) -> Fraction:
    return sum(load_calendar(world.team, days).team_capacity(), Fraction(0))


def test_public_holidays_are_named_in_both_languages() -> None:
    day = date(2026, 1, 1)
    assert public_holidays("JP", [2026], "ja")[day] == "元日"
    assert public_holidays("JP", [2026], "en")[day] == "New Year's Day"
    assert public_holidays("", [2026]) == {}


def test_country_choices_speak_the_language() -> None:
    assert ("JP", "日本") in country_choices("ja")
    assert ("JP", "Japan") in country_choices("en")


def test_new_year_closure_in_one_click(world: World, manager: Client) -> None:
    assert working_days(world, DECEMBER) == 23
    assert 'value="new-year:2026"' in manager.get(url(world, "calendar")).content.decode()
    manager.post(url(world, "closure_add"), {"closure": "new-year:2026"})
    assert working_days(world, DECEMBER) == 20
    standing = CalendarDay.objects.filter(cancelled_at=None)
    assert standing.count() == 6
    assert 'value="new-year:2026"' not in manager.get(url(world, "calendar")).content.decode()
    manager.post(url(world, "closure_add"), {"closure": "new-year:2026"})
    manager.post(url(world, "closure_add"), {"closure": "nonsense"})
    assert standing.count() == 6


def test_obon_and_bridge_days_in_one_click(world: World, manager: Client) -> None:
    """13 and 14 August 2026 are Thursday and Friday; the 12th lies between Mountain Day's neighbour and
    Obon; 1 January 2027 is a Friday."""
    august = period_days(date(2026, 8, 1), date(2026, 8, 31))
    before = working_days(world, august)
    manager.post(url(world, "closure_add"), {"closure": "obon:2026"})
    assert working_days(world, august) == before - 2
    page = manager.get(url(world, "calendar")).content.decode()
    # Wednesday 12 August: Mountain Day on the 11th, Obon from the 13th.
    assert 'value="bridge:2026-08-12"' in page
    manager.post(url(world, "closure_add"), {"closure": "bridge:2026-08-12"})
    assert working_days(world, august) == before - 3


def test_part_time_counts_from_its_day(world: World, manager: Client) -> None:
    manager.post(
        url(world, "work_time_set"), {"member": world.ren.pk, "first_day": "2026-06-11", "percent": "60"}
    )
    assert capacity(world) == [1, 1, 1, Fraction(3, 5), Fraction(3, 5), 0, 0]
    manager.post(
        url(world, "work_time_set"), {"member": world.ren.pk, "first_day": "2026-06-12", "percent": "0"}
    )
    assert capacity(world) == [1, 1, 1, Fraction(3, 5), 0, 0, 0]
    page = manager.get(url(world, "calendar")).content.decode()
    assert "from Jun 12, 2026: 0 %" in page
    newest = WorkTime.objects.latest("pk")
    manager.post(url(world, "work_time_cancel", newest.pk))
    assert capacity(world) == [1, 1, 1, Fraction(3, 5), Fraction(3, 5), 0, 0]


def capacity(world: World) -> list[Fraction]:
    return list(load_calendar(world.team, WEEK, [world.ren]).capacity()[world.ren.pk])


def test_part_time_entered_today_moves_no_day_before_tomorrow(world: World, manager: Client) -> None:
    from apps.goals.queries import load_schedule

    call = world.kpi("call").pk
    with time_machine.travel("2026-06-15T03:00:00Z", tick=False):
        manager.force_login(world.manager)
        before = load_schedule(world.plan.kgi, date(2026, 6, 28)).planned[call]
        data = {"member": world.ren.pk, "first_day": "2026-06-01", "percent": "50"}
        manager.post(url(world, "work_time_set"), data)
        after = load_schedule(world.plan.kgi, date(2026, 6, 28)).planned[call]
    assert after[world.ren.pk][:15] == before[world.ren.pk][:15]
    assert sum(after[world.ren.pk]) == sum(before[world.ren.pk])


@pytest.mark.parametrize(
    "changes", [{"percent": "101"}, {"percent": "-1"}, {"first_day": "x"}, {"member": "0"}]
)
def test_work_time_refuses(world: World, manager: Client, changes: dict[str, str]) -> None:
    data = {"member": str(world.ren.pk), "first_day": "2026-06-11", "percent": "60"} | changes
    assert manager.post(url(world, "work_time_set"), data).status_code == 422
    assert not WorkTime.objects.exists()


def test_closed_and_extra_days(world: World, manager: Client) -> None:
    manager.post(url(world, "day_mark"), {"start": "2026-06-11", "end": "2026-06-12", "kind": "closed"})
    assert working_days(world, WEEK) == 3
    manager.post(url(world, "day_mark"), {"start": "2026-06-13", "kind": "extra", "name": "Fair"})
    assert working_days(world, WEEK) == 4
    manager.post(url(world, "day_unmark", CalendarDay.objects.get(day=date(2026, 6, 13)).pk))
    assert working_days(world, WEEK) == 3


def test_weekdays_and_country(world: World, manager: Client) -> None:
    manager.post(url(world, "calendar_edit"), {"weekdays": ["1", "2", "3", "4", "5"], "country": ""})
    assert working_days(world, WEEK) == 5
    assert working_days(world, period_days(date(2026, 5, 3), date(2026, 5, 9))) == 5


def test_leave_takes_days_and_half_days_from_one_person(world: World, rep: Client) -> None:
    rep.post(url(world, "leave_take"), {"start": "2026-06-11", "member": world.ren.pk})
    rep.post(url(world, "leave_take"), {"start": "2026-06-12", "member": world.ren.pk, "is_half": "on"})
    members = Membership.objects.filter(pk__in=[world.ren.pk, world.rika.pk])
    capacity = load_calendar(world.team, WEEK, members).capacity()
    assert sum(capacity[world.ren.pk]) == Fraction(7, 2)
    assert sum(capacity[world.rika.pk]) == 5


def test_overlapping_leave_counts_as_entered_last(world: World, rep: Client) -> None:
    rep.post(url(world, "leave_take"), {"start": "2026-06-11", "end": "2026-06-12", "member": world.ren.pk})
    rep.post(url(world, "leave_take"), {"start": "2026-06-12", "member": world.ren.pk, "is_half": "on"})
    standing = Leave.objects.filter(cancelled_at=None).order_by("day")
    assert list(standing.values_list("is_half", flat=True)) == [False, True]
    rep.post(url(world, "leave_cancel", standing[0].pk))
    assert standing.count() == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("calendar_edit", {"weekdays": []}),
        ("calendar_edit", {"weekdays": ["9"]}),
        ("calendar_edit", {"weekdays": ["0"], "country": "Atlantis"}),
        ("day_mark", {"start": "", "kind": "closed"}),
        ("day_mark", {"start": "2026-06-12", "end": "2026-06-11", "kind": "closed"}),
        ("day_mark", {"start": "2026-06-12", "end": "2036-06-11", "kind": "closed"}),
        ("day_mark", {"start": "2026-06-12", "kind": "holiday"}),
        ("leave_take", {"start": "2026-06-12"}),
        ("leave_take", {"start": "x"}),
    ],
)
def test_calendar_refuses(world: World, manager: Client, name: str, data: dict[str, str]) -> None:
    assert manager.post(url(world, name), data).status_code == 422
    assert not CalendarDay.objects.exists()
    assert not Leave.objects.exists()


def test_a_rep_enters_only_the_own_leave(world: World, rep: Client) -> None:
    answer = rep.post(url(world, "leave_take"), {"start": "2026-06-12", "member": world.rika.pk})
    assert answer.status_code == 422
    theirs = Leave.objects.create(user=world.colleague, day=date(2026, 6, 12))
    assert rep.post(url(world, "leave_cancel", theirs.pk)).status_code == 404


# -- the parts of the day --------------------------------------------------------------------------


def day(**fields: object) -> dict[str, object]:
    body: dict[str, object] = {}
    for block, minutes in (("morning", 150), ("afternoon", 210), ("evening", 45)):
        body |= {f"name_{block}": block.title(), f"minutes_{block}": minutes, f"activities_{block}": "Calls"}
    return body | fields


def test_the_usual_day_speaks_both_languages(world: World, manager: Client) -> None:
    page = manager.get(url(world, "day_template")).content.decode()
    assert "Outbound" in page
    assert "Notes of meetings entered" in page
    world.manager.language = "ja"
    world.manager.save()
    page = manager.get(url(world, "day_template")).content.decode()
    assert "アウトバウンド" in page
    assert "商談メモの入力" in page


def test_day_template_is_kept_and_a_member_may_differ(world: World, manager: Client, rep: Client) -> None:
    assert manager.post(url(world, "day_template"), day(minutes_morning=120)).status_code == 302
    own = url(world, "member_day", world.ren.pk)
    assert rep.post(own, day(minutes_morning=90, activities_morning="Calls\n\n Mails ")).status_code == 302
    days = load_template(world.team)
    assert [block.minutes for block in days[None]] == [120, 210, 45]
    assert [block.minutes for block in days[world.ren.pk]] == [90, 210, 45]
    assert days[world.ren.pk][0].activities == ["Calls", "Mails"]
    assert "Ren" in manager.get(url(world, "day_template")).content.decode()
    assert rep.post(own, {"reset": "1"}).status_code == 302
    assert world.ren.pk not in load_template(world.team)


def test_a_day_has_24_hours(world: World, manager: Client) -> None:
    answer = manager.post(url(world, "day_template"), day(minutes_morning=1300))
    assert answer.status_code == 422
    assert "more than a day has" in answer.content.decode()
    assert manager.post(url(world, "day_template"), day(minutes_morning=-5)).status_code == 422
    assert manager.post(url(world, "day_template"), day(name_evening="")).status_code == 422
    assert not DayBlock.objects.exists()


def test_nobody_changes_the_day_of_a_colleague(world: World, rep: Client) -> None:
    answer = rep.post(url(world, "member_day", world.rika.pk), day())
    assert answer.status_code == 404
    world.team.visibility = "open"
    world.team.save()
    assert rep.post(url(world, "member_day", world.rika.pk), day()).status_code == 403
