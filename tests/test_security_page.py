"""docs/security.md names tests: they exist, and are found by their names."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent / "docs" / "security.md"
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_what_the_page_claims_is_tested(file: str, name: str) -> None:
    text = (PAGE.parent.parent / file).read_text(encoding="utf-8")
    assert not name or re.search(rf"^def {name}\(", text, re.MULTILINE)


def test_the_page_names_enough() -> None:
    assert len(NAMED) > 40
