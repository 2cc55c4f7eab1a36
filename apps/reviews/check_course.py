"""The course of the seven checks: what each review of the goals found, and what the team said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import dropwhile

from apps.accounts.models import Team
from apps.domain.checks import CODES, Check
from apps.goals.models import Kgi
from apps.reviews.days import of_period
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


def load_course(team: Team, now: Sequence[Check], today: date) -> CheckCourse:
    """Of the last periods; what is still to come is not missing. Three queries and a calendar's."""
    begun = Kgi.objects.of_team(team).running().filter(start__lte=today)
    kgis = sorted(begun.order_by("-start")[:PERIODS], key=lambda kgi: kgi.start)
    meetings = _meetings(team, kgis, today) if kgis else []
    said = {
        (one.review_id, one.code): one
        for one in CheckAnswer.objects.filter(review__in=[one.review for one in meetings if one.review])
    }
    by_code = {check.code: check for check in now}
    return CheckCourse(
        meetings,
        [Line(by_code[code], [_cell(one, code, said) for one in meetings]) for code in CODES],
    )


def _meetings(team: Team, kgis: Sequence[Kgi], today: date) -> list[Meeting]:
    """Before the first review there is nothing to tell; later on a missing one is telling."""
    closed = Review.objects.filter(team=team, kind__in=KINDS, closed_at__isnull=False)
    held = list(closed.filter(day__gte=kgis[0].start))
    last = kgis[-1]
    last.team = team
    coming = {due.kind for due in of_period(last) if due.day >= today}
    every = [Meeting(kgi, kind, _held(held, kgi, kind)) for kgi in kgis for kind in KINDS]
    due = [one for one in every if one.review or one.kgi != last or one.kind not in coming]
    return list(dropwhile(lambda one: one.review is None, due))


def _held(closed: Sequence[Review], kgi: Kgi, kind: Review.Kind) -> Review | None:
    return next((one for one in closed if one.kind == kind and kgi.start <= one.day <= kgi.end), None)


def _cell(meeting: Meeting, code: str, said: Mapping[tuple[int, str], CheckAnswer]) -> Cell:
    answer = said.get((meeting.review.pk, code)) if meeting.review else None
    return Cell(meeting.states.get(code, ""), answer)
