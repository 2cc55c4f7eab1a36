from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language

from apps.accounts.models import Event, Invitation, Membership, Organization, Role, Team, User
from apps.domain.errors import PlanError

INVITATION_DAYS = 14


def record_event(*, team: Team | None, actor: User | None, kind: str, **facts: object) -> None:
    Event.objects.create(team=team, actor=actor, kind=kind, facts=facts)


@transaction.atomic
def found_team(
    *, owner: User, company: str, team_name: str, currency: str, time_zone: str, is_sample: bool = False
) -> Team:
    """A company with its first team; its owner manages the team."""
    organization = Organization.objects.create(name=company, currency=currency, is_sample=is_sample)
    organization.owners.add(owner)
    team = Team.objects.create(organization=organization, name=team_name, time_zone=time_zone)
    Membership.objects.create(team=team, user=owner, role=Role.MANAGER, carries_targets=False)
    record_event(team=team, actor=owner, kind="team_founded")
    return team


@transaction.atomic
def invite_member(*, team: Team, by: User, email: str, role: str, language: str) -> Invitation:
    invitation = Invitation.objects.create(
        team=team,
        email=email.strip().lower(),
        role=role,
        language=language or get_language() or "ja",
        invited_by=by,
        expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
    )
    record_event(team=team, actor=by, kind="member_invited", invitation=invitation.pk, role=role)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User) -> None:
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record_event(team=invitation.team, actor=by, kind="invitation_revoked", invitation=invitation.pk)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User) -> Membership:
    """Joins the team. Raises PlanError ``invitation_used`` when somebody else was faster."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not locked.is_open(timezone.now()):
        raise PlanError("invitation_used")
    locked.accepted_at = timezone.now()
    locked.save(update_fields=["accepted_at"])
    membership, created = Membership.objects.get_or_create(
        team=locked.team,
        user=user,
        defaults={
            "role": locked.role,
            "carries_targets": locked.role == Role.REP,
            "position": locked.team.memberships.count(),
        },
    )
    if not created and membership.ended_at:
        _return_to_team(membership, locked.role)
    record_event(team=locked.team, actor=user, kind="member_joined", member=membership.pk)
    return membership


def join_as_new_person(
    *, invitation: Invitation, email: str, password: str, name: str, language: str
) -> User:
    """Account and membership, both or none. Raises PlanError ``invitation_used``, ``email_taken``."""
    zone = invitation.team.time_zone
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name, language=language, time_zone=zone)
            accept_invitation(invitation=invitation, user=user)
    except IntegrityError as error:
        raise PlanError("email_taken") from error
    return user


def _return_to_team(membership: Membership, role: str) -> None:
    membership.ended_at = None
    membership.role = role
    membership.carries_targets = role == Role.REP
    membership.save(update_fields=["ended_at", "role", "carries_targets"])


@transaction.atomic
def change_member(*, member: Membership, by: User, role: str, carries_targets: bool) -> None:
    """Raises PlanError ``last_manager`` when nobody would be left who may edit the team."""
    if member.role == Role.MANAGER and role != Role.MANAGER:
        _keep_an_editor(member)
    member.role = role
    member.carries_targets = carries_targets and role != Role.VIEWER
    member.save(update_fields=["role", "carries_targets"])
    record_event(team=member.team, actor=by, kind="member_changed", member=member.pk, role=role)


@transaction.atomic
def end_membership(*, member: Membership, by: User) -> None:
    """Ends access; what the person logged stays. Raises PlanError ``last_manager``."""
    if member.role == Role.MANAGER:
        _keep_an_editor(member)
    member.ended_at = timezone.now()
    member.save(update_fields=["ended_at"])
    record_event(team=member.team, actor=by, kind="member_left", member=member.pk)


def _keep_an_editor(leaving: Membership) -> None:
    Team.objects.select_for_update().get(pk=leaving.team_id)
    managers = Membership.objects.active().filter(team=leaving.team, role=Role.MANAGER).exclude(pk=leaving.pk)
    if not managers.exists() and not leaving.team.organization.owners.exclude(pk=leaving.user_id).exists():
        raise PlanError("last_manager")
