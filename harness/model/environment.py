"""The circumstances of a run: what the device said of itself and of the app, and what was changed on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """When a circumstance was read."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance:
    """One fact about the device at one moment, such as clock_offset_ms, egress_proxy or art_version. Exactly one of
    `value` and `why` (it could not be read) says something. `error` is the error of a measurement, in its unit."""

    moment: Moment
    name: str
    value: str = ""
    error: float | None = None
    why: str = ""


class Witnessing(StrEnum):
    """Who saw it from outside the app's process."""

    NETSTATS = "netstats"  # bytes of the app's uid
    TCPDUMP = "tcpdump"  # host names in SNI and DNS
    SENSORS = "sensorservice"
    APPOPS = "appops"
    LOCATION = "location"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One thing that a witness on the device saw during a run. `kind` is its sort within the witness (bytes sent, SNI,
    DNS, registration, use of a permission), `name` what it is about: a host, a sensor, an operation."""

    witness: Witnessing
    kind: str
    name: str
    amount: int | None = None  # bytes, or times
    from_ms: float | None = None  # the device's clock
    to_ms: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something on the device that was changed for a run and has to be put back. `what` names it for people
    ("settings global http_proxy"); `before` and `after` are None where nothing was, or is, set."""

    what: str
    before: str | None
    after: str | None
    restored: bool = False
    why: str = ""  # why it could not be restored


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetRung:
    """One rung of the reset ladder as it was climbed. `verified` is what was looked at afterwards."""

    rung: str
    ok: bool
    verified: str
    detail: str = ""
