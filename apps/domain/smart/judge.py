"""One verdict per letter, with the words that led to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import erf, sqrt

from apps.domain.smart import amounts, substance, times
from apps.domain.smart.text import Hit, is_japanese, uniform, without

OK, GAP, UNKNOWN = "ok", "gap", "unknown"
KINDS = ("goal", "key_result", "objective")
# How far a month can differ from the months before, as a share of their mean (docs/smart.md).
DRIFT = 0.2
OUT_OF_REACH, TOO_EASY = 0.05, 0.95
FEWEST_MONTHS = 3


@dataclass(frozen=True)
class Finding:
    letter: str
    code: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """What is known around a goal: past results of the same measure, the parent and its deadline."""

    history: Sequence[Fraction] = ()
    target: Fraction | None = None
    period_end: date | None = None
    objective: str = ""


@dataclass
class Verdict:
    letters: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def put(self, letter: str, state: str, code: str = "", found: Sequence[Hit] = ()) -> None:
        self.letters[letter] = state
        if code:
            self.findings.append(Finding(letter, code, tuple(hit.words for hit in found)))


@dataclass(frozen=True)
class _Read:
    """A text read once: what was found, each place by one rule only."""

    text: str
    starts: list[Hit]
    vague_times: list[Hit]
    times: list[Hit]
    placeholders: list[Hit]
    amounts: list[Hit]
    states: list[Hit]
    # The text with times and numbers blanked.
    rest: str


def _read(text: str) -> _Read:
    plain = uniform(text)
    holes = amounts.placeholders(plain)
    starts = times.starts(plain)
    vague = times.vague_times(without(plain, starts))
    timed = without(plain, starts + vague)
    found_times = times.times(timed)
    counted = without(timed, found_times + holes)
    counted = without(counted, amounts.uncounted(counted))
    found = amounts.amounts(counted)
    rest = without(counted, found)
    return _Read(plain, starts, vague, found_times, holes, found, amounts.states(counted), rest)


def judge(
    text: str, kind: str = "goal", today: date | None = None, context: Context | None = None
) -> Verdict:
    """The five letters of a goal. ``kind`` is one of KINDS; an objective needs no number, a key
    result inherits its period. ``today`` is needed to say that a deadline is past."""
    context = context or Context()
    read, verdict = _read(text), Verdict()
    _specific(read, verdict)
    _measurable(read, verdict, kind)
    _achievable(read, verdict, context)
    _relevant(read, verdict)
    _timed(read, verdict, kind, today, context)
    return verdict


def _has_number(read: _Read) -> bool:
    return bool(read.amounts or read.states)


def _specific(read: _Read, verdict: Verdict) -> None:
    if others := substance.others_work(read.text):
        verdict.put("S", GAP, "others_work", others)
        return
    effort = substance.effort(read.text)
    seen = _substance(read)
    if effort and not (_has_number(read) and seen):
        verdict.put("S", GAP, "effort", effort)
    elif not seen and not _has_number(read):
        verdict.put("S", GAP, "no_object")
    elif (ranges := substance.open_ranges(read.text)) and not _has_number(read):
        verdict.put("S", GAP, "open_range", ranges)
    else:
        verdict.put("S", OK)


def _substance(read: _Read) -> bool:
    if is_japanese(read.text):
        return len(substance.japanese_substance(read.rest)) >= 2
    return bool(substance.english_substance(read.rest))


def _measurable(read: _Read, verdict: Verdict, kind: str) -> None:
    if kind == "objective":
        verdict.put("M", OK)
    elif read.placeholders and not read.amounts:
        verdict.put("M", GAP, "placeholder", read.placeholders)
    elif _has_number(read):
        verdict.put("M", OK)
    else:
        verdict.put("M", GAP, "no_number")


def _achievable(read: _Read, verdict: Verdict, context: Context) -> None:
    if found := substance.absurd(read.text):
        verdict.put("A", GAP, "absurd", found)
        return
    target = context.target
    if target is None or len(context.history) < FEWEST_MONTHS:
        verdict.put("A", UNKNOWN, "no_history")
        return
    chance = chance_of(float(target), [float(value) for value in context.history])
    if chance < OUT_OF_REACH:
        verdict.put("A", GAP, "out_of_reach")
    elif chance > TOO_EASY:
        verdict.put("A", GAP, "too_easy")
    else:
        verdict.put("A", OK)


def chance_of(target: float, history: Sequence[float]) -> float:
    """Probability of reaching ``target`` in a period like those of ``history``: normal around
    their mean, with their own spread, the noise of counting and a drift of 20 %."""
    mean = sum(history) / len(history)
    spread = sum((value - mean) ** 2 for value in history) / (len(history) - 1)
    deviation = sqrt(max(spread, abs(mean)) + (DRIFT * mean) ** 2) or 1.0
    return 0.5 * (1 - erf((target - mean) / (deviation * sqrt(2))))


def _relevant(read: _Read, verdict: Verdict) -> None:
    if found := substance.without_purpose(read.text):
        verdict.put("R", GAP, "no_purpose", found)
    else:
        verdict.put("R", UNKNOWN, "not_linked")


def _timed(read: _Read, verdict: Verdict, kind: str, today: date | None, context: Context) -> None:
    if read.times:
        past = [day for day in times.full_dates(read.text) if today and day < today]
        verdict.put("T", GAP if past else OK, "past" if past else "", read.times if past else ())
    elif context.period_end:
        is_over = bool(today and context.period_end < today)
        verdict.put("T", GAP if is_over else OK, "past" if is_over else "inherited")
    elif _parent_has_time(context):
        verdict.put("T", OK, "inherited")
    elif kind != "goal":
        verdict.put("T", UNKNOWN, "no_parent")
    elif read.vague_times:
        verdict.put("T", GAP, "vague_time", read.vague_times)
    elif read.starts:
        verdict.put("T", GAP, "only_start", read.starts)
    else:
        verdict.put("T", GAP, "no_time")


def _parent_has_time(context: Context) -> bool:
    return bool(context.objective and _read(context.objective).times)
