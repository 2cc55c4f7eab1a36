"""What the page of a day shows: its numbers, its frame, what comes first, the evening."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from apps.accounts.access import Access
from apps.accounts.http import SignedInRequest
from apps.accounts.models import Membership, MembershipQuerySet
from apps.activity.queries import counts_by_segment, entries_of_day
from apps.activity.reflections import first_thing, open_next_steps, reflection_of, stamp_of
from apps.calendars.day_template import Block, day_of_member, load_template
from apps.calendars.queries import load_calendar, today_in
from apps.domain.workdays import days_between
from apps.funnels.models import Kpi
from apps.goals.priorities import Ranked, ranked
from apps.growth.queries import drills_of_day, notes_to_read
from apps.home.evening import Counts, evening_form
from apps.home.queries import StageToday, Today, load_today, parts_of_day, planned_on
from apps.home.report import day_report
from apps.reviews.loop import open_actions_of
from apps.reviews.queries import review_without_words
from apps.reviews.week import order_by_hand
from apps.web.marks import PLAN, kept_for_member

# Entries shown at once: a tap brings them anew each time.
NEWEST = 12


def day_context(access: Access, member: Membership, on: date) -> dict[str, Any]:
    """What the answer to a tap needs: the numbers."""
    member.team = access.team
    today = today_in(access.team)
    loaded = load_today(member, on)
    return {
        "day": loaded,
        "member": member,
        "today": today,
        "currency": access.team.organization.currency,
        "tomorrow": today + timedelta(days=1),
    }


def parts_context(access: Access, member: Membership, on: date, most: int | None = NEWEST) -> dict[str, Any]:
    """With what stands beside the numbers, and follows a moment after a tap: the order and the entries."""
    context = day_context(access, member, on)
    entries = entries_of_day(member, on, most + 1 if most else None)
    return context | {
        "entries": entries[:most],
        "has_more": most is not None and len(entries) > most,
        "order": order_of(context["day"], member) if on == context["today"] else [],
    }


def page_context(access: Access, member: Membership, on: date, most: int | None = NEWEST) -> dict[str, Any]:
    """With the frame of the day and the evening."""
    context = parts_context(access, member, on, most)
    loaded: Today = context["day"]
    reflection = reflection_of(member, on)
    counts = counts_by_segment(member.pk, on, on)
    blocks = frame_of(member)
    evening = evening_form(member, loaded, blocks, reflection, counts)
    steps, drills = open_next_steps(member), drills_of_day(member, on)
    coming = [step for step in steps if step.due > on]
    tomorrow = _next_working_day(loaded, member, context["today"])
    return context | {
        "colleagues": names_of_colleagues(member),
        "tomorrow": tomorrow,
        "tomorrows": [] if loaded.works else planned_on(loaded, member, tomorrow),
        "previous": on - timedelta(days=1),
        "following": on + timedelta(days=1),
        "parts": [
            {"block": part.block, "cards": [_card(stage, loaded) for stage in part.stages]}
            for part in parts_of_day(loaded, blocks)
        ],
        "first_thing": first_thing(member, on),
        "drills": drills,
        "notes": notes_to_read(member, drills, timezone.now()) if on == context["today"] else [],
        "actions": open_actions_of(member, on + timedelta(days=7)),
        "to_say": review_without_words(member, on),
        "due_steps": [step for step in steps if step.due <= on],
        "evening": evening,
        "evening_id": uuid.uuid4(),
        "evening_seen": stamp_of(reflection),
        "reflection": reflection,
        "offline_day": offline_day(access, context),
        "report": day_report(loaded, member, reflection, _done(counts), coming, evening.lines),
    }


def frame_of(member: Membership) -> list[Block]:
    """The parts of the member's day. One query."""
    return day_of_member(load_template(member.team), member)


