"""One known failure and how its text is recognised; the shape that the tables in this package are written in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.model.failure import FailureClass, Handling


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A row of docs/failures.md. `row` is 0 for Frida's messages that belong to none of the 25."""

    row: int
    name: str
    kind: FailureClass
    handling: tuple[Handling, ...]
    remedy: str
    pattern: re.Pattern[str]


def known(row: int, name: str, kind: str, handling: str, remedy: str, pattern: str) -> Known:  # noqa: PLR0917 - a table's row
    """`kind` is the class's letter, `handling` names of `Handling` in their order."""
    return Known(
        row=row,
        name=name,
        kind=FailureClass(kind),
        handling=tuple(Handling[word.upper()] for word in handling.split()),
        remedy=remedy,
        pattern=re.compile(pattern, re.IGNORECASE | re.MULTILINE),
    )
