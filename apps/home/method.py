"""The examples of the method's page, computed by the engine that computes everybody's plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from django.utils.translation import gettext as _

from apps.domain.backcast import Stage, Tree, backcast, contracts_for
from apps.domain.before_after import Cases
from apps.domain.effects import Difference, difference
from apps.domain.smart.judge import Context, judge
from apps.domain.staircase import split_over_time
from apps.okrs.judging import Judgement

# The month of the first article: yen, one in five, one in two, one in three.
GOAL, PRICE = 1_000_000, 100_000
RATES = (None, Fraction(1, 3), Fraction(1, 2), Fraction(1, 5))
WEEKS = 4
# Three contracts at rates that do not come out even.
ODD_CONTRACTS = 3
ODD_RATES = (None, Fraction(7, 100), Fraction(57, 100), Fraction(43, 100), Fraction(37, 100))


@dataclass(frozen=True)
class Step:
    """A stage of the first example: the month's need, and what each week asks for."""

    name: str
    rate: Fraction | None
    needed: int
    weeks: Sequence[int]


def example_tree() -> tuple[Tree, list[Step]]:
    names = (_("Contact"), _("Appointment"), _("Meeting"), _("Contract"))
    contracts = contracts_for(Fraction(GOAL), Fraction(PRICE))
    stages = [Stage(name, rate) for name, rate in zip(names, RATES, strict=True)]
    tree = backcast(stages, contracts, Fraction(PRICE))
    steps = [
        Step(need.name, stage.rate, need.whole, split_over_time(need.whole, [Fraction(1)] * WEEKS))
        for need, stage in zip(tree.needs, stages, strict=True)
    ]
    return tree, steps


@dataclass(frozen=True)
class Rounding:
    """The odd example's needs, and what rounding up at every step would have asked for."""

    once: Sequence[int]
    every_time: Sequence[int]


def example_rounding() -> Rounding:
    stages = [Stage(str(place), rate) for place, rate in enumerate(ODD_RATES)]
    tree = backcast(stages, Fraction(ODD_CONTRACTS))
    chained = [ODD_CONTRACTS]
    for rate in reversed(ODD_RATES):
        if rate is not None:
            chained.append(ceil(chained[-1] / rate))
    return Rounding([need.whole for need in reversed(tree.needs)], chained)


@dataclass(frozen=True)
class Judged:
    """A goal of the second article's shape with its letters."""

    text: str
    judgement: Judgement


def example_goals() -> tuple[Judged, list[Judged]]:
    """An objective and what one sees it by. What only data can tell stays open here."""
    objective = _("Grow sales steadily by earning the trust of new customers")
    results = (
        _("Win 15 new appointments a month"),
        _("Win rate of at least 15%"),
        _("Appointment rate of at least 30%"),
        _("Sales +15% against the period before"),
    )
    # Of a period that has an end; which one does not matter.
    context = Context(objective=objective, period_end=date.max)
    return _judged(objective, "objective", context), [
        _judged(text, "key_result", context) for text in results
    ]


def example_aims() -> list[Judged]:
    """From a wish to an aim."""
    texts = (
        _("Improve the win rate"),
        _("By June, in 7 of 10 meetings, ask on until the customer says the problem and its cost aloud"),
    )
    return [_judged(text, "goal", Context()) for text in texts]


def _judged(text: str, kind: str, context: Context) -> Judged:
    return Judged(text, Judgement(judge(text, kind, None, context)))


def example_evidence() -> list[Difference]:
    """The same change, from 20 to 30 %, seen in few cases and in many."""
    few = difference([Cases(2, 10)] * 6, [Cases(3, 10)] * 4, is_share=True)
    many = difference([Cases(40, 200)] * 6, [Cases(60, 200)] * 4, is_share=True)
    return [few, many]
