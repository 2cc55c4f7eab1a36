"""`./kpi mutants [how many [lot]]`: the domain with one small change at a time, and whether a test notices.

mutmut makes some nine thousand such mutants; a few hundred of them, drawn by lot, tell the share that is
noticed to a few per cent. Those that nobody noticed are printed: some say the same in other words, the others
are what the tests do not ask. Ninety in a hundred are asked for.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUTMUT = str(Path(sys.executable).parent / "mutmut")
PARTS = ["apps", "docs", "kpiplanner", "locale", "static", "templates", "tests", "manage.py"]
SETTINGS = f"""
[tool.mutmut]
source_paths = ["apps/domain"]
also_copy = {PARTS}
pytest_add_cli_args_test_selection = ["tests/domain"]
pytest_add_cli_args = ["-p", "no:cacheprovider"]
"""
FEWEST = 0.9
USUAL = 300
# Without a mutant worth a wait: mutmut writes them all before it runs the first one.
QUICKEST = "apps.domain.errors*"
# A pool of threads does not survive a fork.
ALONE = {"KPI_MUTANTS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def mutmut(home: Path, *words: str) -> str:
    done = subprocess.run(
        [MUTMUT, *words], cwd=home, env=os.environ | ALONE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def states(home: Path) -> dict[str, str]:
    """By the name of each mutant."""
    lines = mutmut(home, "results", "--all", "true").splitlines()
    return dict(line.strip().rsplit(": ", 1) for line in lines if ": " in line)


def copied(home: Path) -> None:
    for part in (*PARTS, "pyproject.toml"):
        source, target = ROOT / part, home / part
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    with (home / "pyproject.toml").open("a") as file:
        file.write(SETTINGS)


def main(words: list[str]) -> int:
    number = max(1, int(words[0])) if words else USUAL
    lot = int(words[1]) if len(words) > 1 else random.randrange(10_000)
    with tempfile.TemporaryDirectory(prefix="kpi-mutants-") as folder:
        home = Path(folder)
        copied(home)
        mutmut(home, "run", "--max-children", "1", QUICKEST)
        every = sorted(states(home))
        chosen = random.Random(lot).sample(every, min(number, len(every)))
        mutmut(home, "run", *chosen)
        found = states(home)
        missed = [name for name in sorted(chosen) if found[name] not in ("killed", "timeout")]
        for name in missed:
            print(mutmut(home, "show", name))
    noticed = 1 - len(missed) / len(chosen)
    counts = dict(Counter(found[name] for name in chosen))
    print(f"Lot {lot}: {len(chosen)} of {len(every)} mutants, {noticed:.1%} noticed: {counts}")
    return int(noticed < FEWEST)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
