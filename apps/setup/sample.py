"""The sample team: one manager, six reps, four months of history, all written through services."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.models import Membership, Role, Team, User
from apps.accounts.services import found_team
from apps.activity.models import Entry
from apps.activity.services import rebuild_tallies
from apps.calendars.models import Leave, TeamCalendar
from apps.calendars.queries import load_calendar, today_in
from apps.domain.periods import Period, month_of, periods_before
from apps.domain.rates import parse_rate
from apps.domain.workdays import period_days
from apps.funnels.models import Funnel, Kpi, Segment
from apps.goals.drafts import one_stream
from apps.goals.higher import save_higher_goal
from apps.goals.models import HigherGoal, Kgi, Plan
from apps.goals.services import start_kgi
from apps.setup.sample_goals import write_objectives
from apps.setup.sample_growth import hearing_share, write_practices
from apps.setup.sample_rhythm import write_rhythm
from apps.setup.simulation import SEED, simulate

PRICE = 100_000
CONTRACTS_A_MONTH = 60
MONTHS_OF_HISTORY = 4
ZONE = "Asia/Tokyo"

# (address, Japanese name, name in Latin letters, reading); the manager first.
PEOPLE = (
    ("misaki", "佐藤 美咲", "Misaki Sato", "さとう みさき"),
    ("daisuke", "鈴木 大輔", "Daisuke Suzuki", "すずき だいすけ"),
    ("yui", "高橋 結衣", "Yui Takahashi", "たかはし ゆい"),
    ("shota", "田中 翔太", "Shota Tanaka", "たなか しょうた"),
    ("aya", "伊藤 彩", "Aya Ito", "いとう あや"),
    ("ken", "渡辺 健", "Ken Watanabe", "わたなべ けん"),
    ("sakura", "山本 さくら", "Sakura Yamamoto", "やまもと さくら"),
)


def sample_team() -> Team | None:
    return Team.objects.filter(organization__is_sample=True).first()


@transaction.atomic
def make_sample(*, language: str, today: date | None = None) -> Team:
    with translation.override(language):
        manager, *reps = _people(language)
        team = found_team(
            owner=manager,
            company=_("Hoshino Supply (sample)"),
            team_name=_("Inside sales, team 1"),
            currency="JPY",
            time_zone=ZONE,
            is_sample=True,
        )
        TeamCalendar.objects.create(team=team, country="JP")
        members = [
            Membership.objects.create(team=team, user=user, role=Role.REP, position=position)
            for position, user in enumerate(reps, start=1)
        ]
        kpis = _funnel(team)
        hearing = _hearing(beside=kpis[2])
        _live(team, manager, members, kpis, hearing, today or today_in(team))
    return team


def _live(
    team: Team, manager: User, members: Sequence[Membership], kpis: list[Kpi], hearing: Kpi, until: date
) -> None:
    """Four months of plans and work, then what stands around them."""
    months = _months(until)
    reps = [member.user for member in members]
    _take_leave(team, reps, months[0][0], until)
    for start, end in months:
        _plan_month(team, manager, kpis, start, end)
    _quarter(team, manager, months[-1])
    _history(team, members, kpis, hearing, months[0][0], until)
    people: dict[str, Any] = {"team": team, "manager": manager, "members": members, "today": until}
    kgi = Kgi.objects.of_team(team).get(start=months[-1][0])
    by_code = {kpi.code: kpi for kpi in (*kpis, hearing)}
    write_objectives(kgi=kgi, kpis=by_code, **people)
    write_rhythm(kpis=by_code, **people)
    write_practices(kpis=by_code, **people)


def _people(language: str) -> list[User]:
    return [
        User.objects.create_user(
            f"{address}@sample.invalid",
            name=japanese if language == "ja" else latin,
            reading=reading if language == "ja" else "",
            language=language,
            last_login=timezone.now(),
            time_zone=ZONE,
        )
        for address, japanese, latin, reading in PEOPLE
    ]


def _funnel(team: Team) -> list[Kpi]:
    funnel = Funnel.objects.create(team=team)
    Segment.objects.create(team=team, code="default", is_default=True)
    morning, afternoon = Kpi.Block.MORNING, Kpi.Block.AFTERNOON
    # With minutes each, part of the day, and working days until the next stage.
    stages: tuple[tuple[str, str, str, Kpi.Nature, int | None, str, int], ...] = (
        ("contact", _("Contact"), "", Kpi.Nature.ACTION, 6, morning, 0),
        ("appointment", _("Appointment"), "1/3", Kpi.Nature.ACTION, 8, morning, 3),
        ("meeting", _("Meeting"), "50%", Kpi.Nature.ACTION, 60, afternoon, 5),
        ("contract", _("Contract"), "20%", Kpi.Nature.RESULT, None, "", 0),
    )
    kpis = []
    for position, (code, name, rate, nature, minutes, block, lead) in enumerate(stages):
        kpi = Kpi(funnel=funnel, code=code, name=name, unit=_("cases"), nature=nature, position=position)
        kpi.minutes, kpi.block, kpi.lead_days = minutes, block, lead
        kpi.carries_amount = position == len(stages) - 1
        kpi.put_rate(parse_rate(rate) if rate else None)
        kpis.append(kpi)
    return Kpi.objects.bulk_create(kpis)


def _hearing(beside: Kpi) -> Kpi:
    """How well a meeting is done."""
    signal = Kpi(
        funnel=beside.funnel,
        kind=Kpi.Kind.SIGNAL,
        code="hearing",
        name=_("Hearing completed"),
        unit=_("cases"),
        position=0,
        beside=beside,
        measure=Kpi.Measure.SHARE,
    )
    signal.put_target(parse_rate("70%"))
    signal.save()
    return signal


def _quarter(team: Team, manager: User, month: Period) -> None:
    """The quarter that the current month is part of, above the plans."""
    first = month[0].replace(month=(month[0].month - 1) // 3 * 3 + 1)
    save_higher_goal(
        team=team,
        by=manager,
        counts=Kgi.Counts.AMOUNT,
        start=first,
        span=HigherGoal.Span.QUARTER,
        goal=3 * PRICE * CONTRACTS_A_MONTH,
    )


def _months(today: date) -> list[tuple[date, date]]:
    """First and last days of the months of history and the current one."""
    this = month_of(today)
    return [*reversed(periods_before(this, MONTHS_OF_HISTORY - 1)), this]


def _take_leave(team: Team, reps: Sequence[User], start: date, until: date) -> None:
    """Each rep takes some working days off, the first for half a day, never today."""
    random = Random(SEED)  # noqa: S311 - a simulation
    days = period_days(start, until)
    calendar = load_calendar(team, days).calendar(date.max)
    workdays = [day for day in days[:-1] if calendar.works_on(day)]
    Leave.objects.bulk_create(
        Leave(user=user, day=day, is_half=number == 0, created_at=_morning(start))
        for user in reps
        for number, day in enumerate(random.sample(workdays, min(4, len(workdays))))
    )


def _plan_month(team: Team, manager: User, kpis: Sequence[Kpi], start: date, end: date) -> None:
    stages = [(kpi, parse_rate(kpi.rate_text) if kpi.rate_text else None) for kpi in kpis]
    segment = Segment.objects.get(team=team, is_default=True)
    draft = one_stream(segment, PRICE * CONTRACTS_A_MONTH, PRICE, stages)
    plan = start_kgi(team=team, by=manager, counts=Kgi.Counts.AMOUNT, start=start, end=end, draft=draft)
    # As written on the first morning of its month: a change tried today applies from tomorrow.
    Plan.objects.filter(pk=plan.pk).update(created_at=_morning(start))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), ZoneInfo(ZONE))


def _history(
    team: Team, members: Sequence[Membership], kpis: Sequence[Kpi], hearing: Kpi, start: date, until: date
) -> None:
    days = period_days(start, until)
    capacity = load_calendar(team, days, members).capacity()
    workdays = [
        [day for day, share in zip(days, capacity[member.pk], strict=True) if share] for member in members
    ]
    entries = list(_entries(team, members, [*kpis, hearing], workdays, until))
    Entry.objects.bulk_create(entries, batch_size=500)
    rebuild_tallies()


def _entries(
    team: Team,
    members: Sequence[Membership],
    kpis: Sequence[Kpi],
    workdays: Sequence[Sequence[date]],
    until: date,
) -> Iterator[Entry]:
    segment = Segment.objects.get(team=team, is_default=True)
    random = Random(SEED)  # noqa: S311 - a simulation
    for work in simulate(workdays, contacts_a_day=15.5):
        # Today is half over, and its contracts are still to come.
        part = (work.counts[0] // 2, work.counts[1] // 2, 0, 0) if work.day == until else work.counts
        share = hearing_share(work.rep, work.day, until)
        heard = sum(random.random() < share for _each in range(part[2]))
        for kpi, count in zip(kpis, (*part, heard), strict=True):
            if count:
                yield Entry(
                    id=uuid.UUID(int=random.getrandbits(128), version=4),
                    team=team,
                    member=members[work.rep],
                    kpi=kpi,
                    segment=segment,
                    day=work.day,
                    count=count,
                    amount=_amount(count, random) if kpi.carries_amount else 0,
                    author=members[work.rep].user,
                )


def _amount(count: int, random: Random) -> int:
    return sum(random.choice((80_000, 90_000, 100_000, 100_000, 110_000, 120_000)) for _each in range(count))
