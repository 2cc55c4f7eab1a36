from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.activity.opportunities import AT, IGNORED
from apps.activity.wording import sentence
from apps.domain.errors import PlanError
from apps.domain.numbers import normal
from apps.exchange.exports import EXPORTS
from apps.exchange.models import ImportRun
from apps.funnels.models import Kpi
from apps.web.forms import FileForm, OwnIds, day_field

LARGEST_WORKBOOK = 1_000_000
FIELDS = {
    ImportRun.Kind.ACTIVITY: {
        "date": (_("Day"), True),
        "member": (_("Person (e-mail or name)"), True),
        "kpi": (_("KPI (code or name)"), True),
        "count": (_("Count"), True),
        "amount": (_("Amount"), False),
        "segment": (_("Segment"), False),
    },
    ImportRun.Kind.OPPORTUNITIES: {
        "member": (_("Person (e-mail or name)"), True),
        "id": (_("Opportunity"), False),
        "stage": (_("Stage"), False),
        "date": (_("Day on which the stage was reached"), False),
        "amount": (_("Amount"), False),
        "segment": (_("Segment"), False),
    },
}


class UploadForm(FileForm):
    kind = forms.ChoiceField(label=_("What is in it?"), choices=ImportRun.Kind.choices)
    source = forms.CharField(
        label=_("Where does it come from?"),
        max_length=40,
        help_text=_("For example “Salesforce”. A later file from there replaces what this one says."),
    )
    file = forms.FileField(label=_("File, CSV or Excel (.xlsx)"))

    def refuse(self, error: PlanError) -> None:
        self.add_error("file", sentence(error))


class ColumnsForm(forms.Form):
    """Which column holds what, and which KPI is meant by a stage that the file names in its own words."""

    def __init__(self, *args: Any, run: ImportRun, kpis: list[Kpi], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.run = run
        names = [("", "–"), *((name, name) for name in run.header if name)]
        for code, (label, needed) in FIELDS[ImportRun.Kind(run.kind)].items():
            self._add(f"column:{code}", label, names, run.columns.get(code, ""), needed=needed)
        if run.kind == ImportRun.Kind.OPPORTUNITIES:
            for kpi in kpis:
                day_of = _("Day of “%(stage)s”") % {"stage": kpi.name}
                self._add(f"column:{AT}{kpi.code}", day_of, names, run.columns.get(f"{AT}{kpi.code}", ""))
        codes = [("", "–"), (IGNORED, _("ignore")), *((kpi.code, kpi.name) for kpi in kpis)]
        for number, stage in enumerate([*run.unknown, *(set(run.stages) - set(run.unknown))]):
            self._add(f"stage:{number}", stage, codes, run.stages.get(stage, ""), needed=stage in run.unknown)
            self.fields[f"stage:{number}"].stage = stage  # type: ignore[attr-defined]

    def _add(self, name: str, label: Any, choices: Any, initial: str, *, needed: bool = False) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, initial=initial, required=needed)

    def clean(self) -> dict[str, Any]:
        chosen = [value for name, value in self.cleaned_data.items() if name.startswith("column:") and value]
        if len(chosen) != len(set(chosen)):
            self.add_error(None, _("One column cannot hold two things."))
        if self.run.kind == ImportRun.Kind.OPPORTUNITIES and not self.errors:
            self._check_days()
        return self.cleaned_data

    def _check_days(self) -> None:
        given = self.columns
        if not (any(code.startswith(AT) for code in given) or {"stage", "date"} <= set(given)):
            self.add_error(None, _("Choose either stage and day, or a column with the day of each stage."))

    @property
    def columns(self) -> dict[str, str]:
        return {
            name.removeprefix("column:"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("column:") and value
        }

    @property
    def stages(self) -> dict[str, str]:
        return {
            self.fields[name].stage: value  # type: ignore[attr-defined]
            for name, value in self.cleaned_data.items()
            if name.startswith("stage:") and value
        }


class ExportForm(OwnIds):
    ids = "export"

    name = forms.ChoiceField(
        label=_("What?"), choices=[(name, label) for name, (label, _h, _r) in EXPORTS.items()]
    )
    start = day_field(label=_("From"))
    end = day_field(label=_("Until"))
    format = forms.ChoiceField(label=_("Format"), choices=[("csv", "CSV"), ("xlsx", "Excel (.xlsx)")])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("start") and data.get("end") and data["end"] < data["start"]:
            self.add_error("end", _("The end lies before the start."))
        return data


class WorkbookForm(OwnIds):
    ids = "workbook"

    file = forms.FileField(label=_("The plan's workbook (.xlsx)"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_WORKBOOK:
            raise forms.ValidationError(_("A plan's workbook is much smaller than this file."))
        return file


class EraseForm(forms.Form):
    """Typing the name is the second thought."""

    typed = forms.CharField(label=_("Type the name to confirm"), max_length=80)

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name

    def clean_typed(self) -> str:
        if normal(self.cleaned_data["typed"]) != normal(self.name):
            raise forms.ValidationError(_("This is not the name."))
        return self.name
