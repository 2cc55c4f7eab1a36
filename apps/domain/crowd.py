"""Many people at once: each one's own line over time, exactly, in whole arrays."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING

from apps.domain.staircase import split_over_time

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

# Below this a float holds every whole number.
EXACT_IN_FLOATS = 2**53
LARGEST_PRODUCT = 2**63 - 1


def spread_each(
    totals: Mapping[int, int], capacity: Mapping[int, Sequence[Fraction]]
) -> dict[int, list[int]]:
    """Each person's total over that person's days: the running total is the floor of the exact line,
    as ``split_over_time`` has it; 0 everywhere for somebody without capacity.

    In arrays as far as products fit 64 bits: leave and weights make denominators that multiply.
    """
    import numpy as np

    parts = {key: _whole_parts(capacity[key]) for key in sorted(totals)}
    small = [key for key, row in parts.items() if max(1, totals[key]) * sum(row) <= LARGEST_PRODUCT]
    found = {key: split_over_time(totals[key], capacity[key]) for key in parts.keys() - set(small)}
    if small:
        counts = spread_rows(
            np.array([totals[key] for key in small], dtype=np.int64)[:, None],
            np.array([parts[key] for key in small], dtype=np.int64),
        )
        found |= {key: row[0].tolist() for key, row in zip(small, counts, strict=True)}
    return found


def _whole_parts(capacity: Sequence[Fraction]) -> list[int]:
    """One person's days as whole numbers in the same proportions, as small as they can be."""
    scale = lcm(*(share.denominator for share in capacity))
    parts = [share.numerator * (scale // share.denominator) for share in capacity]
    common = gcd(*parts) or 1
    return [part // common for part in parts]


def spread_rows(totals: "Whole", parts: "Whole") -> "Whole":
    """Totals (people, numbers) over whole parts of capacity (people, days): counts (people, numbers,
    days), each row summing to its total.

    In floats while every product is below 2**53, which is exact: the quotient p / w of whole numbers
    is at least 1 / w away from the next integer unless it is one, and the rounding of the division
    is at most p / w / 2**53, which is less. Otherwise in integers, which takes longer; the caller
    sees to it that total times whole fits 64 bits.
    """
    import numpy as np

    done = parts.cumsum(axis=1)
    whole = np.maximum(done[:, -1:], 1)
    if int(totals.max(initial=0)) * int(whole.max(initial=1)) < EXACT_IN_FLOATS:
        running = totals.astype(np.float64)[:, :, None] * done.astype(np.float64)[:, None, :]
        running /= whole[:, :, None]
        np.floor(running, out=running)
    else:
        running = totals[:, :, None] * done[:, None, :] // whole[:, :, None]
    counts = np.empty(running.shape, dtype=np.int64)
    counts[:, :, :1] = running[:, :, :1]
    np.subtract(running[:, :, 1:], running[:, :, :-1], out=counts[:, :, 1:], casting="unsafe")
    return counts
