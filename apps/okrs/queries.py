"""Objectives as pages show them: each with its key results, where they stand and how good they are."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from apps.accounts.access import Access
from apps.accounts.models import Team
from apps.calendars.queries import day_of
from apps.domain.key_results import weakest
from apps.domain.workdays import week_start
from apps.okrs.focus import Focus
from apps.okrs.judging import (
    LETTERS,
    Carried,
    Judgement,
    Mark,
    carried,
    judge_key_result,
    judge_objective,
    linked_objectives,
    open_gaps,
)
from apps.okrs.measures import Measures, Standing
from apps.okrs.models import Judged, KeyResult, Objective
from apps.web.marks import LOGS, PLAN, REST, remembered
from apps.web.parts import manner

WEEKS_OF_GAPS = 8


@dataclass(frozen=True)
class KeyResultRow:
    key_result: KeyResult
    standing: Standing
    judgement: Judgement
    is_weakest: bool = False


@dataclass(frozen=True)
class ObjectiveCard:
    objective: Objective
    judgement: Judgement
    # Running ones first; parked ones are shown, and counted nowhere.
    rows: Sequence[KeyResultRow]
    depth: int = 0

    @property
    def running(self) -> list[KeyResultRow]:
        return [row for row in self.rows if row.key_result.parked_at is None]

    @property
    def parked(self) -> list[KeyResultRow]:
        return [row for row in self.rows if row.key_result.parked_at is not None]

    @property
    def weakest(self) -> KeyResultRow | None:
        return next((row for row in self.rows if row.is_weakest), None)

    @property
    def progress(self) -> Fraction | None:
        """The mean of what can be said; a key result that nobody has measured yet is left out. What one
        brings beyond its target makes up for no other, so it counts as whole here."""
        known = [row.standing.progress for row in self.running if row.standing.progress is not None]
        return sum((min(part, Fraction(1)) for part in known), Fraction(0)) / len(known) if known else None

    @property
    def carried(self) -> list[Carried]:
        return carried([row.judgement for row in self.running])

    @property
    def judgements(self) -> list[Judgement]:
        """Of all goals that can have an open gap."""
        if not self.objective.is_running:
            return []
        return [self.judgement, *(row.judgement for row in self.running)]

    @property
    def gaps(self) -> str:
        """Letters with an open gap in the objective or in a key result."""
        found = {letter for judgement in self.judgements for letter in judgement.gaps}
        return "".join(letter for letter in LETTERS if letter in found)

    @property
    def marks(self) -> list[Mark]:
        """What the whole objective carries, for a glance: a letter is open where any goal leaves it so,
        and ok where one carries it."""
        states = {letter: {mark.state for mark in marks} for letter, marks in self._marks_by_letter().items()}
        order = ("gap", "explained", "ok", "unknown")
        return [Mark(letter, next(state for state in order if state in states[letter])) for letter in LETTERS]

    def _marks_by_letter(self) -> dict[str, list[Mark]]:
        judged = [self.judgement, *(row.judgement for row in self.running)]
        return {
            letter: [judgement.marks[place] for judgement in judged] for place, letter in enumerate(LETTERS)
        }


def load_cards(
    access: Access, objectives: Sequence[Objective], today: date, focus: Focus | None
) -> list[ObjectiveCard]:
    """A fixed number of queries, however many objectives."""
    of_these = KeyResult.objects.visible_to(access).filter(objective__in=objectives)
    key_results = list(of_these.with_hand().in_order())
    measures = Measures(access.team, key_results, today)
    linked = linked_objectives(access.team)
    by_objective: dict[int, list[KeyResult]] = {}
    for key_result in key_results:
        by_objective.setdefault(key_result.objective_id, []).append(key_result)
    return [
        card_of(objective, by_objective.get(objective.pk, []), measures, focus, today, linked)
        for objective in objectives
    ]


def card_of(
    objective: Objective,
    key_results: Iterable[KeyResult],
    measures: Measures,
    focus: Focus | None,
    today: date,
    linked: Set[int],
) -> ObjectiveCard:
    rows = []
    for key_result in key_results:
        key_result.objective = objective
        standing = measures.standing(key_result)
        judgement = judge_key_result(key_result, standing, focus, today, linked)
        rows.append(KeyResultRow(key_result, standing, judgement))
    ordered = _with_weakest([row for row in rows if row.key_result.parked_at is None])
    ordered += [row for row in rows if row.key_result.parked_at is not None]
    return ObjectiveCard(objective, judge_objective(objective, today, linked), ordered)


def _with_weakest(rows: list[KeyResultRow]) -> list[KeyResultRow]:
    known = [row for row in rows if row.standing.progress is not None]
    found = weakest([(row.standing.progress or Fraction(0), row.standing.expected) for row in known])
    if found is None or len(rows) < 2:
        return rows
    return [KeyResultRow(row.key_result, row.standing, row.judgement, row is known[found]) for row in rows]


def as_tree(cards: Sequence[ObjectiveCard]) -> list[ObjectiveCard]:
    """Parents before their children, each with how deep it hangs; what hangs on nothing that is shown
    stands at the top."""
    shown = {card.objective.pk for card in cards}
    children: dict[int | None, list[ObjectiveCard]] = {}
    for card in cards:
        parent = card.objective.parent_id if card.objective.parent_id in shown else None
        children.setdefault(parent, []).append(card)

    def below(parent: int | None, depth: int) -> list[ObjectiveCard]:
        found = []
        for card in children.get(parent, []):
            found.append(ObjectiveCard(card.objective, card.judgement, card.rows, depth))
            found += below(card.objective.pk, depth + 1)
        return found

    return below(None, 0)


def load_board(
    access: Access, today: date, focus: Focus | None, state: str = "running"
) -> list[ObjectiveCard]:
    """The visible objectives of a team in one of three states, as a tree."""
    return remembered(
        "board",
        access.team.pk,
        (access.user.pk, access.role, today, state, manner()),
        lambda: _load_board(access, today, focus, state),
        words=(PLAN, REST, LOGS),
    )


def _load_board(access: Access, today: date, focus: Focus | None, state: str) -> list[ObjectiveCard]:
    visible = Objective.objects.visible_to(access).in_order()
    chosen = {
        "running": visible.running(),
        "parked": visible.open().exclude(parked_at=None),
        "closed": visible.exclude(closed_at=None).order_by("-closed_at"),
    }[state]
    objectives = list(chosen[:100])
    for objective in objectives:
        objective.team = access.team
    if state != "closed":
        objectives.sort(key=lambda objective: _place(access, objective, today))
    return as_tree(load_cards(access, objectives, today, focus))


def _place(access: Access, objective: Objective, today: date) -> tuple[bool, bool, date]:
    """One's own first for those who see their own alone, what runs now before what is to come."""
    is_mine = objective.member is not None and objective.member.user_id == access.user.pk
    runs = objective.start <= today <= objective.end
    return access.can_edit or not is_mine, not runs, objective.start


@dataclass(frozen=True)
class WeekOfGaps:
    monday: date
    gaps: int


def gaps_by_week(team: Team, today: date, open_now: int) -> list[WeekOfGaps]:
    """Open gaps at the end of each of the last weeks, from what was kept when goals were saved; this
    week's is what is open now. Weeks before the first record are left out."""
    first = week_start(today) - timedelta(weeks=WEEKS_OF_GAPS - 1)
    columns = ("created_at", "objective_id", "key_result_id", "gaps")
    records = Judged.objects.filter(team=team).order_by("pk").values_list(*columns)
    rows = [(day_of(team, moment), (goal, key_result), gaps) for moment, goal, key_result, gaps in records]
    weeks = []
    for number in range(WEEKS_OF_GAPS - 1):
        monday = first + timedelta(weeks=number)
        standing = {goal: gaps for day, goal, gaps in rows if day < monday + timedelta(weeks=1)}
        if standing:
            weeks.append(WeekOfGaps(monday, sum(len(gaps) for gaps in standing.values())))
    return [*weeks, WeekOfGaps(week_start(today), open_now)]


def count_of_gaps(cards: Iterable[ObjectiveCard]) -> dict[str, int]:
    return dict(open_gaps(judgement for card in cards for judgement in card.judgements))
