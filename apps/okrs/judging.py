"""The SMART letters of objectives and key results, with all that is known around them."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from apps.accounts.models import Team
from apps.domain.smart.judge import GAP, LOOSE, MOVES, OK, UNSAID, WEAK, Context, Finding, Verdict, judge
from apps.okrs.focus import NOTICEABLE, Focus, StageFocus
from apps.okrs.measures import Standing
from apps.okrs.models import KeyResult, Objective, as_fraction
from apps.okrs.wording import message

LETTERS = "SMART"
EXPLAINED = "explained"


@dataclass(frozen=True)
class Mark:
    """One letter of a goal as it is shown: ok, gap, unknown, or a gap that was explained."""

    letter: str
    state: str


@dataclass(frozen=True)
class Remark:
    """A finding as a sentence."""

    letter: str
    state: str
    words: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Judgement:
    """A goal's five letters with their reasons; ``explained`` is its people's answer to the gaps."""

    verdict: Verdict
    explained: str = ""

    @property
    def marks(self) -> list[Mark]:
        return [Mark(letter, self._state(letter)) for letter in LETTERS]

    def _state(self, letter: str) -> str:
        state = self.verdict.letters[letter]
        return EXPLAINED if state == GAP and self.explained else state

    @property
    def gaps(self) -> str:
        """The letters with an open gap."""
        return "".join(mark.letter for mark in self.marks if mark.state == GAP)

    @property
    def remarks(self) -> list[Remark]:
        ordered = sorted(self.verdict.findings, key=lambda finding: LETTERS.index(finding.letter))
        return [self._remark(finding) for finding in ordered]

    def _remark(self, finding: Finding) -> Remark:
        return Remark(finding.letter, self._state(finding.letter), finding.words, message(finding))


def linked_objectives(team: Team) -> set[int]:
    """The objectives that hang on a standing KGI, themselves or through one above them. One query."""
    rows = list(
        Objective.objects.filter(team=team).values_list("pk", "parent_id", "kgi_id", "kgi__withdrawn_at")
    )
    linked = {pk for pk, _parent, kgi, withdrawn in rows if kgi and withdrawn is None}
    before = -1
    while before < len(linked):
        before = len(linked)
        linked |= {pk for pk, parent, _kgi, _withdrawn in rows if parent in linked}
    return linked


def is_linked(objective: Objective, linked: Set[int]) -> bool:
    """Also of a draft that is not stored yet."""
    own = objective.kgi is not None and objective.kgi.withdrawn_at is None
    return own or objective.pk in linked or objective.parent_id in linked


def judge_objective(objective: Objective, today: date, linked: Set[int]) -> Judgement:
    context = Context(period_end=objective.end, link=MOVES if is_linked(objective, linked) else UNSAID)
    deadline = None if objective.closed_at else today
    return Judgement(judge(objective.text, "objective", deadline, context), objective.explained)


def judge_key_result(
    key_result: KeyResult, standing: Standing | None, focus: Focus | None, today: date, linked: Set[int]
) -> Judgement:
    context = Context(
        chance=standing.chance_at_start if standing else None,
        period_end=key_result.last_day,
        objective=key_result.objective.text,
        target=as_fraction(key_result.target),
        is_measured=_is_measured(key_result),
        is_named=_is_measured(key_result) and not key_result.is_by_hand,
        link=link(key_result, focus, linked),
    )
    deadline = None if key_result.objective.closed_at else today
    return Judgement(judge(key_result.text, "key_result", deadline, context), key_result.explained)


def _is_measured(key_result: KeyResult) -> bool:
    """A number stands beside the text, and what it counts is named: a KPI, or at least a unit."""
    has_number = key_result.target is not None
    return has_number and bool(key_result.kpi_id or key_result.unit or not key_result.is_by_hand)


def link(key_result: KeyResult, focus: Focus | None, linked: Set[int]) -> str:
    """How a key result hangs on the KGI (see judge.Context)."""
    if key_result.measure == KeyResult.Measure.AMOUNT:
        return MOVES
    if key_result.kpi is None:
        return UNSAID if is_linked(key_result.objective, linked) else LOOSE
    if focus is None:
        return UNSAID
    stage = focus.of(key_result.kpi)
    if stage is None:
        return LOOSE
    effect = _effect(key_result, stage, focus)
    return WEAK if effect is not None and effect < NOTICEABLE else MOVES


def _effect(key_result: KeyResult, stage: StageFocus, focus: Focus) -> float | None:
    """The part of the KGI that reaching the target is worth: of a count its share of what is needed in
    that time, of a rate what it adds to the one there is. None where that cannot be said."""
    if key_result.compares or key_result.lower_is_better or not _is_measured(key_result):
        return None
    if key_result.measure == KeyResult.Measure.COUNT:
        days = (key_result.last_day - key_result.first_day).days + 1
        whole = (focus.kgi.end - focus.kgi.start).days + 1
        part = float(key_result.target) * float(stage.lever.per_unit) / focus.plan.goal * whole / days
        return part * (focus.carriers if key_result.carrier else 1)
    if key_result.measure == KeyResult.Measure.RATE and key_result.base is None and stage.before:
        now = stage.lever.reach.now
        return float(key_result.target) / 100 / now - 1 if now else None
    return None


@dataclass(frozen=True)
class Carried:
    """A letter and which of an objective's key results carry it (by their places, from 1)."""

    letter: str
    by: Sequence[int]
    missing: Sequence[int]


def carried(judgements: Sequence[Judgement]) -> list[Carried]:
    """Between them the key results of an objective should carry every letter."""
    return [
        Carried(letter, _places(judgements, letter, OK), _places(judgements, letter, GAP))
        for letter in LETTERS
    ]


def _places(judgements: Sequence[Judgement], letter: str, state: str) -> list[int]:
    return [
        place
        for place, judgement in enumerate(judgements, start=1)
        if judgement.verdict.letters[letter] == state
    ]


def open_gaps(judgements: Iterable[Judgement]) -> Mapping[str, int]:
    """How many goals have an open gap in each letter."""
    found = dict.fromkeys(LETTERS, 0)
    for judgement in judgements:
        for letter in judgement.gaps:
            found[letter] += 1
    return found
