"""A whole team as one file, which a fresh installation reads back equal."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.accounts.models import Organization, Team, User
from apps.domain.errors import PlanError
from apps.web.tables import DENSEST, LARGEST_UNPACKED

FORMAT = 1
MANIFEST = "manifest.json"

# Model -> the way from it to its team; a row stands after all that it points to.
PATHS = {
    "accounts.Team": "pk",
    "accounts.Membership": "team",
    "calendars.TeamCalendar": "team",
    "calendars.CalendarDay": "team",
    "calendars.WorkTime": "member__team",
    "calendars.Leave": "user__memberships__team",
    "calendars.DayBlock": "team",
    "funnels.Funnel": "team",
    "funnels.Kpi": "funnel__team",
    "funnels.Segment": "team",
    "activity.Entry": "team",
    "activity.Tally": "member__team",
    "activity.Reflection": "member__team",
    "activity.OpportunityStep": "team",
    "activity.NextStep": "member__team",
    "goals.HigherGoal": "team",
    "goals.Kgi": "team",
    "goals.Plan": "kgi__team",
    "goals.PlanStream": "plan__kgi__team",
    "goals.OpenDeals": "plan__kgi__team",
    "goals.PlanStage": "plan__kgi__team",
    "goals.PlanShare": "plan__kgi__team",
    "goals.PlanRate": "plan__kgi__team",
    "goals.PlanTarget": "plan__kgi__team",
    "goals.DayMove": "kgi__team",
    "goals.AgreementStep": "plan__kgi__team",
    "goals.WhatIf": "kgi__team",
    "okrs.Objective": "team",
    "okrs.KeyResult": "objective__team",
    "okrs.CheckIn": "key_result__objective__team",
    "okrs.Judged": "team",
    "growth.Practice": "team",
    "growth.Drill": "practice__team",
    "growth.DrillDone": "drill__practice__team",
    "growth.Note": "practice__team",
    "progress.Forecast": "kgi__team",
    "reviews.Review": "team",
    "reviews.Row": "review__team",
    "reviews.Words": "review__team",
    "reviews.RateDecision": "review__team",
    "reviews.CheckAnswer": "review__team",
    "reviews.Verdict": "review__team",
    "reviews.Action": "team",
    "notices.Wish": "member__team",
    "accounts.Event": "team",
}
# What stays behind: secrets and links of one installation, what was sent from it, files on their way.
LEFT_OUT = {
    # Written by triggers, for this database.
    "web.Mark",
    "accounts.Invitation",
    "api.Token",
    "api.Hook",
    "api.Parcel",
    "notices.Channel",
    "notices.Feed",
    "notices.Delivery",
    "exchange.ImportRun",
}
USER_FIELDS = (
    *("email", "name", "reading", "language", "time_zone", "is_active", "date_joined"),
    *("amounts", "palette", "is_calm", "has_keys", "first_page"),
)


class Exact(DjangoJSONEncoder):
    """Django's own cuts moments to milliseconds."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


@dataclass(frozen=True)
class Table:
    model: type[models.Model]
    rows: QuerySet[Any]
    fields: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        return f"tables/{self.model._meta.label}.jsonl"


def tables_of(team: Team) -> list[Table]:
    """People and company first: everything else points to them."""
    tables = [_table(label, path, team) for label, path in PATHS.items()]
    users = User.objects.filter(pk__in=_people(team, tables)).order_by("pk")
    company = Organization.objects.filter(pk=team.organization_id)
    return [Table(User, users, USER_FIELDS), Table(Organization, company), *tables]


def _table(label: str, path: str, team: Team) -> Table:
    model = apps.get_model(label)
    return Table(model, model._default_manager.filter(**{path: team.pk}).distinct().order_by("pk"))


def _people(team: Team, tables: list[Table]) -> set[int]:
    """Members, owners, and whoever wrote something in the team."""
    found = set(team.organization.owners.values_list("pk", flat=True))
    for table in tables:
        for field in table.model._meta.concrete_fields:
            if field.related_model is User:
                found |= set(table.rows.order_by().values_list(field.attname, flat=True))
    return {pk for pk in found if pk is not None}


