"""How a date is written: in the orders of the world, as digits, as seconds since 1970."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")  # month first, unless that is none


def read_date(text: str) -> date | None:
    """The date that a text is, if it is one; of two readings the American one."""
    for pattern, order in ((_YEAR_FIRST, (1, 2, 3)), (_COMPACT, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1))):
        if match := pattern.fullmatch(text):
            return _date(*(int(match[group]) for group in order))
    if match := _SLASHES.fullmatch(text):
        first, second, year = (int(group) for group in match.groups())
        return _date(year, first, second) or _date(year, second, first)
    return None


def date_spellings(text: str) -> Iterator[tuple[str, str]]:
    """(how, spelling); epochs are of midnight UTC."""
    day = read_date(text)
    if day is None:
        return
    yield "ISO", day.isoformat()
    yield "compact", f"{day:%Y%m%d}"
    yield "year first", f"{day:%Y/%m/%d}"
    yield "month first", f"{day:%m/%d/%Y}"
    yield "month first", f"{day.month}/{day.day}/{day.year}"
    yield "month first", f"{day:%m-%d-%Y}"
    yield "day first", f"{day:%d/%m/%Y}"
    yield "day first", f"{day.day}/{day.month}/{day.year}"
    yield "day first", f"{day:%d.%m.%Y}"
    yield "day first", f"{day.day}.{day.month}.{day.year}"
    yield "day first", f"{day:%d-%m-%Y}"
    seconds = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    yield "epoch seconds", str(seconds)
    yield "epoch milliseconds", str(seconds * 1000)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
