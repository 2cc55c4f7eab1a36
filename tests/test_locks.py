"""Each lock is the one before it and more: whoever installs the last has what the others ask for."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def pinned(name: str) -> set[str]:
    return set(re.findall(r"^[\w.-]+==\S+", (ROOT / name).read_text(), re.MULTILINE))


def test_the_locks_agree() -> None:
    assert pinned("requirements.lock")
    assert pinned("requirements.lock") <= pinned("requirements-dev.lock")
    assert pinned("requirements-dev.lock") < pinned("requirements-mutants.lock")
