"""What each kind of person gets at each URL."""

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
OWN_OR_OWNER = (302, 404, 200, 403, 403, 200, 302)
OWNERS_READ = (302, 404, 404, 404, 404, 200, 302)
OWNERS_WRITE = (302, 404, 404, 404, 404, 302, 302)
NOBODYS = (302, 404, 404, 404, 404, 404, 302)
EVERYONE = (200,) * 7
ONWARD = (302,) * 7
UNKNOWN = (401,) * 7
GUESTS = (200, 302, 302, 302, 302, 302, 200)

ON_OBJECTIVE = (
    "objective", "objective_edit", "objective_park", "objective_copy", "objective_close",
    "objective_reopen", "objective_delete", "key_result_new",
)  # fmt: skip
API_READS = (
    "teams", "members", "funnel", "plans", "targets", "tallies", "key_results", "reviews",
)  # fmt: skip
ON_CONNECTION = ("hook_test", "hook_remove", "parcel_again", "team_token_revoke")
ON_KEY_RESULT = ("key_result_edit", "key_result_park", "check_in_create", "key_result_align")

# name -> method -> statuses; a method that is not named answers 405 (302 to the anonymous).
TABLE: dict[str, dict[str, tuple[int, ...]]] = {
    # The API asks for a token: a session opens nothing. What it offers is no secret.
    **{f"api:{name}": {"GET": UNKNOWN} for name in API_READS},
    "api:entries": {"GET": UNKNOWN, "POST": UNKNOWN},
    "api:entries_bulk": {"POST": UNKNOWN},
    "api:check_ins": {"POST": UNKNOWN},
    "api:openapi-json": {"GET": EVERYONE},
    "api:openapi-view": {"GET": EVERYONE},
    "api:api-root": {"GET": (404,) * 7},
    "api:unknown": dict.fromkeys(METHODS, (404,) * 7),
    "connections:tokens": {"GET": SIGNED_IN},
    "connections:token_make": {"GET": SIGNED_IN_WRITE, "POST": (302, 422, 422, 422, 422, 422, 302)},
    # Each person's own: those of others are not found.
    "connections:token_revoke": {"POST": (302, 404, 404, 404, 302, 404, 302)},
    "connections:team": {"GET": EDITORS_READ},
    "connections:hook_add": {"GET": EDITORS_WRITE, "POST": (302, 404, 403, 403, 422, 422, 302)},
    **{f"connections:{name}": {"POST": EDITORS_WRITE} for name in ON_CONNECTION},
    "home:start": {"GET": ONWARD},
    "home:today": {"GET": REPS_READ},
    "home:day": {"GET": REPS_READ},
    "home:search": {"GET": MEMBERS_READ},
    "home:parts": {"GET": REPS_READ},
    "home:entry_create": {"POST": REPS_WRITE},
    "home:entry_undo": {"POST": REPS_WRITE},
    "home:evening": {"POST": REPS_WRITE},
    "home:next_step_create": {"POST": REPS_WRITE},
    "home:next_step_close": {"POST": REPS_WRITE},
    "home:method": {"GET": SIGNED_IN},
    "home:organization": {"GET": OWNERS_READ},
    "home:session": {"GET": EVERYONE},
    "home:offline": {"GET": EVERYONE},
    "home:service_worker": {"GET": EVERYONE},
    "home:manifest": {"GET": EVERYONE},
    "accounts:language_set": {"POST": ONWARD},
    "accounts:profile": {"GET": SIGNED_IN, "POST": SIGNED_IN_WRITE},
    "accounts:sign_ins": {"GET": SIGNED_IN},
    "accounts:sign_ins_end": {"POST": SIGNED_IN_WRITE},
    # Each person's own browsers: those of others are not found.
    "accounts:sign_in_end": {"POST": (302, 404, 404, 404, 302, 404, 302)},
    "accounts:invitation_accept": {"GET": EVERYONE, "POST": (422, 302, 302, 302, 302, 302, 422)},
    "accounts:team_edit": {"GET": EDITORS_READ, "POST": EDITORS_WRITE},
    "accounts:people": {"GET": MEMBERS_READ},
    "accounts:invitation_create": {"POST": EDITORS_WRITE},
    "company:team_log": {"GET": EDITORS_READ},
    "company:team_as_of": {"GET": EDITORS_READ},
    "company:company_log": {"GET": OWNERS_READ},
    "company:settings": {"GET": OWNERS_READ, "POST": OWNERS_WRITE},
    "company:team_add": {"POST": OWNERS_WRITE},
    "company:owner_add": {"POST": OWNERS_WRITE},
    "company:owner_remove": {"POST": OWNERS_WRITE},
    "company:days_close": {"POST": OWNERS_WRITE},
    "exchange:data": {"GET": MEMBERS_READ},
    "exchange:export": {"POST": (302, 404, 200, 200, 200, 200, 302)},
    "exchange:workbook": {"POST": EDITORS_READ},
    # A file is missing; and nothing was looked at before.
    "exchange:workbook_look": {"POST": (302, 404, 403, 403, 422, 422, 302)},
    "exchange:workbook_save": {"POST": EDITORS_WRITE},
    "exchange:archive": {"POST": EDITORS_READ},
    # Of the rep: to the rep, and to owners.
    "exchange:person": {"GET": OWN_OR_OWNER},
    "exchange:person_archive": {"POST": OWN_OR_OWNER},
    "exchange:person_erase": {
        "GET": (302, 404, 403, 403, 403, 200, 302),
        "POST": (302, 404, 403, 403, 403, 422, 302),
    },
    # A file is missing: said beside its field.
    "exchange:import_create": {"POST": (302, 404, 403, 403, 422, 422, 302)},
    "exchange:import_run": {"GET": EDITORS_READ},
    "exchange:import_state": {"GET": EDITORS_READ},
    "exchange:import_read": {"POST": EDITORS_WRITE},
    "exchange:import_write": {"POST": EDITORS_WRITE},
    "exchange:import_drop": {"POST": EDITORS_WRITE},
    "exchange:import_problems": {"GET": EDITORS_READ},
    "accounts:people_add": {"GET": EDITORS_READ, "POST": EDITORS_WRITE},
    "accounts:hand_over": {"GET": EDITORS_READ, "POST": EDITORS_WRITE},
    # An owner who is in no team of the company cannot leave one.
    "accounts:team_leave": {"POST": (302, 404, 302, 302, 302, 403, 302)},
    "accounts:invitation_renew": {"POST": EDITORS_WRITE},
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
    # Without a file.
    "goals:plan_split_fill": {"GET": EDITORS_WRITE, "POST": (302, 404, 403, 403, 422, 422, 302)},
    "goals:plan_split": {"GET": EDITORS_READ, "POST": (302, 404, 403, 403, 422, 422, 302)},
    # Without a history no number is sure enough: asked for, and refused in words.
    "goals:plan_likely": {"GET": MEMBERS_READ, "POST": (302, 404, 403, 403, 422, 422, 302)},
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
    # Between the person who practises and the manager: a viewer finds none.
    "growth:practice_list": {"GET": (302, 404, 200, 403, 200, 200, 302)},
    "growth:practice_new": {
        "GET": (302, 404, 200, 403, 200, 200, 302),
        "POST": (302, 404, 302, 403, 422, 422, 302),
    },
    "growth:practice": {"GET": (302, 404, 200, 404, 200, 200, 302)},
    "growth:practice_edit": {
        "GET": (302, 404, 200, 404, 200, 200, 302),
        "POST": (302, 404, 302, 404, 302, 302, 302),
    },
    "growth:practice_close": {"POST": (302, 404, 302, 404, 302, 302, 302)},
    # With a note in it, which the table's practice has: it can only be ended.
    "growth:practice_delete": {"POST": (302, 404, 409, 404, 409, 409, 302)},
    "growth:practice_reopen": {"POST": (302, 404, 302, 404, 302, 302, 302)},
    "growth:note_add": {"POST": (302, 404, 302, 404, 302, 302, 302)},
    # By who wrote it.
    "growth:note_remove": {"POST": (302, 404, 302, 404, 404, 404, 302)},
    "growth:drill_done": {"POST": REPS_WRITE},
    "reviews:review_list": {"GET": MEMBERS_READ},
    "reviews:review_open": {"POST": EDITORS_WRITE},
    # The person's own and the editors': nobody else finds it.
    "reviews:person": {"GET": (302, 404, 200, 404, 200, 200, 302)},
    "reviews:growth": {"GET": (302, 404, 200, 404, 200, 200, 302)},
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
    "reviews:answers_save": {"POST": EDITORS_WRITE},
    # Of a team in which reps see their own numbers only: conviction is other people's.
    "reviews:checks": {"GET": (302, 404, 403, 200, 200, 200, 302)},
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
    "progress:rep_levers": {"GET": MEMBERS_READ},
    "progress:people": {"GET": MEMBERS_READ},
    "progress:rates": {"GET": MEMBERS_READ},
    "progress:levers": {"GET": MEMBERS_READ},
    "progress:trust": {"GET": MEMBERS_READ},
    "setup:path": {"GET": EDITORS_READ},
    "setup:path_go": {"POST": EDITORS_WRITE},
    "setup:healthz": {"GET": EVERYONE},
    "setup:readyz": {"GET": EVERYONE},
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
    # Whatever changes how somebody signs in asks for the password again.
    "account_reauthenticate": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_index": {"GET": SIGNED_IN},
    "mfa_authenticate": {"GET": ONWARD, "POST": ONWARD},
    "mfa_reauthenticate": {"GET": ONWARD, "POST": ONWARD},
    "mfa_view_recovery_codes": {"GET": NOBODYS},
    "mfa_generate_recovery_codes": {"GET": ONWARD, "POST": ONWARD},
    "mfa_download_recovery_codes": {"GET": NOBODYS},
    "mfa_activate_totp": {"GET": ONWARD, "POST": ONWARD},
    "mfa_deactivate_totp": {"GET": NOBODYS, "POST": NOBODYS},
    "mfa_list_webauthn": {"GET": SIGNED_IN},
    "mfa_add_webauthn": {"GET": ONWARD, "POST": ONWARD},
    "mfa_reauthenticate_webauthn": {"GET": ONWARD, "POST": ONWARD},
    "mfa_remove_webauthn": {"GET": ONWARD, "POST": ONWARD},
    "mfa_edit_webauthn": {"GET": ONWARD, "POST": ONWARD},
    "mfa_login_webauthn": {"GET": ONWARD, "POST": ONWARD},
}

# Only while nothing real exists.
FIRST_VISIT = ("setup:welcome", "setup:team_start", "setup:sample_start", "setup:sample_sign_in")

ON_PRACTICE = (
    "practice",
    "practice_edit",
    "practice_close",
    "practice_reopen",
    "practice_delete",
    "note_add",
)

ON_REVIEW = (
    "review", "review_go", "review_close", "review_pulse", "minutes", "minutes_markdown", "rates_decide",
    "action_add", "learned_save", "answers_save",
)  # fmt: skip
