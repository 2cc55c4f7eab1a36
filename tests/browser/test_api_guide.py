"""docs/api.md, run as it stands: every block of shell with curl against the real server."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.browser.server import ROOT, RealServer
from tests.browser.test_server import make_sample

GUIDE = Path(ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)[1:]
MAKE_TOKEN = """
from apps.accounts.models import Membership, Role
from apps.api.services import make_token
from apps.calendars.queries import today_in
rep = Membership.objects.filter(role=Role.REP, ended_at=None).select_related('team').first()
_token, secret = make_token(user=rep.user, team=None, name='guide', scopes=['read', 'log'], days=1)
print('facts', secret, rep.team_id, today_in(rep.team))
"""


@pytest.fixture(scope="module")
def facts(server: RealServer) -> dict[str, str]:
    make_sample(server)
    found = re.search(r"facts (\S+) (\S+) (\S+)", server.manage("shell", "-c", MAKE_TOKEN))
    assert found
    token, team, day = found.groups()
    return {"KPI": f"{server.url}/api/v1", "TOKEN": token, "TEAM": team, "DAY": day}


def answers(block: str, facts: dict[str, str]) -> list[Any]:
    """What each curl of a block says."""
    said = subprocess.run(
        ["bash", "-euc", block.replace("curl -s", "echo; curl -s")],
        env=facts | {"PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    return [json.loads(line) for line in said.stdout.decode().splitlines() if line.strip()]


def test_the_guide_says_what_happens(facts: dict[str, str]) -> None:
    teams, reads, paged, logged, bulk, refused = [answers(block, facts) for block in BLOCKS]
    assert str(teams[0][0]["id"]) == facts["TEAM"]
    funnel, members, plans, tallies, key_results, reviews = reads
    assert {"contact", "appointment"} <= {kpi["code"] for kpi in funnel["kpis"]}
    assert members
    assert plans
    assert tallies["items"]
    assert key_results
    assert reviews
    assert paged[0]["items"]
    assert logged[0]["count"] == 3
    assert [entry["count"] for entry in bulk[0]["entries"]] == [12, 2]
    assert (refused[0]["status"], refused[0]["code"]) == (422, "kpi_unknown")
    assert not refused[0]["title"].isascii()
    # Sent again, it is the same.
    assert answers(BLOCKS[3], facts) == logged
