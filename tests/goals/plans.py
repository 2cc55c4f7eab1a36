"""Plans of the world, changed and read as the tests of this folder need it."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse

from apps.goals.drafts import Draft, Form, Split, draft_of
from apps.goals.models import Plan
from apps.goals.queries import load_schedule
from apps.goals.services import latest_plan, revise_plan
from tests.people import (
    END,
    START,
    World,
    log,
)

HTMX = {"HX-Request": "true"}


def url(world: World, name: str, *args: object) -> str:
    return reverse(f"goals:{name}", args=[world.team.pk, world.plan.kgi_id, *args])


def revise(world: World, draft: Draft, split: Split | None = None, valid_from: date = START) -> Plan:
    """As written on the first day: nothing before is kept."""
    last = latest_plan(world.plan.kgi)
    Plan.objects.filter(kgi=world.plan.kgi).update(created_at="2026-06-10T00:00:00Z")
    return revise_plan(
        kgi=world.plan.kgi,
        by=world.manager,
        valid_from=valid_from,
        draft=draft,
        seen=last.number,
        split=split,
    )


def planned(world: World, code: str) -> dict[int, int]:
    loaded = load_schedule(world.plan.kgi, END)
    return {member: sum(row) for member, row in loaded.planned[world.kpi(code).pk].items()}


def weeks(world: World, code: str) -> list[int]:
    loaded = load_schedule(world.plan.kgi, END)
    counts = loaded.planned_for(world.kpi(code).pk, loaded.member_ids)
    return [sum(counts[first : first + 7]) for first in range(0, 28, 7)]


def shaped(world: World, **form: Any) -> Draft:
    return replace(draft_of(latest_plan(world.plan.kgi)), form=Form(**form))


def form_of(manager: Client, world: World) -> dict[str, Any]:
    """The fields of the edit page as it stands."""
    form = manager.get(url(world, "plan_edit")).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def meetings_won(world: World) -> None:
    """In May: Ren wins 20 of 50 meetings, Rika 10 of 100."""
    may = date(2026, 5, 12)
    for member, meetings, contracts in ((world.ren, 50, 20), (world.rika, 100, 10)):
        log(member, "meeting", meetings, may)
        log(member, "contract", contracts, may)
