"""Which texts look like an id, and which numbers are only moments or sizes. Nothing is known here of what they mean."""

from __future__ import annotations

import re

SHORTEST = 8  # characters
LONGEST = 200
_FEWEST_DIFFERENT = 5  # characters: what is all zeros tells nobody from anybody
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_HEX = re.compile(r"[0-9A-Fa-f]{12,}")
_NUMBER = re.compile(r"-?[0-9]{15,40}")  # an IMEI has fifteen; shorter ones are mostly sizes
_TOKEN = re.compile(r"[A-Za-z0-9_.:=+~|-]+")
_DOTTED = re.compile(r"[A-Za-z_$][\w$-]*(?:\.[\w$-]+){2,}(?:[:].*)?")  # class, package and host names
_VERSION = re.compile(r"[A-Za-z_-]{0,12}\d+(?:[._-]\d{1,6}){1,5}(?:[-._+A-Za-z0-9]{0,12})?")
_DATE = re.compile(r"\d{4}-?[01]\d-?[0-3]\d(?:$|[T_ -]\d\d:?\d\d)")
_TURN = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_FEWEST_TURNS = 3  # from letters to digits and back, in a token that is neither hex nor a number
_FEWEST_DIGITS = 4
_UNITS_MS = (0.001, 1.0, 1000.0, 1_000_000.0)  # of a moment: seconds to nanoseconds, each in units per millisecond
_NEAR_MS = 20 * 365 * 86_400_000.0


def looks_like_id(text: str, *, at_ms: float) -> bool:
    """Whether a text could tell one phone, installation, session or event from others by its shape. `at_ms` is when it
    was seen: a number that is a moment of those years is none."""
    if not SHORTEST <= len(text) <= LONGEST or len(set(text)) < _FEWEST_DIFFERENT:
        return False
    if _UUID.search(text) is not None:
        return len(text) <= 64
    if _NUMBER.fullmatch(text) is not None:
        return not is_moment(text, at_ms=at_ms)
    if _HEX.fullmatch(text) is not None:
        return any(letter.isalpha() for letter in text)
    return _is_token(text)


def is_moment(text: str, *, at_ms: float) -> bool:
    """Whether a number is a time of about those years, in seconds, milliseconds, microseconds or nanoseconds."""
    number = float(text)
    return any(abs(number / unit - at_ms) < _NEAR_MS for unit in _UNITS_MS)


def _is_token(text: str) -> bool:
    if _TOKEN.fullmatch(text) is None or _DATE.match(text) is not None:
        return False
    if _DOTTED.fullmatch(text) is not None or _VERSION.fullmatch(text) is not None:
        return bool(re.fullmatch(r"\d{10,}-\d{10,}", text))
    digits = sum(letter.isdigit() for letter in text)
    if digits < _FEWEST_DIGITS or digits == len(text):
        return False
    return _HEX.search(text) is not None or len(_TURN.findall(text)) >= _FEWEST_TURNS
