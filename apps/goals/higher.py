"""Year, half, quarter, month; company and team: what stands above a plan, and whether the sums agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.models import Organization, Team, User
from apps.accounts.services import record_event
from apps.calendars.queries import load_days
from apps.domain.errors import PlanError
from apps.domain.periods import Period, fiscal_place, months_from, parts_of, whole_months
from apps.domain.shape import Shape, shape_of
from apps.domain.staircase import split_by_weight
from apps.domain.workdays import days_between
from apps.goals.models import HigherGoal, Kgi, Plan
from apps.web.amounts import amount_text
from apps.web.marks import PLAN, kept_for_team

Span = HigherGoal.Span
MONTHS = {Span.YEAR: 12, Span.HALF: 6, Span.QUARTER: 3, Span.MONTH: 1}


@dataclass(frozen=True)
class Node:
    """A goal in the tree: a higher goal, or the goal that a team works on."""

    higher: HigherGoal | None
    kgi: Kgi | None
    team: Team | None
    counts: str
    start: date
    end: date
    goal: int

    @property
    def period(self) -> Period:
        return self.start, self.end

    def holds(self, other: "Node") -> bool:
        """The other one is a part of this one."""
        if self is other or self.higher is None or self.counts != other.counts:
            return False
        inside = self.start <= other.start and other.end <= self.end
        is_longer = self.period != other.period
        if self.team is None:
            return inside and (is_longer or other.team is not None)
        # A plan for exactly the days of a higher goal is what carries it out.
        return inside and other.team == self.team and (is_longer or other.kgi is not None)

    @property
    def size(self) -> tuple[bool, int, bool]:
        """Smaller is nearer: a team's own goals before the company's, then by length."""
        return self.team is None, (self.end - self.start).days, self.higher is None


@dataclass(frozen=True)
class Branch:
    node: Node
    depth: int
    # Of the parts directly below: their sum, and whether they fill the whole period.
    parts: int
    is_filled: bool
    has_parts: bool

    @property
    def level(self) -> int:
        """How far it is set in."""
        return min(self.depth, 3)

    @property
    def difference(self) -> int:
        return self.parts - self.node.goal

    @property
    def is_open(self) -> bool:
        """Days are without a part, and something is still missing."""
        return self.has_parts and not self.is_filled and self.difference < 0

    @property
    def differs(self) -> bool:
        return self.has_parts and self.difference != 0 and not self.is_open


def load_nodes(organization: Organization, teams: Sequence[Team]) -> list[Node]:
    """The company's goals and those of the given teams. Two queries."""
    higher = HigherGoal.objects.filter(organization=organization).select_related("team")
    known = {team.pk for team in teams}
    nodes = [
        Node(goal, None, goal.team, goal.counts, goal.start, goal.end, goal.goal)
        for goal in higher
        if goal.team_id is None or goal.team_id in known
    ]
    last = Plan.objects.filter(kgi=OuterRef("pk")).order_by("-number").values("goal")[:1]
    kgis = Kgi.objects.running().filter(team__in=known).annotate(goal=Subquery(last))
    nodes += [
        Node(None, kgi, kgi.team, kgi.counts, kgi.start, kgi.end, getattr(kgi, "goal"))  # noqa: B009
        for kgi in kgis.select_related("team")
    ]
    return nodes


def branches(nodes: Sequence[Node]) -> list[Branch]:
    """The tree in reading order: longest first, parts below what they are part of."""
    parents = {id(node): _parent(node, nodes) for node in nodes}
    found: list[Branch] = []

    def grow(parent: Node | None, depth: int) -> None:
        below = [node for node in nodes if parents[id(node)] is parent]
        # Plans that are part of nothing come last.
        for node in sorted(below, key=lambda node: (node.kgi is not None, _order(node))):
            parts = [part for part in nodes if parents[id(part)] is node]
            found.append(
                Branch(node, depth, sum(part.goal for part in parts), _fills(node, parts), bool(parts))
            )
            grow(node, depth + 1)

    grow(None, 0)
    return found


def _parent(node: Node, nodes: Sequence[Node]) -> Node | None:
    return min((other for other in nodes if other.holds(node)), key=lambda other: other.size, default=None)


def _order(node: Node) -> tuple[object, ...]:
    return (
        node.counts,
        node.team is not None,
        node.start,
        -(node.end - node.start).days,
        node.team.name if node.team else "",
    )


def _fills(node: Node, parts: Sequence[Node]) -> bool:
    """Every day of the node is a day of some part."""
    days = {day for part in parts for day in days_between(part.start, part.end)}
    return len(days) == (node.end - node.start).days + 1


@kept_for_team(PLAN)
def _goals_of(team: Team) -> list[Node]:
    return load_nodes(team.organization, [team])


def above(team: Team, kgi: int) -> list[dict[str, object]]:
    """The goals that a plan is part of, the nearest first, with what stands below each."""
    nodes = _goals_of(team)
    by_node = {id(branch.node): branch for branch in branches(nodes)}
    node = next(node for node in nodes if node.kgi is not None and node.kgi.pk == kgi)
    chain = []
    while parent := _parent(node, nodes):
        # The parts of a company's goal are those of all teams: here only one is known.
        if parent.team is None:
            break
        chain.append(branch_text(by_node[id(parent)], team.organization))
        node = parent
    return chain