def _next_working_day(day: Today, member: Membership, today: date) -> date:
    """When a next step is likely due: by the schedule, which is read already; the calendar is asked only
    where the goal ends first."""
    if day.schedule and member.pk in day.schedule.capacity:
        row = zip(day.schedule.days, day.schedule.capacity[member.pk], strict=True)
        coming = next((one for one, share in row if one > today and share), None)
        if coming:
            return coming
    days = days_between(today + timedelta(days=1), today + timedelta(days=14))
    capacity = load_calendar(member.team, days, [member]).capacity()[member.pk]
    return next((day for day, share in zip(days, capacity, strict=True) if share), days[0])


def offline_day(access: Access, context: dict[str, Any]) -> dict[str, Any]:
    """What the device keeps, so that Today opens without a network: numbers and names of stages only."""
    day: Today = context["day"]
    return {
        "user": access.user.pk,
        "name": access.user.name,
        "language": access.user.language or get_language(),
        "team": access.team.pk,
        "day": day.day.isoformat(),
        "isToday": day.day == context["today"],
        "zone": access.team.time_zone,
        "url": reverse("home:entry_create", args=[access.team.pk]),
        "urls": [
            reverse(f"home:{name}", args=[access.team.pk])
            for name in ("entry_create", "evening", "next_step_create")
        ],
        "page": reverse("home:today", args=[access.team.pk]),
        "parts": reverse("home:parts", args=[access.team.pk, day.day]),
        "kpis": [kept for stage in day.stages for kept in _kept(stage)],
    }


def _kept(stage: StageToday) -> list[dict[str, Any]]:
    segments = [{"id": row.segment.pk, "name": row.segment.label} for row in stage.segments]
    whole = {
        "id": stage.kpi.pk,
        "name": stage.kpi.name,
        "needed": stage.needed,
        "done": stage.done,
        "weekly": stage.is_weekly,
        "contract": stage.carries_amount,
        "segments": segments,
        "small": False,
    }
    beside = [
        whole | {"id": one.kpi.pk, "name": one.kpi.name, "needed": None, "done": one.done}
        | {"weekly": False, "contract": False, "segments": [], "small": True}
        for one in stage.beside
    ]  # fmt: skip
    return [whole, *beside]


def _card(stage: StageToday, day: Today) -> dict[str, Any]:
    return {"stage": stage, "id": uuid.uuid4(), "asks_next": asks_next_step(stage.kpi, day)}


def asks_next_step(kpi: Kpi, day: Today) -> bool:
    """After a meeting something is agreed: what stands in the afternoon, or leads to the result."""
    actions = [stage.kpi for stage in day.stages if not stage.kpi.is_result]
    return bool(actions) and (kpi.block == Kpi.Block.AFTERNOON or kpi == actions[-1])


def order_of(day: Today, member: Membership) -> list[Ranked]:
    """What comes first and what can wait, of what is asked today, in the order of the Monday reset where
    it gave one."""
    if day.schedule is None or not day.works:
        return []
    asked = {stage.kpi.pk: (stage.needed, stage.left or 0) for stage in day.stages if stage.needed}
    return ranked(day.schedule, asked, order_by_hand(member, day.day))


def _done(counts: Counts) -> dict[int, int]:
    """By KPI, all segments together."""
    done: dict[int, int] = {}
    for (kpi, _segment), by_day in counts.items():
        done[kpi] = done.get(kpi, 0) + sum(by_day.values())
    return done


def colleagues_of(access: Access, member: Membership) -> MembershipQuerySet:
    """With whom a contract can be shared: the reps of the team, by name only."""
    return (
        Membership.objects.filter(team=access.team).carrying_targets().in_team_order().exclude(pk=member.pk)
    )


@kept_for_member(PLAN)
def names_of_colleagues(member: Membership) -> list[tuple[int, str]]:
    everybody = Membership.objects.filter(team=member.team_id).carrying_targets().in_team_order()
    return [(one.pk, one.user.name) for one in everybody if one.pk != member.pk]


def back(access: Access, on: date) -> HttpResponse:
    if on == today_in(access.team):
        return redirect("home:today", access.team.pk)
    return redirect("home:day", access.team.pk, on)


def is_another_persons(request: SignedInRequest) -> bool:
    """A log kept on a device names who tapped it; whoever is signed in by now must not send it."""
    return request.POST.get("user", str(request.user.pk)) != str(request.user.pk)
