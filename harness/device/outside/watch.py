"""All witnesses of one run: read before, read after, and what lies between is what they saw.

They look, and change nothing that an app could tell; what cannot be asked is a row too, of the kind NOT_ASKED.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from harness.device.outside import appops, location, netstats, sensors, tcpdump
from harness.device.shell import Shell
from harness.model.environment import Seen, Witnessing
from harness.model.errors import DeviceError, DeviceLost

NOT_ASKED = "not asked"
_UID = re.compile(r"^package:(\S+) uid:(\d+)", re.MULTILINE)
_NO_SERVICE = "Can't find service"


_T = TypeVar("_T")


class _Silent(Exception):
    """A witness does not answer on this device; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """What had happened before the run."""

    uid: int | None
    counted: netstats.Buckets | None
    sensors: str | None
    asked: location.Asked | None


class Outside:
    """Of one app on one device; `begin` before the app runs, `end` after it has been stopped, once each.

    Both raise DeviceLost alone: that a witness fails ends no run."""

    def __init__(self, shell: Shell, package: str, *, rooted: bool) -> None:
        self._shell = shell
        self._package = package
        self._rooted = rooted
        self._silent: dict[Witnessing, str] = {}
        self._captures = False
        self._began_s = 0.0
        self._before: _Before | None = None

    def begin(self) -> None:
        uid = self._uid()
        self._before = _Before(
            uid=uid,
            counted=self._asked(Witnessing.NETSTATS, lambda: self._counted(uid)),
            sensors=self._asked(Witnessing.SENSORS, lambda: self._dump("sensorservice")),
            asked=self._asked(Witnessing.LOCATION, lambda: location.asked(self._dump("location"))),
        )
        self._asked(Witnessing.TCPDUMP, self._capture)
        self._began_s = time.monotonic()

    def end(self) -> tuple[Seen, ...]:
        before = self._before
        if before is None:
            return ()
        found: list[Seen] = []
        found += self._asked(Witnessing.TCPDUMP, self._captured) or ()
        found += self._asked(Witnessing.APPOPS, self._used) or ()
        if before.counted is not None:
            found += netstats.between(
                before.counted, self._asked(Witnessing.NETSTATS, lambda: self._counted(before.uid)) or {}
            )
        if before.sensors is not None:
            after = self._asked(Witnessing.SENSORS, lambda: self._dump("sensorservice")) or ""
            found += sensors.between(before.sensors, after, self._package)
        if before.asked is not None:
            now = self._asked(Witnessing.LOCATION, lambda: location.asked(self._dump("location"))) or {}
            found += location.between(before.asked, now, self._package)
        quiet = [Seen(witness=who, kind=NOT_ASKED, name=who.value, detail=why) for who, why in self._silent.items()]
        return (*found, *quiet)

    def _asked(self, witness: Witnessing, ask: Callable[[], _T]) -> _T | None:
        try:
            return ask()
        except DeviceLost:
            raise
        except (_Silent, DeviceError) as exc:
            self._silent[witness] = exc.problem if isinstance(exc, DeviceError) else str(exc)
            return None

    def _uid(self) -> int | None:
        listed = self._shell.run(["pm", "list", "packages", "-U", self._package], idempotent=True).stdout
        return next((int(uid) for name, uid in _UID.findall(listed) if name == self._package), None)

    def _counted(self, uid: int | None) -> netstats.Buckets:
        if uid is None:
            raise _Silent("the app's uid is not known")
        # The counters are written into buckets every half hour, or when asked for.
        self._shell.run(["dumpsys", "netstats", "--poll"], idempotent=True)
        text = self._dump("netstats", "detail")
        if "UID stats:" not in text:
            raise _Silent("netstats tells nothing by uid")
        return netstats.buckets(text, uid)

    def _capture(self) -> None:
        if why := tcpdump.start(self._shell, rooted=self._rooted):
            raise _Silent(why)
        self._captures = True

    def _captured(self) -> tuple[Seen, ...]:
        if not self._captures:
            return ()
        self._captures = False
        seen, missed = tcpdump.stop(self._shell)
        if missed:
            self._silent[Witnessing.TCPDUMP] = missed
        return seen

    def _used(self) -> tuple[Seen, ...]:
        answer = self._shell.run(["cmd", "appops", "get", self._package], idempotent=True)
        if answer.exit_code or _NO_SERVICE in answer.stderr:
            raise _Silent(" ".join((answer.stderr or answer.stdout).split())[:200] or "appops does not answer")
        return appops.uses(answer.stdout, within_ms=(time.monotonic() - self._began_s) * 1000)

    def _dump(self, *service: str) -> str:
        answer = self._shell.run(["dumpsys", *service], idempotent=True, timeout_s=30.0)
        if _NO_SERVICE in answer.stderr or not answer.stdout.strip():
            raise _Silent(" ".join(answer.stderr.split())[:200] or f"{service[0]} says nothing")
        return answer.stdout
