"""How well the SMART rules do on published sentences (KPI_CASES names the folder that holds them)."""

import json
import os
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import Any

from apps.domain.smart.judge import GAP, Context, judge

KINDS = {"smart": "goal", "okr_kr": "key_result", "okr_o": "objective"}
LETTERS = "SMT"

Figures = dict[str, float]
# (letter, framework, language)
Cell = tuple[str, str, str]


def measure_smart() -> Figures:
    """Recall on gaps that the source names, false gaps where it calls the sentence good, and speed."""
    folder = os.environ.get("KPI_CASES")
    if not folder:
        return {}
    cases = json.loads((Path(folder) / "smart_dev.json").read_text())
    named, found, good, false = (Counter[Cell]() for _each in range(4))
    took = []
    for case in cases:
        began = time.perf_counter()
        gaps = gaps_of(case)
        took.append((time.perf_counter() - began) * 1000)
        for letter in LETTERS:
            cell = (letter, case["framework"], case["lang"])
            if letter in (case["failing"] or []):
                named[cell] += 1
                found[cell] += letter in gaps
            if letter in called_good(case):
                good[cell] += 1
                false[cell] += letter in gaps
    print_table(named, found, good, false)
    return {
        "smart_recall": found.total() / max(1, named.total()),
        "smart_false_gaps": false.total() / max(1, good.total()),
        "smart_sentence_ms": statistics.median(took),
        "smart_slowest_sentence_ms": max(took),
    }


def gaps_of(case: dict[str, Any]) -> set[str]:
    parent = (case.get("context") or {}).get("objective", "")
    verdict = judge(case["text"], KINDS[case["framework"]], None, Context(objective=parent))
    return {letter for letter, state in verdict.letters.items() if state == GAP}


def called_good(case: dict[str, Any]) -> set[str]:
    whole = set(LETTERS) if case["label"] == "smart" else set()
    return whole | set(case.get("good_for") or [])


def print_table(*counters: Counter[Cell]) -> None:
    named, found, good, false = counters
    print(f"{'letter':8}{'framework':12}{'language':10}{'gaps found':>12}{'false gaps':>12}")
    for cell in sorted(named.keys() | good.keys()):
        hits, misses = f"{found[cell]}/{named[cell]}", f"{false[cell]}/{good[cell]}"
        print(f"{cell[0]:8}{cell[1]:12}{cell[2]:10}{hits:>12}{misses:>12}")
