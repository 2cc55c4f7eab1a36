"""Fetching is permission: a view holds a team only if this person may see or edit it."""

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from apps.accounts.models import Membership, MembershipQuerySet, Role, Team, User, Visibility
from apps.web.marks import remembered

if TYPE_CHECKING:
    from apps.accounts.http import SignedInRequest

OWNER = "owner"


@dataclass(frozen=True)
class Access:
    """What one person may do in one team."""

    user: User
    team: Team
    role: str
    membership: Membership | None

    @property
    def can_edit(self) -> bool:
        return self.role in (OWNER, Role.MANAGER)

    @property
    def sees_everyone(self) -> bool:
        return self.role != Role.REP or self.team.visibility == Visibility.OPEN

    @property
    def carries_targets(self) -> bool:
        return self.membership is not None and self.membership.carries_targets

    def members(self) -> MembershipQuerySet:
        """The members whose rows this person may see, also those who left, in team order."""
        everyone = Membership.objects.filter(team=self.team).in_team_order()
        if self.sees_everyone:
            return everyone
        if self.team.visibility == Visibility.NEIGHBOURS:
            return everyone.filter(pk__in=self._nearest())
        return everyone.filter(user=self.user)

    def _nearest(self) -> list[int]:
        """This person and the two beside, in the team's own order: nobody is ranked."""
        carrying = Membership.objects.filter(team=self.team).carrying_targets().in_team_order()
        places = list(carrying.values_list("pk", flat=True))
        own = self.membership.pk if self.membership else 0
        if own not in places:
            return [own]
        place = places.index(own)
        return places[max(0, place - 1) : place + 2]

    def member(self, member_id: int) -> Membership:
        """A member whose rows may be seen, also one who left; 404 otherwise."""
        return get_object_or_404(self.members(), pk=member_id)


def role_in(membership: Membership | None, *, is_owner: bool) -> str:
    """What counts where somebody is both: an owner who sells manages; a manager is one already."""
    if membership is not None and (membership.role == Role.MANAGER or not is_owner):
        return str(membership.role)
    return OWNER


def visit_team(request: "SignedInRequest", team_id: int) -> Access:
    """The team, seen by this person; 404 where it is not theirs to see."""
    user = request.user
    found = remembered("place", team_id, user.pk, lambda: _place_of(user, team_id), is_small=True)
    if found is None:
        raise Http404
    # Copies: a form may write into a team that it then refuses.
    team, membership = copy(found.team), copy(found.membership)
    team.organization = copy(found.team.organization)
    if membership is not None:
        # Whoever asks for the member's name or team finds what is loaded.
        membership.user, membership.team = user, team
    request.access = Access(user, team, found.role, membership)
    return request.access


@dataclass(frozen=True)
class _Place:
    team: Team
    role: str
    membership: Membership | None


def _place_of(user: User, team_id: int) -> _Place | None:
    """None where the team is not theirs to see."""
    team = Team.objects.visible_to(user).select_related("organization").filter(pk=team_id).first()
    if team is None:
        return None
    membership = Membership.objects.active().filter(team=team, user=user).first()
    is_manager = membership is not None and membership.role == Role.MANAGER
    is_owner = not is_manager and team.organization.owners.filter(pk=user.pk).exists()
    if membership is None and not is_owner:
        return None
    return _Place(team, role_in(membership, is_owner=is_owner), membership)


def edit_team(request: "SignedInRequest", team_id: int) -> Access:
    """The team, to be changed by this person; 403 for those who may only look."""
    access = visit_team(request, team_id)
    if not access.can_edit:
        raise PermissionDenied
    return access


def log_in_team(request: "SignedInRequest", team_id: int) -> tuple[Access, Membership]:
    """The team and the own membership, to log activity; 403 for those who carry no targets."""
    access = visit_team(request, team_id)
    if access.membership is None or not access.membership.carries_targets:
        raise PermissionDenied
    return access, access.membership
