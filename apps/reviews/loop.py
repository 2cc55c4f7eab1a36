"""The improvement loop: actions carried from review to review, and what their numbers did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q, Sum

from apps.accounts.models import Team
from apps.activity.models import Tally
from apps.calendars.queries import load_days, today_in
from apps.domain.before_after import Cases, Looks, Window, change, looks
from apps.funnels.models import Kpi
from apps.reviews.models import Action, Review


@dataclass(frozen=True)
class Experiment:
    """What an action's KPI did before and after. ``of`` is the stage whose cases are counted; None: the
    count stands against working days."""

    looks: Looks
    of: Kpi | None
    before: Cases
    after: Cases

    @property
    def change(self) -> Fraction | None:
        return change(self.before, self.after)

    @property
    def is_too_early(self) -> bool:
        return self.looks.weeks == 0


@dataclass(frozen=True)
class Row:
    action: Action
    experiment: Experiment | None
    is_overdue: bool
    is_carried: bool

    @property
    def asks_verdict(self) -> bool:
        """Said once there is something to say it from."""
        return bool(self.experiment and not self.experiment.is_too_early and not self.action.verdict)


def load_actions(review: Review) -> list[Row]:
    """What is open or was opened or settled here, decisions first; open ones of earlier reviews come
    along. Actions of later reviews do not show in an earlier one."""
    here = Q(review=review) | Q(closed_in=review)
    still = Q(state=Action.State.OPEN, review__day__lte=review.day) & Q(
        Q(owner__isnull=False) | Q(due__isnull=False)
    )
    judged = Q(kpi__isnull=False, verdict="", review__day__lte=review.day) & ~Q(state=Action.State.DROPPED)
    rows = Action.objects.filter(here | still | judged, team=review.team).select_related(
        "owner__user", "kpi", "review"
    )
    today = today_in(review.team)
    return [
        Row(
            action,
            experiment_of(review.team, action, today) if action.kpi else None,
            action.state == Action.State.OPEN and action.due is not None and action.due < today,
            action.review_id != review.pk,
        )
        for action in rows.order_by("created_at", "pk")
    ]


def open_actions_of(member: int, until: date) -> list[Action]:
    """What a person has promised and is due by a day. One query."""
    rows = Action.objects.filter(owner=member, state=Action.State.OPEN, due__lte=until)
    return list(rows.order_by("due", "pk"))


def experiment_of(team: Team, action: Action, today: date) -> Experiment:
    assert action.kpi
    seen = looks(action.begins, today)
    of = _cases_of(action.kpi)
    return Experiment(
        seen, of, _cases(team, action.kpi, of, seen.before), _cases(team, action.kpi, of, seen.after)
    )


def _cases_of(kpi: Kpi) -> Kpi | None:
    """The stage before, or the stage that a signal stands beside; the first stage has none."""
    if kpi.kind == Kpi.Kind.SIGNAL:
        return kpi.beside
    stages: Sequence[Kpi] = list(Kpi.objects.filter(funnel=kpi.funnel_id).running())
    places = [stage.pk for stage in stages]
    place = places.index(kpi.pk) if kpi.pk in places else 0
    return stages[place - 1] if place else None


def _cases(team: Team, kpi: Kpi, of: Kpi | None, window: Window) -> Cases:
    if window.end < window.start:
        return Cases(0, 0)
    count = _sum(team, kpi, window)
    if of is not None:
        return Cases(count, _sum(team, of, window))
    members = team.memberships.filter(carries_targets=True)
    days = load_days(team, window.start, window.end, members)
    worked = sum(
        (sum(row.values(), Fraction(0)) for key, row in days.items() if key is not None), Fraction(0)
    )
    return Cases(count, worked)


def _sum(team: Team, kpi: Kpi, window: Window) -> int:
    rows = Tally.objects.filter(member__team=team, kpi=kpi, day__range=(window.start, window.end))
    return rows.aggregate(total=Sum("count"))["total"] or 0


def due_by(team: Team, day: date) -> list[Action]:
    """Of everybody: open and due by a day, for reminders."""
    rows = Action.objects.filter(team=team, state=Action.State.OPEN, due__lte=day, owner__isnull=False)
    return list(rows.select_related("owner__user").order_by("due", "pk"))
