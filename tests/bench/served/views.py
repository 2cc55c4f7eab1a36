"""What the real pages are held against: the least that a page or a log of this kind could do."""

import time
import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template import engines
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from apps.accounts.models import Membership, Team
from apps.activity.models import Tally
from apps.funnels.models import Kpi
from apps.goals.models import Kgi, PlanTarget

# The same numbers in a table of the same size, and nothing else.
TABLE = engines["django"].from_string(
    "<!doctype html><title>{{ team.name }}</title><table>{% for name, cells in rows %}<tr><th>{{ name }}</th>"
    "{% for done, target in cells %}<td>{{ done }} / {{ target }}</td>{% endfor %}</tr>{% endfor %}</table>"
)


@login_not_required
def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def _facts(team: Team) -> tuple[list[Any], list[Kpi], dict[Any, int], dict[Any, int]]:
    """Five queries: goal, people, steps, what is done and what is asked in the running period."""
    today = timezone.localdate()
    kgi = Kgi.objects.filter(team=team, start__lte=today, end__gte=today, withdrawn_at=None).get()
    members = list(Membership.objects.filter(team=team, carries_targets=True).select_related("user"))
    kpis = list(Kpi.objects.filter(funnel__team=team, kind="stage").order_by("position"))
    done: dict[Any, int] = {}
    window = Tally.objects.filter(member__in=members, day__gte=kgi.start, day__lte=today)
    for member, kpi, count in window.values_list("member_id", "kpi_id", "count"):
        done[member, kpi] = done.get((member, kpi), 0) + count
    targets = PlanTarget.objects.filter(plan__kgi=kgi).values_list("member_id", "kpi_id", "count")
    return members, kpis, done, {(member, kpi): count for member, kpi, count in targets}


def minimal(request: HttpRequest, team_id: int) -> HttpResponse:
    team = get_object_or_404(Team.objects.visible_to(request.user), pk=team_id)  # type: ignore[arg-type]
    members, kpis, done, targets = _facts(team)
    rows = [
        (
            member.user.name,
            [(done.get((member.pk, kpi.pk), 0), targets.get((member.pk, kpi.pk), 0)) for kpi in kpis],
        )
        for member in members
    ]
    return HttpResponse(TABLE.render({"team": team, "rows": rows}, request))


# The same facts as the page of that name shows, by one statement, and nothing else.
SQL = {
    "team_page": """
SELECT t.member_id, t.kpi_id, SUM(t.count), SUM(t.amount) FROM activity_tally t
JOIN accounts_membership m ON m.id = t.member_id
WHERE m.team_id = %(team)s AND t.day >= %(start)s AND t.day <= %(today)s GROUP BY t.member_id, t.kpi_id
""",
    "today": """
SELECT day, kpi_id, SUM(count), SUM(amount) FROM activity_tally
WHERE member_id = (SELECT MIN(id) FROM accounts_membership WHERE team_id = %(team)s AND carries_targets)
AND day >= %(start)s AND day <= %(today)s GROUP BY day, kpi_id
""",
    "plan": """
SELECT g.member_id, g.kpi_id, SUM(g.count) FROM goals_plantarget g JOIN goals_plan p ON p.id = g.plan_id
JOIN goals_kgi k ON k.id = p.kgi_id
WHERE k.team_id = %(team)s AND k.start <= %(today)s AND k."end" >= %(today)s GROUP BY g.member_id, g.kpi_id
""",
    "organisation": """
SELECT m.team_id, t.kpi_id, SUM(t.count), SUM(t.amount) FROM activity_tally t
JOIN accounts_membership m ON m.id = t.member_id
WHERE t.day >= %(start)s AND t.day <= %(today)s GROUP BY m.team_id, t.kpi_id
""",
}


@login_not_required
def bare_sql(request: HttpRequest, team_id: int, page: str) -> HttpResponse:
    today = timezone.localdate()
    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(SQL[page], {"team": team_id, "start": today.replace(day=1), "today": today})
        rows = len(cursor.fetchall())
        return HttpResponse(f"{rows} {(time.perf_counter() - began) * 1000:.4f}")


INSERT = "INSERT INTO bench_log (id, team_id, author_id, count) VALUES (%s, %s, %s, 1)"


def one_insert(request: HttpRequest, team_id: int) -> HttpResponse:
    """Session, user, CSRF, and one row."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [uuid.uuid4().hex, team_id, request.user.pk])
    return HttpResponse("1")


@csrf_exempt
@login_not_required
def naked_insert(request: HttpRequest, team_id: int) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [uuid.uuid4().hex, team_id, 0])
    return HttpResponse("1")
