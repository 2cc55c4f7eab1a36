"""What key results stand at, from the log: every one of a page in a few queries, however many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import accumulate

from apps.accounts.models import Membership, Team
from apps.calendars.queries import day_of, load_days
from apps.domain.chance import NOTHING_YET, Past, chance_of_amount, chance_of_count, chance_of_rate
from apps.domain.key_results import Way, expected, level, progress, resolved
from apps.domain.money import decimals
from apps.domain.periods import Period, periods_before, previous
from apps.domain.smart.judge import FEWEST_PERIODS
from apps.domain.workdays import days_between
from apps.funnels.models import Kpi
from apps.okrs.models import KeyResult, as_fraction
from apps.okrs.sums import NOTHING, Sums

# Earlier periods that a target is held against.
PERIODS_BACK = 4


@dataclass(frozen=True)
class Standing:
    """Where a key result stands; ``current`` and ``way`` are None while nothing can be said."""

    current: Fraction | None
    way: Way | None
    expected: Fraction
    # What the period before brought, where the target is held against it.
    before: Fraction | None
    # The probability of reaching the target: as its period began, and from where it stands now.
    chance_at_start: float | None
    chance: float | None

    @property
    def progress(self) -> Fraction | None:
        if self.current is None or self.way is None:
            return None
        return progress(self.way, self.current)

    @property
    def level(self) -> str:
        return "" if self.current is None or self.way is None else level(self.way, self.current)

    @property
    def is_behind(self) -> bool:
        return self.progress is not None and self.progress < self.expected


@dataclass(frozen=True)
class Disagreement:
    """A number typed on a day, and what the log says for it (None: nothing to divide by)."""

    hand: Fraction
    logged: Fraction | None
    day: date


class Measures:
    """The numbers of key results of one team, up to and with ``today``."""

    def __init__(self, team: Team, key_results: Sequence[KeyResult], today: date) -> None:
        self.team, self.key_results, self.today = team, key_results, today
        self.members = list(Membership.objects.filter(team=team).in_team_order())
        self._worked: dict[tuple[int | None, Period], Fraction] = {}

    @cached_property
    def stages(self) -> list[Kpi]:
        return list(Kpi.objects.of_team(self.team).running())

    @cached_property
    def sums(self) -> Sums:
        windows: set[Period] = set()
        for key_result in self._counted:
            whole = (key_result.first_day, key_result.last_day)
            windows |= {self._so_far(key_result), *periods_before(whole, PERIODS_BACK)}
            if checked := self._checked(key_result):
                windows.add(checked)
        return Sums([member.pk for member in self.members], windows, self.kpis_counted())

    @property
    def _counted(self) -> list[KeyResult]:
        return [key_result for key_result in self.key_results if not key_result.is_by_hand]

    def kpis_counted(self) -> set[int] | None:
        """What is counted at all; None where an amount is, wherever it was logged."""
        if any(key_result.measure == KeyResult.Measure.AMOUNT for key_result in self._counted):
            return None
        return {
            kpi.pk
            for key_result in self._counted
            for kpi in (key_result.kpi, self.base_of(key_result))
            if kpi
        }

    def base_of(self, key_result: KeyResult) -> Kpi | None:
        """What a rate or a signal is divided by: what is named, else the stage before or beside."""
        if key_result.measure == KeyResult.Measure.SIGNAL and key_result.kpi:
            return key_result.kpi.beside
        if key_result.measure != KeyResult.Measure.RATE or key_result.base:
            return key_result.base
        places = [number for number, stage in enumerate(self.stages) if stage.pk == key_result.kpi_id]
        return self.stages[places[0] - 1] if places and places[0] else None

    def _so_far(self, key_result: KeyResult) -> Period:
        start = key_result.first_day
        return start, max(start, min(key_result.last_day, self.last_look(key_result)))

    # -- values ------------------------------------------------------------------------------------

    def value(self, key_result: KeyResult, window: Period) -> Fraction | None:
        """What the log says for a window; None where there is nothing to divide by."""
        member = key_result.carrier.pk if key_result.carrier else None
        if key_result.measure == KeyResult.Measure.AMOUNT:
            minor = self.sums.of(window, None, member).amount
            return Fraction(minor, 10 ** decimals(self.team.organization.currency))
        count = self.sums.of(window, key_result.kpi_id, member).count
        if key_result.measure == KeyResult.Measure.COUNT:
            return Fraction(count)
        base = self.base_of(key_result)
        of = self.sums.of(window, base.pk, member).count if base else 0
        return self.ratio(key_result, count, of)

    def ratio(self, key_result: KeyResult, count: int, of: int) -> Fraction | None:
        if of <= 0:
            return None
        is_per_event = key_result.kpi is not None and key_result.kpi.is_signal and not key_result.kpi.is_share
        return Fraction(count, of) * (1 if is_per_event else 100)

    def cases(self, key_result: KeyResult, window: Period) -> tuple[int, int] | None:
        """Count and base of a rate, for how much it rests on."""
        base = self.base_of(key_result)
        if base is None or key_result.kpi_id is None:
            return None
        member = key_result.carrier.pk if key_result.carrier else None
        return (
            self.sums.of(window, key_result.kpi_id, member).count,
            self.sums.of(window, base.pk, member).count,
        )

    def current(self, key_result: KeyResult) -> Fraction | None:
        if key_result.is_by_hand:
            return None if key_result.is_new else as_fraction(key_result.hand_value)
        return self.value(key_result, self._so_far(key_result))

    def before(self, key_result: KeyResult) -> Fraction | None:
        if key_result.is_by_hand:
            return as_fraction(key_result.baseline)
        window = previous((key_result.first_day, key_result.last_day))
        # A period that still runs is no measure yet.
        return self.value(key_result, window) if window[1] < self.today else None

    def standing(self, key_result: KeyResult) -> Standing:
        before = self.before(key_result) if key_result.compares else None
        way = self.way(key_result)
        elapsed = self.elapsed(key_result)
        wanted = expected(way, elapsed, key_result.is_running_total) if way else elapsed
        chances = self._chances(key_result, way)
        return Standing(self.current(key_result), way, wanted, before, *chances)

    def way(self, key_result: KeyResult) -> Way | None:
        """From where to where; None where the period before has nothing to be measured against."""
        before = self.before(key_result) if key_result.compares else None
        numbers = [as_fraction(value) for value in (key_result.target, key_result.commit, key_result.stretch)]
        start = Fraction(0) if key_result.is_running_total else as_fraction(key_result.baseline)
        spent = (
            self.elapsed(key_result) if key_result.is_running_total and key_result.lower_is_better else None
        )
        if key_result.compares:
            if before is None or (before == 0 and key_result.compares == KeyResult.Compares.PERCENT):
                return None
            numbers = [None if n is None else resolved(before, n, key_result.compares) for n in numbers]
            start = start if key_result.is_running_total else before
        target, commit, stretch = numbers
        assert target is not None
        return Way(start, target, commit, stretch, key_result.lower_is_better, spent)

    def _checked(self, key_result: KeyResult) -> Period | None:
        """The window up to the day on which a number was typed beside the log's."""
        if key_result.is_new or key_result.hand_day is None or key_result.hand_is_alignment:
            return None
        start = key_result.first_day
        return start, max(start, min(key_result.hand_day, key_result.last_day))

    def disagreement(self, key_result: KeyResult) -> Disagreement | None:
        """Where the number that was typed last is not what the log says for that day."""
        window = None if key_result.is_by_hand else self._checked(key_result)
        hand = as_fraction(key_result.hand_value) if window else None
        if window is None or hand is None or key_result.hand_day is None:
            return None
        logged = self.value(key_result, window)
        # What is stored has four places; a third of a per cent is no disagreement.
        if logged is not None and abs(hand - logged) < Fraction(1, 10_000):
            return None
        return Disagreement(hand, logged, key_result.hand_day)

    # -- time ------------------------------------------------------------------------------------------

    @cached_property
    def _capacity(self) -> dict[int | None, dict[date, Fraction]]:
        """Working days by carrier, and under None those of the team's calendar."""
        windows = [self._whole(key_result) for key_result in self.key_results]
        if not windows:
            return {}
        first = min(periods_before(window, PERIODS_BACK)[-1][0] for window in windows)
        carriers = {key_result.carrier.pk for key_result in self.key_results if key_result.carrier}
        members = [member for member in self.members if member.pk in carriers]
        return load_days(self.team, first, max(end for _start, end in windows), members)

    def _whole(self, key_result: KeyResult) -> Period:
        return key_result.first_day, key_result.last_day

    def working(self, key_result: KeyResult, window: Period) -> Fraction:
        """Working days in a window, of who carries the key result."""
        carrier = key_result.carrier.pk if key_result.carrier else None
        if (carrier, window) not in self._worked:
            row = self._capacity.get(carrier, {})
            days = days_between(*window)
            self._worked[carrier, window] = sum((row.get(day, Fraction(0)) for day in days), Fraction(0))
        return self._worked[carrier, window]

    def elapsed(self, key_result: KeyResult) -> Fraction:
        """The part of the working days that is over by tonight; of all days where the period has no
        working day."""
        day = self.last_look(key_result)
        start, end = self._whole(key_result)
        if day < start:
            return Fraction(0)
        if day >= end:
            return Fraction(1)
        total = self.working(key_result, (start, end))
        if total <= 0:
            return Fraction((day - start).days + 1, (end - start).days + 1)
        return self.working(key_result, (start, day)) / total

    def pace(self, key_result: KeyResult, days: Sequence[date]) -> list[Fraction]:
        """The part of the working days that is over by the evening of each of the period's days."""
        worked = list(accumulate(self.working(key_result, (day, day)) for day in days))
        if not worked[-1]:
            return [Fraction(number, len(days)) for number in range(1, len(days) + 1)]
        return [done / worked[-1] for done in worked]

    def last_look(self, key_result: KeyResult) -> date:
        """Today, or the day on which the objective was closed: its numbers stand still from then on."""
        closed = key_result.objective.closed_at
        return self.today if closed is None else min(self.today, day_of(self.team, closed))

    # -- chance ----------------------------------------------------------------------------------------

    def _chances(self, key_result: KeyResult, way: Way | None) -> tuple[float | None, float | None]:
        """Of reaching the target by the end, where enough periods came before: as the period began, and
        from here; from here no longer once it is over."""
        if key_result.is_by_hand or way is None:
            return None, None
        windows = self._told(key_result)
        if len(windows) < FEWEST_PERIODS:
            return None, None
        is_total = key_result.is_running_total
        chance_of = self._chance_of_total if is_total else self._chance_of_level
        at_start = chance_of(key_result, way, windows, None)
        if self.last_look(key_result) > key_result.last_day or key_result.objective.closed_at:
            return at_start, None
        return at_start, chance_of(key_result, way, windows, self._so_far(key_result))

    def _told(self, key_result: KeyResult) -> list[Period]:
        """The periods before that say something: with working days of the carrier, from the first on
        in which that carrier logged anything."""
        windows = periods_before(self._whole(key_result), PERIODS_BACK)
        carrier = key_result.carrier.pk if key_result.carrier else None
        while windows and self.sums.of(windows[-1], None, carrier) == NOTHING:
            windows.pop()
        return [window for window in windows if self.working(key_result, window) > 0]

    def _left(self, key_result: KeyResult, so_far: Period | None) -> Fraction:
        """Working days that are to come, today's included: it is not over yet."""
        whole = self._whole(key_result)
        if so_far is None or self.today < whole[0]:
            return self.working(key_result, whole)
        return self.working(key_result, (self.today, whole[1]))

    def _chance_of_level(
        self, key_result: KeyResult, way: Way, windows: Sequence[Period], so_far: Period | None
    ) -> float | None:
        """Of a rate or a share; what is counted per case has no upper end to be measured against."""
        if key_result.kpi and key_result.kpi.is_signal and not key_result.kpi.is_share:
            return None
        cases = [pair for window in windows if (pair := self.cases(key_result, window))]
        if not any(of for _count, of in cases):
            return None
        done = (self.cases(key_result, so_far) if so_far else None) or (0, 0)
        days = self.working(key_result, self._whole(key_result))
        left = float(self._left(key_result, so_far) / days) if days else 0.0
        chance = chance_of_rate(way.target / 100, cases, done, left)
        return 1 - chance if way.lower_is_better else chance

    def _chance_of_total(
        self, key_result: KeyResult, way: Way, windows: Sequence[Period], so_far: Period | None
    ) -> float:
        past = [self._past(key_result, window) for window in windows]
        left = self._left(key_result, so_far)
        is_begun = so_far is not None and self.today >= key_result.first_day
        done = self._past(key_result, so_far) if so_far and is_begun else NOTHING_YET
        of = chance_of_amount if key_result.measure == KeyResult.Measure.AMOUNT else chance_of_count
        if way.lower_is_better:
            # Staying at or below the target is not reaching one more.
            return 1 - of(way.target + 1, past, left, done)
        return of(way.target, past, left, done)

    def _past(self, key_result: KeyResult, window: Period) -> Past:
        value = self.value(key_result, window) or Fraction(0)
        return Past(value, self.working(key_result, window), self._deals(key_result, window))

    def _deals(self, key_result: KeyResult, window: Period) -> int:
        """Of an amount: in how many contracts it came."""
        if key_result.measure != KeyResult.Measure.AMOUNT or not self.stages:
            return 0
        carrier = key_result.carrier.pk if key_result.carrier else None
        return self.sums.of(window, self.stages[-1].pk, carrier).count
