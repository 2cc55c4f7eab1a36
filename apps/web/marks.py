"""What a process has worked out, kept as long as nothing it rests on has changed.

The database changes a team's marks with each write, in the same transaction, so any number of processes and
machines may remember, each for itself; a transaction that is rolled back takes its marks with it."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from django.db import connection

# PLAN: people, calendar, funnel, goals and plans. REST: objectives, practices, reviews, words. LOGS: anything
# counted, on whatever day.
PLAN, REST, LOGS = "plan", "rest", "logs"
# Days sort before words: one range of the index holds the days from a first one on, and both words.
LOOK_BACK = timedelta(days=420)
# Answers kept by one process, the least used given up first: large ones, of up to some hundred kilobytes, and
# small ones.
LARGE, SMALL = 256, 4096

Made = TypeVar("Made")
Rest = ParamSpec("Rest")
State = tuple[int, ...]


@dataclass(frozen=True)
class Marks:
    """Of one team, days from ``since`` on."""

    since: date
    sums: Mapping[str, int]

    @property
    def are_kept(self) -> bool:
        """Without triggers, as while tables are being changed, there are none; nothing is remembered then."""
        return PLAN in self.sums

    def state(self, words: Iterable[str], days: tuple[date, date] | None) -> State:
        of_days = 0
        if days:
            first, last = (day.isoformat() for day in days)
            of_days = sum(mark for what, mark in self.sums.items() if first <= what <= last)
        return (*(self.sums.get(word, 0) for word in words), of_days)


@dataclass
class Look:
    """What one request has seen. One that writes looks again after each write, and keeps nothing that it sees
    inside a transaction, which may be rolled back."""

    writes: bool
    seen: dict[int, Marks] = field(default_factory=dict)

    @property
    def is_kept(self) -> bool:
        return not (self.writes and connection.in_atomic_block)

    def watch(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not sql.lstrip().startswith("SELECT"):
            self.seen.clear()
        return execute(sql, *rest)


_look: ContextVar[Look | None] = ContextVar("look", default=None)


@contextmanager
def one_look(*, writes: bool) -> Iterator[None]:
    """Within it each team's marks are read once."""
    look = Look(writes)
    token = _look.set(look)
    try:
        with connection.execute_wrapper(look.watch) if writes else nullcontext():
            yield
    finally:
        _look.reset(token)


def marks_of(team: int, since: date) -> Marks:
    return marks_of_teams([team], since)[team]


def marks_of_teams(teams: Iterable[int], since: date) -> dict[int, Marks]:
    """One query for those that this look has not seen yet."""
    look = _look.get()
    wanted = list(teams)
    if wanted and look and not look.is_kept:
        # While rows are locked, no more than is asked for.
        return _read(wanted, since)
    known = look.seen if look else {}
    missing = [team for team in wanted if team not in known or known[team].since > since]
    found = _read(missing, min(since, date.today() - LOOK_BACK)) if missing else {}  # noqa: DTZ011
    known.update(found)
    return {team: known[team] for team in wanted}


def _read(teams: list[int], since: date) -> dict[int, Marks]:
    sums: dict[int, defaultdict[str, int]] = {team: defaultdict(int) for team in teams}
    places = ", ".join(["%s"] * len(teams))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT team_id, what, mark FROM web_mark WHERE team_id IN ({places}) AND what >= %s",  # noqa: S608
            [*teams, since.isoformat()],
        )
        for team, what, mark in cursor.fetchall():
            sums[team][what] += mark
    return {team: Marks(since, dict(of_team)) for team, of_team in sums.items()}


def remembered(
    name: str,
    team: int,
    key: Hashable,
    make: Callable[[], Made],
    *,
    words: tuple[str, ...] = (PLAN,),
    days: tuple[date, date] | None = None,
    is_small: bool = False,
) -> Made:
    """What ``make`` gives, or gave under the same marks. ``key`` holds all else it rests on, the day and the
    reader's language with it. Whoever gets it must not change it: others get the same object."""
    marks = marks_of(team, days[0] if days else date.max)
    if not marks.are_kept:
        return make()
    slots = _small if is_small else _large
    slot, state = slots(connection.settings_dict["NAME"], name, team, key), marks.state(words, days)
    kept = slot.get("kept")
    if kept is None or kept[0] != state:
        # The marks were read before the rows: what changes in between is asked for again next time. Both are
        # kept in one step: another thread must not find new marks beside old numbers.
        kept = slot["kept"] = (state, make())
    return cast(Made, kept[1])


class _OfTeam(Protocol):
    """A team's member."""

    pk: Any
    team_id: int


class _Row(Protocol):
    pk: Any


Team = TypeVar("Team", bound=_Row)
Member = TypeVar("Member", bound=_OfTeam)
Loader = Callable[Concatenate[Team, Rest], Made]


def kept_for_team(*words: str) -> Callable[[Loader[Team, Rest, Made]], Loader[Team, Rest, Made]]:
    """For functions of a team and of values alone: remembered under these marks."""

    def decorate(load: Loader[Team, Rest, Made]) -> Loader[Team, Rest, Made]:
        @wraps(load)
        def kept(team: Team, /, *args: Rest.args, **named: Rest.kwargs) -> Made:
            return remembered(
                load.__qualname__,
                team.pk,
                (load.__module__, args, tuple(named.items())),
                lambda: load(team, *args, **named),
                words=words,
                is_small=True,
            )

        return kept

    return decorate


def kept_for_member(*words: str) -> Callable[[Loader[Member, Rest, Made]], Loader[Member, Rest, Made]]:
    """As ``kept_for_team``, for functions of one of its members."""

    def decorate(load: Loader[Member, Rest, Made]) -> Loader[Member, Rest, Made]:
        @wraps(load)
        def kept(member: Member, /, *args: Rest.args, **named: Rest.kwargs) -> Made:
            return remembered(
                load.__qualname__,
                member.team_id,
                (load.__module__, member.pk, args, tuple(named.items())),
                lambda: load(member, *args, **named),
                words=words,
                is_small=True,
            )

        return kept

    return decorate


def _slot(*_key: Hashable) -> dict[str, Any]:
    return {}


_large, _small = lru_cache(maxsize=LARGE)(_slot), lru_cache(maxsize=SMALL)(_slot)


def forget() -> None:
    _large.cache_clear()
    _small.cache_clear()
