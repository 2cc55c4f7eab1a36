"""Time between the stages: what is already under way, and until when a new start still counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True)
class Deals:
    """Open deals of one grade at the start of a period.

    ``stage`` is the stage that they have reached, ``count`` their number (or their amount in
    units of the price), ``chance`` the part that will close within the period.
    """

    stage: int
    count: Fraction
    chance: Fraction

    @property
    def expected(self) -> Fraction:
        """Contracts that will come of them."""
        return self.count * self.chance


def spared(deals: Sequence[Deals], rates: Sequence[Fraction | None]) -> list[Fraction]:
    """What open deals take off each stage's need, exactly.

    Deals that reached a stage spare what would have led there: their expected contracts divided
    by the rates after it. The stages that they still have to pass are not spared: that work is to
    come. ``rates`` are the conversions *into* each stage; the first is not read.
    """
    off = [Fraction(0)] * len(rates)
    for one in deals:
        per_contract = Fraction(1)
        for stage in range(len(rates) - 1, -1, -1):
            if stage <= one.stage:
                off[stage] += one.expected * per_contract
            rate = rates[stage]
            if stage and rate:
                per_contract /= rate
    return off


def asked(exact: Sequence[Fraction], buffer: Fraction, off: Sequence[Fraction]) -> list[Fraction]:
    """Each stage's exact need with a buffer (1/10 for 10 % more), less what is spared; never below
    nothing."""
    return [max(Fraction(0), need * (1 + buffer) - less) for need, less in zip(exact, off, strict=True)]


def leads_to_the_end(lead_days: Sequence[int]) -> list[int]:
    """Working days from each stage to the last one; ``lead_days`` are those until the next stage,
    and that of the last stage is not read."""
    found = [0] * len(lead_days)
    for stage in range(len(lead_days) - 2, -1, -1):
        found[stage] = found[stage + 1] + lead_days[stage]
    return found


def last_useful_day(days: Sequence[date], capacity: Sequence[Fraction], lead: int) -> date | None:
    """The last working day after which ``lead`` further working days of the period remain; None
    where the lead is as long as the period."""
    worked = [day for day, share in zip(days, capacity, strict=True) if share]
    return worked[-1 - lead] if lead < len(worked) else None


@dataclass(frozen=True)
class FirstSteps:
    """The first stage with and without lead time: a number over so many working days. ``with_lead`` is
    less by what open deals spare."""

    without: int
    days: int
    useful_days: int
    with_lead: int

    @property
    def a_day_without(self) -> Fraction | None:
        """Over all working days; None where there are none."""
        return Fraction(self.without, self.days) if self.days else None

    @property
    def a_day(self) -> Fraction | None:
        """Over the days that still count; None where there are none."""
        return Fraction(self.with_lead, self.useful_days) if self.useful_days else None

    @property
    def useful_share(self) -> Fraction | None:
        """The part of an even period's steps that can still come to an end in it."""
        return Fraction(self.useful_days, self.days) if self.days else None
