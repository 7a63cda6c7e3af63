"""Files that trackers keep on the phone: as collected (RestStored), and what they say beside what hooks saw."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RestStored:
    """One file as it was read from the device after a run. `device_path` is where it lay; `path` is below the app's
    data folder; `sha256` is of the content. The times are Unix milliseconds, the first by the device's clock."""

    id: str
    tracker: str
    path: str
    device_path: str
    size: int
    sha256: str
    modified_ms: float
    collected_ms: float
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestValue:
    """One datum that a tracker keeps on the phone. `place` is where in the file, then the JSON pointer in the record.

    `process` and `seq` name the first event of the run in which the tracker was seen being given this value; None when
    no hook saw that: then `note` says what it may mean.
    """

    run: str
    tracker: str
    path: str
    place: str
    category: str
    property: str | None
    value: str
    persona: str | None
    process: str | None = None
    seq: int | None = None
    note: str = ""
