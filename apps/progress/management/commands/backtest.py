import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import Membership, Team
from apps.calendars.queries import today_in
from apps.domain.scores import Score
from apps.progress.backtest import run_backtest


class Command(BaseCommand):
    help = "Makes the forecasts of a team's whole past again, with what was known then, and scores them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--team", required=True, help="the team's number or name")
        parser.add_argument("--periods", type=int, default=36, help="how many months at most")
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["periods"] < 2:
            raise CommandError("--periods has to be 2 or more.")
        team = _team(options["team"])
        members = list(Membership.objects.filter(team=team).in_team_order())
        found = run_backtest(team, members, today_in(team), options["periods"])
        rows = [
            (third.number, who, score)
            for third in found.kept.thirds
            for who, score in (("team", third.team), ("person", third.people))
            if score
        ]
        if options["json"]:
            scores = [{"third": third, "of": who} | asdict(score) for third, who, score in rows]
            self.stdout.write(json.dumps({"team": team.name, "periods": found.periods, "scores": scores}))
            return
        if not rows:
            self.stdout.write("Too little is logged: at least three months that are over are needed.")
            return
        self.stdout.write(f"{team.name}: periods: {found.periods}, from {found.since}")
        self.stdout.write("third  of       n  50%  80%   bias  error  run rate  plan")
        for third, who, score in rows:
            self.stdout.write(_line(third, who, score))


def _line(third: int, who: str, score: Score) -> str:
    rules = [f"{rule.error:8.3f}" if rule else "       -" for rule in (score.run_rate, score.plan)]
    return (
        f"{third:5}  {who:6} {score.calls:4} {score.held_half:4.0%} {score.held_most:4.0%} "
        f"{score.bias:+6.3f} {score.error:6.3f}  {'  '.join(rules)}"
    )


def _team(wanted: str) -> Team:
    teams = Team.objects.select_related("organization")
    by_name = list(teams.filter(name=wanted)[:2])
    if wanted.isdecimal():
        by_name = list(teams.filter(pk=int(wanted))) or by_name
    if not by_name:
        raise CommandError(f"There is no team “{wanted}”.")
    if len(by_name) > 1:
        raise CommandError(f"Several teams are called “{wanted}”: give the number instead.")
    return by_name[0]
