"""What goes wrong in the field: to whom it belongs, and what may be done about it. The table itself is in failures/."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FailureClass(StrEnum):
    """Whose failure it is. Only INFRASTRUCTURE may be tried again without a human's word."""

    INFRASTRUCTURE = "I"
    SCENARIO = "S"
    APP = "A"  # a finding about the app: never hidden, never retried away
    CONFIGURATION = "C"  # stop, and tell the human


class Handling(StrEnum):
    """One measure, in the words of the case file and of docs/failures.md."""

    AGAIN = "again"  # the same command over a new connection, with pauses; idempotent ones only
    WAIT = "wait"  # until the device has booted, or is there again
    RECONNECT = "reconnect"  # this device's ADB connection, never the server's
    RESTART_SERVER = "restart frida-server"
    CLEAR_APP = "clear the app"
    REBOOT = "reboot"
    WAKE = "wake and unlock"
    QUIET_SCREEN = "quiet the screen"  # animations and error dialogs off, recorded and restored
    OTHER_WAY = "another way"  # a second means to the same end; the case file says that it was taken
    RESUME_CAPTURE = "resume the capture"  # from the last time stamp, the hole recorded as a gap
    BISECT = "run without instrumentation"  # tells refusal from a crash
    NOT_APPLICABLE = "not applicable"  # no failure: note it and go on
    QUARANTINE = "quarantine"
    ASK = "ask the human"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A known failure, recognised by its text. `row` is its number in docs/failures.md, 0 for one that is not there."""

    row: int
    name: str  # "device-offline": stable, for suites and reports
    kind: FailureClass
    text: str  # the device's own words, one line
    handling: tuple[Handling, ...]  # in the order in which they are tried
    remedy: str  # what a human does
