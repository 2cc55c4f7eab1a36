"""One person over the months: rates and signals with what was decided and practised on the way, and the
words of the reviews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import dropwhile

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.models import Membership
from apps.charts.rate_course import Mark, RateCourse, rate_course
from apps.domain.before_after import Cases
from apps.domain.periods import Period, month_of, periods_before
from apps.funnels.models import Kpi
from apps.funnels.queries import base_of, is_share
from apps.growth.models import Practice
from apps.okrs.sums import Sums
from apps.reviews.models import RateDecision, Review, Words

MONTHS = 6


@dataclass(frozen=True)
class Course:
    """A rate or a signal by month, and of whose cases it is one."""

    kpi: Kpi
    of: Kpi
    months: Sequence[tuple[date, Cases]]
    marks: Sequence[Mark]
    chart: str

    @property
    def per_cent(self) -> bool:
        return is_share(self.kpi, self.of)


def load_courses(member: Membership, practices: Sequence[Practice], today: date) -> list[Course]:
    """Every signal, and every stage after the first: its volume is told by the pages of progress. A fixed
    number of queries."""
    team = member.team
    months = _months(today)
    stages = list(Kpi.objects.of_team(team).running())
    kpis = [*stages[1:], *Kpi.objects.of_team(team).signals()]
    sums = Sums([member.pk], months, [kpi.pk for kpi in (*stages, *kpis)])
    marks = _marks(member, practices, months[0][0])
    found = []
    for kpi in kpis:
        of = base_of(kpi, stages)
        assert of
        by_month = [
            (month[0], Cases(sums.of(month, kpi.pk, None).count, sums.of(month, of.pk, None).count))
            for month in months
        ]
        # Months before anything was counted tell nothing.
        known = list(dropwhile(lambda month: month[1].of <= 0, by_month))
        if known:
            found.append(_course(kpi, of, known, marks.get(kpi.pk, ())))
    return found


def _months(today: date) -> list[Period]:
    """The running month last, up to today."""
    this = month_of(today)
    return [*reversed(periods_before(this, MONTHS - 1)), (this[0], today)]


def _course(kpi: Kpi, of: Kpi, months: Sequence[tuple[date, Cases]], marks: Sequence[Mark]) -> Course:
    plain = Course(kpi, of, months, marks, "")
    factor = 100 if plain.per_cent else 1
    values = [None if cases.value is None else float(cases.value * factor) for _start, cases in months]
    days = [start for start, _cases in months]
    suffix = "%" if factor == 100 else ""
    chart = rate_course(RateCourse(days, values, kpi.name, suffix, marks=marks))
    return Course(kpi, of, months, marks, chart)


def _marks(member: Membership, practices: Sequence[Practice], since: date) -> dict[int, list[Mark]]:
    """What happened to each KPI: rates decided for the team, practices begun."""
    marks: dict[int, list[Mark]] = {}
    decided = RateDecision.objects.filter(
        Q(plan__isnull=False), review__team=member.team, undone_by=None, valid_from__gte=since
    )
    for kpi, day, text in decided.values_list("kpi_id", "valid_from", "after_text").order_by("valid_from"):
        marks.setdefault(kpi, []).append(Mark(day, _("plan %(rate)s") % {"rate": text}))
    for practice in practices:
        if practice.start >= since:
            marks.setdefault(practice.kpi_id, []).append(Mark(practice.start, _("practice")))
    return marks


@dataclass(frozen=True)
class Said:
    """What both sides said in one review."""

    review: Review
    rep: Words | None
    manager: Words | None


def words_over_time(reviews: Sequence[Review], said: Sequence[Words]) -> list[Said]:
    by_review: dict[int, dict[str, Words]] = {}
    for one in said:
        by_review.setdefault(one.review_id, {})[one.side] = one
    return [_said(review, by_review.get(review.pk, {})) for review in reviews]


def _said(review: Review, sides: Mapping[str, Words]) -> Said:
    return Said(review, sides.get(Words.Side.REP), sides.get(Words.Side.MANAGER))
