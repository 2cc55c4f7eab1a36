"""The second level: between two stages lies a chain of smaller steps whose rates multiply."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from apps.domain.numbers import whole_up


@dataclass(frozen=True)
class Contradiction:
    """The links' product is not the rate of the stage: both, to be shown beside one another."""

    product: Fraction
    rate: Fraction


def last_link(links: Sequence[Fraction], rate: Fraction) -> Fraction:
    """The rate of the last link that makes the product the rate of the stage. Above 1 the links and
    the rate contradict each other: more would have to come out than went in."""
    return rate / product(links)


def product(links: Sequence[Fraction]) -> Fraction:
    whole = Fraction(1)
    for link in links:
        whole *= link
    return whole


def contradiction(links: Sequence[Fraction], onward: Fraction | None, rate: Fraction) -> Contradiction | None:
    """Where all links are known their product has to be the rate; where the last one is open, it must
    not have to be above 1."""
    whole = product(links) * (1 if onward is None else onward)
    disagrees = rate > whole if onward is None else whole != rate
    return Contradiction(whole, rate) if disagrees else None


def needs_between(start: Fraction, links: Sequence[Fraction]) -> list[int]:
    """How often each step of the chain happens when the stage before it happens ``start`` times,
    each rounded up from its own exact value."""
    found: list[int] = []
    for link in links:
        start *= link
        found.append(whole_up(start))
    return found
