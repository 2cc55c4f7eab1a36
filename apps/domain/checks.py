"""The seven questions that a good set of goals answers, each judged from what is known.

After the checklist for managers of the second seed article: few, on behaviour, agreed, stretching, quantity
and quality, reviewed, improvable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

CODES = ("few", "behaviour", "agreed", "stretch", "both", "reviewed", "improving")
OK, GAP, UNKNOWN = "ok", "gap", "unknown"
# A goal that is reached more often than this asks for nothing new; less often, it is a wish.
EASIEST, HARDEST = 0.8, 0.3
# Of five: the mean conviction below which a yes is only polite.
CONVINCED = 3


@dataclass(frozen=True)
class Check:
    """``state`` is OK, GAP or UNKNOWN; ``reason`` tells apart why, ``facts`` hold the numbers behind it."""

    code: str
    state: str
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def check_few(kpis: int, limit: int, overloaded: int) -> Check:
    """Few enough to be kept in mind: KPIs of the team, and people with too many key results."""
    facts = {"kpis": kpis, "limit": limit, "people": overloaded}
    if not kpis:
        return Check("few", UNKNOWN, "none")
    if kpis > limit:
        return Check("few", GAP, "kpis", facts)
    return Check("few", GAP if overloaded else OK, "people" if overloaded else "", facts)


def check_behaviour(actions: int, kpis: int, *, top: str, top_is_watched: bool) -> Check:
    """On what people do, and on the stage that changes most (``top``, empty where nobody can tell)."""
    facts = {"actions": actions, "kpis": kpis, "top": top}
    if not kpis:
        return Check("behaviour", UNKNOWN, "none")
    if actions * 2 < kpis:
        return Check("behaviour", GAP, "results", facts)
    if top and not top_is_watched:
        return Check("behaviour", GAP, "top", facts)
    return Check("behaviour", OK, "", facts)


def check_agreed(convictions: Sequence[int | None], people: int) -> Check:
    """Everybody has said yes and means it; ``convictions`` of those who agreed, from 1 to 5."""
    said = [one for one in convictions if one is not None]
    mean = Fraction(sum(said), len(said)) if said else None
    facts = {"agreed": len(convictions), "people": people, "mean": mean}
    if not people:
        return Check("agreed", UNKNOWN, "none")
    if len(convictions) < people:
        return Check("agreed", GAP, "open", facts)
    if mean is not None and mean < CONVINCED:
        return Check("agreed", GAP, "doubt", facts)
    return Check("agreed", OK, "", facts)


def check_stretch(chance: float | None) -> Check:
    """Neither sure nor out of reach, by what earlier periods brought."""
    if chance is None:
        return Check("stretch", UNKNOWN, "none")
    reason = "easy" if chance > EASIEST else "hard" if chance < HARDEST else ""
    return Check("stretch", GAP if reason else OK, reason, {"chance": chance})


def check_both(stages: int, signals: int) -> Check:
    """How much, and how well."""
    facts = {"stages": stages, "signals": signals}
    if not stages:
        return Check("both", UNKNOWN, "none")
    return Check("both", OK if signals else GAP, "", facts)


def check_reviewed(due: int, held: int) -> Check:
    """Month start and half-time: held, of those whose day has come."""
    facts = {"due": due, "held": held}
    if not due:
        return Check("reviewed", UNKNOWN, "none")
    return Check("reviewed", OK if held >= due else GAP, "", facts)


def check_improving(reviews: int, actions: int, judged: int) -> Check:
    """The team tries things and looks at what they did: actions of the last weeks, and those judged."""
    facts = {"actions": actions, "judged": judged}
    if not reviews:
        return Check("improving", UNKNOWN, "none")
    return Check("improving", OK if actions or judged else GAP, "", facts)


# What is wrong with goals, the worst first (after the closing words of the second seed article).
MISSING, TOO_MANY, OFF, ABSTRACT, SOUND = "missing", "too_many", "off", "abstract", "sound"
# Of the running goals: with more than this part of them vague, the whole is too abstract to act on.
VAGUE = Fraction(1, 3)


@dataclass(frozen=True)
class Diagnosis:
    """In one word what the goals suffer from; ``open`` are the checks with a gap, in their order."""

    code: str
    open: Sequence[str] = ()
    vague: int = 0
    goals: int = 0


def diagnose(checks: Sequence[Check], *, has_goal: bool, goals: int, vague: int) -> Diagnosis:
    """``goals`` are the running objectives and key results, ``vague`` those that are not specific or cannot
    be measured."""
    states = {check.code: check.state for check in checks}
    return Diagnosis(
        _code(states, has_goal, goals, vague),
        [check.code for check in checks if check.state == GAP],
        vague,
        goals,
    )


def _code(states: Mapping[str, str], has_goal: bool, goals: int, vague: int) -> str:
    if not has_goal or states.get("few") == UNKNOWN:
        return MISSING
    if states.get("few") == GAP:
        return TOO_MANY
    if states.get("behaviour") == GAP:
        return OFF
    if goals and Fraction(vague, goals) > VAGUE:
        return ABSTRACT
    return SOUND
