"""Open deals pasted from a spreadsheet: a line for each deal with its grade in a column of its own, or a
line for each grade with a number."""

import re
from collections import Counter
from collections.abc import Collection

from apps.domain.errors import PlanError
from apps.domain.numbers import normal

BETWEEN_CELLS = re.compile(r"[\t,;|、]+|\s{2,}")
COUNTED = re.compile(r"([a-z])\s*[:\t,;|、\s]\s*(\d{1,6})")
MOST_LINES = 2_000


def count_grades(text: str, grades: Collection[str]) -> Counter[str]:
    """How many deals each grade has. The first line may hold the names of the columns.

    Raises PlanError: ``deal_line`` (line, text) for a line without a grade, ``too_many_deal_lines``
    (largest).
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise PlanError("too_many_deal_lines", largest=f"{MOST_LINES:,}")
    found: Counter[str] = Counter()
    for number, line in lines:
        grade, count = _read(line, grades)
        if grade:
            found[grade] += count
        elif number > lines[0][0]:
            raise PlanError("deal_line", line=number, text=line.strip()[:40])
    return found


def _read(line: str, grades: Collection[str]) -> tuple[str, int]:
    if match := COUNTED.fullmatch(normal(line)):
        grade = match[1].upper()
        return (grade, int(match[2])) if grade in grades else ("", 0)
    for cell in BETWEEN_CELLS.split(line):
        grade = normal(cell).removesuffix("ヨミ").removeprefix("ヨミ").strip().upper()
        if grade in grades:
            return grade, 1
    return "", 0
