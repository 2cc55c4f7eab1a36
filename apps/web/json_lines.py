import json
import sys
from collections.abc import Callable
from typing import Any


def answer_lines(answer: Callable[[str], dict[str, Any]]) -> None:
    """One JSON document per line on stdin, its answer per line on stdout, each as soon as it is there."""
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        text = json.dumps(answer(line.decode(errors="replace")), ensure_ascii=False)
        # A lone surrogate in a text has no UTF-8; its escape is valid JSON.
        sys.stdout.buffer.write(text.encode(errors="backslashreplace") + b"\n")
        sys.stdout.buffer.flush()
