"""Practices to start from: what sales people train, each tied to where it shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.funnels.models import Kpi


@dataclass(frozen=True)
class PresetDrill:
    text: Promise
    times: int
    partner: Promise | str
    evidence: Promise


@dataclass(frozen=True)
class Preset:
    """``stages`` are codes of the stages into which the skill leads; the first one of the team's counts."""

    code: str
    vague: Promise
    aim: Promise
    stages: tuple[str, ...]
    drills: tuple[PresetDrill, ...]


COLLEAGUE, MANAGER, ALONE = _("a colleague"), _("the manager"), ""

PRESETS = (
    Preset(
        "opening",
        _("Get more appointments out of my calls"),
        _("Open every call with the customer's own situation, so that the first answer is a question"),
        ("appointment", "conversation", "connection", "reply"),
        (
            PresetDrill(
                _("Read one customer's news and write the opening sentence for it"),
                5,
                ALONE,
                _("It names something that holds for this customer only"),
            ),
            PresetDrill(
                _("Say the first fifteen seconds aloud, record and hear them"),
                3,
                ALONE,
                _("No filler, and the reason for the call within fifteen seconds"),
            ),
            PresetDrill(
                _("Role play: three objections in a row"),
                2,
                COLLEAGUE,
                _("Each answer ends with a question and two possible days"),
            ),
        ),
    ),
    Preset(
        "attendance",
        _("Lose fewer appointments before the meeting"),
        _("Make every appointment worth keeping: purpose, people and benefit agreed on the phone"),
        ("meeting", "demo", "visit"),
        (
            PresetDrill(
                _("Write the agenda of each appointment and send it the day before"),
                5,
                ALONE,
                _("Three points, of which one is the customer's own"),
            ),
            PresetDrill(
                _("Rehearse the last minute of the call: purpose, people, benefit"),
                3,
                COLLEAGUE,
                _("The other can repeat why the meeting is worth the time"),
            ),
        ),
    ),
    Preset(
        "hearing",
        _("Understand customers better in meetings"),
        _("Deepen the hearing until the customer says the problem and its cost aloud"),
        ("proposal", "negotiation", "contract", "order"),
        (
            PresetDrill(
                _("Prepare five questions for the next meeting"),
                5,
                ALONE,
                _("At least two cannot be answered with yes or no"),
            ),
            PresetDrill(
                _("Turn two of them into questions about what the problem leads to"),
                3,
                ALONE,
                _("The answer would name a number, a person or a date"),
            ),
            PresetDrill(
                _("Role play in four steps: situation, problem, implication, need (SPIN)"),
                2,
                COLLEAGUE,
                _("The partner names the need without being told"),
            ),
            PresetDrill(
                _("Write a lead-in and a case for each deep question"),
                2,
                MANAGER,
                _("The case is of the same trade, and takes less than twenty seconds"),
            ),
        ),
    ),
    Preset(
        "proposal",
        _("Write proposals that are read"),
        _("Begin every proposal with the customer's words from the hearing, and one number"),
        ("contract", "order", "proposal"),
        (
            PresetDrill(
                _("Rewrite page one of an old proposal in the customer's words"),
                2,
                ALONE,
                _("Problem, cost and wish stand in the first five lines"),
            ),
            PresetDrill(
                _("Explain a proposal in two minutes, without slides"),
                2,
                COLLEAGUE,
                _("The other can say what it saves, and by when"),
            ),
        ),
    ),
    Preset(
        "closing",
        _("Raise the closing rate"),
        _("Ask for the decision in every last meeting, after its two conditions are agreed"),
        ("contract", "order", "negotiation"),
        (
            PresetDrill(
                _("List who decides, when and by what, for each open case"),
                2,
                ALONE,
                _("No case without a name and a day"),
            ),
            PresetDrill(
                _("Role play: price, timing, “we will think about it”"),
                2,
                MANAGER,
                _("Each ends with a next step that has a date"),
            ),
            PresetDrill(
                _("Say the closing question aloud and stay silent for five seconds"),
                3,
                ALONE,
                _("No word follows the question"),
            ),
        ),
    ),
    Preset(
        "volume",
        _("Make enough calls, also on busy days"),
        _("Keep the first ninety minutes of the morning for calls, with the list made the evening before"),
        (),
        (
            PresetDrill(
                _("Make tomorrow's list of calls in the evening"),
                5,
                ALONE,
                _("As many names as the day asks for, with the reason beside each"),
            ),
            PresetDrill(
                _("Call for ninety minutes without mail and chat"),
                4,
                ALONE,
                _("The morning's number is reached before noon"),
            ),
        ),
    ),
)


def preset_of(code: str) -> Preset | None:
    return next((preset for preset in PRESETS if preset.code == code), None)


def stage_for(preset: Preset, stages: Sequence[Kpi]) -> Kpi | None:
    """Where the skill shows in a funnel: the first of its codes that the team has, else what follows
    from the funnel's shape; ``stages`` in their order."""
    by_code = {stage.code: stage for stage in stages}
    named = next((by_code[code] for code in preset.stages if code in by_code), None)
    if named or not stages:
        return named
    return stages[0] if not preset.stages else stages[min(1, len(stages) - 1)]
