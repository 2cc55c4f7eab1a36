"""What the form of a new practice begins with."""

from collections.abc import Mapping
from typing import Any

from apps.accounts.models import Team
from apps.funnels.models import Kpi
from apps.growth.presets import Preset, preset_of, stage_for


def chosen_kpi(team: Team, text: str) -> Kpi | None:
    if not (text.isdecimal() and len(text) < 19):
        return None
    return Kpi.objects.of_team(team).filter(pk=int(text)).select_related("beside").first()


def start_values(given: Mapping[str, str], team: Team) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """``preset``, ``kpi`` and ``member``: from a template, from the page of focus, from a 1-on-1. The fields
    and the steps."""
    preset = preset_of(given.get("preset", ""))
    values = _values_of(preset, team) if preset else {}
    kpi = chosen_kpi(team, given.get("kpi", ""))
    if kpi:
        values["kpi"] = kpi.pk
    member = given.get("member", "")
    if member.isdecimal() and len(member) < 19:
        values["members"] = [int(member)]
    return values, steps_of(preset) if preset else []


def _values_of(preset: Preset, team: Team) -> dict[str, Any]:
    stage = stage_for(preset, list(Kpi.objects.of_team(team).running()))
    return {"vague": str(preset.vague), "text": str(preset.aim), "kpi": stage.pk if stage else None}


def steps_of(preset: Preset) -> list[dict[str, Any]]:
    return [
        {
            "text": str(drill.text),
            "times": drill.times,
            "partner": str(drill.partner),
            "evidence": str(drill.evidence),
        }
        for drill in preset.drills
    ]
