"""Named people with fixed meanings, and plain functions that make what a test needs."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils import translation

from apps.accounts.models import Membership, Role, Team, User
from apps.accounts.services import found_team
from apps.activity.models import Entry
from apps.activity.services import log_entry, new_entry
from apps.calendars.models import TeamCalendar
from apps.domain.rates import parse_rate
from apps.funnels.models import Kpi, Segment
from apps.funnels.services import add_detail, add_segment, add_signal, start_funnel
from apps.goals.drafts import Split, one_stream
from apps.goals.higher import save_higher_goal
from apps.goals.models import HigherGoal, Kgi, Plan
from apps.goals.services import start_kgi
from apps.growth.models import Practice
from apps.growth.services import save_practice
from apps.okrs.models import KeyResult, Objective
from apps.okrs.services import save_key_result, save_objective

# A plain month without holidays: 1 to 28 June 2026, four weeks of five days. "Today" is a Wednesday.
START, END = date(2026, 6, 1), date(2026, 6, 28)
TODAY = date(2026, 6, 10)
NOON = "2026-06-10T03:00:00Z"
CANARY = "CANARY-7391"


def make_user(name: str, **fields: Any) -> User:
    fields.setdefault("language", "en")
    return User.objects.create_user(f"{name.lower()}@example.com", "right-password", name=name, **fields)


def make_member(team: Team, user: User, role: str, **fields: Any) -> Membership:
    fields.setdefault("carries_targets", role == Role.REP)
    return Membership.objects.create(team=team, user=user, role=role, **fields)


def make_team(owner: User, name: str = "Team A", preset: str = "telephone") -> Team:
    with translation.override("en"):
        team = found_team(
            owner=owner, company=f"Company of {name}", team_name=name, currency="JPY", time_zone="Asia/Tokyo"
        )
        TeamCalendar.objects.create(team=team, country="JP")
        funnel = start_funnel(team=team, by=owner, preset=preset)
    # The article's own tree: four stages, 20 %, 50 %, 1/3.
    Kpi.objects.filter(funnel=funnel, code="proposal").delete()
    for position, (code, rate) in enumerate(
        (("call", ""), ("appointment", "1/3"), ("meeting", "50%"), ("contract", "20%"))
    ):
        kpi = Kpi.objects.get(funnel=funnel, code=code)
        kpi.position = position
        kpi.put_rate(parse_rate(rate) if rate else None)
        kpi.save()
    return team


def make_signal(
    team: Team, beside: str = "meeting", measure: str = Kpi.Measure.SHARE, name: str = "Hearing completed"
) -> Kpi:
    stage = Kpi.objects.get(funnel__team=team, code=beside)
    owner = team.organization.owners.get()
    return add_signal(stage=stage, by=owner, name=name, unit="", measure=measure)


def make_detail(
    team: Team, stage: str = "call", name: str = "Conversation", rate: str = "50%", onward: str = ""
) -> Kpi:
    """A step between a stage and the next one."""
    return add_detail(
        stage=Kpi.objects.get(funnel__team=team, code=stage),
        by=team.organization.owners.get(),
        name=name,
        unit="",
        rate=parse_rate(rate),
        onward=parse_rate(onward) if onward else None,
    )


def default_segment(team: Team) -> Segment:
    return Segment.objects.get(team=team, is_default=True)


def make_segment(team: Team, name: str = "Existing customers") -> Segment:
    return add_segment(team=team, by=team.organization.owners.get(), name=name)


def make_higher_goal(
    team: Team,
    by: User,
    goal: int = 3_000_000,
    start: date = date(2026, 4, 1),
    span: str = "quarter",
    *,
    of_company: bool = False,
) -> HigherGoal:
    return save_higher_goal(
        team=team,
        by=by,
        counts="amount",
        start=start,
        span=span,
        goal=goal,
        of_company=of_company,
    )


def make_plan(team: Team, by: User, goal: int = 1_000_000, start: date = START, end: date = END) -> Plan:
    kpis = list(Kpi.objects.of_team(team).running())
    stages = [(kpi, parse_rate(kpi.rate_text) if kpi.rate_text else None) for kpi in kpis]
    segment = Segment.objects.get(team=team, is_default=True)
    draft = one_stream(segment, goal, 100_000, stages)
    return start_kgi(team=team, by=by, counts=Kgi.Counts.AMOUNT, start=start, end=end, draft=draft)


def make_objective(team: Team, by: User, text: str = "", **fields: Any) -> Objective:
    text = text or f"Earn the trust of new customers {CANARY if CANARY in team.name else ''}".strip()
    objective = Objective(team=team, text=text, **({"start": START, "end": END} | fields))
    return save_objective(objective=objective, by=by)


def make_key_result(objective: Objective, code: str = "", target: object = 15, **fields: Any) -> KeyResult:
    """Counts a stage unless said otherwise; without a code it is typed by hand."""
    fields.setdefault("measure", KeyResult.Measure.COUNT if code else KeyResult.Measure.HAND)
    if code:
        fields["kpi"] = Kpi.objects.get(funnel__team=objective.team, code=code)
    fields.setdefault("text", f"{target} of {code or 'something'}")
    key_result = KeyResult(objective=objective, target=Decimal(str(target)), **fields)
    author = objective.author
    assert author
    return save_key_result(key_result=key_result, by=author)


def make_practice(member: Membership, code: str = "meeting", **fields: Any) -> Practice:
    """Of four weeks from the first of June on, with one step three times a week."""
    team = member.team
    mark = f" {CANARY}" if CANARY in team.name else ""
    fields = {"vague": "Hear better", "aim": f"Ask five open questions in each meeting{mark}"} | fields
    fields = {"start": START, "end": END, "kpi": Kpi.objects.get(funnel__team=team, code=code)} | fields
    steps = [{"text": f"Prepare five questions{mark}", "times": 3, "partner": "Mai", "evidence": "All open"}]
    return save_practice(practice=Practice(team=team, member=member, **fields), drills=steps, by=member.user)


def log(member: Membership, code: str, count: int, day: date = TODAY, **fields: Any) -> Entry:
    team = member.team
    return log_entry(
        new_entry(
            pk=fields.pop("pk", None) or uuid4(),
            team=team,
            member=member,
            kpi=Kpi.objects.get(funnel__team=team, code=code),
            segment=fields.pop("segment", None) or default_segment(team),
            day=day,
            count=count,
            by=member.user,
            **fields,
        )
    )


@dataclass(frozen=True)
class World:
    """Team A with everybody in it, and team B of another company, where only strangers are."""

    team: Team
    plan: Plan
    owner: User
    manager: User
    rep: User
    colleague: User
    viewer: User
    deactivated: User
    stranger: User
    ren: Membership
    rika: Membership
    mai: Membership
    other_team: Team
    other_plan: Plan
    other_rep: Membership

    def kpi(self, code: str) -> Kpi:
        return Kpi.objects.get(funnel__team=self.team, code=code)


def make_world() -> World:
    owner, manager = make_user("Olivia"), make_user("Mai")
    rep, colleague, viewer = make_user("Ren"), make_user("Rika"), make_user("Vera")
    deactivated = make_user("Dan", is_active=False)
    stranger = make_user(f"Sota {CANARY}".replace(" ", "-"))
    team = make_team(owner)
    Membership.objects.filter(team=team, user=owner).delete()
    mai = make_member(team, manager, Role.MANAGER)
    ren = make_member(team, rep, Role.REP, position=1)
    rika = make_member(team, colleague, Role.REP, position=2)
    make_member(team, viewer, Role.VIEWER)
    make_member(team, deactivated, Role.MANAGER)
    other_team = make_team(stranger, f"Team B {CANARY}")
    other_rep = make_member(other_team, make_user(f"Tomo-{CANARY}"), Role.REP)
    for kpi in Kpi.objects.of_team(other_team):
        Kpi.objects.filter(pk=kpi.pk).update(name=f"{kpi.name} {CANARY}")
    return World(
        team, make_plan(team, manager), owner, manager, rep, colleague, viewer, deactivated, stranger,
        ren, rika, mai, other_team, make_plan(other_team, stranger), other_rep,
    )  # fmt: skip


def weighted(world: World, **weights: int) -> Split:
    """A split of the only segment by the names of ``World``."""
    segment = Segment.objects.get(team=world.team, is_default=True)
    return Split({(getattr(world, name).pk, segment.pk): weight for name, weight in weights.items()})
