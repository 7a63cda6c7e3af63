"""Whether the device can be talked to at all: adb, boot, the user's storage unlocked, the clock, room."""

from __future__ import annotations

import math
import re

from harness.device.adbversions import client_versions, server_version
from harness.doctor.line import Line, Verdict
from harness.doctor.patient import Patient

_SLOW_MS = 500.0
_CLOCK_FAULT_MS = 60_000.0  # certificates and time stamps stop agreeing somewhere beyond
_CLOCK_NOTE_MS = 2_000.0
_LEAST_FREE_KB = 1024 * 1024
_LEAST_MEMORY_KB = 1_900_000  # a machine of 2 GB shows a little less
_LEAST_CORES = 2
_LEAST_CHARGE = 20  # per cent


def adb_versions(patient: Patient) -> Line:
    """Two adb versions on one computer end each other's server."""
    server, clients = server_version(), client_versions()
    others = {path: version for path, version in clients.items() if version is not None and version != server}
    measured = f"server {server}; " + ", ".join(f"{path} {version or '?'}" for path, version in clients.items())
    if not others:
        return Line(what="adb versions", measured=measured)
    return Line(
        what="adb versions",
        measured=measured,
        verdict=Verdict.WARNING,
        remedy="Use one adb only: put the server's own first on the PATH, or give this lab a server of its own "
        "(ANDROID_ADB_SERVER_PORT).",
    )


def answering(patient: Patient) -> Line:
    said = patient.ask("echo ping")
    if said.stdout.strip() != "ping":
        return Line(
            what="shell", measured=f"`echo ping` gave {said.stdout.strip()[:80]!r}", verdict=Verdict.FAULT,
            remedy="Reconnect it: `adb reconnect`, another cable, another port of the hub.",
            commands=(f"adb -s {patient.serial} reconnect",),
        )  # fmt: skip
    if said.ms > _SLOW_MS:
        return Line(
            what="shell", measured=f"answers after {said.ms:.0f} ms", verdict=Verdict.WARNING,
            remedy="Take it off a long or full hub; on an emulator give it a second core.",
        )  # fmt: skip
    return Line(what="shell", measured="answers")


def boot(patient: Patient) -> Line:
    """The gate of four: properties alone say yes seconds before the package service does."""
    missing = [
        word
        for word, ready in (
            ("sys.boot_completed is not 1", patient.property("sys.boot_completed") == "1"),
            ("the boot animation runs", patient.property("init.svc.bootanim") in ("stopped", "")),
            ("the package service does not answer", patient.ask("pm path android").exit_code == 0),
            ("it is not provisioned", patient.setting("global", "device_provisioned") is not None),
        )
        if not ready
    ]
    if not missing:
        return Line(what="boot", measured="finished")
    waiting = 'until [ "$(getprop sys.boot_completed)" = 1 ]; do sleep 1; done'
    return Line(
        what="boot",
        measured="; ".join(missing),
        verdict=Verdict.FAULT,
        remedy="Wait until its home screen shows; after ten minutes reboot it.",
        commands=(f"adb -s {patient.serial} wait-for-device", patient.adb(waiting)),
    )


def users(patient: Patient) -> Line | None:
    """Before the first unlock after a boot, installed apps look as if they were missing."""
    if patient.property("sys.user.0.ce_available") == "false":
        return Line(
            what="user storage", measured="locked since the boot", verdict=Verdict.FAULT,
            remedy="Unlock the phone once with its PIN; better, take the PIN off a lab phone.",
        )  # fmt: skip
    count = patient.ask("pm list users").stdout.count("UserInfo{")
    if count > 1:
        return Line(
            what="users", measured=f"{count} users or profiles", verdict=Verdict.NOTE,
            remedy="Runs use user 0; what an app does in a work profile is not seen.",
        )  # fmt: skip
    return None


def clock(patient: Patient) -> Line:
    facts = patient.facts()
    off, error = facts.clock_offset_ms, facts.clock_error_ms
    if not math.isfinite(error):
        return Line(
            what="clock", measured="`date` does not say", verdict=Verdict.WARNING,
            remedy="Compare it by eye; time stamps of the device cannot be related to this computer's.",
        )  # fmt: skip
    measured = f"{off / 1000:+.1f} s from this computer's, within {error:.0f} ms"
    if abs(off) <= _CLOCK_NOTE_MS:
        return Line(what="clock", measured=measured)
    wrapped = patient.device.root.wrap("date @NOW").replace("NOW", "$(date +%s)")  # when it is run, not now
    return Line(
        what="clock",
        measured=measured,
        verdict=Verdict.FAULT if abs(off) > _CLOCK_FAULT_MS else Verdict.NOTE,
        remedy="Switch on automatic time and give it a network, or set it as root; a snapshot of an emulator wakes up "
        "in its past.",
        commands=(
            patient.adb("settings put global auto_time 1"),
            f'adb -s {patient.serial} shell "{wrapped}"',
        ),
    )


def storage(patient: Patient) -> Line:
    rows = [line.split() for line in patient.ask("df -k /data").stdout.splitlines()]
    sizes = [row for row in rows if len(row) >= 6 and row[3].isdigit()]
    if not sizes:
        return Line(what="storage", measured="`df` does not say", verdict=Verdict.NOTE)
    free_kb = int(sizes[-1][3])
    measured = f"{free_kb / 1024 / 1024:.1f} GB free in /data"
    if free_kb >= _LEAST_FREE_KB:
        return Line(what="storage", measured=measured)
    listed = patient.ask("ls -lS /data/local/tmp").stdout.splitlines()
    largest = next((line.split() for line in listed if line.startswith("-")), None)
    hint = f" The largest file of /data/local/tmp: {largest[-1]}, {largest[4]} bytes." if largest else ""
    return Line(
        what="storage", measured=measured, verdict=Verdict.FAULT,
        remedy=f"Free 1 GB: uninstall apps, delete recordings.{hint}", commands=(patient.adb("pm trim-caches 4G"),),
    )  # fmt: skip


def strength(patient: Patient) -> Line:
    """Below this, System UI stops responding in the middle of a run."""
    cores = patient.ask("nproc").stdout.strip()
    found = re.search(r"MemTotal:\s+(\d+) kB", patient.ask("cat /proc/meminfo").stdout)
    memory_kb = int(found[1]) if found else None
    shown = f"{memory_kb / 1024 / 1024:.1f} GB" if memory_kb is not None else "memory unknown"
    measured = f"{cores or '?'} cores, {shown}"
    weak = (cores.isdigit() and int(cores) < _LEAST_CORES) or (memory_kb is not None and memory_kb < _LEAST_MEMORY_KB)
    if not weak:
        return Line(what="cores and memory", measured=measured)
    return Line(
        what="cores and memory", measured=measured, verdict=Verdict.WARNING,
        remedy="Give an emulator two cores and 2 GB at least (`-cores 2 -memory 2048`).",
    )  # fmt: skip


def battery(patient: Patient) -> Line:
    text = patient.ask("dumpsys battery").stdout
    level = re.search(r"^\s*level: (\d+)", text, re.MULTILINE)
    powered = re.search(r"powered: true", text) is not None
    if level is None:
        return Line(what="battery", measured="not told", verdict=Verdict.NOTE)
    measured = f"{level[1]} %{', charging' if powered else ''}"
    if int(level[1]) >= _LEAST_CHARGE or powered:
        return Line(what="battery", measured=measured)
    return Line(what="battery", measured=measured, verdict=Verdict.WARNING, remedy="Charge it.")
