"""The day's report (日報): the numbers and the evening's words as one text, to copy or to send."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils import formats
from django.utils.translation import gettext as _

from apps.accounts.models import Membership
from apps.activity.models import Cause, NextStep, Reflection
from apps.home.queries import StageToday, Today
from apps.web.templatetags.figures import full_figure, number


def day_report(
    day: Today,
    member: Membership,
    reflection: Reflection | None,
    done: Mapping[int, int],
    coming: Sequence[NextStep] = (),
    lines: Sequence[str] = (),
) -> str:
    """``done`` is the day's count by KPI, also of stages that the plan asks for by the week; ``lines``
    are what the evening has to tick."""
    found = [*_lines(day, member, reflection, done, coming)]
    ready = [line for number, line in enumerate(lines) if reflection and number in reflection.ticks]
    if ready:
        found += ["", _("[Ready for tomorrow]"), *(f"- {line}" for line in ready)]
    return "\n".join(found)


def _lines(
    day: Today,
    member: Membership,
    reflection: Reflection | None,
    done: Mapping[int, int],
    coming: Sequence[NextStep],
) -> Iterator[str]:
    yield _("Report of %(day)s, %(name)s") % {
        "day": formats.date_format(day.day, "DATE_FORMAT"),
        "name": member.user.name,
    }
    yield ""
    yield _("[Numbers]")
    for stage in day.stages:
        yield from _stage_lines(stage, done)
    yield from _goal_lines(day)
    if reflection:
        yield from _words(reflection)
    if coming:
        yield from ("", _("[Next steps]"))
        yield from (f"- {formats.date_format(step.due, 'MONTH_DAY_FORMAT')}: {step.text}" for step in coming)


def _stage_lines(stage: StageToday, done: Mapping[int, int]) -> Iterator[str]:
    count = number(done.get(stage.kpi.pk, 0))
    if not stage.needed:
        yield f"- {stage.kpi.name}: {count}"
    elif stage.is_weekly:
        facts = {"name": stage.kpi.name, "count": count, "week": number(stage.done)}
        yield _("- %(name)s: %(count)s (this week %(week)s of %(needed)s)") % (
            facts | {"needed": number(stage.needed)}
        )
    else:
        facts = {"name": stage.kpi.name, "count": count, "needed": number(stage.needed)}
        yield _("- %(name)s: %(count)s (needed %(needed)s)") % facts
    for one in stage.beside:
        if one.done:
            yield f"  - {one.kpi.name}: {number(one.done)}"


def _goal_lines(day: Today) -> Iterator[str]:
    if day.kgi is None or not day.goal:
        return
    currency = day.kgi.team.organization.currency if day.kgi.is_amount else ""
    facts = {"done": full_figure(day.goal_done, currency), "goal": full_figure(day.goal, currency)}
    yield _("- So far in this period: %(done)s of %(goal)s") % facts


def _words(reflection: Reflection) -> Iterator[str]:
    causes = [f"- {Cause(code).label}" for code in reflection.causes]
    why = [*causes, *([f"- {reflection.words}"] if reflection.words else [])]
    if reflection.did:
        yield from ("", _("[What I did]"), f"- {reflection.did}")
    if why:
        yield from ("", _("[What was in the way]"), *why)
    if reflection.first:
        yield from ("", _("[First thing tomorrow]"), f"- {reflection.first}")
