"""A list of people, as it comes out of a spreadsheet or a mail: name, e-mail, perhaps reading and role."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.accounts.models import Membership, Role, Team, User
from apps.domain.errors import PlanError
from apps.domain.numbers import normal

MOST_PEOPLE = 500
LONGEST_NAME = 80
ROLES = {
    **dict.fromkeys(("manager", "マネージャー", "マネジャー", "管理者", "管理職"), Role.MANAGER),
    **dict.fromkeys(("rep", "sales", "営業", "営業担当", "担当", "担当者"), Role.REP),
    **dict.fromkeys(("viewer", "閲覧", "閲覧者", "閲覧のみ"), Role.VIEWER),
}
HEADINGS = {
    *("name", "e-mail", "email", "mail", "role", "full name"),
    *("氏名", "名前", "お名前", "ふりがな", "フリガナ", "メール", "メールアドレス", "役割"),
}
# Most surnames have one or two characters; what is longer holds a given name too.
LONGEST_SURNAME = 2
# A reading: kana alone, with spaces.
KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fb\u30fc\s]+")
# Yamada Hanako <hanako@example.com>, or the two parted by a space alone.
ADDRESS = re.compile(r"[<(]?\s*([^<>()\s]+@[^<>()\s]+)\s*[>)]?")

NEW, KNOWN, HERE, RETURNS, ASKED = "new", "known", "here", "returns", "asked"


@dataclass
class Person:
    """A line of the list. ``state``: NEW to the installation, KNOWN to the company, HERE in the team already,
    RETURNS to it, or ASKED because the account belongs to somebody outside the company."""

    line: int
    name: str
    email: str
    role: str
    reading: str = ""
    state: str = NEW
    namesake: bool = False
    problem: PlanError | None = None
    user: User | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Roster:
    people: Sequence[Person]

    @property
    def problems(self) -> list[Person]:
        return [person for person in self.people if person.problem]

    @property
    def coming(self) -> list[Person]:
        return [person for person in self.people if not person.problem and person.state != HERE]


def read_roster(team: Team, rows: Iterable[tuple[int, Sequence[str]]]) -> Roster:
    """Raises PlanError ``file_empty``, ``too_many_people`` (largest), and what reading the rows raises."""
    people: list[Person] = []
    for line, cells in rows:
        parts = _parts(cells)
        if parts and not _is_heading(parts, is_first=not people):
            people.append(_person(line, parts))
        if len(people) > MOST_PEOPLE:
            raise PlanError("too_many_people", largest=MOST_PEOPLE)
    if not people:
        raise PlanError("file_empty")
    _mark_twice(people)
    compare(team, people)
    return Roster(people)


def _parts(cells: Sequence[str]) -> list[str]:
    parts: list[str] = []
    for cell in cells:
        text = unicodedata.normalize("NFKC", cell).strip()
        if match := ADDRESS.search(text):
            parts += [(text[: match.start()] + " " + text[match.end() :]).strip(' "'), match[1]]
        else:
            parts.append(text)
    return [part for part in parts if part]


def _is_heading(parts: Sequence[str], *, is_first: bool) -> bool:
    """A first line without an address that names its columns."""
    return is_first and any(normal(part) in HEADINGS for part in parts)


def _person(line: int, parts: Sequence[str]) -> Person:
    at = next((place for place, part in enumerate(parts) if "@" in part), len(parts))
    email = parts[at] if at < len(parts) else ""
    role = next((ROLES[normal(part)] for part in parts if normal(part) in ROLES), Role.REP)
    before = [part for part in parts[:at] if normal(part) not in ROLES]
    after = [part for part in parts[at + 1 :] if normal(part) not in ROLES]
    if not before:
        before, after = after, []
    names, reading = _name_and_reading(before)
    kana = [part for part in after if KANA.fullmatch(part)]
    odd = [part for part in after if not KANA.fullmatch(part)]
    name = " ".join(names)[:LONGEST_NAME] or email.split("@")[0]
    problem = _address_problem(email) or (PlanError("role_unknown", text=odd[0][:60]) if odd else None)
    reading = (reading or " ".join(kana))[:LONGEST_NAME]
    return Person(line, name, email.lower(), str(role), reading, problem=problem)


def _name_and_reading(parts: Sequence[str]) -> tuple[Sequence[str], str]:
    """Kana at the end are the reading where a whole name stands before them: surname and given name. After a
    surname alone they are the given name."""
    end = len(parts)
    while end > 1 and KANA.fullmatch(parts[end - 1]):
        end -= 1
    name = " ".join(parts[:end])
    is_whole = " " in name or len(name) > LONGEST_SURNAME or any(" " in part for part in parts[end:])
    return (parts[:end], " ".join(parts[end:])) if is_whole and not KANA.fullmatch(name) else (parts, "")


def _address_problem(email: str) -> PlanError | None:
    if not email:
        return PlanError("email_missing")
    try:
        validate_email(email)
    except ValidationError:
        return PlanError("email_broken", text=email[:60])
    return None


def _mark_twice(people: Iterable[Person]) -> None:
    seen: set[str] = set()
    for person in people:
        if person.email and person.email in seen:
            person.problem = PlanError("email_twice")
        seen.add(person.email)


def compare(team: Team, people: Sequence[Person]) -> None:
    """Who is known, and who has the name of somebody else."""
    users = {user.email: user for user in User.objects.filter(email__in=[person.email for person in people])}
    here = {member.user_id: member for member in Membership.objects.filter(team=team).select_related("user")}
    company = _company(team)
    names = {normal(member.user.name): member.user.email for member in here.values() if not member.ended_at}
    for person in people:
        person.user = users.get(person.email)
        person.namesake = names.get(normal(person.name), person.email) != person.email
        names.setdefault(normal(person.name), person.email)
        if person.user is None:
            continue
        member = here.get(person.user.pk)
        if member:
            person.state = RETURNS if member.ended_at else HERE
        elif person.user.pk not in company:
            person.state = ASKED
        elif person.user.is_claimed:
            person.state = KNOWN
        else:
            # Another team holds the first link: whoever opens it must not get in here too.
            person.problem = PlanError("email_waiting")


def _company(team: Team) -> set[int]:
    in_teams = Membership.objects.active().filter(team__organization=team.organization)
    owners = team.organization.owners.values_list("pk", flat=True)
    return {*in_teams.values_list("user_id", flat=True), *owners}
