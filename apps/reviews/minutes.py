"""A review as a page to print and as Markdown."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.access import Access, visit_team
from apps.accounts.http import SignedInRequest
from apps.domain.checks import CODES
from apps.reviews.looking_ahead import verdicts_context
from apps.reviews.looking_back import causes_context, numbers_context
from apps.reviews.loop import actions_as_closed, load_actions
from apps.reviews.models import CheckAnswer, Review
from apps.reviews.pages import review_of
from apps.web.templatetags.figures import full_figure, number

SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-!|])")


def _load(access: Access, review: Review) -> dict[str, Any]:
    return {
        "review": review,
        "numbers": numbers_context(access, review),
        "causes": causes_context(access, review),
        "rates": list(review.rates.select_related("kpi", "segment").order_by("-created_at", "pk")),
        "verdicts": [one for one in verdicts_context(access, review)["cards"] if one["verdict"]],
        "answers": _answers(access, review),
        **_actions(review),
    }


def _answers(access: Access, review: Review) -> list[CheckAnswer]:
    """The team's own, in the order of the checks, for those who saw the checks."""
    found = review.answers.all() if access.sees_everyone else []
    return sorted(found, key=lambda one: CODES.index(one.code))


def _actions(review: Review) -> dict[str, Any]:
    """Of a closed review as they stood then."""
    rows = actions_as_closed(review) if review.is_closed else load_actions(review)
    return {
        "actions": [row for row in rows if not row.action.is_decision],
        "notes": [row for row in rows if row.action.is_decision],
    }


@require_safe
def minutes(request: SignedInRequest, team_id: int, review_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    return render(request, "reviews/minutes.html", _load(access, review_of(access, review_id)))


@require_safe
def minutes_markdown(request: SignedInRequest, team_id: int, review_id: int) -> HttpResponse:
    access = visit_team(request, team_id)
    review = review_of(access, review_id)
    text = "\n".join(markdown(access, _load(access, review))) + "\n"
    answer = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{review.kind}-{review.day}.md"'
    return answer


def plain(text: object) -> str:
    """What people typed, so that Markdown shows it as it is, on one line."""
    return SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def markdown(access: Access, found: Mapping[str, Any]) -> Iterator[str]:
    review: Review = found["review"]
    day = formats.date_format(review.day, "SHORT_DATE_FORMAT")
    yield f"# {plain(access.team.name)}: {review.get_kind_display()}, {day}"
    yield ""
    yield from _numbers(found["numbers"])
    yield from _causes(found["causes"])
    yield from _listed(_("Planned rates"), (_rate(one) for one in found["rates"]))
    yield from _listed(_("Keep, change, drop"), (_verdict(one) for one in found["verdicts"]))
    yield from _listed(_("What we say to the seven checks"), (_answer(one) for one in found["answers"]))
    yield from _listed(_("Decisions"), (plain(row.action.text) for row in found["notes"]))
    yield from _listed(_("What we do"), (_action(row.action) for row in found["actions"]))
    if review.learned:
        yield from ("", f"## {_('What we learned')}", "")
        yield from (plain(line) for line in review.learned.splitlines())


def _numbers(numbers: Mapping[str, Any]) -> Iterator[str]:
    amount = _("Amount") if numbers["goal_currency"] else _("Contracts")
    heads = [_("Name"), amount, *(plain(kpi.name) for kpi in numbers["kpis"])]
    yield f"## {_('What was asked and done')}"
    yield ""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in numbers["rows"]:
        goal = _cell(row.goal.cell, numbers["goal_currency"])
        cells = [goal, *(_cell(shown.cell) for shown in row.cells)]
        yield f"| {plain(row.member.user.name)} | {' | '.join(cells)} |"
    total = [_cell(numbers["goal_total"].cell, numbers["goal_currency"])]
    total += [_cell(shown.cell) for shown in numbers["total"]]
    yield f"| **{_('Team')}** | {' | '.join(total)} |"


def _cell(cell: Any, currency: str = "") -> str:
    required = "–" if cell.required is None else full_figure(cell.required, currency)
    return f"{full_figure(cell.done, currency)} / {required}"


def _causes(causes: Mapping[str, Any]) -> Iterator[str]:
    named = (f"{one['label']}: {number(one['count'])}" for one in causes["named"])
    stalled = (plain(member.user.name) for member in causes["stalled"])
    yield from _listed(_("What was in the way"), named)
    yield from _listed(_("Whose rhythm has stalled?"), stalled)


def _rate(decision: Any) -> str:
    evidence = f"{number(decision.count)}/{number(decision.of)}"
    change = f"{plain(decision.before_text)} → {plain(decision.after_text)}"
    taken_back = f" ({_('taken back')})" if decision.undone_by_id else ""
    return f"{plain(decision.kpi.name)}: {change} ({evidence}) {plain(decision.reason)}{taken_back}".strip()


def _verdict(one: Mapping[str, Any]) -> str:
    verdict = one["verdict"]
    return (
        f"{plain(one['card'].objective.text)}: {verdict.get_choice_display()} {plain(verdict.note)}".strip()
    )


def _answer(one: CheckAnswer) -> str:
    question = render_to_string("reviews/_check_name_of.html", {"code": one.code}).strip()
    return f"{plain(question)} {one.get_answer_display()} {plain(one.note)}".strip()


def _action(action: Any) -> str:
    owner = plain(action.owner.user.name) if action.owner else "–"
    due = formats.date_format(action.due, "SHORT_DATE_FORMAT") if action.due else "–"
    why = f" [{plain(action.kpi.name)}] {plain(action.hypothesis)}" if action.kpi else ""
    return f"{plain(action.text)} ({owner}, {due}, {action.get_state_display()}){why}"


def _listed(head: str, lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield from ("", f"## {head}", "")
        yield from (f"- {line}" for line in found)
