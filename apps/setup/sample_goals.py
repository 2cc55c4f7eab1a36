"""The sample team's objectives: the second article's shape with this team's numbers, one person's own
that grows a skill, and one that still needs mending."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import Membership, Team, User
from apps.funnels.models import Kpi
from apps.goals.models import Kgi
from apps.okrs.models import CheckIn, KeyResult, Objective
from apps.okrs.services import save_key_result, save_objective

Measure = KeyResult.Measure


def write_objectives(
    *, team: Team, manager: User, members: Sequence[Membership], kgi: Kgi, kpis: dict[str, Kpi], today: date
) -> None:
    growth = _objective(
        team,
        manager,
        kgi,
        _("Grow sales steadily by earning the trust of new customers"),
        _("Half of last year's sales came from five customers. New ones carry us only if they trust us."),
    )
    _key_result(
        growth, manager, _("Win 600 new appointments a month"), Measure.COUNT, 600, kpi=kpis["appointment"]
    )
    _key_result(growth, manager, _("Win rate of at least 20%"), Measure.RATE, 20, kpi=kpis["contract"])
    rate = _("Appointment rate of at least 36%")
    _key_result(growth, manager, rate, Measure.RATE, 36, kpi=kpis["appointment"])
    against = KeyResult.Compares.PERCENT
    _key_result(growth, manager, _("Month-on-month sales +15%"), Measure.AMOUNT, 15, compares=against)
    _own_objective(team, members[1], growth, kgi, kpis["hearing"], today)
    vague = _objective(
        team, members[4].user, None, _("Strengthen customer care"), "", member=members[4], parent=growth
    )
    _key_result(vague, members[4].user, _("Care for customers more carefully"), Measure.HAND, 1)


def _own_objective(
    team: Team, member: Membership, parent: Objective, kgi: Kgi, hearing: Kpi, today: date
) -> None:
    objective = _objective(
        team,
        member.user,
        kgi,
        _("Be the one to whom customers tell their real problem"),
        _("Who has said the problem aloud decides sooner."),
        member=member,
        parent=parent,
    )
    _key_result(
        objective,
        member.user,
        _("Hearing rate of 70%"),
        Measure.SIGNAL,
        70,
        kpi=hearing,
        baseline=Decimal(50),
    )
    drills = _key_result(
        objective,
        member.user,
        _("Practise SPIN questions with a partner 8 times"),
        Measure.HAND,
        8,
        kpi=hearing.beside,
        baseline=Decimal(0),
        unit=_("times"),
    )
    _check_in(drills, member.user, kgi, today)


def _check_in(drills: KeyResult, by: User, kgi: Kgi, today: date) -> None:
    """A week ago and today."""
    notes = (_("First round with Ken, too many closed questions."), _("Better openings, still rushing."))
    for number, note in enumerate(notes, start=1):
        day = max(kgi.start, today - timedelta(days=7 * (2 - number)))
        CheckIn.objects.create(
            key_result=drills,
            day=day,
            value=Decimal(2 * number),
            confidence=2 + number,
            note=note,
            author=by,
        )


def _objective(team: Team, by: User, kgi: Kgi | None, text: str, why: str, **fields: Any) -> Objective:
    start, end = (kgi.start, kgi.end) if kgi else (fields["parent"].start, fields["parent"].end)
    objective = Objective(team=team, text=text, why=why, kgi=kgi, start=start, end=end, **fields)
    return save_objective(objective=objective, by=by)


def _key_result(
    objective: Objective, by: User, text: str, measure: str, target: int, **fields: Any
) -> KeyResult:
    key_result = KeyResult(objective=objective, text=text, measure=measure, target=Decimal(target), **fields)
    return save_key_result(key_result=key_result, by=by)
