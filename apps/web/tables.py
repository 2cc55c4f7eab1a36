"""Tables that people bring: pasted, as CSV or as a workbook; row by row, whatever their size."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import IO, Any

from apps.domain.errors import PlanError

MOST_COLUMNS = 200
# A workbook is a zip: what it says it unpacks to, and how much denser than text may be.
LARGEST_UNPACKED = 200_000_000
# Words that cells share are read as a whole before the first row.
LARGEST_SHARED = 20_000_000
MOST_SHEET_ROWS = 1_048_576
DENSEST = 200
ZIP = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
# A list typed in Japanese is parted by these.
COMMAS = str.maketrans("\uff0c\u3001", ",,")

Row = Sequence[str]


def decode(raw: bytes) -> str:
    """UTF-8 with or without its mark, else Shift_JIS as Windows writes it.

    Raises PlanError ``unknown_encoding``.
    """
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise PlanError("unknown_encoding")


def text_rows(text: str) -> Iterator[tuple[int, Row]]:
    """Line numbers and cells. A tab parts cells where there is one, then a semicolon, then a comma.

    Raises PlanError: ``csv_broken`` (problem), ``too_many_columns`` (largest).
    """
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        for cells in rows:
            if len(cells) > MOST_COLUMNS:
                raise PlanError("too_many_columns", largest=MOST_COLUMNS)
            yield rows.line_num, cells
    except csv.Error as error:
        raise PlanError("csv_broken", problem=str(error)) from error


def pasted_rows(text: str) -> Iterator[tuple[int, Row]]:
    """Lines typed or pasted from here and there: each is parted by its own mark."""
    for number, line in enumerate(text.translate(COMMAS).splitlines(), start=1):
        for _line, cells in text_rows(line):
            yield number, cells


def _delimiter(text: str) -> str:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return next((mark for mark in "\t;" if mark in first), ",")


@contextmanager
def open_table(file: IO[bytes]) -> Iterator[Iterator[tuple[int, Row]]]:
    """The rows of an uploaded file, CSV or XLSX by what it is, not by its name.

    Raises PlanError: as ``text_rows``, and ``unknown_encoding``, ``workbook_old``, ``workbook_broken``,
    ``workbook_macros``, ``workbook_too_large``.
    """
    start = file.read(4)
    file.seek(0)
    if start == OLD_WORKBOOK:
        raise PlanError("workbook_old")
    if start != ZIP:
        yield text_rows(decode(file.read()))
        return
    check_workbook(file)
    with opened_workbook(file) as book:
        yield _sheet_rows(book)


def check_workbook(file: IO[bytes], largest: int = LARGEST_UNPACKED) -> None:
    """Before anything is unpacked: a small file must not become a full disk.

    Raises PlanError ``workbook_broken``, ``workbook_macros``, ``workbook_too_large``.
    """
    try:
        parts = zipfile.ZipFile(file).infolist()
    except zipfile.BadZipFile as error:
        raise PlanError("workbook_broken") from error
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        raise PlanError("workbook_macros")
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if unpacked > largest or unpacked > max(packed, 10_000) * DENSEST:
        raise PlanError("workbook_too_large")
    if any(part.file_size > LARGEST_SHARED for part in parts if "sharedstrings" in part.filename.lower()):
        raise PlanError("workbook_too_large")
    file.seek(0)


@contextmanager
def opened_workbook(file: IO[bytes], *, values_only: bool = True) -> Iterator[Any]:
    # Half a second to import, and few pages need it.
    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=values_only, data_only=values_only, keep_links=False)
    except Exception as error:
        raise PlanError("workbook_broken") from error
    try:
        yield book
    finally:
        book.close()


def _sheet_rows(book: Any) -> Iterator[tuple[int, Row]]:
    if not book.worksheets:
        raise PlanError("workbook_broken")
    sheet = book.worksheets[0]
    # What a file says of its own size may be wrong, or a trap.
    sheet.reset_dimensions()
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            # A row may call itself the billionth; those before it come as empty ones.
            if number > MOST_SHEET_ROWS:
                raise PlanError("too_many_rows", largest=MOST_SHEET_ROWS)
            if len(cells) > MOST_COLUMNS:
                raise PlanError("too_many_columns", largest=MOST_COLUMNS)
            yield number, [cell_text(cell) for cell in cells]
    except PlanError:
        raise
    except Exception as error:
        raise PlanError("workbook_broken") from error


def cell_text(value: Any) -> str:
    """A cell as somebody would have typed it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
