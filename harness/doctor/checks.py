"""Every check, in the order in which they are read, and what is made of one that cannot be carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from harness.doctor import connection, instrumenting, leftovers, screen
from harness.doctor.line import Line, Verdict
from harness.doctor.patient import Patient
from harness.model.errors import DeviceLost, HarnessError

Check = Callable[[Patient], Line | None]

CHECKS: dict[str, Check] = {
    "adb versions": connection.adb_versions,
    "shell": connection.answering,
    "boot": connection.boot,
    "users": connection.users,
    "clock": connection.clock,
    "storage": connection.storage,
    "cores and memory": connection.strength,
    "battery": connection.battery,
    "screen": screen.awake,
    "focus": screen.focus,
    "animations": screen.animations,
    "error dialogs": screen.error_dialogs,
    "other UI drivers": screen.drivers,
    "reading the screen": screen.hierarchy,
    "screenshot": screen.screenshot,
    "input": screen.touching,
    "keyboard": screen.keyboard,
    "network": leftovers.network,
    "interrupted runs": leftovers.unrestored,
    "proxy": leftovers.proxy,
    "VPN, private DNS": leftovers.detours,
    "install verifier": leftovers.verifier,
    "accounts": leftovers.accounts,
    "Play updates": leftovers.play_updates,
    "log buffer": leftovers.log_buffer,
    "processor": instrumenting.abi,
    "root": instrumenting.root,
    "SELinux": instrumenting.selinux,
    "process pool": instrumenting.usap,
    "zygote modules": instrumenting.zygote,
    "frida-server": instrumenting.server,
    "frida version": instrumenting.server_version,
    "runtime and bridge": instrumenting.bridge,
    "harmlessness": instrumenting.harmless,
}


def examine(patient: Patient) -> Iterator[Line]:
    """Line by line as they are found, so that a person sees where it hangs. A check that fails is a fault of the
    device's; the rest goes on, unless the device is gone."""
    for name, check in CHECKS.items():
        try:
            line = check(patient)
        except DeviceLost as exc:
            yield _failed(name, exc)
            return
        except HarnessError as exc:
            line = _failed(name, exc)
        if line is not None:
            yield line


def unopened(error: HarnessError) -> Line:
    """The only line about a device that cannot be asked anything."""
    commands = ("adb reconnect offline",) if error.problem.endswith(" is offline") else ()
    return replace(_failed("connection", error), commands=commands)


def _failed(what: str, error: HarnessError) -> Line:
    return Line(what=what, measured=error.problem, verdict=Verdict.FAULT, remedy=error.remedy)
