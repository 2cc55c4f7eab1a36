from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from apps.domain.priority import Step, priorities


def step(key: int, need: int, minutes: int | None, needed: int, left: int) -> Step:
    return Step(key, Fraction(need), None if minutes is None else Fraction(minutes), needed, left)


def test_calls_come_before_the_appointments_that_they_lead_to() -> None:
    """The article's tree, nothing done yet: an appointment takes little time, but comes from three calls."""
    order = priorities([step(1, 30, 6, 15, 15), step(2, 10, 8, 5, 5), step(3, 5, 60, 2, 2)])
    assert [one.key for one in order] == [1, 2, 3]


def test_what_is_nearly_done_makes_way() -> None:
    order = priorities([step(1, 30, 6, 15, 2), step(2, 10, 8, 5, 5), step(3, 5, 60, 2, 0)])
    assert [one.key for one in order] == [2, 1, 3]
    assert order[-1].can_wait


def test_effect_is_the_goal_over_the_hours_of_the_chain_so_far() -> None:
    """30 calls of 6 minutes are 3 hours; 10 appointments of 6 more make 4."""
    order = priorities([step(1, 30, 6, 10, 10), step(2, 10, 6, 10, 10)])
    assert [one.effect for one in order] == [Fraction(1, 3), Fraction(1, 4)]


def test_without_minutes_all_count_alike_and_the_order_is_the_funnels() -> None:
    order = priorities([step(1, 30, None, 15, 15), step(2, 10, None, 5, 5)])
    assert [one.key for one in order] == [1, 2]


def test_a_stage_that_asks_for_nothing_can_wait() -> None:
    assert priorities([step(1, 30, 6, 0, 0)])[0].can_wait
    assert priorities([]) == []


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.integers(1, 90), st.integers(0, 50), st.integers(-5, 60)),
        max_size=6,
    )
)
def test_shortage_stays_a_part_and_nothing_missing_comes_after_something_missing(
    rows: list[tuple[int, int, int, int]],
) -> None:
    order = priorities([step(key, *row) for key, row in enumerate(rows)])
    assert all(0 <= one.shortage <= 1 for one in order)
    waits = [one.can_wait for one in order]
    assert waits == sorted(waits)
