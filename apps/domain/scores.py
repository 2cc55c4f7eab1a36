"""Whether forecasts were right: how often their ranges held what came, to which side they err, and how far
they are off beside two plain rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

# Of so many forecasts on nothing is said.
FEWEST = 8
# So far a share may lie off what was promised by chance, in standard deviations.
SIGMAS = 2.0

GOOD, NARROW, WIDE, EARLY = "good", "narrow", "wide", "early"


@dataclass(frozen=True)
class Call:
    """One forecast and what came. ``run_rate`` and ``plan`` are what the plain rules said: the pace so far
    goes on; the plan comes true. None where a rule could say nothing."""

    expected: float
    inner: tuple[float, float]
    outer: tuple[float, float]
    came: float
    run_rate: float | None = None
    plan: float | None = None


@dataclass(frozen=True)
class Rule:
    """A plain rule beside us, on the ``calls`` where it had a say: what either was off, as a share of what
    came."""

    calls: int
    error: float
    ours: float

    @property
    def is_beaten(self) -> bool:
        return self.ours <= self.error


@dataclass(frozen=True)
class Score:
    """Of ``calls`` forecasts. ``held_half`` and ``held_most`` are the shares of 50 % and 80 % ranges that
    held; ``bias`` is what was foretold too much and ``error`` what was off either way, as shares of what
    came. A rule is None where it never had a say."""

    calls: int
    held_half: float
    held_most: float
    bias: float
    error: float
    run_rate: Rule | None
    plan: Rule | None

    @property
    def verdict(self) -> str:
        """Of the 80 % ranges: GOOD where they hold as often as they say, as far as so many can tell."""
        if self.calls < FEWEST:
            return EARLY
        slack = SIGMAS * sqrt(0.8 * 0.2 / self.calls)
        if self.held_most < 0.8 - slack:
            return NARROW
        return WIDE if self.held_most > 0.8 + slack else GOOD

    @property
    def beats_both(self) -> bool:
        return all(rule.is_beaten for rule in (self.run_rate, self.plan) if rule is not None)


def score(calls: Sequence[Call]) -> Score | None:
    """None of nothing."""
    if not calls:
        return None
    return Score(
        len(calls),
        _share(call.inner[0] <= call.came <= call.inner[1] for call in calls),
        _share(call.outer[0] <= call.came <= call.outer[1] for call in calls),
        _part(sum(call.expected - call.came for call in calls), calls),
        _off(calls, [call.expected for call in calls]),
        _rule(calls, [call.run_rate for call in calls]),
        _rule(calls, [call.plan for call in calls]),
    )


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values)


def _rule(calls: Sequence[Call], said: Sequence[float | None]) -> Rule | None:
    known = [(call, value) for call, value in zip(calls, said, strict=True) if value is not None]
    if not known:
        return None
    on = [call for call, _value in known]
    ours = _off(on, [call.expected for call in on])
    return Rule(len(on), _off(on, [value for _call, value in known]), ours)


def _off(calls: Sequence[Call], said: Sequence[float]) -> float:
    return _part(sum(abs(value - call.came) for call, value in zip(calls, said, strict=True)), calls)


def _part(off: float, calls: Sequence[Call]) -> float:
    came = sum(abs(call.came) for call in calls)
    return off / came if came else 0.0
