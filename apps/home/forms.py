from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership, MembershipQuerySet
from apps.activity.services import MOST_AT_ONCE
from apps.funnels.models import Kpi, Segment, SegmentQuerySet
from apps.goals.forms import MoneyField
from apps.web.forms import day_field


class EntryForm(forms.Form):
    """One tap. The id is made by the device, so that a tap sent again is the same tap."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    day = day_field(widget=forms.HiddenInput)
    count = forms.IntegerField(min_value=-MOST_AT_ONCE, max_value=MOST_AT_ONCE, label=_("Number"))
    is_cancellation = forms.BooleanField(required=False, label=_("Cancelled by the customer"))
    shared_percent = forms.IntegerField(
        required=False, min_value=1, max_value=99, label=_("Their part of the amount, in per cent")
    )

    def __init__(
        self,
        *args: Any,
        kpis: Mapping[int, Kpi],
        segments: SegmentQuerySet,
        default_segment: Callable[[], Segment],
        amount_kpi: int | None,
        colleagues: MembershipQuerySet,
        currency: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.amount_kpi = amount_kpi
        self.fields["kpi"] = forms.TypedChoiceField(
            choices=[(pk, pk) for pk in kpis], coerce=lambda pk: kpis[int(pk)], widget=forms.HiddenInput
        )
        self.default_segment = default_segment
        self.fields["segment"] = forms.ModelChoiceField(
            queryset=segments, required=False, widget=forms.HiddenInput
        )
        self.fields["amount"] = MoneyField(label=_("Amount"), currency=currency, required=False)
        self.fields["shared_with"] = forms.ModelChoiceField(
            queryset=colleagues, required=False, label=_("Shared with"), empty_label=_("nobody")
        )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("amount") is not None and data["amount"] < 0:
            self.add_error("amount", _("Type the amount without a minus; a cancellation takes it away."))
        brings_money = bool(data.get("amount") or data.get("shared_with") or data.get("is_cancellation"))
        if brings_money and data.get("count", 1) < 1:
            self.add_error("count", _("With an amount, a share or a cancellation the number is at least 1."))
        if brings_money and data.get("kpi") and data["kpi"].pk != self.amount_kpi:
            self.add_error(None, _("Amounts belong to the last stage of the plan."))
        if data.get("shared_with") and data.get("shared_percent") is None:
            data["shared_percent"] = 50
        return data

    def segment(self) -> Segment:
        """The one that was sent, else the default."""
        return self.cleaned_data["segment"] or self.default_segment()

    @property
    def shared_amount(self) -> int:
        partner: Membership | None = self.cleaned_data.get("shared_with")
        if partner is None:
            return 0
        amount = self.cleaned_data.get("amount") or 0
        return int(amount * self.cleaned_data["shared_percent"] // 100)
