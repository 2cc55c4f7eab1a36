from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.domain.errors import PlanError
from apps.web.uploads import LARGEST_UPLOAD

# What can be wrong with a file or a pasted table, whatever it holds.
TABLES = {
    "csv_broken": _("The file cannot be read as CSV: %(problem)s"),
    "file_empty": _("The file is empty."),
    "file_too_large": _("The file is larger than %(largest)s MB. Please split it."),
    "too_many_columns": _("The file has more than %(largest)s columns; only a few are needed."),
    "too_many_rows": _("The file has more than %(largest)s rows. Please split it."),
    "unknown_encoding": _("The file is neither UTF-8 nor Shift_JIS text."),
    "workbook_broken": _("This workbook cannot be read. Open it and save it again as .xlsx."),
    "workbook_macros": _("This workbook contains macros. Save it as .xlsx, without them."),
    "workbook_old": _("This is the old Excel format (.xls). Save it as .xlsx or CSV."),
    "workbook_too_large": _("This workbook unpacks to more than can be read. Save its sheet as CSV."),
}


def worded(sentences: Mapping[str, str | Promise], error: PlanError) -> str:
    """The sentence of a code with its facts filled in."""
    text = str(sentences[error.code])
    # Only a sentence with placeholders has its per cent signs doubled.
    return text % {name: _shown(fact) for name, fact in error.facts.items()} if "%(" in text else text


def _shown(fact: object) -> object:
    return date_format(fact, "SHORT_DATE_FORMAT") if isinstance(fact, date) else fact


def too_large_sentence() -> str:
    return worded(TABLES, PlanError("file_too_large", largest=LARGEST_UPLOAD // 1_000_000))
