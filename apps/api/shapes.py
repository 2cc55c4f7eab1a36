"""How things of ours are written as JSON: the same in answers and in what is sent to webhooks."""

from typing import Any

from apps.activity.models import Entry, Tally
from apps.goals.drafts import draft_of
from apps.goals.models import Plan
from apps.okrs.measures import Measures
from apps.okrs.models import KeyResult
from apps.reviews.models import Review


def plan_out(plan: Plan) -> dict[str, Any]:
    draft = draft_of(plan)
    stages = zip(draft.kpis, draft.rates(), draft.needs(), strict=True)
    return {
        "id": plan.kgi_id,
        "version": plan.number,
        "counts": plan.kgi.counts,
        "start": plan.kgi.start,
        "end": plan.kgi.end,
        "goal": plan.goal,
        "valid_from": plan.valid_from,
        "stages": [
            {
                "kpi": kpi.code,
                "rate": f"{rate.numerator}/{rate.denominator}" if rate else None,
                "needed": needed,
            }
            for kpi, rate, needed in stages
        ],
    }


def tally_out(row: Tally) -> dict[str, Any]:
    return {
        "member": row.member_id,
        "day": row.day,
        "kpi": row.kpi.code,
        "segment": row.segment.code,
        "count": row.count,
        "amount": row.amount,
    }


def entry_out(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "member": entry.member_id,
        "day": entry.day,
        "kpi": entry.kpi.code,
        "segment": entry.segment.code,
        "kind": entry.kind,
        "count": entry.count,
        "amount": entry.amount,
        "source": entry.source,
        "created_at": entry.created_at,
    }


def key_result_out(one: KeyResult, measures: Measures) -> dict[str, Any]:
    current = measures.current(one)
    return {
        "id": one.pk,
        "objective": one.objective.text,
        "text": one.text,
        "member": one.member_id or one.objective.member_id,
        "kpi": one.kpi.code if one.kpi else None,
        "start": one.objective.start,
        "end": one.objective.end,
        "target": f"{one.target.normalize():f}",
        "current": None if current is None else f"{float(current):.4f}".rstrip("0").rstrip("."),
    }


def review_out(one: Review) -> dict[str, Any]:
    return {
        "id": one.pk,
        "kind": one.kind,
        "day": one.day,
        "start": one.start,
        "end": one.end,
        "is_closed": one.is_closed,
        "closed_at": one.closed_at,
    }
