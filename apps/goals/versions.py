"""Two versions of a plan side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.accounts.models import Membership
from apps.domain.money import money_text
from apps.goals.drafts import Draft, draft_of, split_of
from apps.goals.models import Kgi, Plan
from apps.web.amounts import amount_text


@dataclass(frozen=True)
class Difference:
    """A line of the comparison."""

    label: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        return self.left != self.right


def goal_text(kgi: Kgi, goal: int, currency: str, write: Callable[[int, str], str] = amount_text) -> str:
    if kgi.is_amount:
        return write(goal, currency)
    return _("%(count)s contracts") % {"count": f"{goal:,}"}


def compare(
    kgi: Kgi, left: Plan, right: Plan, visible: Sequence[Membership], currency: str
) -> list[tuple[str, list[Difference]]]:
    """In groups: what was decided, what follows for the team, what each person carries."""
    drafts = draft_of(left), draft_of(right)
    return [
        (_("Decided"), _decided(kgi, drafts, currency)),
        (_("What the team needs"), _needs(drafts)),
        (_("Who carries what"), _people(left, right, drafts, visible)),
    ]


def _decided(kgi: Kgi, drafts: tuple[Draft, Draft], currency: str) -> list[Difference]:
    several = not all(draft.is_one for draft in drafts)
    tables = [_decisions(kgi, draft, currency, several=several) for draft in drafts]
    return _rows(tables[0], tables[1])


def _decisions(kgi: Kgi, draft: Draft, currency: str, *, several: bool) -> dict[str, str]:
    """``several``: in one of the two versions segments are told apart, so both name them."""
    found = {_("Goal"): goal_text(kgi, draft.goal, currency, money_text)}
    for stream in draft.streams:
        of = f"{stream.segment.label}: " if several else ""
        if several:
            found[of + _("Goal")] = goal_text(kgi, stream.goal, currency, money_text)
        if stream.unit_price is not None:
            label = _("Gross profit of a contract") if kgi.is_profit else _("Unit price")
            found[of + label] = money_text(stream.unit_price, currency)
        for kpi, rate in zip(draft.kpis, stream.rates, strict=True):
            if rate:
                found[f"{of}→ {kpi.name}"] = rate.text
        for grade in stream.grades:
            label = _("Open deals, grade %(grade)s") % {"grade": grade.name}
            found[of + label] = f"{grade.count} × {grade.chance_percent}%"
    return found | _forms(draft)


def _forms(draft: Draft) -> dict[str, str]:
    return {
        _("Buffer in per cent"): f"{draft.form.buffer.normalize():f}" if draft.form.buffer else "–",
        _("Weights of the weeks"): "/".join(draft.form.weights) or "–",
        _("Season, January to December"): " ".join(map(str, draft.form.season)) or "–",
        _("Move each stage earlier by its lead time"): _("yes") if draft.form.uses_lead_time else _("no"),
    }


def _needs(drafts: tuple[Draft, Draft]) -> list[Difference]:
    left, right = (
        {kpi.name: f"{need:,}" for kpi, need in zip(draft.kpis, draft.needs(), strict=True)}
        for draft in drafts
    )
    return _rows(left, right)


def _people(
    left: Plan, right: Plan, drafts: tuple[Draft, Draft], visible: Sequence[Membership]
) -> list[Difference]:
    """By person, not by name: two may share one."""
    before, after = (_carried(plan, draft) for plan, draft in zip((left, right), drafts, strict=True))
    return [
        Difference(member.user.name, before.get(member.pk, "–"), after.get(member.pk, "–"))
        for member in visible
        if member.pk in before or member.pk in after
    ]


def _carried(plan: Plan, draft: Draft) -> dict[int, str]:
    split = split_of(plan)
    counts: dict[tuple[int, int], int] = {}
    for target in plan.targets.all():
        key = (target.member_id, target.kpi_id)
        counts[key] = counts.get(key, 0) + target.count
    own = {member for member, _segment, _kpi in split.rates}
    return {
        member: " · ".join(f"{kpi.name} {counts.get((member, kpi.pk), 0):,}" for kpi in draft.kpis)
        + (f" ({_('from own rates')})" if member in own else "")
        for member in split.members()
    }


def _rows(left: dict[str, str], right: dict[str, str]) -> list[Difference]:
    labels = [*left, *(label for label in right if label not in left)]
    return [Difference(label, left.get(label, "–"), right.get(label, "–")) for label in labels]
