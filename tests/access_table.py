"""What each kind of person gets at each URL, and what stands behind its arguments."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.urls import reverse

from apps.accounts.models import Invitation, Membership, Role, Team, User
from apps.accounts.services import invite_member
from apps.activity.reflections import add_next_step, save_reflection
from apps.calendars.models import CalendarDay, Leave, WorkTime
from apps.domain.rates import parse_rate
from apps.funnels.models import Kpi
from apps.goals.models import WhatIf
from apps.goals.queries import load_schedule
from apps.goals.week import WeekForm, own_week
from apps.notices.models import Channel, Feed, Wish
from apps.okrs.models import KeyResult
from apps.reviews.days import weekly
from apps.reviews.models import Review
from apps.reviews.rates import decide_rates, load_rate_table
from apps.reviews.services import SAID, add_action, open_review, save_words
from tests.people import (
    CANARY,
    TODAY,
    World,
    default_segment,
    log,
    make_detail,
    make_higher_goal,
    make_key_result,
    make_objective,
    make_segment,
    make_signal,
)

PEOPLE = ("anonymous", "stranger", "rep", "viewer", "manager", "owner", "deactivated")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

# What each kind of person gets, in the order of PEOPLE. 302 for the anonymous is the sign-in page.
MEMBERS_READ = (302, 404, 200, 200, 200, 200, 302)
EDITORS_READ = (302, 404, 403, 403, 200, 200, 302)
EDITORS_WRITE = (302, 404, 403, 403, 302, 302, 302)
REPS_READ = (302, 404, 200, 403, 403, 403, 302)
REPS_WRITE = (302, 404, 302, 403, 403, 403, 302)
SIGNED_IN = (302, 200, 200, 200, 200, 200, 302)
SIGNED_IN_WRITE = (302, 302, 302, 302, 302, 302, 302)
EVERYONE = (200,) * 7
ONWARD = (302,) * 7
GUESTS = (200, 302, 302, 302, 302, 302, 200)

ON_OBJECTIVE = (
    "objective", "objective_edit", "objective_park", "objective_copy", "objective_close",
    "objective_reopen", "objective_delete", "key_result_new",
)  # fmt: skip
ON_KEY_RESULT = ("key_result_edit", "key_result_park", "check_in_create", "key_result_align")

# name -> method -> statuses; a method that is not named answers 405 (302 to the anonymous).
TABLE: dict[str, dict[str, tuple[int, ...]]] = {
    "home:start": {"GET": ONWARD},
    "home:today": {"GET": REPS_READ},
    "home:day": {"GET": REPS_READ},
    "home:entry_create": {"POST": REPS_WRITE},
    "home:entry_undo": {"POST": REPS_WRITE},
    "home:evening": {"POST": REPS_WRITE},
    "home:next_step_create": {"POST": REPS_WRITE},
    "home:next_step_close": {"POST": REPS_WRITE},
    "home:session": {"GET": EVERYONE},
    "home:offline": {"GET": EVERYONE},
    "home:service_worker": {"GET": EVERYONE},
    "home:manifest": {"GET": EVERYONE},
    "accounts:language_set": {"POST": ONWARD},
    "accounts:profile": {"GET": SIGNED_IN, "POST": SIGNED_IN_WRITE},
    "accounts:invitation_accept": {"GET": EVERYONE, "POST": (422, 302, 302, 302, 302, 302, 422)},
    "accounts:team_edit": {"GET": EDITORS_READ, "POST": EDITORS_WRITE},
    "accounts:people": {"GET": MEMBERS_READ},
    "accounts:invitation_create": {"POST": EDITORS_WRITE},
    "accounts:invitation_revoke": {"POST": EDITORS_WRITE},
    "accounts:member_edit": {"GET": EDITORS_READ, "POST": EDITORS_WRITE},
    "accounts:member_end": {"POST": EDITORS_WRITE},
    "calendars:calendar": {"GET": MEMBERS_READ},
    "calendars:day_template": {"GET": MEMBERS_READ, "POST": EDITORS_WRITE},
    "calendars:member_day": {
        "GET": (302, 404, 200, 403, 200, 200, 302),
        "POST": (302, 404, 302, 403, 302, 302, 302),
    },
    "calendars:calendar_edit": {"POST": EDITORS_WRITE},
    "calendars:day_mark": {"POST": EDITORS_WRITE},
    "calendars:day_unmark": {"POST": EDITORS_WRITE},
    "calendars:closure_add": {"POST": EDITORS_WRITE},
    "calendars:work_time_set": {"POST": EDITORS_WRITE},
    "calendars:work_time_cancel": {"POST": EDITORS_WRITE},
    "calendars:leave_take": {"POST": (302, 404, 302, 403, 302, 302, 302)},
    "calendars:leave_cancel": {"POST": (302, 404, 302, 403, 302, 302, 302)},
    "funnels:funnel": {"GET": MEMBERS_READ},
    "funnels:funnel_start": {"POST": EDITORS_WRITE},
    "funnels:stage_add": {"POST": EDITORS_WRITE},
    "funnels:stage_edit": {"GET": EDITORS_READ, "POST": EDITORS_WRITE},
    "funnels:stage_move": {"POST": EDITORS_WRITE},
    "funnels:stage_park": {"POST": EDITORS_WRITE},
    "funnels:chain": {"GET": EDITORS_READ, "POST": EDITORS_WRITE},
    "funnels:detail_edit": {"GET": EDITORS_READ, "POST": EDITORS_WRITE},
    "funnels:detail_park": {"POST": EDITORS_WRITE},
    "funnels:segment_add": {"POST": EDITORS_WRITE},
    "funnels:segment_edit": {"GET": EDITORS_READ, "POST": EDITORS_WRITE},
    "funnels:segment_park": {"POST": EDITORS_WRITE},
    "funnels:signal_add": {"POST": EDITORS_WRITE},
    "funnels:signal_edit": {"GET": EDITORS_READ, "POST": EDITORS_WRITE},
    "funnels:signal_park": {"POST": EDITORS_WRITE},
    "goals:plan_list": {"GET": (302, 404, 302, 302, 302, 302, 302)},
    "goals:plan_new": {"GET": EDITORS_READ, "POST": (302, 404, 403, 403, 422, 422, 302)},
    "goals:plan": {"GET": MEMBERS_READ},
    "goals:plan_edit": {"GET": EDITORS_READ, "POST": (302, 404, 403, 403, 422, 422, 302)},
    "goals:plan_split": {"GET": EDITORS_READ, "POST": (302, 404, 403, 403, 422, 422, 302)},
    "goals:plan_rates": {"GET": MEMBERS_READ, "POST": EDITORS_WRITE},
    "goals:member_rates": {"GET": EDITORS_READ, "POST": EDITORS_READ},
    "goals:plan_versions": {"GET": MEMBERS_READ},
    "goals:plan_paper": {"GET": MEMBERS_READ},
    "goals:week": {"GET": REPS_READ, "POST": REPS_WRITE},
    "goals:higher_goals": {"GET": MEMBERS_READ, "POST": EDITORS_WRITE},
    "goals:higher_goal_split": {"POST": EDITORS_WRITE},
    "goals:higher_goal_delete": {"POST": EDITORS_WRITE},
    "goals:plan_agree": {"POST": REPS_WRITE},
    "goals:plan_counter": {"POST": REPS_WRITE},
    "goals:plan_answer": {"POST": EDITORS_WRITE},
    "goals:what_if": {"GET": MEMBERS_READ, "POST": (302, 404, 422, 422, 422, 422, 302)},
    "goals:what_if_delete": {"POST": EDITORS_WRITE},
    "goals:plan_withdraw": {"POST": EDITORS_WRITE},
    "okrs:objective_list": {"GET": MEMBERS_READ},
    "okrs:glance": {"GET": (302, 404, 302, 302, 302, 302, 302)},
    # A rep writes own objectives, a viewer none.
    "okrs:objective_new": {
        "GET": (302, 404, 200, 403, 200, 200, 302),
        "POST": (302, 404, 302, 403, 302, 302, 302),
    },
    "okrs:goal_check": {"GET": MEMBERS_READ, "POST": MEMBERS_READ},
    "okrs:focus": {"GET": MEMBERS_READ},
    "okrs:objective": {"GET": MEMBERS_READ},
    "okrs:objective_edit": {"GET": EDITORS_READ, "POST": EDITORS_WRITE},
    "okrs:objective_park": {"POST": EDITORS_WRITE},
    "okrs:objective_copy": {"POST": EDITORS_WRITE},
    "okrs:objective_close": {"GET": EDITORS_READ, "POST": EDITORS_WRITE},
    "okrs:objective_reopen": {"POST": EDITORS_WRITE},
    "okrs:objective_delete": {"POST": EDITORS_WRITE},
    "okrs:key_result_new": {"GET": EDITORS_READ, "POST": EDITORS_WRITE},
    "okrs:key_result_edit": {"GET": EDITORS_READ, "POST": EDITORS_WRITE},
    "okrs:key_result_park": {"POST": EDITORS_WRITE},
    "okrs:check_in_create": {"GET": EDITORS_WRITE, "POST": EDITORS_WRITE},
    "okrs:key_result_align": {"POST": EDITORS_WRITE},
    "reviews:review_list": {"GET": MEMBERS_READ},
    "reviews:review_open": {"POST": EDITORS_WRITE},
    # The person's own and the editors': nobody else finds it.
    "reviews:person": {"GET": (302, 404, 200, 404, 200, 200, 302)},
    "reviews:words": {
        "GET": (302, 404, 200, 404, 200, 200, 302),
        "POST": (302, 404, 302, 404, 302, 302, 302),
    },
    "reviews:words_read": {"POST": EDITORS_WRITE},
    "reviews:review": {"GET": (302, 404, 302, 302, 302, 302, 302)},
    "reviews:review_step": {"GET": MEMBERS_READ},
    "reviews:review_go": {"POST": EDITORS_WRITE},
    "reviews:review_close": {"POST": EDITORS_WRITE},
    "reviews:review_pulse": {"GET": MEMBERS_READ},
    "reviews:minutes": {"GET": MEMBERS_READ},
    "reviews:minutes_markdown": {"GET": MEMBERS_READ},
    "reviews:rates_decide": {"POST": EDITORS_WRITE},
    "reviews:rates_undo": {"POST": EDITORS_WRITE},
    "reviews:order_save": {"POST": EDITORS_WRITE},
    "reviews:action_add": {"POST": EDITORS_WRITE},
    "reviews:action_change": {"POST": EDITORS_WRITE},
    "reviews:learned_save": {"POST": EDITORS_WRITE},
    "reviews:verdict_save": {"POST": EDITORS_WRITE},
    # Whoever is a member of the team; the owner, who is none, has nothing to choose.
    "notices:wishes": {
        "GET": (302, 404, 200, 200, 200, 403, 302),
        "POST": (302, 404, 302, 302, 302, 403, 302),
    },
    "notices:feed_renew": {"POST": (302, 404, 302, 302, 302, 403, 302)},
    "notices:feed_revoke": {"POST": (302, 404, 302, 302, 302, 403, 302)},
    "notices:channel": {"GET": EDITORS_READ, "POST": (302, 404, 403, 403, 422, 422, 302)},
    "notices:channel_test": {"POST": EDITORS_WRITE},
    "notices:channel_remove": {"POST": EDITORS_WRITE},
    "notices:report_send": {"POST": REPS_WRITE},
    "notices:feed": {"GET": EVERYONE},
    "notices:stop": {"GET": EVERYONE, "POST": EVERYONE},
    "progress:team": {"GET": MEMBERS_READ},
    "progress:rep": {"GET": MEMBERS_READ},
    "setup:welcome": {"GET": ONWARD},
    "setup:team_start": {"POST": (404,) * 7},
    "setup:sample_start": {"POST": (404,) * 7},
    "setup:sample_sign_in": {"POST": (404,) * 7},
    "account_login": {"GET": GUESTS, "POST": GUESTS},
    "account_logout": {"GET": (302, 200, 200, 200, 200, 200, 302), "POST": ONWARD},
    "account_signup": {"GET": GUESTS, "POST": GUESTS},
    "account_inactive": {"GET": EVERYONE},
    "account_change_password": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "account_set_password": {"GET": ONWARD, "POST": ONWARD},
    "account_reset_password": {"GET": EVERYONE, "POST": EVERYONE},
    "account_reset_password_done": {"GET": EVERYONE},
    "account_reset_password_from_key": {"GET": EVERYONE, "POST": EVERYONE},
    "account_reset_password_from_key_done": {"GET": EVERYONE},
}


ON_REVIEW = (
    "review", "review_go", "review_close", "review_pulse", "minutes", "minutes_markdown", "rates_decide",
    "action_add", "learned_save",
)  # fmt: skip


class Place:
    """The arguments and the body of each URL in team A."""

    def __init__(self, world: World) -> None:
        self.world = world
        team, plan = world.team, world.plan
        self.entry = log(world.ren, "call", 3)
        self.invitation = invite_member(team=team, by=world.manager, email="", role=Role.REP, language="en")
        self.day = CalendarDay.objects.create(team=team, day=TODAY)
        self.leave = Leave.objects.create(user=world.rep, day=TODAY)
        stage = world.kpi("meeting").pk
        signal = make_signal(team).pk
        detail = make_detail(team).pk
        segment = make_segment(team).pk
        higher = make_higher_goal(team, world.manager).pk
        objective = make_objective(team, world.manager)
        key_result = make_key_result(objective, "appointment").pk
        review = review_of(team, world.manager)
        for side, by in (("rep", world.rep), ("manager", world.manager)):
            said = dict.fromkeys(SAID, "x")
            save_words(review=review, member=world.ren, side=side, by=by, said=said, seen=0)
        # Inside the own network and not allowed: whatever is sent there is refused before it leaves.
        Channel.objects.create(team=team, url="https://127.0.0.1/hook")
        save_reflection(world.ren, TODAY, {"first": "Call Yamada"})
        own: dict[str, tuple[Any, ...]] = {
            "home:start": (),
            "home:day": (team.pk, TODAY),
            "home:entry_undo": (team.pk, self.entry.pk),
            "home:next_step_close": (team.pk, next_step_of(world.ren)),
            **{f"home:{name}": () for name in ("session", "offline", "service_worker", "manifest")},
            "accounts:language_set": (),
            "accounts:profile": (),
            "accounts:invitation_accept": (self.invitation.token,),
            "accounts:invitation_revoke": (team.pk, self.invitation.pk),
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
            **{f"reviews:{name}": (team.pk, review.pk) for name in ON_REVIEW},
            "notices:feed": (Feed.renewed(world.ren),),
            "notices:stop": (Wish.token_of(world.ren.pk),),
            "notices:report_send": (team.pk, TODAY),
            "reviews:person": (team.pk, world.ren.pk),
            "reviews:review_step": (team.pk, review.pk, "numbers"),
            "reviews:words": (team.pk, review.pk, world.ren.pk),
            "reviews:words_read": (team.pk, review.pk, world.ren.pk),
            "reviews:order_save": (team.pk, review.pk, world.ren.pk),
            "reviews:verdict_save": (team.pk, review.pk, objective.pk),
            "reviews:action_change": (team.pk, review.pk, action_of(review)),
            "reviews:rates_undo": (team.pk, review.pk, decided_plan(review)),
            "progress:rep": (team.pk, world.ren.pk),
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
            "funnels:signal_add": {"name": "New", "measure": "share", "stage": stage},
            "funnels:signal_edit": {"name": "New", "measure": "per_event"},
        }

    def url(self, name: str) -> str:
        if name in self.args:
            return reverse(name, args=self.args[name])
        return reverse(
            name, args=(self.world.team.pk,) if ":" in name and not name.startswith("setup") else ()
        )


FOREIGN: dict[str, Callable[[World], tuple[Any, ...]]] = {
    "home:entry_undo": lambda w: (w.team.pk, log(w.other_rep, "call", 1).pk),
    "home:next_step_close": lambda w: (w.team.pk, next_step_of(w.other_rep)),
    "accounts:invitation_revoke": lambda w: (w.team.pk, foreign_invitation(w).pk),
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
    "goals:plan_rates": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:member_rates": lambda w: (w.team.pk, w.plan.kgi_id, w.other_rep.pk),
    "goals:plan_versions": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:plan_paper": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:higher_goal_split": lambda w: (w.team.pk, make_higher_goal(w.other_team, w.stranger).pk),
    "goals:higher_goal_delete": lambda w: (w.team.pk, make_higher_goal(w.other_team, w.stranger).pk),
    "goals:plan": lambda w: (w.team.pk, w.other_plan.kgi_id),
    "goals:plan_edit": lambda w: (w.team.pk, w.other_plan.kgi_id),
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
    "reviews:person": lambda w: (w.team.pk, w.other_rep.pk),
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
}


def review_of(team: Team, by: User) -> Review:
    due = weekly(team, TODAY)
    assert due
    return open_review(team=team, by=by, due=due)


def foreign_review(world: World) -> Review:
    return review_of(world.other_team, world.stranger)


def action_of(review: Review) -> int:
    by = review.team.organization.owners.get()
    return add_action(review=review, by=by, begins=TODAY, text=f"Act {canary_of(review)}").pk


def canary_of(review: Review) -> str:
    return CANARY if CANARY in review.team.name else ""


def decided_plan(review: Review) -> int:
    """A version of the plan that a decision about rates made."""
    by = review.team.organization.owners.get()
    table = load_rate_table(review.team, TODAY)
    assert table
    step = table.steps[0]
    rates = {step.place: ("typed", parse_rate("30%"))}
    plan = decide_rates(
        review=review,
        by=by,
        table=table,
        rates=rates,
        valid_from=TODAY + timedelta(days=1),
        reason="Measured",
        seen=table.plan.number,
    )
    assert plan
    return plan.pk


def next_step_of(member: Membership) -> UUID:
    kpi = Kpi.objects.get(funnel__team=member.team, code="meeting")
    return add_next_step(pk=uuid4(), member=member, kpi=kpi, text="Send it", due=TODAY).pk


def day_body() -> dict[str, Any]:
    body: dict[str, Any] = {}
    for block in ("morning", "afternoon", "evening"):
        body |= {f"name_{block}": block, f"minutes_{block}": 120, f"activities_{block}": "Calls"}
    return body


def week_body(world: World) -> dict[str, Any]:
    """The week as the page shows it, nothing moved."""
    schedule = load_schedule(world.plan.kgi, TODAY + timedelta(days=4))
    form = WeekForm(week=own_week(schedule, world.ren, TODAY, TODAY))
    return {name: field.initial for name, field in form.fields.items()}


def work_time_of(member: Membership) -> int:
    return WorkTime.objects.create(member=member, first_day=TODAY, percent=80).pk


def foreign_key_result(world: World) -> KeyResult:
    return make_key_result(make_objective(world.other_team, world.stranger), "appointment")


def foreign_invitation(world: World) -> Invitation:
    return invite_member(team=world.other_team, by=world.stranger, email="", role="rep", language="en")
