"""Cells of a CSV file that a spreadsheet shows and never runs, and that a program can read back.

A text goes into its cell as it is unless it begins with a character that makes a formula of it, begins with an
apostrophe, or holds characters that nobody sees. Then it begins with an apostrophe, a backslash in it is doubled, and
unseen characters stand as \\uXXXX. So a cell with an apostrophe in front is read by taking that off and undoing the
backslashes; any other is what it is.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from harness.report.export.visible import UNSEEN

MOST_LETTERS = 32_000  # spreadsheets cut a cell at 32,767

# What Excel, LibreOffice and Google Sheets take for the beginning of a formula, in wide letters too.
_FORMULA = re.compile(
    "[=+\\-@\\t\\r\\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
    "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}]"
)
_ESCAPED = re.compile(r"\\(\\|u[0-9a-f]{4})")


def cell(value: Any) -> Any:
    """What to write for a value. Numbers stay; lists and objects are JSON; what is longer than MOST_LETTERS is cut and
    ends in its length and SHA-256."""
    match value:
        case str():
            return _safe(_cut(value))
        case list() | dict():
            return _safe(_cut(json.dumps(value, ensure_ascii=False)))
        case _:
            return value


def read_cell(text: str) -> str:
    """The text that was put into a cell."""
    return _ESCAPED.sub(_unescaped, text[1:]) if text.startswith("'") else text


def _safe(text: str) -> str:
    unseen = _unseen_in(text)
    if not (unseen or text.startswith("'") or _FORMULA.match(text)):
        return text
    return "'" + UNSEEN.sub(_escaped, text.replace("\\", "\\\\"))


def _unseen_in(text: str) -> bool:
    return any(match[0] not in "\t\r\n" for match in UNSEEN.finditer(text))


def _cut(text: str) -> str:
    if len(text) <= MOST_LETTERS:
        return text
    sha256 = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    return f"{text[:MOST_LETTERS]}\N{HORIZONTAL ELLIPSIS} ({len(text):,} characters, sha256 {sha256})"


def _escaped(match: re.Match[str]) -> str:
    return match[0] if match[0] in "\t\r\n" else f"\\u{ord(match[0]):04x}"


def _unescaped(match: re.Match[str]) -> str:
    return "\\" if match[1] == "\\" else chr(int(match[1][1:], 16))
