"""What a spreadsheet holds, as somebody would have typed it; and what calls itself one."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from apps.domain.errors import PlanError
from apps.web import tables
from apps.web.tables import cell_text, open_table


def refused(raw: bytes) -> str:
    with pytest.raises(PlanError) as error, open_table(io.BytesIO(raw)) as rows:
        list(rows)
    return error.value.code


def packed(*parts: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts:
            archive.writestr(name, text)
    return file.getvalue()


def book(*rows: list[Any]) -> bytes:
    made, file = Workbook(), io.BytesIO()
    assert made.active is not None
    for row in rows:
        made.active.append(row)
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (date(2026, 6, 8), "2026-06-08"),
        (datetime(2026, 6, 8, 16, 20), "2026-06-08"),  # noqa: DTZ001 - as a spreadsheet holds it
        (12.0, "12"),
        (0.5, "0.5"),
        (True, "True"),
        ("１２", "１２"),
    ],
)
def test_a_cell_reads_as_it_was_typed(cell: Any, text: str) -> None:
    assert cell_text(cell) == text


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    assert refused(packed(("readme.txt", b"hello"))) == "workbook_broken"
    assert refused(book(["a"]).replace(b"worksheet", b"wurksheet")) == "workbook_broken"


def test_shared_words_are_read_as_a_whole_and_so_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LARGEST_SHARED", 100)
    assert refused(packed(("xl/SharedStrings.xml", b"x" * 101))) == "workbook_too_large"


def test_a_sheet_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(book(["x"] * (tables.MOST_COLUMNS + 1))) == "too_many_columns"
    monkeypatch.setattr(tables, "MOST_SHEET_ROWS", 2)
    assert refused(book(["a"], ["b"], ["c"])) == "too_many_rows"


def test_charts_alone_are_no_table() -> None:
    made, file = Workbook(), io.BytesIO()
    made.create_chartsheet("only a picture")
    assert made.active is not None
    made.remove(made.active)
    made.save(file)
    assert refused(file.getvalue()) == "workbook_broken"
