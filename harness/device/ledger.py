"""What is changed on a device and has to be put back: written down on this computer, and flushed to its disk, before
the change is made, so that a killed controller leaves a list of what to undo. No case file is involved.

One JSON line for each beginning and each end, in `$HARNESS_STATE`, or `$XDG_STATE_HOME/tracker-harness`, ledger/.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.model.errors import DeviceError

_UNFIT = re.compile(r"[^\w.-]")  # for a file's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change. `undo` and `check` are lines for the device's shell; `check` then has to print `before` ("null" or
    nothing where that is None), or is None where there is nothing to look at."""

    id: str
    what: str  # for people: "settings global http_proxy"
    before: str | None
    after: str | None
    undo: str
    check: str | None
    root: bool
    app: str | None  # the package that runs because of it: whoever uses it since must not lose it without a word
    controller: int  # the process that made the change ...
    began: int  # ... and its start, in the kernel's ticks: a later process may have its number

    @property
    def in_use(self) -> bool:
        """Whether whoever made the change still runs: it will put it back itself."""
        return _start_of(self.controller) == self.began


class Ledger:
    """The changes of one device, by all processes of this user."""

    def __init__(self, serial: str) -> None:
        self.path = _folder() / (re.sub(r"[^\w.-]", "_", serial) + ".jsonl")

    def begin(
        self, *, what: str, before: str | None, after: str | None, undo: str, check: str | None = None,
        root: bool = False, app: str | None = None,
    ) -> Entry:  # fmt: skip
        """Note a change that is about to be made. Raises DeviceError where that cannot be written: nothing may be
        changed then."""
        pid = os.getpid()
        entry = Entry(
            id=secrets.token_hex(8), what=what, before=before, after=after, undo=undo, check=check, root=root,
            app=app, controller=pid, began=_start_of(pid),
        )  # fmt: skip
        self._append({"begin": asdict(entry)})
        return entry

    def end(self, entry: Entry) -> None:
        """It has been put back."""
        self._append({"end": entry.id})
        if not self.open():
            self.path.unlink(missing_ok=True)

    def open(self) -> tuple[Entry, ...]:
        """What has not been put back, the last change first. A line cut short by a power failure is none."""
        entries: dict[str, Entry] = {}
        for told in _lines(self.path):
            if "begin" in told:
                entry = Entry(**told["begin"])
                entries[entry.id] = entry
            else:
                entries.pop(str(told.get("end")), None)
        return tuple(reversed(entries.values()))

    def _append(self, told: dict[str, Any]) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(descriptor, json.dumps(told).encode() + b"\n")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as exc:
            raise DeviceError(
                f"what is changed on the device cannot be written down: {exc}",
                remedy="Make the folder writable, or name another one in $HARNESS_STATE.",
            ) from exc


def _folder() -> Path:
    given, state = os.environ.get("HARNESS_STATE"), os.environ.get("XDG_STATE_HOME", "")
    base = Path(state) if Path(state).is_absolute() else Path.home() / ".local" / "state"
    return (Path(given) if given else base / "tracker-harness") / "ledger"


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    told = []
    for line in text.splitlines():
        try:
            told.append(json.loads(line))
        except ValueError:
            continue
    return told


def _start_of(pid: int) -> int:
    """0 for a process that is not there, or on a system without /proc."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except (OSError, IndexError, ValueError):
        return 0