def write_archive(team: Team, file: IO[bytes]) -> None:
    with transaction.atomic(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        kept = {table.name: _write_table(archive, table) for table in tables_of(team)}
        manifest = {"format": FORMAT, "team": team.name, "made_at": f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}"}
        archive.writestr(MANIFEST, json.dumps(manifest | {"tables": kept}, ensure_ascii=False, indent=1))


def _write_table(archive: zipfile.ZipFile, table: Table) -> dict[str, Any]:
    text = io.StringIO()
    options = {"fields": table.fields, "cls": Exact, "ensure_ascii": False}
    serializers.serialize("jsonl", table.rows, stream=text, **options)
    raw = text.getvalue().encode()
    archive.writestr(table.name, raw)
    return {"rows": raw.count(b"\n"), "sha256": hashlib.sha256(raw).hexdigest()}


def read_archive(file: IO[bytes]) -> Team:
    """Puts the team of an archive into an installation that has none.

    Raises PlanError ``not_fresh``, ``archive_broken`` (problem).
    """
    if Organization.objects.exists() or User.objects.exists():
        raise PlanError("not_fresh")
    try:
        with zipfile.ZipFile(file) as archive, transaction.atomic():
            _check_size(archive)
            manifest = json.loads(archive.read(MANIFEST))
            if manifest["format"] != FORMAT:
                raise PlanError("archive_broken", problem=f"format {manifest['format']}")
            return _read_tables(archive, manifest["tables"])
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        serializers.base.DeserializationError,
    ) as error:
        raise PlanError("archive_broken", problem=f"{type(error).__name__}: {error}"[:200]) from error


def _check_size(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if unpacked > LARGEST_UNPACKED or unpacked > max(packed, 10_000) * DENSEST:
        raise PlanError("archive_broken", problem="too large")


def _read_tables(archive: zipfile.ZipFile, kept: dict[str, dict[str, Any]]) -> Team:
    labels = ["accounts.User", "accounts.Organization", *PATHS]
    for label in labels:
        model = apps.get_model(label)
        name = f"tables/{label}.jsonl"
        raw = archive.read(name)
        if hashlib.sha256(raw).hexdigest() != kept[name]["sha256"]:
            raise PlanError("archive_broken", problem=name)
        for row in _rows(model, raw):
            row.save(force_insert=True)
    connection.check_constraints()
    _set_sequences([apps.get_model(label) for label in labels])
    return Team.objects.get()


def _rows(model: type[models.Model], raw: bytes) -> Iterator[Any]:
    for row in serializers.deserialize("jsonl", io.StringIO(raw.decode())):
        if type(row.object) is not model:
            raise PlanError("archive_broken", problem=f"{row.object._meta.label} in {model._meta.label}")
        if isinstance(row.object, User):
            row.object.set_unusable_password()
        yield row


def _set_sequences(found: list[type[models.Model]]) -> None:
    """PostgreSQL counts on by itself, and knows nothing of keys that were given."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), found):
            cursor.execute(statement)


def about_person(user: User) -> list[Table]:
    """Everything that names a person: what is about them, and what they wrote."""
    memberships = list(user.memberships.values_list("pk", flat=True))
    tables = [Table(User, User.objects.filter(pk=user.pk), USER_FIELDS)]
    for label in PATHS:
        model = apps.get_model(label)
        wanted = Q(pk__in=memberships) if label == "accounts.Membership" else Q()
        for field in model._meta.concrete_fields:
            if field.related_model is User:
                wanted |= Q(**{field.name: user.pk})
            elif field.related_model and field.related_model._meta.label == "accounts.Membership":
                wanted |= Q(**{f"{field.name}__in": memberships})
        if wanted:
            tables.append(Table(model, model._default_manager.filter(wanted).distinct().order_by("pk")))
    return tables


def write_person(user: User, file: IO[bytes]) -> None:
    with transaction.atomic(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in about_person(user):
            _write_table(archive, table)
