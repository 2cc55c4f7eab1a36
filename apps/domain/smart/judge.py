"""One verdict per letter, with the words that led to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from apps.domain.chance import Past, chance_of_amount, chance_of_count, chance_of_rate
from apps.domain.smart import amounts, substance, target, times
from apps.domain.smart.text import Hit, is_japanese, uniform, without

OK, GAP, UNKNOWN = "ok", "gap", "unknown"
KINDS = ("goal", "key_result", "objective")
OUT_OF_REACH, TOO_EASY = 0.05, 0.95
FEWEST_PERIODS = 3


@dataclass(frozen=True)
class Finding:
    letter: str
    code: str
    words: tuple[str, ...] = ()
    # What the sentence needs besides the words, e.g. a probability.
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What is known around a goal."""

    # What the same measure brought in earlier periods, and the number to reach, where it is known
    # beside the text.
    history: Sequence[Fraction] = ()
    target: Fraction | None = None
    # The probability of reaching it, where the caller knows more than the history: working days.
    chance: float | None = None
    period_end: date | None = None
    # The text of the objective that it belongs to.
    objective: str = ""
    # Beside the text stands a number to reach with its unit; and what is counted is named there.
    is_measured: bool = False
    is_named: bool = False
    link: str = ""


# How a goal hangs on the KGI: nobody has said; on nothing; in a way that reaching it would change next
# to nothing; or so that it moves it.
UNSAID, LOOSE, WEAK, MOVES = "", "loose", "weak", "moves"


@dataclass
class Verdict:
    letters: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def put(
        self, letter: str, state: str, code: str = "", found: Sequence[Hit] = (), **facts: object
    ) -> None:
        self.letters[letter] = state
        if code:
            self.note(letter, code, found, **facts)

    def note(self, letter: str, code: str, found: Sequence[Hit] = (), **facts: object) -> None:
        """Worth a look, without being a gap by itself."""
        self.findings.append(Finding(letter, code, tuple(hit.words for hit in found), facts))


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
    lengths = amounts.lengths(timed)
    timed = without(timed, lengths)
    found_times = times.times(timed)
    counted = without(timed, found_times + holes)
    counted = without(counted, amounts.uncounted(counted))
    found = lengths + amounts.responses(plain) + amounts.amounts(counted)
    rest = without(counted, found)
    return _Read(plain, starts, vague, found_times, holes, found, amounts.states(counted), rest)


def judge(
    text: str, kind: str = "goal", today: date | None = None, context: Context | None = None
) -> Verdict:
    """The five letters of a goal. ``kind`` is one of KINDS; an objective needs no number, a key
    result inherits its period. ``today`` is needed to say that a deadline is past."""
    context = context or Context()
    read, verdict = _read(text), Verdict()
    _specific(read, verdict, kind, context)
    _measurable(read, verdict, kind, context)
    _achievable(read, verdict, context)
    _relevant(read, verdict, context)
    _timed(read, verdict, kind, today, context)
    return verdict


def _has_number(read: _Read) -> bool:
    return bool(read.amounts or read.states)


def _specific(read: _Read, verdict: Verdict, kind: str, context: Context) -> None:
    is_counted = _has_number(read) or context.is_named
    if others := substance.others_work(read.text):
        verdict.put("S", GAP, "others_work", others)
        return
    named = _named(read, is_objective=kind == "objective")
    effort = substance.effort(read.text)
    if effort and not (is_counted and (named or context.is_named)):
        verdict.put("S", GAP, "effort", effort)
    elif not is_counted and not named:
        verdict.put("S", GAP, "no_object", substance.open_words(read.text))
    elif (ranges := substance.open_ranges(read.text)) and not is_counted:
        verdict.put("S", GAP, "open_range", ranges)
    else:
        verdict.put("S", OK)
    if len(two := substance.changes(read.text)) > 1 and len(read.amounts) > 1:
        verdict.note("S", "two_goals", two)


def _named(read: _Read, *, is_objective: bool) -> bool:
    """Whether the text says what is done in a way that somebody could see. An objective points the
    way: it needs something of its own, but no act and no circumstances."""
    details = substance.japanese_details if is_japanese(read.text) else substance.english_details
    found = details(read.text, read.rest, has_time=bool(read.times))
    return found.words > 0 if is_objective or _has_number(read) else found.points >= 2


def _measurable(read: _Read, verdict: Verdict, kind: str, context: Context) -> None:
    if kind == "objective" or context.is_measured:
        verdict.put("M", OK)
        if context.target is not None and (other := target.other_numbers(read.amounts, context.target)):
            verdict.note("M", "other_number", other)
    elif read.placeholders and not read.amounts:
        verdict.put("M", GAP, "placeholder", read.placeholders)
    elif _has_number(read):
        verdict.put("M", OK)
        if unclear := amounts.percent_or_points(read.text):
            verdict.note("M", "percent_or_points", unclear)
    else:
        verdict.put("M", GAP, "no_number")


def _achievable(read: _Read, verdict: Verdict, context: Context) -> None:
    if found := substance.absurd(read.text):
        verdict.put("A", GAP, "absurd", found)
        return
    chance = context.chance if context.chance is not None else _chance(read, context)
    if chance is None:
        verdict.put("A", UNKNOWN, "no_history")
        return
    of_100 = round(chance * 100)
    if chance < OUT_OF_REACH:
        verdict.put("A", GAP, "out_of_reach", chance=of_100)
    elif chance > TOO_EASY:
        verdict.put("A", GAP, "too_easy", chance=of_100)
    else:
        verdict.put("A", OK, "stretching", chance=of_100)


def _chance(read: _Read, context: Context) -> float | None:
    """From the history alone: as if every period had the same working days."""
    history = context.history
    if len(history) < FEWEST_PERIODS:
        return None
    wanted = context.target
    if wanted is None:
        wanted = target.target_of(read.text, read.amounts, history)
    if wanted is None:
        return None
    chance = _reached(wanted, history)
    return 1 - chance if target.lower_is_better(read.text) else chance


def _reached(wanted: Fraction, history: Sequence[Fraction]) -> float:
    if all(0 <= value < 1 for value in history) and any(history):
        # Shares without their cases: each as if it came from a hundred.
        return chance_of_rate(wanted, [(round(value * 100), 100) for value in history])
    past = [Past(value, 1) for value in history]
    whole = all(value.denominator == 1 and value >= 0 for value in history)
    return (chance_of_count if whole else chance_of_amount)(wanted, past, 1)


def _relevant(read: _Read, verdict: Verdict, context: Context) -> None:
    if found := substance.without_purpose(read.text):
        verdict.put("R", GAP, "no_purpose", found)
    elif context.link == MOVES:
        verdict.put("R", OK, "linked")
    elif context.link in (LOOSE, WEAK):
        verdict.put("R", GAP, f"{context.link}_link")
    else:
        verdict.put("R", UNKNOWN, "unweighed" if context.objective else "not_linked")


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
