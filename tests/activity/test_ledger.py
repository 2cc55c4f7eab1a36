"""The ledger holds: once each, sums agree, whatever is sent twice."""

import threading
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import close_old_connections, connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.activity.models import Entry, Tally
from apps.activity.queries import counts_by_day, foreign_entries, tally_drifts
from apps.activity.services import log_entry, new_entry, undo_entry
from apps.domain.errors import PlanError
from apps.funnels.models import Segment
from tests.people import TODAY, World, log, make_world

ONE = UUID("00000000-0000-4000-8000-000000000001")


def total(world: World, code: str) -> tuple[int, int]:
    rows = [row for row in counts_by_day([world.ren.pk], TODAY, TODAY) if row.kpi == world.kpi(code).pk]
    return sum(row.count for row in rows), sum(row.amount for row in rows)


def test_log_adds_up(world: World) -> None:
    log(world.ren, "call", 5)
    log(world.ren, "call", 10)
    assert total(world, "call") == (15, 0)


def test_log_sent_twice_counts_once(world: World) -> None:
    first = log(world.ren, "call", 5, pk=ONE)
    again = log(world.ren, "call", 5, pk=ONE)
    assert first.pk == again.pk
    assert total(world, "call") == (5, 0)


@pytest.mark.parametrize("change", [{"count": 6}, {"day": TODAY.replace(day=9)}, {"code": "meeting"}])
def test_log_same_id_other_body_is_a_conflict(world: World, change: dict[str, object]) -> None:
    log(world.ren, "call", 5, pk=ONE)
    sent = {"code": "call", "count": 5, "day": TODAY} | change
    with pytest.raises(PlanError) as error:
        log(world.ren, str(sent["code"]), int(str(sent["count"])), sent["day"], pk=ONE)  # type: ignore[arg-type]
    assert error.value.code == "entry_conflict"


def test_log_same_id_of_another_member_is_a_conflict(world: World) -> None:
    log(world.ren, "call", 5, pk=ONE)
    with pytest.raises(PlanError):
        log(world.rika, "call", 5, pk=ONE)


def test_undo_twice_is_one_undo(world: World) -> None:
    entry = log(world.ren, "call", 5)
    undo_entry(entry=entry, by=world.rep)
    undo_entry(entry=entry, by=world.rep)
    assert total(world, "call") == (0, 0)
    assert Entry.objects.count() == 2


def test_shared_contract_counts_once_for_the_team_and_splits_the_amount(world: World) -> None:
    log(world.ren, "contract", 1, amount=50_000, shared_with=world.rika, shared_amount=20_000)
    rows = {
        row.member: (row.count, row.amount)
        for row in counts_by_day([world.ren.pk, world.rika.pk], TODAY, TODAY)
    }
    assert rows == {world.ren.pk: (1, 30_000), world.rika.pk: (0, 20_000)}


def test_undo_of_a_shared_contract_takes_both_parts_back(world: World) -> None:
    entry = log(world.ren, "contract", 1, amount=50_000, shared_with=world.rika, shared_amount=20_000)
    undo_entry(entry=entry, by=world.rep)
    rows = counts_by_day([world.ren.pk, world.rika.pk], TODAY, TODAY)
    assert all((row.count, row.amount) == (0, 0) for row in rows)


def test_cancellation_is_its_own_kind(world: World) -> None:
    log(world.ren, "contract", 1, amount=100_000)
    entry = log(world.ren, "contract", 1, amount=100_000, is_cancellation=True)
    assert entry.kind == Entry.Kind.CANCELLATION
    assert total(world, "contract") == (0, 0)


@pytest.mark.parametrize(
    ("count", "fields", "code"),
    [
        (0, {}, "nothing_logged"),
        (10_001, {}, "too_many_at_once"),
        (1, {"amount": 10**14}, "amount_too_large"),
        (1, {"amount": 5, "shared_amount": 6}, "shared_more_than_all"),
    ],
)
def test_log_refuses(world: World, count: int, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(PlanError) as error:
        log(world.ren, "contract", count, **fields)
    assert error.value.code == code
    assert Entry.objects.count() == 0


def test_tallies_command_finds_and_mends_a_drift(world: World) -> None:
    log(world.ren, "call", 5)
    call_command("tallies", "--check")
    Tally.objects.update(count=7)
    with pytest.raises(CommandError):
        call_command("tallies", "--check")
    call_command("tallies", "--rebuild")
    assert tally_drifts() == []


def test_tallies_check_names_entries_of_another_team(world: World) -> None:
    entry = log(world.ren, "call", 5)
    assert foreign_entries() == 0
    Entry.objects.filter(pk=entry.pk).update(segment=Segment.objects.get(team=world.other_team))
    assert foreign_entries() == 1


class LedgerProperties(TestCase):
    """Any run of logs, repeats, undos and shared contracts leaves sums equal to the entries."""

    def setUp(self) -> None:
        self.world = make_world()

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["log", "repeat", "undo", "share"]), st.integers(1, 50), st.integers(0, 5)
            ),
            max_size=12,
        )
    )
    def test_sums_follow_entries(self, steps: list[tuple[str, int, int]]) -> None:
        world, made = self.world, list[Entry]()
        expected = 0
        for what, count, choice in steps:
            if what == "log" or not made:
                made.append(log(world.ren, "call", count))
                expected += count
            elif what == "share":
                log(
                    world.ren,
                    "contract",
                    1,
                    amount=count,
                    shared_with=world.rika,
                    shared_amount=choice % (count + 1),
                )
            elif what == "repeat":
                log_entry(made[choice % len(made)])
            else:
                entry = made[choice % len(made)]
                undone = Entry.objects.filter(reverses=entry).exists()
                undo_entry(entry=entry, by=world.rep)
                expected -= 0 if undone else entry.count
        assert tally_drifts() == []
        assert total(world, "call")[0] == expected


@pytest.mark.django_db(transaction=True)
def test_simultaneous_twins_count_once(noon: None) -> None:
    """Two threads send the same forty taps at the same moment."""
    world = make_world()
    ids = [uuid4() for _each in range(40)]
    barrier = threading.Barrier(2)
    failures: list[Exception] = []

    def send() -> None:
        try:
            for pk in ids:
                barrier.wait(timeout=30)
                log(world.ren, "call", 1, pk=pk)
        except Exception as error:  # noqa: BLE001 - reported below, in the test's own thread
            failures.append(error)
            barrier.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert failures == []
    assert Entry.objects.count() == 40
    assert total(world, "call") == (40, 0)
    assert tally_drifts() == []


def test_new_entry_of_a_negative_count_is_a_correction(world: World) -> None:
    entry = new_entry(
        pk=uuid4(),
        team=world.team,
        member=world.ren,
        kpi=world.kpi("call"),
        segment=Segment.objects.get(team=world.team),
        day=TODAY,
        count=-2,
        by=world.rep,
    )
    assert entry.kind == Entry.Kind.CORRECTION
