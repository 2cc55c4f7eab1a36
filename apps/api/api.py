"""The JSON API: what its pages show, for programs."""

import uuid
from decimal import Decimal
from typing import Any

from django.db import transaction
from ninja import Header, NinjaAPI, Query
from ninja.openapi.schema import OpenAPISchema

from apps.accounts.access import Access
from apps.accounts.models import Membership
from apps.activity.models import Entry, Tally
from apps.activity.services import log_entry, new_entry, writing_turn
from apps.api import schemas
from apps.api.auth import ApiRequest, Bearer, edited_team_of, member_of, team_of, teams_of
from apps.api.cursors import BY_DAY, BY_MOMENT, page_of
from apps.api.models import Scope
from apps.api.problems import PROBLEM, Problem, handle
from apps.api.shapes import entry_out, key_result_out, plan_out, review_out, tally_out
from apps.calendars.queries import today_in
from apps.domain.errors import PlanError
from apps.funnels.models import Kpi, Segment
from apps.goals.drafts import parts_of_draft
from apps.goals.models import Kgi, Plan, PlanTarget
from apps.goals.services import latest_plan
from apps.okrs.measures import Measures
from apps.okrs.models import KeyResult, Objective
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

REFUSED = dict.fromkeys((400, 401, 403, 404, 422), schemas.ProblemOut)
CREATED = REFUSED | {409: schemas.ProblemOut}
KEY = Header(None, alias="Idempotency-Key", max_length=200)  # type: ignore[type-arg]


@api.get("/teams", response={200: list[schemas.TeamOut], **REFUSED}, url_name="teams", tags=["team"])
def teams(request: ApiRequest) -> Any:
    """The teams that this token reaches."""
    found = list(teams_of(request))
    own = Membership.objects.active().filter(user=request.user, team__in=found)
    mine = {member.team_id: member for member in own}
    return [
        {
            "id": team.pk,
            "name": team.name,
            "company": team.organization.name,
            "currency": team.organization.currency,
            "time_zone": team.time_zone,
            "role": mine[team.pk].role if team.pk in mine else "owner",
            "member": mine[team.pk].pk if team.pk in mine else None,
        }
        for team in found
    ]


@api.get(
    "/teams/{team_id}/members",
    response={200: list[schemas.MemberOut], **REFUSED},
    url_name="members",
    tags=["team"],
)
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


@api.get(
    "/teams/{team_id}/funnel", response={200: schemas.FunnelOut, **REFUSED}, url_name="funnel", tags=["team"]
)
def funnel(request: ApiRequest, team_id: schemas.Id) -> Any:
    """What is counted, by the codes that entries use."""
    access = team_of(request, team_id)
    return {
        "kpis": list(Kpi.objects.of_team(access.team).running().order_by("position")),
        "segments": list(Segment.objects.filter(team=access.team, parked_at=None).order_by("pk")),
    }


@api.get(
    "/teams/{team_id}/plans",
    response={200: list[schemas.PlanOut], **REFUSED},
    url_name="plans",
    tags=["plan"],
)
def plans(request: ApiRequest, team_id: schemas.Id) -> Any:
    """The newest version of each goal, newest goal first."""
    access = team_of(request, team_id)
    kgis = Kgi.objects.of_team(access.team).running()
    newest: dict[int, Plan] = {}
    versions = Plan.objects.filter(kgi__in=kgis).select_related("kgi").order_by("number")
    for plan in versions.prefetch_related(*parts_of_draft()):
        newest[plan.kgi_id] = plan
    return [plan_out(plan) for plan in sorted(newest.values(), key=lambda plan: plan.kgi.start, reverse=True)]


@api.get(
    "/teams/{team_id}/plans/{plan_id}/targets",
    response={200: list[schemas.TargetOut], **REFUSED},
    url_name="targets",
    tags=["plan"],
)
def targets(request: ApiRequest, team_id: schemas.Id, plan_id: schemas.Id) -> Any:
    """Of everybody whose numbers you may see."""
    access = team_of(request, team_id)
    kgi = Kgi.objects.of_team(access.team).running().filter(pk=plan_id).first()
    if kgi is None:
        raise Problem(404, "not_found")
    found = PlanTarget.objects.filter(plan=latest_plan(kgi), member__in=access.members())
    rows = found.order_by("pk").values_list("member_id", "kpi__code", "segment__code", "count")
    return [dict(zip(("member", "kpi", "segment", "count"), row, strict=True)) for row in rows]


@api.get(
    "/teams/{team_id}/tallies",
    response={200: schemas.Page[schemas.TallyOut], **REFUSED},
    url_name="tallies",
    tags=["activity"],
)
def tallies(
    request: ApiRequest,
    team_id: schemas.Id,
    start: schemas.Day | None = None,
    end: schemas.Day | None = None,
    cursor: str | None = Query(None, max_length=300),  # type: ignore[type-arg]
) -> Any:
    """Sums by person, day, KPI and segment, as they count."""
    access = team_of(request, team_id)
    rows = Tally.objects.filter(member__in=access.members()).select_related("kpi", "segment")
    found, after = page_of(_between(rows, start, end), cursor, BY_DAY)
    return {"items": [tally_out(row) for row in found], "next": after}


