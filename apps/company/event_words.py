"""What an event is called on the page. A kind without words fails a test."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role, Visibility

WORDS = {
    "people": {
        "team_founded": _("founded the team"),
        "team_changed": _("changed the team's settings"),
        "team_handed_over": _("handed the team over"),
        "member_invited": _("invited somebody"),
        "invitation_revoked": _("withdrew an invitation"),
        "member_added": _("took somebody into the team"),
        "member_joined": _("joined the team"),
        "member_signed_in_first": _("signed in for the first time"),
        "member_changed": _("changed what somebody does in the team"),
        "member_left": _("ended a membership"),
        "person_archived": _("downloaded a person's data"),
        "person_erased": _("erased a person"),
        "owner_added": _("made somebody owner of the company"),
        "owner_removed": _("took ownership of the company from somebody"),
        "company_changed": _("changed the company's settings"),
    },
    "plan": {
        "plan_saved": _("saved a version of the plan"),
        "kgi_withdrawn": _("withdrew a goal"),
        "higher_goal_saved": _("saved a goal above"),
        "higher_goal_split": _("split a goal above"),
        "higher_goal_deleted": _("deleted a goal above"),
        "load_moved": _("moved load between days"),
        "target_agreed": _("agreed to a target"),
        "target_countered": _("proposed another target"),
        "target_answered": _("answered a proposal"),
        "rates_decided": _("decided rates"),
        "rates_undone": _("took a decision on rates back"),
    },
    "funnel": {
        "funnel_started": _("chose a funnel"),
        "stage_added": _("added a stage"),
        "stage_changed": _("changed a stage"),
        "stage_moved": _("moved a stage"),
        "stage_parked": _("parked a stage"),
        "stage_back": _("took a stage back"),
        "signal_added": _("added a quality signal"),
        "signal_changed": _("changed a quality signal"),
        "signal_parked": _("parked a quality signal"),
        "signal_back": _("took a quality signal back"),
        "detail_added": _("added a step between stages"),
        "detail_changed": _("changed a step between stages"),
        "detail_parked": _("parked a step between stages"),
        "detail_back": _("took a step between stages back"),
        "segment_added": _("added a segment"),
        "segment_changed": _("changed a segment"),
        "segment_parked": _("parked a segment"),
        "segment_back": _("took a segment back"),
    },
    "calendar": {
        "calendar_changed": _("changed the calendar"),
        "days_marked": _("marked days"),
        "day_unmarked": _("took the mark of a day back"),
        "leave_taken": _("took leave"),
        "leave_cancelled": _("cancelled leave"),
        "work_time_set": _("set working time"),
        "work_time_cancelled": _("cancelled working time"),
        "day_set": _("set the parts of the day"),
        "own_day_dropped": _("gave the own parts of the day up"),
    },
    "goals": {
        "objective_written": _("wrote an objective"),
        "objective_changed": _("changed an objective"),
        "objective_parked": _("parked an objective"),
        "objective_back": _("took an objective back"),
        "objective_closed": _("closed an objective"),
        "objective_reopened": _("opened an objective again"),
        "objective_deleted": _("deleted an objective"),
        "objective_copied": _("took an objective over into the next period"),
        "key_result_saved": _("saved a key result"),
        "key_result_parked": _("parked a key result"),
        "key_result_back": _("took a key result back"),
        "checked_in": _("checked in"),
        "aligned_with_log": _("aligned a key result with the log"),
        "practice_written": _("wrote a practice"),
        "practice_changed": _("changed a practice"),
        "practice_note": _("wrote a note to a practice"),
        "practice_closed": _("ended a practice"),
        "practice_reopened": _("opened a practice again"),
        "practice_deleted": _("deleted a practice"),
        "drill_done": _("practised"),
        "drill_undone": _("took a practice of today back"),
    },
    "reviews": {
        "review_opened": _("opened a review"),
        "review_closed": _("closed a review"),
        "words_read": _("read somebody's words"),
        "action_added": _("added an action"),
        "action_changed": _("changed an action"),
    },
    "data": {
        "import_begun": _("uploaded a file"),
        "import_written": _("wrote an import"),
        "import_dropped": _("dropped a file"),
        "exported": _("exported a table"),
        "archive_made": _("downloaded the team's archive"),
        "channel_set": _("set the team's chat"),
        "channel_removed": _("removed the team's chat"),
        "hook_added": _("added a webhook"),
        "hook_removed": _("removed a webhook"),
    },
    "security": {
        "signed_in": _("signed in"),
        "sign_in_refused": _("was refused at the sign-in"),
        "password_changed": _("changed the password"),
        "password_reset": _("set a new password by mail"),
        "second_step_added": _("added a second step"),
        "second_step_removed": _("removed a second step"),
        "second_step_renewed": _("renewed the recovery codes"),
        "token_made": _("made a token for the API"),
        "token_revoked": _("ended a token for the API"),
    },
}
GROUPS = {
    "people": _("People and settings"),
    "plan": _("Plan"),
    "funnel": _("Funnel"),
    "calendar": _("Calendar"),
    "goals": _("Goals and practice"),
    "reviews": _("Reviews"),
    "data": _("Data in and out"),
    "security": _("Sign-ins"),
}
FIELDS = {
    "role": _("Role"),
    "carries": _("Carries targets"),
    "name": _("Name"),
    "time_zone": _("Time zone"),
    "visibility": _("Who sees whose numbers"),
    "kpi_limit": _("KPIs per person, at most"),
    "key_result_limit": _("Key results per person, at most"),
    "silent_after": _("Working days without a log before somebody is reminded"),
}
BY_KIND = {kind: words for group in WORDS.values() for kind, words in group.items()}


def field_words(name: str) -> str:
    return str(FIELDS.get(name, name))


def value_words(name: str, value: object) -> str:
    """What an event holds of a field, as its page says it."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    labels = {"role": dict(Role.choices), "visibility": dict(Visibility.choices)}.get(name, {})
    return str(labels.get(str(value), value))
