"""`cmd appops get PACKAGE`: when an app last made use of a permission."""

from __future__ import annotations

import re

from harness.model.environment import Seen, Witnessing

_OPERATION = re.compile(r"^(?:Uid mode: )?(?P<name>[A-Z][A-Z0-9_]+): (?P<mode>\w+)(?P<rest>.*)$")
_AGO = r"=\+?(?P<ago>[0-9dhms]+) ago"
_USED = re.compile(r"; time" + _AGO)
_REFUSED = re.compile(r"; rejectTime" + _AGO)
_PART = re.compile(r"(\d+)(ms|d|h|m|s)")
_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}


def uses(text: str, *, within_ms: float) -> tuple[Seen, ...]:
    """Operations whose last use, or refusal, is at most `within_ms` ago. Only the last of each is told: `amount` is
    left open."""
    found = []
    for line in text.splitlines():
        operation = _OPERATION.match(line.strip())
        if operation is None:
            continue
        for kind, pattern in (("use", _USED), ("refusal", _REFUSED)):
            told = pattern.search(operation["rest"])
            if told and (ago := age_ms(told["ago"])) <= within_ms:
                detail = f"{operation['mode']}; last {ago / 1000:g} s before the end"
                found.append(Seen(witness=Witnessing.APPOPS, kind=kind, name=operation["name"], detail=detail))
    return tuple(found)


def age_ms(text: str) -> int:
    """Android's own way of writing a duration: 1d2h3m4s5ms, parts that are zero left out."""
    return sum(int(number) * _MS[unit] for number, unit in _PART.findall(text))
