"""The JSON API: what its pages show, for programs."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import OuterRef, Subquery
from ninja import Header, NinjaAPI, Query
from ninja.openapi.schema import OpenAPISchema

from apps.accounts.access import role_in
from apps.accounts.models import Membership
from apps.activity.models import Entry, Tally
from apps.api import schemas
from apps.api.auth import ApiRequest, Bearer, team_of, teams_of
from apps.api.cursors import BY_DAY, BY_MOMENT, page_of
from apps.api.entries import log_many, log_one
from apps.api.models import Scope
from apps.api.problems import PROBLEM, Problem, handle
from apps.api.shapes import entry_out, key_result_out, plan_out, review_out, tally_out
from apps.calendars.queries import today_in
from apps.funnels.models import Kpi, Segment
from apps.goals.drafts import parts_of_draft
from apps.goals.models import Kgi, Plan, PlanTarget
from apps.goals.services import latest_plan
from apps.okrs.measures import Measures
from apps.okrs.models import KeyResult
from apps.okrs.services import check_in
from apps.reviews.models import Review


class Described(NinjaAPI):
    def get_openapi_schema(self, **wishes: Any) -> OpenAPISchema:
        """Problems are described as what they are sent as."""
        schema = super().get_openapi_schema(**wishes)
        operations = [one for path in schema["paths"].values() for one in path.values()]
        for responses in [one["responses"] for one in operations]:
            for status in [status for status in responses if int(status) >= 400]:
                content = responses[status]["content"]
                content[PROBLEM] = content.pop("application/json")
        return schema


api = Described(
    title="kpiplanner",
    version="1",
    urls_namespace="api",
    auth=Bearer(),
    description="Plans, targets, activity, key results and reviews of a team.",
)
handle(api)

View = TypeVar("View", bound=Callable[..., Any])
REFUSED = dict.fromkeys((400, 401, 403, 404, 422), schemas.ProblemOut)
CREATED = REFUSED | {409: schemas.ProblemOut}
KEY = Header(None, alias="Idempotency-Key", min_length=1, max_length=200)  # type: ignore[type-arg]


def reads(path: str, answer: Any, name: str, tag: str) -> Callable[[View], View]:
    """What a team is asked for."""
    responses = {200: answer, **REFUSED}
    return api.get(f"/teams/{{team_id}}{path}", response=responses, url_name=name, tags=[tag])


def writes(path: str, answer: Any, name: str, tag: str) -> Callable[[View], View]:
    responses = {200: answer, **CREATED}
    return api.post(f"/teams/{{team_id}}{path}", response=responses, url_name=name, tags=[tag])


@api.get("/teams", response={200: list[schemas.TeamOut], **REFUSED}, url_name="teams", tags=["team"])
def teams(request: ApiRequest) -> Any:
    """The teams that this token reaches."""
    found = list(teams_of(request))
    own = Membership.objects.active().filter(user=request.user, team__in=found)
    mine = {member.team_id: member for member in own}
    owned = set(request.user.owned_organizations.values_list("pk", flat=True))
    return [
        {
            "id": team.pk,
            "name": team.name,
            "company": team.organization.name,
            "currency": team.organization.currency,
            "time_zone": team.time_zone,
            "role": role_in(mine.get(team.pk), is_owner=team.organization_id in owned),
            "member": mine[team.pk].pk if team.pk in mine else None,
        }
        for team in found
    ]


@reads("/members", list[schemas.MemberOut], "members", "team")
def members(request: ApiRequest, team_id: schemas.Id) -> Any:
    """Those whose numbers you may see, also who left."""
    access = team_of(request, team_id)
    return [
        {
            "id": member.pk,
            "name": member.user.name,
            "role": member.role,
            "carries_targets": member.carries_targets,
            "has_left": member.ended_at is not None,
        }
        for member in access.members()
    ]


@reads("/funnel", schemas.FunnelOut, "funnel", "team")
def funnel(request: ApiRequest, team_id: schemas.Id) -> Any:
    """What is counted, by the codes that entries use."""
    access = team_of(request, team_id)
    return {
        "kpis": list(Kpi.objects.of_team(access.team).running().order_by("position")),
        "segments": list(Segment.objects.filter(team=access.team, parked_at=None).order_by("pk")),
    }


@reads("/plans", list[schemas.PlanOut], "plans", "plan")
def plans(request: ApiRequest, team_id: schemas.Id) -> Any:
    """The newest version of each goal, newest goal first."""
    access = team_of(request, team_id)
    kgis = Kgi.objects.of_team(access.team).running()
    newest = Plan.objects.filter(kgi=OuterRef("kgi")).order_by("-number").values("pk")[:1]
    versions = Plan.objects.filter(kgi__in=kgis, pk=Subquery(newest)).select_related("kgi")
    return [plan_out(plan) for plan in versions.prefetch_related(*parts_of_draft()).order_by("-kgi__start")]


@reads("/plans/{plan_id}/targets", list[schemas.TargetOut], "targets", "plan")
def targets(request: ApiRequest, team_id: schemas.Id, plan_id: schemas.Id) -> Any:
    """Of everybody whose numbers you may see."""
    access = team_of(request, team_id)
    kgi = Kgi.objects.of_team(access.team).running().filter(pk=plan_id).first()
    if kgi is None:
        raise Problem(404, "not_found")
    found = PlanTarget.objects.filter(plan=latest_plan(kgi), member__in=access.members())
    rows = found.order_by("pk").values_list("member_id", "kpi__code", "segment__code", "count")
    return [dict(zip(("member", "kpi", "segment", "count"), row, strict=True)) for row in rows]


@reads("/tallies", schemas.Page[schemas.TallyOut], "tallies", "activity")
def tallies(request: ApiRequest, team_id: schemas.Id, window: Query[schemas.Window]) -> Any:
    """Sums by person, day, KPI and segment, as they count."""
    access = team_of(request, team_id)
    rows = Tally.objects.filter(member__in=access.members()).select_related("kpi", "segment")
    found, after = page_of(_inside(rows, window), window.cursor, BY_DAY)
    return {"items": [tally_out(row) for row in found], "next": after}


@reads("/entries", schemas.Page[schemas.EntryOut], "entries", "activity")
def entries(request: ApiRequest, team_id: schemas.Id, window: Query[schemas.Window]) -> Any:
    """Each entry, with corrections."""
    access = team_of(request, team_id)
    rows = Entry.objects.filter(team=access.team, member__in=access.members())
    rows = _inside(rows.select_related("kpi", "segment"), window)
    found, after = page_of(rows, window.cursor, BY_MOMENT)
    return {"items": [entry_out(row) for row in found], "next": after}


def _inside(rows: Any, window: schemas.Window) -> Any:
    rows = rows.filter(day__gte=window.start) if window.start else rows
    return rows.filter(day__lte=window.end) if window.end else rows


@writes("/entries", schemas.EntryOut, "entries", "activity")
def entry_create(
    request: ApiRequest, team_id: schemas.Id, body: schemas.EntryIn, key: str | None = KEY
) -> Any:
    """Logs one entry. The same id, or the same key and body, is one entry however often it is sent."""
    access = team_of(request, team_id, Scope.LOG)
    return entry_out(log_one(request, access, body, key))


@writes("/entries/bulk", schemas.EntriesOut, "entries_bulk", "activity")
def entries_create(
    request: ApiRequest, team_id: schemas.Id, body: schemas.EntriesIn, key: str | None = KEY
) -> Any:
    """Logs many entries, all or none."""
    access = team_of(request, team_id, Scope.LOG)
    logged = log_many(request, access, body.entries, key)
    return {"entries": [entry_out(entry) for entry in logged]}


@reads("/key-results", list[schemas.KeyResultOut], "key_results", "objectives")
def key_results(request: ApiRequest, team_id: schemas.Id) -> Any:
    """Of the objectives that run and that you may see, with where they stand today."""
    access = team_of(request, team_id)
    running = KeyResult.objects.visible_to(access).running().with_hand()
    found = list(running.in_order().select_related("objective__team__organization", "kpi", "base"))
    measures = Measures(access.team, found, today_in(access.team))
    return [key_result_out(one, measures) for one in found]


@writes("/key-results/{key_result_id}/check-ins", schemas.CheckInOut, "check_ins", "objectives")
def check_in_create(
    request: ApiRequest, team_id: schemas.Id, key_result_id: schemas.Id, body: schemas.CheckInIn
) -> Any:
    """The number so far, how sure you are, and a line. Beside a number that is counted from the log, one that
    is typed is the people's own view, as on the page."""
    access = team_of(request, team_id, Scope.LOG)
    running = KeyResult.objects.visible_to(access).running()
    key_result = running.filter(pk=key_result_id).select_related("objective", "member").first()
    if key_result is None:
        raise Problem(404, "not_found")
    key_result.objective.team = access.team
    if not key_result.is_checked_in_by(access):
        raise Problem(403, "forbidden")
    value = None if body.value is None else round(Decimal(repr(body.value)), 4)
    done = check_in(
        key_result=key_result,
        by=request.user,
        value=value,
        confidence=body.confidence,
        note=body.note.strip(),
    )
    return {
        "id": done.pk,
        "day": done.day,
        "value": None if done.value is None else f"{done.value.normalize():f}",
        "confidence": done.confidence,
        "note": done.note,
    }


@reads("/reviews", list[schemas.ReviewOut], "reviews", "reviews")
def reviews(request: ApiRequest, team_id: schemas.Id) -> Any:
    """The last hundred, newest first."""
    access = team_of(request, team_id)
    found = Review.objects.filter(team=access.team).order_by("-day", "-pk")[:100]
    return [review_out(one) for one in found]
