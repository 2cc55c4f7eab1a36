"""Data of a chosen size, made in bulk inside the database, by a fixed rule: the same each time."""

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from apps.accounts.models import Membership, Organization, Role, Team, User
from apps.accounts.services import found_team
from apps.activity.models import Tally
from apps.calendars.models import TeamCalendar
from apps.domain.rates import parse_rate
from apps.funnels.models import Kpi, Segment
from apps.funnels.services import start_funnel
from apps.goals.drafts import one_stream
from apps.goals.models import Kgi, Plan
from apps.goals.services import start_kgi
from apps.web.mark_triggers import without_triggers

PASSWORD, OWNER = "bench-password", "owner@bench.example"
TEAM = 50
ENTRY_DAYS = 400

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
CROSS JOIN d WHERE m.carries_targets AND (
    (m.team_id = %s AND d.n > %s) OR (m.team_id <> %s AND d.n > %s AND d.n <= %s))
"""
# Of the last year and a bit: no page reads older ones. Their ids follow the tallies': random ones take five
# times as long to write, and as long to read.
ENTRIES = """
INSERT INTO activity_entry
    (id, team_id, member_id, kpi_id, segment_id, day, kind, count, amount, shared_amount, source, author_id,
     created_at)
SELECT {uuid} AS id, m.team_id, t.member_id, t.kpi_id, t.segment_id, t.day, 'log', t.count, t.amount, 0, '',
       m.user_id, t.day
FROM activity_tally t JOIN accounts_membership m ON m.id = t.member_id
WHERE t.id > %s AND t.day > %s ORDER BY t.id
"""
UUIDS = {"sqlite": "printf('%%032x', t.id)", "postgresql": "lpad(to_hex(t.id), 32, '0')::uuid"}
FIRST = {"sqlite": "date(%s)", "postgresql": "%s::date"}


def build(reps: int) -> None:
    """One company: reps in teams of fifty, without any history."""
    owner = User.objects.create_user(OWNER, PASSWORD, name="Owner", language="en")
    first = found_team(
        owner=owner, company="Bench", team_name="Team 1", currency="JPY", time_zone="Asia/Tokyo"
    )
    more = [
        Team.objects.create(organization=first.organization, name=f"Team {number}", time_zone="Asia/Tokyo")
        for number in range(2, reps // TEAM + 1)
    ]
    hashed = make_password(PASSWORD)
    for team in (first, *more):
        _people(team, min(reps, TEAM), hashed)
        _plan(team, owner)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_log"
            " (id VARCHAR(32) PRIMARY KEY, team_id INTEGER, author_id INTEGER, count INTEGER)"
        )


def _people(team: Team, reps: int, hashed: str) -> None:
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
    Plan.objects.filter(pk=plan.pk).update(created_at=timezone.make_aware(datetime.combine(start, time())))


def grow(days_of_first: int, days: int) -> None:
    """The history longer: so many days back of the first team, and of the others."""
    vendor, today = connection.vendor, timezone.localdate().isoformat()
    first = Team.objects.order_by("pk")[0]
    has_first, has = _days_of(first), _days_of(Team.objects.order_by("pk").last())
    last = Tally.objects.aggregate(last=Max("pk"))["last"] or 0
    with without_triggers(), connection.cursor() as cursor:
        sums = TALLIES.format(first=FIRST[vendor], before=DAYS[vendor])
        longest = max(days_of_first, days)
        cursor.execute(sums, [today, longest, first.pk, has_first, first.pk, has, days])
        oldest = timezone.localdate() - timedelta(days=ENTRY_DAYS)
        cursor.execute(ENTRIES.format(uuid=UUIDS[vendor]), [last, oldest.isoformat()])
    with connection.cursor() as cursor:
        # PostgreSQL would clean up by itself in the middle of what is measured.
        cursor.execute("VACUUM ANALYZE" if vendor == "postgresql" else "ANALYZE")


def _days_of(team: Team | None) -> int:
    member = Membership.objects.filter(team=team, carries_targets=True).order_by("pk").first()
    return Tally.objects.filter(member=member).values("day").distinct().count()


def sign_in(user: User) -> str:
    """A session as a sign-in makes it, without its half a second of hashing."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key


def facts(visitors: int) -> dict[str, Any]:
    team = Team.objects.order_by("pk")[0]
    reps = User.objects.filter(memberships__team=team, memberships__carries_targets=True).order_by("pk")
    return {
        "sessions": [sign_in(user) for user in (User.objects.get(email=OWNER), *reps[:visitors])],
        "team": Team.objects.order_by("pk").values_list("pk", flat=True)[0],
        "organization": Organization.objects.get().pk,
        "kpi": Kpi.objects.filter(code="call").order_by("pk").values_list("pk", flat=True)[0],
        "kgi": Kgi.objects.order_by("pk").values_list("pk", flat=True)[0],
        "rows": Tally.objects.count(),
        "rows_of_team": Tally.objects.filter(member__team=team).count(),
    }
