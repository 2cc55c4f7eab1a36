from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language

from apps.accounts.models import Event, Invitation, Membership, Organization, Role, Team, User
from apps.accounts.roster import ASKED, HERE, Person, compare
from apps.domain.errors import PlanError

INVITATION_DAYS = 14


def _standing(member: Membership) -> dict[str, object]:
    """What an event says of a member: enough to tell the state of any day by it."""
    return {"member": member.pk, "role": str(member.role), "carries": member.carries_targets}


def record_event(*, team: Team | None, actor: User | None, kind: str, **facts: object) -> None:
    Event.objects.create(team=team, actor=actor, kind=kind, facts=facts)


@transaction.atomic
def found_team(
    *, owner: User, company: str, team_name: str, currency: str, time_zone: str, is_sample: bool = False
) -> Team:
    """A company with its first team; its owner manages the team."""
    organization = Organization.objects.create(
        name=company,
        currency=currency,
        fiscal_month=4 if currency == "JPY" else 1,
        is_sample=is_sample,
    )
    organization.owners.add(owner)
    team = Team.objects.create(organization=organization, name=team_name, time_zone=time_zone)
    found_member(team=team, by=owner)
    return team


def found_member(*, team: Team, by: User) -> Membership:
    """The first member of a new team manages it."""
    member = Membership.objects.create(team=team, user=by, role=Role.MANAGER, carries_targets=False)
    record_event(team=team, actor=by, kind="team_founded", **_standing(member))
    return member


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
def renew_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """A new link that works for as long as a first one; the old one ends. Raises ``invitation_used``."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at or (locked.member and locked.member.user.is_claimed):
        raise PlanError("invitation_used")
    if locked.member:
        same = Invitation.objects.filter(member=locked.member, accepted_at=None, revoked_at=None)
        same.exclude(pk=locked.pk).update(revoked_at=timezone.now())
    revoke_invitation(invitation=invitation, by=by)
    fresh = invite_member(
        team=invitation.team,
        by=by,
        email=invitation.email,
        role=invitation.role,
        language=invitation.language,
    )
    fresh.member = invitation.member
    fresh.save(update_fields=["member"])
    return fresh


@transaction.atomic
def first_link(member: Membership) -> Invitation:
    """For somebody in the team who has no password here."""
    return Invitation.objects.create(
        team=member.team,
        member=member,
        email=member.user.email,
        role=member.role,
        language=member.user.language or "ja",
        invited_by=member.user,
        expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
    )


@transaction.atomic
def add_people(*, team: Team, by: User, people: Sequence[Person], language: str) -> list[Invitation]:
    """Takes a list into the team at once, so that plans can be made for them; the invitations to send.
    Whoever has an account outside the company is only asked."""
    Team.objects.select_for_update().get(pk=team.pk)
    # As they stand now: the list was looked at some time ago.
    compare(team, people)
    coming = [person for person in people if person.state != HERE and not person.problem]
    return [sent for person in coming if (sent := _add_person(team, by, person, language))]


def _add_person(team: Team, by: User, person: Person, language: str) -> Invitation | None:
    """An invitation where one is needed."""
    member = None if person.state == ASKED else _take_in(team, person, language)
    if member:
        record_event(team=team, actor=by, kind="member_added", **_standing(member))
        if member.user.is_claimed:
            return None
    invitation = invite_member(team=team, by=by, email=person.email, role=person.role, language=language)
    invitation.member = member
    invitation.save(update_fields=["member"])
    return invitation


def _take_in(team: Team, person: Person, language: str) -> Membership | None:
    """None where somebody else was given this address in the same moment: the account is only asked."""
    user = person.user or _account(person, language, team.time_zone)
    if user is None:
        return None
    member, created = Membership.objects.get_or_create(
        team=team,
        user=user,
        defaults={
            "role": person.role,
            "carries_targets": person.role == Role.REP,
            "position": team.memberships.count(),
        },
    )
    if not created and member.ended_at:
        _return_to_team(member, person.role)
    return member


def _account(person: Person, language: str, zone: str) -> User | None:
    """Without a password: the invitation lets its owner choose one."""
    try:
        with transaction.atomic():
            return User.objects.create_user(
                person.email,
                None,
                name=person.name,
                reading=person.reading,
                language=language,
                time_zone=zone,
            )
    except IntegrityError:
        return None


def spend_links(user: User) -> None:
    """Whoever is in needs no first link any more, of whichever team."""
    Invitation.objects.filter(member__user=user, accepted_at=None).update(accepted_at=timezone.now())


@transaction.atomic
def claim_account(*, invitation: Invitation, name: str, password: str, language: str) -> User:
    """Somebody whom a list took into the team signs in for the first time. Raises ``invitation_used``."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not locked.is_open(timezone.now()) or locked.member is None:
        raise PlanError("invitation_used")
    user = User.objects.select_for_update().get(pk=locked.member.user_id)
    if user.is_claimed:
        # It got a password by mail meanwhile: the link must not change it.
        raise PlanError("invitation_used")
    user.name, user.language = name, language
    user.set_password(password)
    user.save(update_fields=["name", "language", "password"])
    spend_links(user)
    record_event(team=locked.team, actor=user, kind="member_signed_in_first", member=locked.member_id)
    return user


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
    record_event(team=locked.team, actor=user, kind="member_joined", **_standing(membership))
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
    record_event(team=member.team, actor=by, kind="member_changed", **_standing(member))


@transaction.atomic
def hand_over(*, team: Team, by: User, to: Membership, leaves: bool) -> None:
    """Another member manages the team from now on; ``by`` stays as it was, or leaves.

    Raises PlanError ``not_here`` for somebody who left or never came, ``last_manager``.
    """
    Team.objects.select_for_update().get(pk=team.pk)
    to.refresh_from_db()
    if to.ended_at or not to.user.is_active or not to.user.is_claimed:
        raise PlanError("not_here")
    to.role = Role.MANAGER
    to.save(update_fields=["role"])
    record_event(team=team, actor=by, kind="team_handed_over", **_standing(to))
    own = Membership.objects.active().filter(team=team, user=by).first()
    if leaves and own:
        end_membership(member=own, by=by)


@transaction.atomic
def end_membership(*, member: Membership, by: User) -> None:
    """Ends access; what the person logged stays. Raises PlanError ``last_manager``."""
    if member.role == Role.MANAGER:
        _keep_an_editor(member)
    member.ended_at = timezone.now()
    member.save(update_fields=["ended_at"])
    member.invitations.filter(accepted_at=None, revoked_at=None).update(revoked_at=timezone.now())
    record_event(team=member.team, actor=by, kind="member_left", member=member.pk)


def _keep_an_editor(leaving: Membership) -> None:
    Team.objects.select_for_update().get(pk=leaving.team_id)
    others = Membership.objects.active().filter(team=leaving.team, role=Role.MANAGER, user__is_active=True)
    managers = [
        member for member in others.exclude(pk=leaving.pk).select_related("user") if member.user.is_claimed
    ]
    owners = leaving.team.organization.owners.filter(is_active=True).exclude(pk=leaving.user_id)
    if not managers and not owners.exists():
        raise PlanError("last_manager")
