"""How long something takes, in processor time."""

import statistics
import time
from collections.abc import Callable


def median_ms(work: Callable[[], object], times: int) -> float:
    work()
    took = []
    for _each in range(times):
        began = time.process_time()
        work()
        took.append((time.process_time() - began) * 1000)
    return statistics.median(took)


def alternating_ms(
    first: Callable[[], object], second: Callable[[], object], times: int
) -> tuple[float, float]:
    """Two works in turn, so that a busy moment of the machine meets both."""
    took: tuple[list[float], list[float]] = ([], [])
    for _each in range(times + 1):
        for work, times_of in zip((first, second), took, strict=True):
            began = time.process_time()
            work()
            times_of.append((time.process_time() - began) * 1000)
    return statistics.median(took[0][1:]), statistics.median(took[1][1:])
