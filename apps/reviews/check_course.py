"""The course of the seven checks: what each review of the goals found, and what the team said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from apps.accounts.models import Team
from apps.domain.checks import CODES, Check
from apps.goals.models import Kgi
from apps.reviews.models import CheckAnswer, Review

PERIODS = 6
KINDS = (Review.Kind.START, Review.Kind.MIDDLE)


@dataclass(frozen=True)
class Meeting:
    """Month start or half-time of a period; ``review`` is None where none was closed."""

    kgi: Kgi
    kind: Review.Kind
    review: Review | None

    @property
    def states(self) -> Mapping[str, str]:
        frozen = self.review.frozen if self.review else None
        return dict(frozen.get("checks", [])) if frozen else {}

    @property
    def diagnosis(self) -> str:
        frozen = self.review.frozen if self.review else None
        return frozen.get("diagnosis", "") if frozen else ""


@dataclass(frozen=True)
class Cell:
    """What the data said, and what the team said; empty where nobody did."""

    state: str
    answer: CheckAnswer | None


@dataclass(frozen=True)
class Line:
    """One check over the meetings, the newest last, and as it stands now."""

    check: Check
    cells: Sequence[Cell]


@dataclass(frozen=True)
class CheckCourse:
    meetings: Sequence[Meeting]
    lines: Sequence[Line]


def load_course(team: Team, now: Sequence[Check]) -> CheckCourse:
    """Of the last periods. Three queries."""
    newest = Kgi.objects.of_team(team).running().order_by("-start")[:PERIODS]
    kgis = sorted(newest, key=lambda kgi: kgi.start)
    closed = list(Review.objects.filter(team=team, kind__in=KINDS, closed_at__isnull=False))
    every = [Meeting(kgi, kind, _held(closed, kgi, kind)) for kgi in kgis for kind in KINDS]
    # Before the first review there is nothing to tell; later on a missing one is telling.
    meetings = list(dropwhile(lambda one: one.review is None, every))
    said = {
        (one.review_id, one.code): one
        for one in CheckAnswer.objects.filter(review__in=[one.review for one in meetings if one.review])
    }
    by_code = {check.code: check for check in now}
    return CheckCourse(
        meetings,
        [Line(by_code[code], [_cell(one, code, said) for one in meetings]) for code in CODES],
    )


def _held(closed: Sequence[Review], kgi: Kgi, kind: Review.Kind) -> Review | None:
    return next((one for one in closed if one.kind == kind and kgi.start <= one.day <= kgi.end), None)


def _cell(meeting: Meeting, code: str, said: Mapping[tuple[int, str], CheckAnswer]) -> Cell:
    answer = said.get((meeting.review.pk, code)) if meeting.review else None
    return Cell(meeting.states.get(code, ""), answer)
