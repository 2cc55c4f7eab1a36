"""What the API says and hears. Amounts are whole numbers in the smallest unit of the company's currency."""

import re
from datetime import date, datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from ninja import Schema
from pydantic import BeforeValidator, Field, StringConstraints

from apps.activity.services import MOST_AT_ONCE
from apps.domain.money import LARGEST
from apps.web.converters import FIRST_DAY, LAST_DAY

Item = TypeVar("Item")
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[-a-zA-Z0-9_]*$")]


def _written_day(said: object) -> object:
    """2026-12-01 and nothing else: a number of seconds would be a day in some zone."""
    if not isinstance(said, date) and not (isinstance(said, str) and WRITTEN.fullmatch(said)):
        raise ValueError("a day is written like 2026-12-01")
    return said


Day = Annotated[
    date,
    BeforeValidator(_written_day, json_schema_input_type=date),
    Field(ge=FIRST_DAY, le=LAST_DAY),
]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
MOST_ENTRIES = 1_000
WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}")


class Page(Schema, Generic[Item]):
    items: list[Item]
    # For the next page; null at the end.
    next: str | None = None


class Window(Schema):
    """Of rows by day: from, until, and where the last page ended."""

    start: Day | None = None
    end: Day | None = None
    cursor: Annotated[str, StringConstraints(max_length=300)] | None = None


class TeamOut(Schema):
    id: int
    name: str
    company: str
    currency: str
    time_zone: str
    role: str
    member: int | None = Field(description="Your own membership, where you are in the team")


class MemberOut(Schema):
    id: int
    name: str
    role: str
    carries_targets: bool
    has_left: bool


class KpiOut(Schema):
    code: str
    name: str
    kind: str
    unit: str
    carries_amount: bool


class SegmentOut(Schema):
    code: str
    name: str
    is_default: bool


class FunnelOut(Schema):
    kpis: list[KpiOut]
    segments: list[SegmentOut]


class StageOut(Schema):
    kpi: str
    rate: str | None = Field(description="Conversion into this stage as a fraction, such as 1/3")
    needed: int


class PlanOut(Schema):
    id: int
    version: int
    counts: str
    start: date
    end: date
    goal: int
    valid_from: date
    stages: list[StageOut]


class TargetOut(Schema):
    member: int
    kpi: str
    segment: str
    count: int


class EntryIn(Schema):
    id: UUID | None = Field(None, description="Made by you; the same id twice is one entry")
    member: Id | None = Field(None, description="Only those who manage the team log for others")
    day: Day
    kpi: Code
    segment: Code = ""
    count: Annotated[int, Field(strict=True, ge=-MOST_AT_ONCE, le=MOST_AT_ONCE)]
    amount: Annotated[int, Field(strict=True, ge=0, le=LARGEST)] = 0
    cancellation: bool = Field(False, description="The customer stepped back: takes count and amount away")


class EntriesIn(Schema):
    entries: Annotated[list[EntryIn], Field(min_length=1, max_length=MOST_ENTRIES)]


class EntryOut(Schema):
    id: UUID
    member: int
    day: date
    kpi: str
    segment: str
    kind: str
    count: int
    amount: int
    source: str
    created_at: datetime


class EntriesOut(Schema):
    entries: list[EntryOut]


class TallyOut(Schema):
    member: int
    day: date
    kpi: str
    segment: str
    count: int
    amount: int


class KeyResultOut(Schema):
    id: int
    objective: str
    text: str
    member: int | None
    kpi: str | None
    start: date
    end: date
    target: str
    current: str | None


class CheckInIn(Schema):
    value: Annotated[float, Field(ge=-1e12, le=1e12)] | None = None
    confidence: Annotated[int, Field(ge=1, le=5)] | None = None
    note: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f]*$")] = ""


class CheckInOut(Schema):
    id: int
    day: date
    value: str | None
    confidence: int | None
    note: str


class ReviewOut(Schema):
    id: int
    kind: str
    day: date
    start: date
    end: date
    is_closed: bool
    closed_at: datetime | None


class ProblemOut(Schema):
    """RFC 9457, as application/problem+json."""

    type: str
    title: str
    status: int
    code: str
    errors: list[dict[str, object]] = []
