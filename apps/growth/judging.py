"""The letters of a practice's aim, judged as those of any goal."""

from datetime import date

from apps.domain.smart.judge import Context, judge
from apps.funnels.models import Kpi
from apps.funnels.queries import base_of
from apps.growth.models import Practice
from apps.okrs.focus import Focus
from apps.okrs.judging import Judgement, judge_key_result
from apps.okrs.measures import Measures
from apps.okrs.models import KeyResult, Objective


def judge_aim(practice: Practice, focus: Focus | None, today: date) -> Judgement:
    draft = _as_key_result(practice)
    standing = None
    if practice.target is not None and practice.start <= practice.end:
        standing = Measures(practice.team, [draft], today).standing(draft)
    # The deadline of what has ended is over, and no gap for that.
    deadline = practice.start if practice.closed_at else today
    return judge_key_result(draft, standing, focus, deadline, set())


def judge_words(aim: str) -> Judgement:
    """While nothing else is chosen: what the words alone say; a practice has its days."""
    return Judgement(judge(aim, "key_result", None, Context(period_end=date.max)))


def _as_key_result(practice: Practice) -> KeyResult:
    """What the aim would be as a key result of an objective that says the vague aim."""
    objective = Objective(
        team=practice.team,
        member=practice.member if practice.member_id else None,
        text=practice.vague,
        start=practice.start,
        end=practice.end,
    )
    draft = KeyResult(
        objective=objective,
        text=practice.aim,
        kpi=practice.kpi,
        measure=_measure_of(practice),
        explained=practice.explained,
    )
    if practice.target is not None:
        draft.target = practice.target
    return draft


def _measure_of(practice: Practice) -> str:
    """The first stage is counted; what comes after it is a rate."""
    if practice.kpi.is_signal:
        return KeyResult.Measure.SIGNAL
    stages = list(Kpi.objects.of_team(practice.team).running())
    return KeyResult.Measure.RATE if base_of(practice.kpi, stages) else KeyResult.Measure.COUNT
