"""`dumpsys sensorservice`: who registered for which sensor. Its history is a ring that all apps share."""

from __future__ import annotations

import re
from collections import Counter

from harness.model.environment import Seen, Witnessing

_LISTED = re.compile(r"^\s*(0x[0-9a-fA-F]+)\)\s*(.+?)\s*\|.*\btype:\s*([\w.]+)")
_CHANGE = re.compile(
    r"^\s*(?P<at>\d\d:\d\d:\d\d) (?P<sign>[+-]) (?P<handle>0x[0-9a-fA-F]+) pid=\s*(?P<pid>\d+) uid=\s*(?P<uid>\d+)"
    r"(?: package=(?P<package>\S+))?(?: samplingPeriod=(?P<period>\d+)us)?"
)


def between(before: str, after: str, package: str) -> tuple[Seen, ...]:
    """Registrations that are in `after` only. On a busy phone older ones have left the ring by then: what is here
    happened, what is not may have happened too."""
    names = _names(after)
    new = Counter(_changes(after)) - Counter(_changes(before))
    found = []
    for line in new.elements():
        change = _CHANGE.match(line)
        if change is None or not _of(change["package"] or "", package):
            continue
        period = f", every {int(change['period']) / 1000:g} ms" if change["period"] else ""
        found.append(
            Seen(
                witness=Witnessing.SENSORS,
                kind="registration" if change["sign"] == "+" else "end of registration",
                name=names.get(int(change["handle"], 16), change["handle"]),
                detail=f"{change['at']} on the device's clock, pid {change['pid']}{period}",
            )
        )
    return tuple(sorted(found, key=lambda seen: seen.detail))


def _changes(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if _CHANGE.match(line)]


def _of(listener: str, package: str) -> bool:
    """The service prints the listener's class behind the package's name, joined by a full stop."""
    return listener == package or listener.startswith(f"{package}.")


def _names(text: str) -> dict[int, str]:
    listed = (_LISTED.match(line) for line in text.splitlines())
    return {int(each[1], 16): each[3] for each in listed if each}
