"""The processes of an app on the device, and the gate that holds new ones where the device has one of its own."""

from __future__ import annotations

import json
import time
from contextlib import suppress

from harness.device import replies
from harness.device.adb import Lines
from harness.device.shell import Shell
from harness.model.errors import DeviceError
from harness.model.facts import AppProcess

_OPEN_S = 10.0


def running(shell: Shell, package: str) -> tuple[AppProcess, ...]:
    """Every process of the app, lowest pid first."""
    listed = replies.processes(shell.run(["ps", "-A", "-o", "PID,NAME"], idempotent=True).stdout)
    own = {pid: name for pid, name in listed.items() if name == package or name.startswith(f"{package}:")}
    ages = _ages(shell, sorted(own))
    now_ms = time.time() * 1000
    return tuple(
        AppProcess(pid=pid, name=own[pid], started_ms=None if (age := ages.get(pid)) is None else now_ms - age)
        for pid in sorted(own)
    )


def _ages(shell: Shell, pids: list[int]) -> dict[int, float]:
    """Milliseconds since each process began, as its kernel counts them; the device's wall clock plays no part."""
    if not pids:
        return {}
    files = ["/proc/uptime", *(f"/proc/{pid}/stat" for pid in pids)]
    return replies.ages_ms(shell.run(["cat", *files], root=True, idempotent=True).stdout)


class HandsetGate:
    """Implements model.ports.ChildGate by the virtual handset's `cmd handset gate`, which holds as long as it runs:
    when this process is killed, the connection closes, the command ends, and everybody goes."""

    def __init__(self, shell: Shell, package: str) -> None:
        self._shell = shell
        self._lines: Lines = shell.follow(["cmd", "handset", "gate", package])
        self._require_open()

    def wait(self, timeout_s: float) -> AppProcess | None:
        line = self._lines.next(timeout_s)
        if line is None:
            return None
        told = json.loads(line)
        return AppProcess(pid=int(told["pid"]), name=str(told["process"]), started_ms=None)

    def release(self, pid: int) -> bool:
        return self._shell.run(["cmd", "handset", "release", str(pid)]).exit_code == 0

    def _require_open(self) -> None:
        try:
            answer = self._lines.next(_OPEN_S)
        except BaseException:
            self._lines.close()
            raise
        if answer is None:
            self._lines.close()
            problem = f"{self._shell.serial}: its gate does not answer"
            raise DeviceError(problem, remedy="Restart the virtual handset.")

    def close(self) -> None:
        with suppress(OSError):
            self._lines.close()