def span_text(period: Period, first_month: int) -> str:
    """``FY2026, first half``; empty where the days are no whole part of the business year."""
    place = fiscal_place(period, first_month)
    if place is None:
        return ""
    year, part = place
    names = {
        1: date_format(period[0], "YEAR_MONTH_FORMAT"),
        3: _("FY%(year)s, quarter %(part)s") % {"year": year, "part": part},
        6: _("FY%(year)s, first half") % {"year": year}
        if part == 1
        else _("FY%(year)s, second half") % {"year": year},
        12: _("FY%(year)s") % {"year": year},
    }
    return names[whole_months(period)]


def branch_text(branch: Branch, organization: Organization) -> dict[str, object]:
    node, currency = branch.node, organization.currency
    is_money = node.counts != Kgi.Counts.CONTRACTS
    return {
        "branch": branch,
        "node": node,
        "name": span_text(node.period, organization.fiscal_month),
        "goal": amount_text(node.goal, currency) if is_money else f"{node.goal:,}",
        "parts": amount_text(branch.parts, currency) if is_money else f"{branch.parts:,}",
        "difference": amount_text(abs(branch.difference), currency)
        if is_money
        else f"{abs(branch.difference):,}",
    }


@transaction.atomic
def save_higher_goal(
    *, team: Team, by: User, counts: str, start: date, span: str, goal: int, of_company: bool = False
) -> HigherGoal:
    """Of the team, or of its company. Raises PlanError ``higher_goal_twice`` and ``higher_goal_crosses``
    (start, end): a part has to lie within one goal, or its sum would be counted twice."""
    end = months_from(start, MONTHS[Span(span)])
    organization = Organization.objects.select_for_update().get(pk=team.organization_id)
    of = None if of_company else team
    same = HigherGoal.objects.filter(organization=organization, team=of, counts=counts)
    for other in same.filter(start__lte=end, end__gte=start):
        if (other.start, other.end) == (start, end):
            raise PlanError("higher_goal_twice", start=start, end=end)
        inside = other.start <= start and end <= other.end
        around = start <= other.start and other.end <= end
        if other.span == span or not (inside or around):
            raise PlanError("higher_goal_crosses", start=other.start, end=other.end)
    saved = HigherGoal.objects.create(
        organization=organization,
        team=of,
        counts=counts,
        start=start,
        end=end,
        span=span,
        goal=goal,
        author=by,
    )
    record_event(team=team, actor=by, kind="higher_goal_saved", goal=saved.pk, amount=goal)
    return saved


def parts_to_write(
    goal: HigherGoal, team: Team, span: str, season: Sequence[int]
) -> list[tuple[Period, int]]:
    """What parts that are there already leave of a goal, over the missing ones by working days and
    season, summing to it.

    Raises PlanError ``no_smaller_span`` and those of ``shape_of``.
    """
    if MONTHS[Span(span)] >= MONTHS[Span(goal.span)]:
        raise PlanError("no_smaller_span")
    shape = shape_of((), season)
    periods = parts_of((goal.start, goal.end), MONTHS[Span(span)])
    there = {
        (one.start, one.end): one.goal
        for one in HigherGoal.objects.filter(
            organization=goal.organization_id,
            team=goal.team_id,
            counts=goal.counts,
            start__gte=goal.start,
            end__lte=goal.end,
        )
    }
    missing = [period for period in periods if period not in there]
    left = max(0, goal.goal - sum(there[period] for period in periods if period in there))
    by_day = load_days(team, goal.start, goal.end, [])
    weights = {place: _weight(period, by_day[None], shape) for place, period in enumerate(missing)}
    amounts = split_by_weight(left, weights)
    return [(period, amounts[place]) for place, period in enumerate(missing) if amounts[place]]


def _weight(period: Period, capacity: dict[date, Fraction], shape: Shape) -> Fraction:
    return sum(
        (capacity.get(day, Fraction(0)) * shape.season.get(day.month, 1) for day in days_between(*period)),
        Fraction(0),
    )


@transaction.atomic
def split_higher_goal(*, goal: HigherGoal, team: Team, by: User, span: str, season: Sequence[int]) -> int:
    """Writes the parts that are not there yet; how many."""
    Organization.objects.select_for_update().get(pk=goal.organization_id)
    parts = parts_to_write(goal, team, span, season)
    HigherGoal.objects.bulk_create(
        HigherGoal(
            organization=goal.organization,
            team=goal.team,
            counts=goal.counts,
            start=start,
            end=end,
            span=span,
            goal=amount,
            author=by,
        )
        for (start, end), amount in parts
    )
    record_event(team=team, actor=by, kind="higher_goal_split", goal=goal.pk, into=span)
    return len(parts)


@transaction.atomic
def delete_higher_goal(*, goal: HigherGoal, team: Team, by: User) -> None:
    """``team`` is the one from whose page it is done."""
    record_event(team=team, actor=by, kind="higher_goal_deleted", goal=goal.pk, amount=goal.goal)
    goal.delete()
