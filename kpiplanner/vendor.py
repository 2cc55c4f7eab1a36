"""Copies the few front-end files that we serve from node_modules to the vendor folder.

@tabler/core alone has more than a thousand files; collecting and compressing all of them takes
40 s. Source maps are not copied, so their references are cut: a hashed static storage would look
for the missing files.
"""

import re
import sys
from pathlib import Path

MODULES = Path("node_modules")

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.css",
    "plotly.js-finance-dist-min/plotly-finance.min.js": "plotly.js",
}

ICONS = (
    "arrow-down",
    "arrow-up",
    "calendar-check",
    "chart-line",
    "check",
    "chevron-left",
    "chevron-right",
    "device-mobile",
    "flag",
    "list-check",
    "maximize",
    "moon",
    "search",
    "target-arrow",
    "user",
    "users",
)

SOURCE_MAP = re.compile(rb"(/\*#\s*sourceMappingURL=[^*]*\*/|//#\s*sourceMappingURL=\S*)\s*$")
SVG_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def copy_file(source: Path, target: Path) -> None:
    target.write_bytes(SOURCE_MAP.sub(b"", source.read_bytes()))


def symbol(name: str) -> str:
    """One icon as a <symbol>; stroke and size come from the page's CSS."""
    text = COMMENT.sub("", (MODULES / f"@tabler/icons/icons/outline/{name}.svg").read_text())
    match = SVG_BODY.search(text)
    assert match, name
    body = " ".join(match.group(1).split())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>'


def main(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        old.unlink()
    for source, name in FILES.items():
        copy_file(MODULES / source, target / name)
    sprite = "".join(symbol(name) for name in ICONS)
    (target / "icons.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{sprite}</svg>')


if __name__ == "__main__":
    main(Path(sys.argv[1]))
