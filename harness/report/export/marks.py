"""Text in Markdown that stays text: it cannot become a link, a picture, HTML, a mention or a table's next cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from harness.report.export.visible import shortened, visible

_BACKTICKS = re.compile(r"`+")
_ALWAYS = re.compile(r"[\\`*_\[\]|~$#]")
_ADDRESS = re.compile(r":(?=//)|(?<=www)[.]", re.IGNORECASE)  # of these GitHub makes links unasked
_FIRST = re.compile(r"^\s*\d*(?P<mark>[-+=.)])")  # at the beginning of a list's item they would begin another
# HTML; and nobody is called by a name behind @ when something without width stands between.
_LETTERS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@&#8203;"}


def words(text: str, *, most: int = 400) -> str:
    """A sentence or a name."""
    shown = shortened(visible(text), most)
    marked = _ADDRESS.sub(r"\\\g<0>", _ALWAYS.sub(r"\\\g<0>", shown))
    marked = _FIRST.sub(lambda match: match[0].replace(match["mark"], f"\\{match['mark']}"), marked, count=1)
    return "".join(_LETTERS.get(letter, letter) for letter in marked)


def code(text: str, *, most: int = 80) -> str:
    """A value as it was found, in a code span; fit for a table's cell."""
    shown = shortened(visible(text), most)
    if not shown.strip():
        return "(empty)" if not shown else "(spaces)"
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(shown)), default=0) + 1)
    space = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{space}{shown}{space}{fence}".replace("|", "\\|")


def table(heading: Sequence[str], rows: Iterable[Sequence[str]], *, most: int, letters: int = 20_000) -> list[str]:
    """Lines of a table whose cells are marked text already: at most so many rows and letters, the rest is counted."""
    lines, size, left_out = [_row(heading), _row(["---"] * len(heading))], 0, 0
    for number, row in enumerate(rows):
        line = _row(row)
        size += len(line)
        if number >= most or size > letters:
            left_out += 1
        else:
            lines.append(line)
    return [*lines, "", f"and {left_out} more rows", ""] if left_out else [*lines, ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
