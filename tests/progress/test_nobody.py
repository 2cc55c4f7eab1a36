"""Teams in which nobody carries targets."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Membership
from apps.goals.models import Kgi, Plan
from apps.notices.due import keep_due
from tests.people import World, log, make_plan
from tests.progress.test_odd_periods import PAGES


@pytest.fixture
def plan(world: World) -> Plan:
    """Of a team without reps."""
    Kgi.objects.filter(team=world.team).delete()
    Membership.objects.filter(team=world.team, role="rep").update(role="viewer", carries_targets=False)
    return make_plan(world.team, world.owner)


def statuses(world: World, plan: Plan, client: Client) -> set[int]:
    paths = [reverse(f"progress:{name}", args=[world.team.pk]) for name in PAGES]
    paths += [
        reverse(f"progress:{name}", args=[world.team.pk, world.mai.pk]) for name in ("rep", "rep_levers")
    ]
    paths.append(reverse("goals:plan_likely", args=[world.team.pk, plan.kgi_id]))
    return {client.get(path).status_code for path in paths}


def test_nobody_at_all(world: World, plan: Plan, manager: Client) -> None:
    assert statuses(world, plan, manager) == {200}
    client = Client()
    client.force_login(world.owner)
    assert client.get(reverse("home:organization", args=[world.team.organization_id])).status_code == 200
    keep_due()


def test_the_manager_alone_logs(world: World, plan: Plan, manager: Client) -> None:
    log(world.mai, "call", 5)
    log(world.mai, "contract", 2, amount=500_000)
    assert statuses(world, plan, manager) == {200}
