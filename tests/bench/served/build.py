"""Data of a chosen size, made in bulk inside the database, by a fixed rule: the same each time."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from apps.accounts.models import Membership, Organization, Role, Team, User
from apps.accounts.services import found_team
from apps.activity.models import Entry, Tally
from apps.calendars.models import TeamCalendar
from apps.domain.rates import parse_rate
from apps.funnels.models import Kpi, Segment
from apps.funnels.services import start_funnel
from apps.goals.drafts import one_stream
from apps.goals.models import Kgi, Plan
from apps.goals.services import start_kgi

PASSWORD = "bench-password"
TEAM = 50

DAYS = {
    "sqlite": "date(d.day, '-1 day')",
    "postgresql": "(d.day - 1)",
}
# A day, a person and a step make one row each; what they count follows from their numbers.
TALLIES = """
INSERT INTO activity_tally (member_id, day, kpi_id, segment_id, count, amount)
WITH RECURSIVE d(day, n) AS (SELECT {first}, 1 UNION ALL SELECT {before}, d.n + 1 FROM d WHERE d.n < %s)
SELECT m.id, d.day, k.id, s.id, (m.id * 7 + k.id * 3 + d.n) %% 9 + 1,
       CASE WHEN k.carries THEN 100000 ELSE 0 END
FROM accounts_membership m
JOIN funnels_segment s ON s.team_id = m.team_id AND s.is_default
JOIN (SELECT k.id, f.team_id, k.code = 'contract' AS carries
      FROM funnels_kpi k JOIN funnels_funnel f ON f.id = k.funnel_id) k ON k.team_id = m.team_id
CROSS JOIN d WHERE m.carries_targets
"""
ENTRIES = """
INSERT INTO activity_entry
    (id, team_id, member_id, kpi_id, segment_id, day, kind, count, amount, shared_amount, source, author_id,
     created_at)
SELECT {uuid}, m.team_id, t.member_id, t.kpi_id, t.segment_id, t.day, 'log', t.count, t.amount, 0, '',
       m.user_id, t.day
FROM activity_tally t JOIN accounts_membership m ON m.id = t.member_id
"""
UUIDS = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}
FIRST = {"sqlite": "date(%s)", "postgresql": "%s::date"}


def build(reps: int, days: int) -> None:
    """One company: reps in teams of fifty, each with so many days of history at four steps."""
    owner = User.objects.create_user("owner@bench.example", PASSWORD, name="Owner", language="en")
    first = found_team(
        owner=owner, company="Bench", team_name="Team 1", currency="JPY", time_zone="Asia/Tokyo"
    )
    more = [
        Team.objects.create(organization=first.organization, name=f"Team {number}", time_zone="Asia/Tokyo")
        for number in range(2, reps // TEAM + 1)
    ]
    for team in (first, *more):
        _people(team, min(reps, TEAM))
        _plan(team, owner)
    grow(days)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_log"
            " (id VARCHAR(32) PRIMARY KEY, team_id INTEGER, author_id INTEGER, count INTEGER)"
        )


def _people(team: Team, reps: int) -> None:
    hashed = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(
            email=f"rep-{team.pk}-{number}@bench.example",
            name=f"Rep {number}",
            language="en",
            password=hashed,
        )
        for number in range(reps)
    )
    Membership.objects.bulk_create(
        Membership(team=team, user=user, role=Role.REP, carries_targets=True, position=place)
        for place, user in enumerate(users)
    )


def _plan(team: Team, owner: User) -> None:
    today = timezone.localdate()
    TeamCalendar.objects.create(team=team, country="JP")
    funnel = start_funnel(team=team, by=owner, preset="telephone")
    funnel.kpis.filter(code="proposal").delete()
    for kpi, rate in zip(funnel.kpis.order_by("position"), ("", "1/3", "50%", "20%"), strict=True):
        kpi.put_rate(parse_rate(rate) if rate else None)
        kpi.save()
    kpis = Kpi.objects.of_team(team).running().order_by("position")
    stages = [(kpi, parse_rate(kpi.rate_text) if kpi.rate_text else None) for kpi in kpis]
    segment = Segment.objects.get(team=team, is_default=True)
    draft = one_stream(segment, 50_000_000, 100_000, stages)
    start = today.replace(day=1)
    end = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    plan = start_kgi(team=team, by=owner, counts=Kgi.Counts.AMOUNT, start=start, end=end, draft=draft)
    Plan.objects.filter(pk=plan.pk).update(created_at=start)


def grow(days: int) -> int:
    """The history made anew with so many days; how many rows it has."""
    vendor = connection.vendor
    Entry.objects.all().delete()
    Tally.objects.all().delete()
    with connection.cursor() as cursor:
        sums = TALLIES.format(first=FIRST[vendor], before=DAYS[vendor])
        cursor.execute(sums, [timezone.localdate().isoformat(), days])
        cursor.execute(ENTRIES.format(uuid=UUIDS[vendor]))
        cursor.execute("ANALYZE")
    return Tally.objects.count()


def facts() -> dict[str, int]:
    return {
        "team": Team.objects.order_by("pk").values_list("pk", flat=True)[0],
        "organization": Organization.objects.get().pk,
        "kpi": Kpi.objects.filter(code="call").order_by("pk").values_list("pk", flat=True)[0],
        "kgi": Kgi.objects.order_by("pk").values_list("pk", flat=True)[0],
        "rows": Tally.objects.count(),
    }
