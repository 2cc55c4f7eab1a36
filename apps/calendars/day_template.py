"""The frame of a working day: what the morning, the afternoon and the evening are for."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership, Team
from apps.calendars.models import DayBlock
from apps.web.marks import PLAN, kept_for_team


@dataclass(frozen=True)
class Block:
    code: str
    name: str | Promise
    minutes: int
    activities: Sequence[str | Promise]


# The day that the first article describes: act while fresh, meet after lunch, look back in the evening.
DEFAULT_DAY = (
    Block(
        "morning",
        _("Outbound"),
        150,
        (_("Calls and mails"), _("Past customers again"), _("Sending proposals")),
    ),
    Block("afternoon", _("Meetings"), 210, (_("Online meetings"), _("Hearing"), _("Preparing the close"))),
    Block(
        "evening",
        _("Looking back, and setting up tomorrow"),
        45,
        (_("Notes of meetings entered"), _("Tomorrow's appointments confirmed"), _("Next week checked")),
    ),
)


@kept_for_team(PLAN)
def load_template(team: Team) -> dict[int | None, list[Block]]:
    """The day of the team (under None) and of the members who have their own. One query."""
    stored: dict[int | None, dict[str, DayBlock]] = {None: {}}
    for row in DayBlock.objects.filter(team=team):
        stored.setdefault(row.member_id, {})[row.block] = row
    usual = [_block(stored[None].get(block.code), block) for block in DEFAULT_DAY]
    own = {
        member: [_block(rows.get(block.code), block) for block in usual]
        for member, rows in stored.items()
        if member is not None
    }
    return {None: usual} | own


def _block(row: DayBlock | None, otherwise: Block) -> Block:
    if row is None:
        return otherwise
    return Block(row.block, row.name, row.minutes, [line for line in row.activities.splitlines() if line])


def day_of_member(days: dict[int | None, list[Block]], member: Membership | None) -> list[Block]:
    return days.get(member.pk if member else None, days[None])
