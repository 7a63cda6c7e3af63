"""Text that shows what it is made of: what a terminal, a spreadsheet or XML would act upon becomes \\uXXXX."""

from __future__ import annotations

import re

from harness.store.text import clean

# Control characters, what turns the direction of writing, line separators, marks without width, and what Unicode has no
# character for: XML 1.0 forbids some, terminals obey others, and readers do not see the rest.
_UNSEEN = (
    "\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\ufffe\\uffff"
)
UNSEEN = re.compile(f"[{_UNSEEN}]")
_UNSEEN_IN_LINES = re.compile(f"(?![\\t\\n])[{_UNSEEN}]")


def visible(text: str, *, lines: bool = False) -> str:
    """The text with every such character as \\uXXXX; with `lines`, tabs and line feeds stay."""
    return (_UNSEEN_IN_LINES if lines else UNSEEN).sub(_written, clean(text))


def shortened(text: str, most: int) -> str:
    """At most so many characters, the last of them an ellipsis where some are left out."""
    return text if len(text) <= most else f"{text[: most - 1]}\N{HORIZONTAL ELLIPSIS}"


def _written(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
