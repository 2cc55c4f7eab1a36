"""The sample team's rhythm: evenings, Mondays, a half-time, an experiment; seeded like its numbers."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.accounts.models import Membership, Team, User
from apps.activity.models import Cause, Reflection, Tally
from apps.domain.checks import CODES
from apps.domain.workdays import week_start
from apps.funnels.models import Kpi
from apps.goals.models import Kgi
from apps.okrs.models import Objective
from apps.reviews.days import find_due, of_period, weekly
from apps.reviews.models import Action, Review, Verdict
from apps.reviews.services import (
    SAID,
    add_action,
    close_review,
    open_review,
    save_answers,
    save_verdict,
    save_words,
)
from apps.setup.simulation import SEED

WEEKS_OF_RESETS = 5
EVENINGS_BACK = timedelta(days=28)
# How often each rep writes the evening down.
DILIGENCE = (0.9, 0.75, 0.95, 0.6, 0.5, 0.85)
LIKELY = (Cause.NOT_REACHED, Cause.OTHER_WORK, Cause.REFUSED, Cause.MOVED, Cause.UNSURE)


def write_rhythm(
    *, team: Team, manager: User, members: Sequence[Membership], kpis: dict[str, Kpi], today: date
) -> None:
    _write_evenings(members, today)
    monday = week_start(today)
    resets = [
        _open_reset(team, manager, monday - timedelta(weeks=weeks), today)
        for weeks in range(WEEKS_OF_RESETS, -1, -1)
    ]
    held = [review for review in resets if review]
    if not held:
        return
    _write_actions(held, manager, members, kpis)
    for review in held:
        _close(review, manager)
    _write_words(held[-1], manager, members)
    _hold_earlier_months(team, manager, today)
    _hold_half_time(team, manager, today)


def _morning(team: Team, day: date) -> datetime:
    return datetime.combine(day, time(9), ZoneInfo(team.time_zone))


def _write_evenings(members: Sequence[Membership], today: date) -> None:
    """On days with work, by most reps, with a cause where there is one."""
    random = Random(SEED)  # noqa: S311 - a simulation
    firsts = (
        _("Call everybody who was not reached today"),
        _("Prepare the questions for the afternoon"),
        _("Send the estimate before ten"),
    )
    since = today - EVENINGS_BACK
    rows = []
    for member, diligence in zip(members, DILIGENCE, strict=False):
        worked = Tally.objects.filter(member=member, day__gte=since, day__lt=today)
        for day in sorted(set(worked.values_list("day", flat=True))):
            if random.random() < diligence:
                causes = random.sample(LIKELY, random.choice((0, 1, 1, 2)))
                first = random.choice(firsts)
                ticks = [0, 1] if random.random() < 0.7 else [0]
                rows.append(Reflection(member=member, day=day, causes=causes, first=first, ticks=ticks))
    Reflection.objects.bulk_create(rows)


def _open_reset(team: Team, manager: User, monday: date, today: date) -> Review | None:
    """Of a week whose day of the reset is over."""
    due = weekly(team, monday)
    return open_review(team=team, by=manager, due=due) if due and due.day < today else None


def _close(review: Review, manager: User) -> None:
    close_review(review=review, by=manager)
    moment = _morning(review.team, review.day)
    Review.objects.filter(pk=review.pk).update(opened_at=moment, closed_at=moment + timedelta(minutes=25))


def _write_actions(
    held: Sequence[Review], manager: User, members: Sequence[Membership], kpis: dict[str, Kpi]
) -> None:
    """An experiment of four weeks ago that can be judged now, and what is still open."""
    first, last = held[0], held[-1]
    add_action(
        review=first,
        by=manager,
        begins=first.day,
        text=_("Begin each contact with the customer's own problem"),
        owner=members[3],
        due=first.day + timedelta(days=11),
        kpi=kpis["appointment"],
        hypothesis=_("More contacts agree to an appointment"),
    )
    add_action(review=first, by=manager, begins=first.day, text=_("Contacts come before ten o'clock mails"))
    add_action(
        review=last,
        by=manager,
        begins=last.day,
        text=_("Bring a list of customers without an answer for two weeks"),
        owner=members[0],
        due=last.day + timedelta(days=4),
    )
    experiment = Action.objects.filter(review=first, kpi__isnull=False)
    experiment.update(state=Action.State.DONE, closed_in=held[min(2, len(held) - 1)])


def _write_words(review: Review, manager: User, members: Sequence[Membership]) -> None:
    said = {
        "well": _("Three meetings in which the customer named the problem."),
        "hard": _("Fridays: nobody picks up after three."),
        "learned": _("Open questions first, the product last."),
        "support": _("One meeting together, to hear how you close."),
    }
    rep = members[1]
    save_words(review=review, member=rep, side="rep", by=rep.user, said=said, seen=0)
    answer = dict.fromkeys(SAID, "") | {"well": _("You let them finish. That is new.")}
    save_words(review=review, member=rep, side="manager", by=manager, said=answer, seen=0)


# What the seven checks found in the months before, by meeting: the team learned to agree and to look back.
EARLIER = (
    ("ok", "gap", "gap", "unknown", "gap", "gap", "unknown"),
    ("ok", "gap", "ok", "unknown", "ok", "ok", "gap"),
    ("ok", "ok", "ok", "ok", "ok", "ok", "gap"),
    ("ok", "ok", "gap", "ok", "ok", "ok", "ok"),
)


def _hold_earlier_months(team: Team, manager: User, today: date) -> None:
    """Start and half-time of the two months before this one."""
    first = today.replace(day=1)
    kgis = list(Kgi.objects.of_team(team).running().filter(end__lt=first).order_by("-start")[:2])
    due = []
    for kgi in reversed(kgis):
        kgi.team = team
        due += [one for one in of_period(kgi) if one.kind != Review.Kind.END]
    for one, states in zip(due, EARLIER[-len(due) :], strict=True):
        review = open_review(team=team, by=manager, due=one)
        agreed = "yes" if states[CODES.index("agreed")] == "ok" else "partly"
        answers = {"agreed": (agreed, ""), "few": ("yes", "")}
        save_answers(review=review, by=manager, answers=answers, seen="")
        _close(review, manager)
        frozen = Review.objects.get(pk=review.pk).frozen or {}
        code = "off" if states[CODES.index("behaviour")] == "gap" else "sound"
        frozen |= {"checks": list(zip(CODES, states, strict=True)), "diagnosis": code}
        Review.objects.filter(pk=review.pk).update(frozen=frozen)


def _hold_half_time(team: Team, manager: User, today: date) -> None:
    """Of the running month, where its day is over."""
    objective = Objective.objects.filter(team=team, member=None).on(today).order_by("pk").first()
    for day in (today - timedelta(days=back) for back in range(1, 16)):
        due = find_due(team, Review.Kind.MIDDLE, day)
        # The month before is closed already.
        if due and objective and due.start >= today.replace(day=1):
            review = open_review(team=team, by=manager, due=due)
            save_verdict(
                review=review,
                objective=objective,
                by=manager,
                choice=Verdict.Choice.KEEP,
                note=_("The appointments come; the win rate needs the second half."),
            )
            _close(review, manager)
            return
