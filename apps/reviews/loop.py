"""The improvement loop: actions carried from review to review, and what their numbers did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Q, Sum

from apps.accounts.models import Membership, Team
from apps.activity.models import Tally
from apps.calendars.queries import load_days, today_in
from apps.domain.before_after import Cases, Looks, Window, looks
from apps.domain.effects import Difference, difference, weeks_of
from apps.domain.workdays import days_between
from apps.funnels.models import Kpi
from apps.funnels.queries import base_of, is_share
from apps.reviews.models import Action, Review
from apps.web.marks import REST, kept_for_member

# For so long after its review an experiment that nobody has judged is asked about.
ASKED_FOR = timedelta(weeks=10)


@dataclass(frozen=True)
class Experiment:
    """What an action's KPI did before and after. ``of`` is the stage whose cases are counted; None: the
    count stands against working days."""

    looks: Looks
    of: Kpi | None
    found: Difference
    per_cent: bool

    @property
    def before(self) -> Cases:
        return self.found.before

    @property
    def after(self) -> Cases:
        return self.found.after

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
    along. Actions of later reviews do not show in an earlier one. The number of queries does not grow."""
    here = Q(review=review) | Q(closed_in=review)
    promised = Q(owner__isnull=False) | Q(due__isnull=False)
    still = promised & Q(state=Action.State.OPEN, review__day__lte=review.day)
    # Nobody has judged it: asked again for as long as it can still be remembered.
    recent = Q(review__day__range=(review.day - ASKED_FOR, review.day))
    judged = recent & Q(kpi__isnull=False, verdict="") & ~Q(state=Action.State.DROPPED)
    wanted = here | still | judged
    if review.frozen is not None:
        # What was decided elsewhere since does not belong to a meeting that is over.
        wanted = Q(pk__in=[pk for pk, _state, _verdict in review.frozen["actions"]])
    found = Action.objects.filter(wanted, team=review.team)
    actions = list(found.select_related("owner__user", "kpi__beside", "review").order_by("created_at", "pk"))
    today = today_in(review.team)
    experiments = load_experiments(review.team, [action for action in actions if action.kpi], today)
    return [
        Row(
            action,
            experiments.get(action.pk),
            action.state == Action.State.OPEN and action.due is not None and action.due < today,
            action.review_id != review.pk,
        )
        for action in actions
    ]


def actions_as_closed(review: Review) -> list[Row]:
    """Of a closed review: the actions as they stood then."""
    assert review.frozen is not None
    then = {pk: (state, verdict) for pk, state, verdict in review.frozen["actions"]}
    actions = Action.objects.filter(pk__in=then).select_related("owner__user", "kpi__beside", "review")
    rows = []
    for action in actions.order_by("created_at", "pk"):
        action.state, action.verdict = then[action.pk]
        rows.append(Row(action, None, is_overdue=False, is_carried=action.review_id != review.pk))
    return rows


@kept_for_member(REST)
def open_actions_of(member: Membership, until: date) -> list[Action]:
    """What a person has promised and is due by a day. One query."""
    rows = Action.objects.filter(owner=member, state=Action.State.OPEN, due__lte=until)
    return list(rows.order_by("due", "pk"))


def load_experiments(team: Team, actions: Sequence[Action], today: date) -> dict[int, Experiment]:
    """What each action's KPI did before and after. Two queries and the calendar's."""
    if not actions:
        return {}
    seen = {action.pk: looks(action.begins, today) for action in actions}
    first = min(look.before.start for look in seen.values())
    last = max(max(look.after.end, look.before.end) for look in seen.values())
    history = _History(team, first, last)
    found = {}
    for action in actions:
        assert action.kpi
        of, look = base_of(action.kpi, history.stages), seen[action.pk]
        before, after = (history.weeks(action.kpi, of, window) for window in (look.before, look.after))
        per_cent = is_share(action.kpi, of)
        compared = difference(before, after, is_share=per_cent)
        found[action.pk] = Experiment(look, of, compared, per_cent)
    return found


class _History:
    """What the whole team counted, by KPI and day, and the working days behind it."""

    def __init__(self, team: Team, first: date, last: date) -> None:
        self.stages = list(Kpi.objects.of_team(team).running())
        self.counts: dict[tuple[int, date], int] = {}
        rows = Tally.objects.filter(member__team=team, day__range=(first, last)).order_by()
        for kpi, day, count in rows.values_list("kpi_id", "day").annotate(total=Sum("count")):
            self.counts[kpi, day] = count
        members = team.memberships.filter(carries_targets=True)
        worked = load_days(team, first, last, members)
        self.worked = [row for member, row in worked.items() if member is not None]

    def weeks(self, kpi: Kpi, of: Kpi | None, window: Window) -> list[Cases]:
        return [self._cases(kpi, of, week) for week in weeks_of(window)]

    def _cases(self, kpi: Kpi, of: Kpi | None, window: Window) -> Cases:
        days = days_between(window.start, window.end)
        count = sum(self.counts.get((kpi.pk, day), 0) for day in days)
        if of is not None:
            return Cases(count, sum(self.counts.get((of.pk, day), 0) for day in days))
        return Cases(count, sum((row[day] for row in self.worked for day in days), Fraction(0)))


def due_by(team: Team, day: date) -> list[Action]:
    """Of everybody: open and due by a day, for reminders."""
    rows = Action.objects.filter(team=team, state=Action.State.OPEN, due__lte=day, owner__isnull=False)
    return list(rows.select_related("owner__user").order_by("due", "pk"))
