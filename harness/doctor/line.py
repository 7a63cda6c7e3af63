"""One line of an examination."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """FINE and NOTE are green: a note asks for nothing, but belongs in a report."""

    FINE = "ok"
    NOTE = "note"
    WARNING = "warning"  # a run works, and may mislead or break off
    FAULT = "fault"  # a run would fail


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was looked at and found. `remedy` is for people; `commands`, where a machine can do it, are lines for a
    POSIX shell on the computer that the device is attached to, in their order."""

    what: str
    measured: str
    verdict: Verdict = Verdict.FINE
    remedy: str = ""
    commands: tuple[str, ...] = ()

    @property
    def green(self) -> bool:
        return self.verdict in (Verdict.FINE, Verdict.NOTE)
