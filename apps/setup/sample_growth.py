"""What the sample team practises: one rep trains hearing and it shows, another trained openings."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.accounts.models import Membership, Team, User
from apps.domain.workdays import days_between, week_start
from apps.funnels.models import Kpi
from apps.growth.models import DrillDone, Practice
from apps.growth.presets import Preset, preset_of
from apps.growth.services import add_note, close_practice, save_practice
from apps.growth.starts import steps_of
from apps.setup.simulation import SEED

# In which part of the meetings each rep completes the hearing, and the one who practises it.
HEARD = (0.72, 0.58, 0.8, 0.55, 0.47, 0.66)
PRACTISING, PRACTISED = 1, 0.85
SINCE, STILL = timedelta(weeks=6), timedelta(weeks=2)
# The other one, who trained openings earlier.
TRAINED, FIRST, LENGTH = 3, timedelta(weeks=13), timedelta(weeks=4)


def hearing_share(rep: int, day: date, until: date) -> float:
    if rep == PRACTISING and day >= week_start(until) - SINCE:
        return PRACTISED
    return HEARD[rep % len(HEARD)]


def write_practices(
    *, team: Team, manager: User, members: Sequence[Membership], kpis: dict[str, Kpi], today: date
) -> None:
    monday = week_start(today)
    hearing = _begin(team, members[PRACTISING], kpis["hearing"], "hearing", monday - SINCE, monday + STILL)
    add_note(practice=hearing, by=manager, text=_("Wednesday: we play the call with Minato together."))
    start = monday - FIRST
    opening = _begin(team, members[TRAINED], kpis["appointment"], "opening", start, start + LENGTH)
    close_practice(
        practice=opening,
        by=manager,
        lesson=_("The sentence alone changed little; the right time of day did more."),
    )
    Practice.objects.filter(pk=opening.pk).update(
        closed_at=datetime.combine(start + LENGTH, time(18), ZoneInfo(team.time_zone))
    )
    _do_drills([hearing, opening], today)


def _begin(team: Team, member: Membership, kpi: Kpi, code: str, start: date, end: date) -> Practice:
    preset = preset_of(code)
    assert preset
    practice = Practice(team=team, member=member, kpi=kpi, start=start, end=end, **_words(preset))
    if kpi.is_signal:
        practice.target = Decimal(80)
    return save_practice(practice=practice, drills=steps_of(preset), by=member.user)


def _words(preset: Preset) -> dict[str, str]:
    return {"vague": str(preset.vague), "aim": str(preset.aim)}


def _do_drills(practices: Sequence[Practice], today: date) -> None:
    """About as often as was meant, never today: that is left to whoever tries the sample."""
    random = Random(SEED)  # noqa: S311 - a simulation
    rows = []
    for practice in practices:
        days = days_between(practice.start, min(practice.end, today - timedelta(days=1)))
        for drill in practice.drills.all():
            rows += [
                DrillDone(drill=drill, day=day)
                for day in days
                if day.weekday() < 5 and random.random() < drill.times / 5 * 0.9
            ]
    DrillDone.objects.bulk_create(rows)
