"""What goes out as a table: what the asker may see, as it is filtered, row by row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Access
from apps.activity.models import Entry, Tally
from apps.domain.money import plain_number
from apps.goals.models import Kgi, PlanTarget
from apps.goals.services import latest_plan
from apps.okrs.models import KeyResult, Objective

CHUNK = 2_000
Row = Sequence[Any]


@dataclass(frozen=True)
class Wanted:
    access: Access
    start: date
    end: date

    @property
    def zone(self) -> ZoneInfo:
        """The team's: rows are written when the request is over, and its own zone with it."""
        return ZoneInfo(self.access.team.time_zone)

    def who(self, email: str, name: str) -> str:
        """Addresses are for those who see them on the page, and one's own."""
        return email if self.access.can_edit or email == self.access.user.email else name

    @property
    def members(self) -> list[int]:
        return list(self.access.members().values_list("pk", flat=True))


def _activity(wanted: Wanted) -> Iterator[Row]:
    """Sums as they count, under the headings that an import reads."""
    tallies = Tally.objects.filter(member__in=wanted.members, day__range=(wanted.start, wanted.end))
    found = tallies.order_by("day", "member__position", "member", "kpi__position").values_list(
        "day", "member__user__email", "member__user__name", "kpi__code", "kpi__name", "segment__code",
        "segment__is_default", "count", "amount",
    )  # fmt: skip
    currency = wanted.access.team.organization.currency
    for day, email, name, code, kpi, segment, is_default, count, amount in found.iterator(CHUNK):
        money = plain_number(amount, currency) if amount else ""
        yield day, wanted.who(email, name), name, code, kpi, "" if is_default else segment, count, money


def _entries(wanted: Wanted) -> Iterator[Row]:
    """Every entry, corrections and cancellations too."""
    entries = Entry.objects.filter(
        team=wanted.access.team, member__in=wanted.members, day__range=(wanted.start, wanted.end)
    )
    found = entries.order_by("day", "created_at", "pk").values_list(
        "pk", "day", "member__user__name", "kpi__code", "segment__code", "kind", "count", "amount",
        "shared_with__user__name", "shared_amount", "reverses", "source", "author__name", "created_at",
    )  # fmt: skip
    currency = wanted.access.team.organization.currency
    for pk, day, name, kpi, segment, kind, count, amount, other, shared, *rest, created_at in found.iterator(
        CHUNK
    ):
        money = plain_number(amount, currency), plain_number(shared, currency)
        moment = created_at.astimezone(wanted.zone).isoformat(timespec="seconds")
        yield pk, day, name, kpi, segment, kind, count, money[0], other, money[1], *rest, moment


def _targets(wanted: Wanted) -> Iterator[Row]:
    """Of the plans that run in these days, as they stand now."""
    kgis = Kgi.objects.of_team(wanted.access.team).running()
    for kgi in kgis.filter(start__lte=wanted.end, end__gte=wanted.start).order_by("start"):
        plan = latest_plan(kgi)
        targets = PlanTarget.objects.filter(plan=plan, member__in=wanted.members)
        found = targets.order_by("member__position", "member", "segment", "kpi__position").values_list(
            "member__user__email", "member__user__name", "kpi__code", "kpi__name", "segment__code", "count"
        )
        for email, name, *cells in found:
            yield kgi.start, kgi.end, plan.number, wanted.who(email, name), name, *cells


def _key_results(wanted: Wanted) -> Iterator[Row]:
    found = KeyResult.objects.filter(
        objective__in=Objective.objects.visible_to(wanted.access),
        objective__start__lte=wanted.end,
        objective__end__gte=wanted.start,
    )
    for result in found.select_related("objective", "member__user", "kpi").order_by("objective", "pk"):
        objective = result.objective
        person = wanted.who(result.member.user.email, result.member.user.name) if result.member else ""
        code = result.kpi.code if result.kpi else ""
        yield objective.text, objective.start, objective.end, result.text, person, code, result.target


def _people(wanted: Wanted) -> Iterator[Row]:
    for member in wanted.access.members():
        left = member.ended_at.astimezone(wanted.zone).date() if member.ended_at else ""
        user = member.user
        yield (
            user.name,
            wanted.who(user.email, ""),
            member.role,
            int(member.carries_targets),
            member.joined_on or "",
            left,
        )


# Name -> what it is, headings, rows. The headings are those that an import reads, in every language.
EXPORTS = {
    "activity": (
        _("Numbers by person, KPI and day"),
        ("date", "member", "name", "kpi", "kpi name", "segment", "count", "amount"),
        _activity,
    ),
    "entries": (
        _("Every entry, with corrections"),
        (
            "id", "date", "member", "kpi", "segment", "kind", "count", "amount", "shared with",
            "shared amount", "reverses", "source", "author", "logged at",
        ),
        _entries,
    ),
    "targets": (
        _("Targets of the running plans"),
        ("from", "until", "version", "member", "name", "kpi", "kpi name", "segment", "count"),
        _targets,
    ),
    "key_results": (
        _("Objectives and key results"),
        ("objective", "from", "until", "key result", "member", "kpi", "target"),
        _key_results,
    ),
    "people": (
        _("People"),
        ("name", "e-mail", "role", "carries targets", "joined on", "left on"),
        _people,
    ),
}  # fmt: skip


def export_rows(name: str, wanted: Wanted) -> tuple[Sequence[str], Iterator[Row]]:
    _label, header, rows = EXPORTS[name]
    return header, rows(wanted)
