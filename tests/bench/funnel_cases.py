"""Published funnels, recomputed: every value before rounding, to a billionth."""

import json
import os
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from apps.domain.backcast import Stage, backcast, land
from apps.domain.capacity import Work, ways_out
from apps.domain.pace import attainment
from apps.domain.shape import efforts, shape_of
from apps.domain.staircase import split_over_time

CLOSE = 1e-9


def measure_funnels() -> dict[str, float]:
    """How many of the cases under KPI_CASES come out as published; nothing where it is not set."""
    folder = os.environ.get("KPI_CASES")
    path = Path(folder) / "funnels_dev.json" if folder else None
    if path is None or not path.exists():
        return {}
    cases = [case for case in json.loads(path.read_text()) if case.get("harness")]
    wrong = [case["id"] for case in cases if not holds(case["harness"])]
    for case in wrong:
        print(f"funnels: {case} comes out differently")
    return {"funnels_as_published": len(cases) - len(wrong), "funnels_cases": len(cases)}


def holds(harness: Mapping[str, Any]) -> bool:
    return CHECKS[harness["type"]](harness)


def exactly(value: float) -> Fraction:
    """What was meant: 0.35 is 35/100."""
    return Fraction(str(value))


def is_close(found: Fraction, wanted: float) -> bool:
    return abs(float(found) - wanted) <= CLOSE


def reverse_chain(harness: Mapping[str, Any]) -> bool:
    rates = [exactly(rate) for rate in harness["rates"]]
    stages = [Stage("first"), *(Stage("next", rate) for rate in reversed(rates))]
    needs = backcast(stages, exactly(harness["start"])).needs[:-1]
    found = [float(need.exact) for need in reversed(needs)]
    # The published values have six decimals.
    return all(
        abs(round(value, 6) - want) <= CLOSE for value, want in zip(found, harness["unrounded"], strict=True)
    )


def forward_chain(harness: Mapping[str, Any]) -> bool:
    stages = [Stage("first"), *(Stage("next", exactly(rate)) for rate in harness["rates"])]
    count = land(stages, harness["start"], Fraction(1)).count
    return is_close(count, harness["unrounded"][-1])


def weighted_split(harness: Mapping[str, Any]) -> bool:
    weights = [str(weight) for weight in harness["weights"]]
    parts = len(weights)
    effort = efforts([Fraction(1)] * parts, [], shape_of(weights, []))
    counts = split_over_time(10**6, effort)
    return all(
        abs(sum(counts[: place + 1]) / 10**6 - want) <= CLOSE
        for place, want in enumerate(harness["cumulative"])
    )


def pace(harness: Mapping[str, Any]) -> bool:
    target, days, elapsed = (Fraction(harness[name]) for name in ("target", "days", "elapsed"))
    expected = target * elapsed / days
    left = (target - harness["actual"]) / (days - elapsed)
    wanted = harness["expected_to_date"], harness["required_per_remaining_day"]
    return is_close(expected, wanted[0]) and is_close(left, wanted[1])


def attained(harness: Mapping[str, Any]) -> bool:
    return all(
        want is None if found is None else abs(float(found) - want) <= CLOSE
        for target, actual, want in harness["pairs"]
        for found in [attainment(exactly(actual or 0), exactly(target))]
    )


def fits(harness: Mapping[str, Any]) -> bool:
    """As many as fit into the hours: what is left of one minute too many."""
    minutes = harness["hours"] * 60
    for each, most in zip(harness["minutes_per_call"], harness["max_calls"], strict=True):
        (way,) = ways_out([Work(0, "day", Fraction(each), Fraction(minutes))], {"day": minutes})
        if way.fewer is None or int(way.fewer * minutes) != most:
            return False
    return True


CHECKS = {
    "reverse_chain": reverse_chain,
    "forward_chain": forward_chain,
    "weighted_split": weighted_split,
    "pace": pace,
    "attainment": attained,
    "capacity": fits,
}
