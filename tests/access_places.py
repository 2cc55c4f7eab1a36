"""What stands behind the arguments of each URL: in team A, and in a team of another company."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.urls import reverse

from apps.accounts.models import Role
from apps.accounts.services import invite_member
from apps.activity.reflections import save_reflection
from apps.calendars.models import CalendarDay, Leave
from apps.goals.models import WhatIf
from apps.growth.services import add_note
from apps.notices.models import Channel, Feed, Wish
from apps.reviews.services import SAID, save_words
from tests.access_objects import (
    action_of,
    connection_of,
    day_body,
    decided_plan,
    foreign_invitation,
    foreign_key_result,
    foreign_review,
    import_run_of,
    next_step_of,
    practice_body,
    review_of,
    second_owner_of,
    security_key_of,
    sign_in_of,
    token_of,
    week_body,
    work_time_of,
)
from tests.access_table import FIRST_VISIT, ON_CONNECTION, ON_KEY_RESULT, ON_OBJECTIVE, ON_PRACTICE, ON_REVIEW
from tests.people import (
    TODAY,
    World,
    default_segment,
    log,
    make_detail,
    make_higher_goal,
    make_key_result,
    make_objective,
    make_practice,
    make_segment,
    make_signal,
)

OF_COMPANY = (
    "home:organization", "company:company_log", "company:settings", "company:team_add",
    "company:owner_add", "company:days_close",
)  # fmt: skip
ON_PERSON = ("person", "person_archive", "person_erase")
ON_IMPORT = ("run", "state", "read", "write", "drop", "problems")
SECURITY_KEY_PAGES = ("mfa_remove_webauthn", "mfa_edit_webauthn")


class Place:
    """The arguments and the body of each URL in team A."""

    def __init__(self, world: World) -> None:
        self.world = world
        team, plan = world.team, world.plan
        self.entry = log(world.ren, "call", 3)
        self.invitation = invite_member(team=team, by=world.manager, email="", role=Role.REP, language="en")
        self.day = CalendarDay.objects.create(team=team, day=TODAY)
        self.leave = Leave.objects.create(user=world.rep, day=TODAY)
        self.run = import_run_of(team, world.manager)
        stage = world.kpi("meeting").pk
        signal = make_signal(team).pk
        detail = make_detail(team).pk
        segment = make_segment(team).pk
        higher = make_higher_goal(team, world.manager).pk
        objective = make_objective(team, world.manager)
        key_result = make_key_result(objective, "appointment").pk
        practice = make_practice(world.ren)
        note = add_note(practice=practice, by=world.rep, text="Friday is hard")
        review = review_of(team, world.manager)
        for side, by in (("rep", world.rep), ("manager", world.manager)):
            said = dict.fromkeys(SAID, "x")
            save_words(review=review, member=world.ren, side=side, by=by, said=said, seen=0)
        # Inside the own network and not allowed: whatever is sent there is refused before it leaves.
        Channel.objects.create(team=team, url="https://127.0.0.1/hook")
        save_reflection(world.ren, TODAY, {"first": "Call Yamada"})
        self.connections = {name: connection_of(name, team, world.owner) for name in ON_CONNECTION}
        own: dict[str, tuple[Any, ...]] = {
            **{f"api:{name}": () for name in ("teams", "openapi-json", "openapi-view", "api-root")},
            "api:unknown": ("nothing",),
            "api:targets": (team.pk, plan.kgi_id),
            "api:check_ins": (team.pk, key_result),
            "connections:tokens": (),
            "connections:token_make": (),
            "connections:token_revoke": (token_of(world.manager),),
            **{f"connections:{name}": (team.pk, self.connections[name]) for name in ON_CONNECTION},
            "home:start": (),
            "home:day": (team.pk, TODAY),
            "home:parts": (team.pk, TODAY),
            "home:entry_undo": (team.pk, self.entry.pk),
            "home:next_step_close": (team.pk, next_step_of(world.ren)),
            **{f"home:{name}": () for name in ("session", "offline", "service_worker", "manifest", "method")},
            "exchange:workbook": (team.pk, plan.kgi_id),
            **{f"exchange:{name}": (team.pk, world.ren.pk) for name in ON_PERSON},
            **{f"exchange:import_{step}": (team.pk, self.run.pk) for step in ON_IMPORT},
            "accounts:sign_ins": (),
            "accounts:sign_ins_end": (),
            "accounts:sign_in_end": (sign_in_of(world.manager),),
            **dict.fromkeys(
                ("mfa_remove_webauthn", "mfa_edit_webauthn"), (security_key_of(world.deactivated),)
            ),
            "setup:healthz": (),
            "setup:readyz": (),
            "accounts:language_set": (),
            "accounts:profile": (),
            "accounts:invitation_accept": (self.invitation.token,),
            "accounts:invitation_revoke": (team.pk, self.invitation.pk),
            "accounts:invitation_renew": (team.pk, self.invitation.pk),
            "accounts:member_edit": (team.pk, world.rika.pk),
            "accounts:member_end": (team.pk, world.rika.pk),
            "calendars:day_unmark": (team.pk, self.day.pk),
            "calendars:leave_cancel": (team.pk, self.leave.pk),
            "calendars:work_time_cancel": (team.pk, work_time_of(world.ren)),
            "funnels:stage_edit": (team.pk, stage),
            "funnels:stage_move": (team.pk, stage),
            "funnels:stage_park": (team.pk, stage),
            "funnels:signal_edit": (team.pk, signal),
            "funnels:signal_park": (team.pk, signal),
            "calendars:member_day": (team.pk, world.ren.pk),
            "funnels:chain": (team.pk, stage),
            "funnels:detail_edit": (team.pk, detail),
            "funnels:detail_park": (team.pk, detail),
            "funnels:segment_edit": (team.pk, segment),
            "funnels:segment_park": (team.pk, segment),
            "goals:plan_likely": (team.pk, plan.kgi_id),
            "goals:plan_rates": (team.pk, plan.kgi_id),
            "goals:member_rates": (team.pk, plan.kgi_id, world.ren.pk),
            "goals:plan_versions": (team.pk, plan.kgi_id),
            "goals:plan_paper": (team.pk, plan.kgi_id),
            "goals:week": (team.pk, TODAY),
            "goals:higher_goal_split": (team.pk, higher),
            "goals:higher_goal_delete": (team.pk, higher),
            "goals:plan": (team.pk, plan.kgi_id),
            "goals:plan_edit": (team.pk, plan.kgi_id),
            "goals:plan_split": (team.pk, plan.kgi_id),
            "goals:plan_split_fill": (team.pk, plan.kgi_id),
            "goals:plan_withdraw": (team.pk, plan.kgi_id),
            "goals:what_if": (team.pk, plan.kgi_id),
            "goals:what_if_delete": (
                team.pk,
                plan.kgi_id,
                WhatIf.objects.create(kgi=plan.kgi, name="A", values={}).pk,
            ),
            "goals:plan_agree": (team.pk, plan.kgi_id),
            "goals:plan_counter": (team.pk, plan.kgi_id),
            "goals:plan_answer": (team.pk, plan.kgi_id, world.rika.pk),
            **{f"okrs:{name}": (team.pk, objective.pk) for name in ON_OBJECTIVE},
            **{f"okrs:{name}": (team.pk, key_result) for name in ON_KEY_RESULT},
            **{f"growth:{name}": (team.pk, practice.pk) for name in ON_PRACTICE},
            "growth:note_remove": (team.pk, practice.pk, note.pk),
            "growth:drill_done": (team.pk, practice.drills.get().pk),
            **{f"reviews:{name}": (team.pk, review.pk) for name in ON_REVIEW},
            "notices:feed": (Feed.renewed(world.ren),),
            "notices:stop": (Wish.token_of(world.ren.pk),),
            "notices:report_send": (team.pk, TODAY),
            "reviews:person": (team.pk, world.ren.pk),
            "reviews:growth": (team.pk, world.ren.pk),
            "reviews:review_step": (team.pk, review.pk, "numbers"),
            "reviews:words": (team.pk, review.pk, world.ren.pk),
            "reviews:words_read": (team.pk, review.pk, world.ren.pk),
            "reviews:order_save": (team.pk, review.pk, world.ren.pk),
            "reviews:verdict_save": (team.pk, review.pk, objective.pk),
            "reviews:action_change": (team.pk, review.pk, action_of(review)),
            "reviews:rates_undo": (team.pk, review.pk, decided_plan(review)),
            "progress:rep": (team.pk, world.ren.pk),
            "progress:rep_levers": (team.pk, world.ren.pk),
            **dict.fromkeys(OF_COMPANY, (team.organization_id,)),
            "company:owner_remove": (team.organization_id, second_owner_of(world).pk),
            "setup:sample_sign_in": (world.ren.pk,),
            "account_reset_password_from_key": ("1", "set-password"),
        }
        self.args = own
        self.bodies: dict[str, dict[str, Any]] = {
            "home:entry_create": {"id": uuid4(), "day": TODAY, "kpi": world.kpi("call").pk, "count": 1},
            "home:evening": {"id": uuid4(), "day": TODAY, "first": "Call Yamada"},
            "home:next_step_create": {
                "id": uuid4(),
                "kpi": world.kpi("meeting").pk,
                "text": "Send the estimate",
                "due": TODAY,
            },
            "notices:wishes": {"hour": 8},
            "notices:channel": {"url": "https://127.0.0.1/hook"},
            "reviews:review_open": {"kind": "weekly", "day": TODAY - timedelta(days=2)},
            "reviews:words": {"seen": 1, "well": "New"},
            "reviews:action_add": {"text": "New"},
            "reviews:action_change": {"seen": 1, "state": "done"},
            "reviews:learned_save": {"learned": "New"},
            "reviews:answers_save": {"answer_few": "yes", "note_few": "Five"},
            "reviews:verdict_save": {"choice": "keep"},
            "reviews:order_save": {"seen": 0}
            | {f"place_{world.kpi(code).pk}": 1 for code in ("call", "appointment", "meeting")},
            "reviews:rates_decide": {"seen": 2, "valid_from": TODAY + timedelta(days=1)}
            | {
                f"choice_{world.kpi(code).pk}_{default_segment(team).pk}": "keep"
                for code in ("appointment", "meeting", "contract")
            },
            "accounts:profile": {"name": "New name", "language": "en", "time_zone": "Asia/Tokyo"},
            "accounts:team_edit": {
                "name": "New",
                "time_zone": "Asia/Tokyo",
                "visibility": "self",
                "kpi_limit": 5,
                "key_result_limit": 3,
                "silent_after": 2,
            },
            "accounts:invitation_create": {"role": "rep"},
            "exchange:export": {"name": "activity", "start": TODAY, "end": TODAY, "format": "csv"},
            "exchange:import_read": {f"column:{code}": code for code in ("date", "member", "kpi", "count")},
            "company:settings": {"name": "A company", "fiscal_month": 4},
            "company:team_add": {"name": "New", "preset": "telephone", "time_zone": "Asia/Tokyo"},
            "company:owner_add": {"user": world.rika.user_id},
            "company:days_close": {"start": TODAY, "end": TODAY},
            "accounts:people_add": {"people": "New,new@example.com", "add": "1"},
            "accounts:hand_over": {"to": world.rika.pk},
            "accounts:member_edit": {"role": "rep", "carries_targets": "on"},
            "calendars:calendar_edit": {"weekdays": ["0", "1"], "country": "JP"},
            "calendars:day_mark": {"start": TODAY, "kind": "closed"},
            "calendars:work_time_set": {"member": world.ren.pk, "first_day": TODAY, "percent": 60},
            "calendars:leave_take": {"start": TODAY, "member": world.ren.pk},
            "funnels:funnel_start": {"preset": "inbound"},
            "funnels:stage_add": {"name": "New", "nature": "action"},
            "funnels:stage_edit": {"name": "New", "nature": "action"},
            "calendars:day_template": day_body(),
            "calendars:member_day": day_body(),
            "funnels:chain": {"name": "Conversation", "rate": "30%"},
            "funnels:detail_edit": {"name": "Talk", "rate": "40%"},
            "funnels:segment_add": {"name": "Partners"},
            "funnels:segment_edit": {"name": "Partners"},
            "goals:plan_likely": {"seen": 1, "confidence": "80"},
            "goals:plan_rates": {"seen": 1, "team": "1"},
            "goals:member_rates": {"seen": 1}
            | {
                f"source_{world.kpi(code).pk}_{default_segment(team).pk}": "team"
                for code in ("appointment", "meeting", "contract")
            },
            "goals:week": week_body(world),
            "goals:higher_goals": {
                "span": "year",
                "start": "2026-04-01",
                "counts": "amount",
                "goal": "12000000",
            },
            "goals:higher_goal_split": {"span": "month"},
            "goals:plan_agree": {"seen": 1, "conviction": 4},
            "goals:plan_counter": {"seen": 1, "reason": "Two weeks of leave"},
            "goals:plan_answer": {"seen": 1, "reason": "The others help"},
            "okrs:objective_new": {"text": "New", "start": TODAY, "end": TODAY},
            "okrs:objective_edit": {"text": "New", "start": TODAY, "end": TODAY, "seen": 1},
            "okrs:objective_close": {"grade": 7, "lesson": "Ask more"},
            "okrs:key_result_new": {"text": "Ten", "measure": "count", "kpi": stage, "target": "10"},
            "okrs:key_result_edit": {"text": "X", "measure": "count", "kpi": stage, "target": "1", "seen": 1},
            "okrs:check_in_create": {"confidence": 3},
            "okrs:goal_check": {"text": "Call more"},
            # A manager also says for whom.
            "growth:practice_new": practice_body(stage),
            "growth:practice_edit": practice_body(stage) | {"seen": 1},
            "growth:note_add": {"text": "New"},
            "growth:drill_done": {"day": TODAY},
            "funnels:signal_add": {"name": "New", "measure": "share", "stage": stage},
            "funnels:signal_edit": {"name": "New", "measure": "per_event"},
        }

    def url(self, name: str) -> str:
        if name in self.args:
            return reverse(name, args=self.args[name])
        return reverse(name, args=(self.world.team.pk,) if ":" in name and name not in FIRST_VISIT else ())


def _foreign_import(world: World) -> tuple[int, int]:
    return world.team.pk, import_run_of(world.other_team, world.stranger).pk


def _foreign_note(world: World) -> tuple[int, int]:
    practice = make_practice(world.other_rep)
    return practice.pk, add_note(practice=practice, by=world.other_rep.user, text="Foreign").pk


def _foreign_connection(name: str) -> Callable[[World], tuple[Any, ...]]:
    return lambda w: (w.team.pk, connection_of(name, w.other_team, w.stranger))


FOREIGN: dict[str, Callable[[World], tuple[Any, ...]]] = {
    "connections:token_revoke": lambda w: (token_of(w.stranger),),
    **{f"connections:{name}": _foreign_connection(name) for name in ON_CONNECTION},
    "home:entry_undo": lambda w: (w.team.pk, log(w.other_rep, "call", 1).pk),
    "home:next_step_close": lambda w: (w.team.pk, next_step_of(w.other_rep)),
    "accounts:invitation_renew": lambda w: (w.team.pk, foreign_invitation(w).pk),
    "accounts:invitation_revoke": lambda w: (w.team.pk, foreign_invitation(w).pk),
    "exchange:workbook": lambda w: (w.team.pk, w.other_plan.kgi_id),
    **{f"exchange:{name}": lambda w: (w.team.pk, w.other_rep.pk) for name in ON_PERSON},
    **{f"exchange:import_{step}": _foreign_import for step in ON_IMPORT},
    "accounts:sign_in_end": lambda w: (sign_in_of(w.stranger),),
    "accounts:member_edit": lambda w: (w.team.pk, w.other_rep.pk),
    "accounts:member_end": lambda w: (w.team.pk, w.other_rep.pk),
    "calendars:day_unmark": lambda w: (
        w.team.pk,
        CalendarDay.objects.create(team=w.other_team, day=TODAY).pk,
    ),
    "calendars:leave_cancel": lambda w: (
        w.team.pk,
        Leave.objects.create(user=w.other_rep.user, day=TODAY).pk,
    ),
    "calendars:work_time_cancel": lambda w: (w.team.pk, work_time_of(w.other_rep)),
    "funnels:stage_edit": lambda w: (w.team.pk, w.other_team.funnel.kpis.get(code="call").pk),
    "funnels:stage_move": lambda w: (w.team.pk, w.other_team.funnel.kpis.get(code="call").pk),
    "funnels:stage_park": lambda w: (w.team.pk, w.other_team.funnel.kpis.get(code="call").pk),
    "funnels:signal_edit": lambda w: (w.team.pk, make_signal(w.other_team).pk),
    "funnels:signal_park": lambda w: (w.team.pk, make_signal(w.other_team).pk),
    "calendars:member_day": lambda w: (w.team.pk, w.other_rep.pk),
    "funnels:chain": lambda w: (w.team.pk, w.other_team.funnel.kpis.get(code="call").pk),
    "funnels:detail_edit": lambda w: (w.team.pk, make_detail(w.other_team).pk),
    "funnels:detail_park": lambda w: (w.team.pk, make_detail(w.other_team).pk),
    "funnels:segment_edit": lambda w: (w.team.pk, make_segment(w.other_team).pk),
    "funnels:segment_park": lambda w: (w.team.pk, make_segment(w.other_team).pk),
    "goals:plan_likely": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:plan_rates": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:member_rates": lambda w: (w.team.pk, w.plan.kgi_id, w.other_rep.pk),
    "goals:plan_versions": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:plan_paper": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:higher_goal_split": lambda w: (w.team.pk, make_higher_goal(w.other_team, w.stranger).pk),
    "goals:higher_goal_delete": lambda w: (w.team.pk, make_higher_goal(w.other_team, w.stranger).pk),
    "goals:plan": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:plan_edit": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:plan_split_fill": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:plan_split": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:plan_withdraw": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:what_if": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:what_if_delete": lambda w: (
        w.team.pk,
        w.plan.kgi_id,
        WhatIf.objects.create(kgi=w.other_plan.kgi, name="A", values={}).pk,
    ),
    "goals:plan_agree": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:plan_counter": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:plan_answer": lambda w: (w.team.pk, w.plan.kgi_id, w.other_rep.pk),
    **{
        f"okrs:{name}": lambda w: (w.team.pk, make_objective(w.other_team, w.stranger).pk)
        for name in ON_OBJECTIVE
    },
    **{f"okrs:{name}": lambda w: (w.team.pk, foreign_key_result(w).pk) for name in ON_KEY_RESULT},
    **{f"reviews:{name}": lambda w: (w.team.pk, foreign_review(w).pk) for name in ON_REVIEW},
    **{f"growth:{name}": lambda w: (w.team.pk, make_practice(w.other_rep).pk) for name in ON_PRACTICE},
    "growth:note_remove": lambda w: (w.team.pk, *_foreign_note(w)),
    "growth:drill_done": lambda w: (w.team.pk, make_practice(w.other_rep).drills.get().pk),
    "reviews:person": lambda w: (w.team.pk, w.other_rep.pk),
    "reviews:growth": lambda w: (w.team.pk, w.other_rep.pk),
    "reviews:review_step": lambda w: (w.team.pk, foreign_review(w).pk, "numbers"),
    "reviews:words": lambda w: (w.team.pk, review_of(w.team, w.manager).pk, w.other_rep.pk),
    "reviews:words_read": lambda w: (w.team.pk, foreign_review(w).pk, w.ren.pk),
    "reviews:order_save": lambda w: (w.team.pk, review_of(w.team, w.manager).pk, w.other_rep.pk),
    "reviews:verdict_save": lambda w: (
        w.team.pk,
        review_of(w.team, w.manager).pk,
        make_objective(w.other_team, w.stranger).pk,
    ),
    "reviews:action_change": lambda w: (
        w.team.pk,
        review_of(w.team, w.manager).pk,
        action_of(foreign_review(w)),
    ),
    "reviews:rates_undo": lambda w: (w.team.pk, review_of(w.team, w.manager).pk, w.other_plan.pk),
    "progress:rep": lambda w: (w.team.pk, w.other_rep.pk),
    "progress:rep_levers": lambda w: (w.team.pk, w.other_rep.pk),
    **{name: lambda w: (w.other_team.organization_id,) for name in OF_COMPANY},
    "company:owner_remove": lambda w: (w.team.organization_id, w.stranger.pk),
}
