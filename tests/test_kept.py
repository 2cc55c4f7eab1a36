"""A world put back is the world that was made."""

import pytest
from django.db import transaction
from django.utils import timezone

from apps.web.marks import marks_of
from tests.kept import filled, kept_world
from tests.people import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def counts() -> dict[str, int]:
    return {table: len(rows) for table, rows in filled().items()}


def test_it_has_the_rows_that_the_services_write() -> None:
    with transaction.atomic():
        # Whatever test came first: now there is one to put back.
        kept_world()
        transaction.set_rollback(True)
    with transaction.atomic():
        make_world()
        made = counts()
        transaction.set_rollback(True)
    kept_world()
    assert counts() == made


def test_its_people_are_the_rows() -> None:
    world = kept_world()
    world.ren.refresh_from_db()
    assert world.ren.user == world.rep
    assert world.kpi("call").funnel.team == world.team
    assert marks_of(world.team.pk, since=timezone.localdate()).are_kept
