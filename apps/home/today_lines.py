"""What the day is for."""

from datetime import date

from django.db.models import F, Q

from apps.accounts.access import Access
from apps.okrs.models import Objective
from apps.web.marks import PLAN, REST, remembered


def objective_of(access: Access, on: date) -> Objective | None:
    """The person's own objective, else the team's."""
    key = (access.user.pk, access.role, on)
    return remembered(
        "objective", access.team.pk, key, lambda: _objective_of(access, on), words=(PLAN, REST), is_small=True
    )


def _objective_of(access: Access, on: date) -> Objective | None:
    mine = Q(member=None) | Q(member__user=access.user)
    running = Objective.objects.visible_to(access).on(on).filter(mine)
    return running.order_by(F("member").asc(nulls_last=True), "pk").first()
