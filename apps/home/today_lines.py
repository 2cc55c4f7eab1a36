"""What the day is for."""

from datetime import date

from django.db.models import F, Q

from apps.accounts.access import Access
from apps.okrs.models import Objective


def objective_of(access: Access, on: date) -> Objective | None:
    """The person's own objective, else the team's."""
    mine = Q(member=None) | Q(member__user=access.user)
    running = Objective.objects.visible_to(access).on(on).filter(mine)
    return running.order_by(F("member").asc(nulls_last=True), "pk").first()
