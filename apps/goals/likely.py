"""How likely the plan's first-stage number reaches the goal, and what more confidence asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from apps.accounts.models import Team
from apps.domain.levers import Cases
from apps.domain.need import CONFIDENCES, actions_for, chance_with, yield_of
from apps.domain.numbers import whole_up
from apps.funnels.models import Kpi
from apps.goals.drafts import Draft
from apps.goals.history import MONTHS_BACK, load_history


@dataclass(frozen=True)
class Asked:
    """So many first-stage actions for that confidence."""

    confidence: float
    actions: int


@dataclass(frozen=True)
class Likely:
    """``missing``: the step of which nothing was counted yet; then nothing else is known."""

    kpi: Kpi
    planned: int
    missing: Kpi | None
    chance: float = 0.0
    asked: Sequence[Asked] = ()
    months: int = MONTHS_BACK


def load_likely(team: Team, draft: Draft, planned: int, today: date) -> Likely | None:
    """From the team's own cases of the last months, all together. None for a plan with several segments,
    whose goals have rates and prices of their own, and for one that reckons with open deals. One query."""
    kpis, stream = draft.kpis, draft.streams[0]
    if not draft.is_one or stream.grades or len(kpis) < 2 or planned <= 0:
        return None
    history = load_history(team, today)
    steps = []
    for before, after in pairwise(kpis):
        found = history.evidence(before.pk, after.pk, stream.segment.pk)
        if found.of <= 0:
            return Likely(kpis[0], planned, after)
        steps.append(Cases(found.count, found.of))
    law = yield_of(steps)
    assert law
    contracts = whole_up(stream.contracts)
    return Likely(
        kpis[0],
        planned,
        None,
        chance_with(law, planned, contracts),
        [Asked(one, actions_for(law, contracts, one)) for one in CONFIDENCES],
    )