@api.get(
    "/teams/{team_id}/entries",
    response={200: schemas.Page[schemas.EntryOut], **REFUSED},
    url_name="entries",
    tags=["activity"],
)
def entries(
    request: ApiRequest,
    team_id: schemas.Id,
    start: schemas.Day | None = None,
    end: schemas.Day | None = None,
    cursor: str | None = Query(None, max_length=300),  # type: ignore[type-arg]
) -> Any:
    """Each entry, with corrections."""
    access = team_of(request, team_id)
    rows = Entry.objects.filter(team=access.team, member__in=access.members())
    rows = _between(rows, start, end).select_related("kpi", "segment")
    found, after = page_of(rows, cursor, BY_MOMENT)
    return {"items": [entry_out(row) for row in found], "next": after}


def _between(rows: Any, start: Any, end: Any) -> Any:
    rows = rows.filter(day__gte=start) if start else rows
    return rows.filter(day__lte=end) if end else rows


@api.post(
    "/teams/{team_id}/entries",
    response={200: schemas.EntryOut, **CREATED},
    url_name="entries",
    tags=["activity"],
)
def entry_create(
    request: ApiRequest, team_id: schemas.Id, body: schemas.EntryIn, key: str | None = KEY
) -> Any:
    """Logs one entry. The same id, or the same key and body, is one entry however often it is sent."""
    access = team_of(request, team_id, Scope.LOG)
    return entry_out(_log(request, access, body, key, 0))


@api.post(
    "/teams/{team_id}/entries/bulk",
    response={200: schemas.EntriesOut, **CREATED},
    url_name="entries_bulk",
    tags=["activity"],
)
def entries_create(
    request: ApiRequest, team_id: schemas.Id, body: schemas.EntriesIn, key: str | None = KEY
) -> Any:
    """Logs many entries, all or none."""
    access = team_of(request, team_id, Scope.LOG)
    with writing_turn(), transaction.atomic():
        logged = [_log(request, access, one, key, place) for place, one in enumerate(body.entries)]
    return {"entries": [entry_out(entry) for entry in logged]}


def _log(request: ApiRequest, access: Access, body: schemas.EntryIn, key: str | None, place: int) -> Entry:
    kpi = Kpi.objects.of_team(access.team).running().filter(code=body.kpi).first()
    if kpi is None:
        raise PlanError("kpi_unknown", text=body.kpi)
    if body.day > today_in(access.team):
        raise PlanError("day_in_future")
    entry = new_entry(
        pk=body.id or _id_of(request, key, place),
        team=access.team,
        member=member_of(access, body.member),
        kpi=kpi,
        segment=_segment(access, body.segment),
        day=body.day,
        count=body.count,
        amount=body.amount if kpi.carries_amount else 0,
        by=request.user,
    )
    entry.source = f"api:{request.auth.pk}"
    return log_entry(entry)


def _segment(access: Access, code: str) -> Segment:
    segments = Segment.objects.filter(team=access.team, parked_at=None)
    found = segments.filter(code=code).first() if code else segments.filter(is_default=True).first()
    if found is None:
        raise PlanError("segment_unknown", text=code)
    return found


def _id_of(request: ApiRequest, key: str | None, place: int) -> uuid.UUID:
    """Follows from the key, so that what is sent again is the same entry."""
    if key is None:
        return uuid.uuid4()
    return uuid.uuid5(uuid.NAMESPACE_URL, f"kpiplanner:{request.auth.pk}:{key}:{place}")


@api.get(
    "/teams/{team_id}/key-results",
    response={200: list[schemas.KeyResultOut], **REFUSED},
    url_name="key_results",
    tags=["objectives"],
)
def key_results(request: ApiRequest, team_id: schemas.Id) -> Any:
    """Of the objectives that run and that you may see, with where they stand today."""
    access = team_of(request, team_id)
    objectives = Objective.objects.visible_to(access).running()
    found = list(
        KeyResult.objects.filter(objective__in=objectives, parked_at=None)
        .select_related("objective__team__organization", "kpi", "base")
        .with_hand()
        .in_order()
    )
    measures = Measures(access.team, found, today_in(access.team))
    return [key_result_out(one, measures) for one in found]


@api.post(
    "/teams/{team_id}/key-results/{key_result_id}/check-ins",
    response={200: schemas.CheckInOut, **REFUSED},
    url_name="check_ins",
    tags=["objectives"],
)
def check_in_create(
    request: ApiRequest, team_id: schemas.Id, key_result_id: schemas.Id, body: schemas.CheckInIn
) -> Any:
    """The number so far of a key result that is typed by hand, how sure you are, and a line."""
    access = edited_team_of(request, team_id)
    objectives = Objective.objects.visible_to(access).running()
    found = KeyResult.objects.filter(objective__in=objectives, pk=key_result_id).select_related("objective")
    key_result = found.first()
    if key_result is None:
        raise Problem(404, "not_found")
    key_result.objective.team = access.team
    value = None if body.value is None else round(Decimal(repr(body.value)), 4)
    done = check_in(
        key_result=key_result, by=request.user, value=value, confidence=body.confidence, note=body.note
    )
    return {
        "id": done.pk,
        "day": done.day,
        "value": None if done.value is None else f"{done.value.normalize():f}",
        "confidence": done.confidence,
        "note": done.note,
    }


@api.get(
    "/teams/{team_id}/reviews",
    response={200: list[schemas.ReviewOut], **REFUSED},
    url_name="reviews",
    tags=["reviews"],
)
def reviews(request: ApiRequest, team_id: schemas.Id) -> Any:
    """The last hundred, newest first."""
    access = team_of(request, team_id)
    found = Review.objects.filter(team=access.team).order_by("-day", "-pk")[:100]
    return [review_out(one) for one in found]
