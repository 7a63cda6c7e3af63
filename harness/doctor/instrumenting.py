"""Whether Frida can work here: root, SELinux, frida-server, what else sits in zygote, the runtime and its bridge."""

from __future__ import annotations

import re
import shlex

from harness.doctor.line import Line, Verdict
from harness.doctor.patient import Patient

_ABIS = {"arm64-v8a": "arm64", "armeabi-v7a": "arm", "x86_64": "x86_64", "x86": "x86"}
_USAP = "persist.device_config.runtime_native.usap_pool_enabled"
_USAP_SINCE, _USAP_PROCESSES = 29, re.compile(r"\busap(?:32|64)\b")
_TANGO = "persist.sys.tango_zygote32.start"
_ZYGOTE_MODULES = re.compile(r"zygisk|lsposed|riru|shamiko", re.IGNORECASE)
_MANAGERS = re.compile(r"MAGISKSU|KernelSU|APatch")
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_ART_VERSION = re.compile(r"versionCode=(\d+)")
_ART_BROKEN = frozenset({"361153460"})  # the bridge's own issue tracker, open when this was written
_ART_MOVING = 36  # from Android 16 on the runtime's layout changes with updates of Play, too


def abi(patient: Patient) -> Line:
    name = patient.property("ro.product.cpu.abi")
    translated = patient.property("ro.dalvik.vm.native.bridge") not in ("", "0")
    if name not in _ABIS:
        return Line(
            what="processor", measured=name or "unknown", verdict=Verdict.FAULT,
            remedy="There is no frida-server for it; use another device.",
        )  # fmt: skip
    measured = f"{name} (frida-server {_ABIS[name]})"
    if translated:
        return Line(
            what="processor", measured=f"{measured}, ARM code translated", verdict=Verdict.NOTE,
            remedy="Java hooks work in ARM apps as well; their native code runs in the emulated realm, where no hook "
            "of ours is.",
        )  # fmt: skip
    return Line(what="processor", measured=measured)


def root(patient: Patient) -> Line:
    style = patient.device.root.style
    if patient.device.root.available:
        return Line(what="root", measured=style)
    commands: tuple[str, ...] = ()
    manager = patient.ask("su -v").stdout.strip()
    if _MANAGERS.search(manager):
        style = f"{manager} refuses the shell"
        remedy = "Allow the shell among its superusers; at its dialog there are ten seconds to tap."
        commands = (patient.adb("su -c id"),)
    elif patient.property("ro.debuggable") == "1":
        remedy, commands = "This build allows it:", (f"adb -s {shlex.quote(patient.serial)} root",)
    elif patient.property("ro.kernel.qemu") == "1" or patient.serial.startswith("emulator-"):
        remedy = "This image is a production build: choose one without Play Store (docs/devices.md)."
    else:
        remedy = "Root it (docs/devices.md), or use another: without root no app can be hooked."
    return Line(what="root", measured=style, verdict=Verdict.FAULT, remedy=remedy, commands=commands)


def selinux(patient: Patient) -> Line:
    mode = patient.ask("getenforce").stdout.strip()
    if mode == "Enforcing" or (mode == "Disabled" and patient.virtual):
        return Line(what="SELinux", measured=f"{mode}{' (virtual)' if patient.virtual else ''}")
    return Line(
        what="SELinux", measured=mode or "not told", verdict=Verdict.WARNING,
        remedy="Set it to Enforcing: Frida does not need it off, and apps can do more than on a user's phone.",
        commands=(patient.adb("setenforce 1", root=True),),
    )  # fmt: skip


def server(patient: Patient) -> Line:
    """Readiness is full access, by a fresh manager: without any server Frida still lists processes."""
    port = patient.device.frida_port
    if patient.frida.ready():
        return Line(what="frida-server", measured=f"full access on port {port}")
    owner = listener(patient, port)
    if owner is None:
        return Line(
            what="frida-server", measured=f"none answers on port {port}", verdict=Verdict.FAULT,
            remedy="Deploy and start it, of exactly this computer's version.", commands=_starting(patient),
        )  # fmt: skip
    return Line(
        what="frida-server", measured=f"what holds port {port} gives no full access: {owner}", verdict=Verdict.FAULT,
        remedy="End it, if it is nothing that is needed, and start frida-server.",
        commands=(patient.adb(f"kill {owner.split(maxsplit=1)[0]}", root=True), *_starting(patient)),
    )  # fmt: skip


def server_version(patient: Patient) -> Line:
    """Frida itself checks nothing but the handshake: another version fails later, and oddly."""
    wanted = patient.frida.version()
    command = listener(patient, patient.device.frida_port)
    found = None if command is None else _version_of(patient, command)
    if found is None:
        return Line(
            what="frida version", measured=f"{wanted} here; the server's cannot be read", verdict=Verdict.NOTE,
            remedy="Let the harness deploy the server: then the versions are the same.",
        )  # fmt: skip
    if found == wanted:
        return Line(what="frida version", measured=wanted)
    pid = str(command).split(maxsplit=1)[0]
    return Line(
        what="frida version", measured=f"{wanted} here, {found} on the device", verdict=Verdict.FAULT,
        remedy="End that server, then deploy the one of this computer's version.",
        commands=(patient.adb(f"kill {pid}", root=True), *_starting(patient)),
    )  # fmt: skip


def usap(patient: Patient) -> Line:
    """A pool of processes forked ahead: an app that comes from it was never seen starting."""
    processes = patient.ask("ps -A -o NAME").stdout
    on = patient.property(_USAP) == "true" or _USAP_PROCESSES.search(processes) is not None
    tango = patient.property(_TANGO) == "1"
    if not on and not tango:
        return Line(what="process pool", measured="off")
    return Line(
        what="process pool",
        measured=", ".join(word for word, true in (("USAP on", on), ("32-bit zygote of Tango on", tango)) if true),
        verdict=Verdict.WARNING,
        remedy="Switch it off: spawning times out (`timed out while waiting for app to launch`). `harness run` does so "
        "for a run and puts it back.",
        commands=(
            *([patient.adb(f"setprop {_USAP} false", root=True)] if on else []),
            *([patient.adb(f"setprop {_TANGO} 0", root=True)] if tango else []),
        ),
    )


def zygote(patient: Patient) -> Line:
    """Modules in zygote are in every app before Frida is, and may hide or change what the hooks see."""
    if not patient.device.root.available:
        return Line(what="zygote modules", measured="not to be seen without root", verdict=Verdict.NOTE)
    listing = "for m in /data/adb/modules/*; do [ -d $m ] && [ ! -e $m/disable ] && echo ${m##*/}; done"
    modules = [name for name in patient.ask(listing, root=True).stdout.split() if _ZYGOTE_MODULES.search(name)]
    zygisk = False
    if patient.device.root.style == "magisk":
        said = patient.ask("magisk --sqlite \"SELECT value FROM settings WHERE key='zygisk'\"", root=True).stdout
        zygisk = "value=1" in said
    if not modules and not zygisk:
        return Line(what="zygote modules", measured="none")
    turned_off = [patient.adb(f"touch /data/adb/modules/{name}/disable", root=True) for name in modules]
    query = "magisk --sqlite \"REPLACE INTO settings (key,value) VALUES('zygisk',0)\""
    return Line(
        what="zygote modules",
        measured=", ".join([*(["Zygisk"] if zygisk else []), *modules]),
        verdict=Verdict.WARNING,
        remedy="Switch them off and reboot: they and Frida patch the same process.",
        commands=(*turned_off, *([patient.adb(query, root=True)] if zygisk else []), f"adb -s {patient.serial} reboot"),
    )


def bridge(patient: Patient) -> Line:
    """The Java bridge reads ART's own structures: each new ART may break it, and Play brings new ones."""
    if patient.device.profile.runtime != "art":
        return Line(what="runtime and bridge", measured=f"{patient.device.profile.runtime}, not ART")
    sdk = int(patient.property("ro.build.version.sdk") or 0)
    found = _ART_VERSION.search(patient.ask("dumpsys package com.google.android.art").stdout)
    art = found[1] if found else "of the system"
    pages = patient.ask("getconf PAGE_SIZE").stdout.strip()
    measured = f"API {sdk}, ART {art}{', pages of 16 KB' if pages == '16384' else ''}"
    if art in _ART_BROKEN:
        return Line(
            what="runtime and bridge", measured=measured, verdict=Verdict.WARNING,
            remedy="This ART is known to defeat the bridge: remove its update, or use another device.",
            commands=(patient.adb("pm uninstall-system-updates com.google.android.art"),),
        )  # fmt: skip
    if sdk >= _ART_MOVING:
        return Line(
            what="runtime and bridge", measured=measured, verdict=Verdict.NOTE,
            remedy="ART changes here with Play's updates too: run the self-test after each.",
            commands=(patient.harness("selftest -f com.android.settings"),),
        )  # fmt: skip
    return Line(what="runtime and bridge", measured=measured)


def harmless(patient: Patient) -> Line | None:
    """Whether an app on this device notices the hooks."""
    if patient.self_test is None:
        return None
    reasons = patient.self_test()
    if not reasons:
        return Line(what="harmlessness", measured="with and without hooks the same")
    package = "" if patient.device.profile.runtime == "jvm" else " -f com.android.settings"
    return Line(
        what="harmlessness", measured="; ".join(reasons), verdict=Verdict.FAULT,
        remedy="See which calls differ; nothing measured on this device counts before they agree.",
        commands=(patient.harness(f"selftest{package} --each"),),
    )  # fmt: skip


def listener(patient: Patient, port: int) -> str | None:
    """`PID COMMAND LINE` of the process that listens on this port of the device, which only root can tell; None where
    nothing does or nobody says."""
    rows = (line.split() for line in patient.ask("cat /proc/net/tcp /proc/net/tcp6", root=True).stdout.splitlines())
    inodes = [row[9] for row in rows if len(row) > 9 and row[3] == "0A" and row[1].endswith(f":{port:04X}")]
    if not inodes:
        return None
    sockets = "|".join(rf"socket:\[{inode}\]" for inode in inodes)
    # One `ls` for all: a phone has five hundred processes, and a program for each would take seconds.
    listed = patient.ask(f"ls -l /proc/[0-9]*/fd 2>/dev/null | grep -E {shlex.quote('^/proc|' + sockets)}", root=True)
    pid = None
    for line in listed.stdout.splitlines():
        if line.startswith("/proc/"):
            pid = line.split("/")[2]
        elif pid is not None:
            return f"{pid} {_command_line(patient, pid)}"
    return None


def _command_line(patient: Patient, pid: str) -> str:
    return patient.ask(f"tr '\\0' ' ' </proc/{pid}/cmdline", root=True).stdout.strip()


def _version_of(patient: Patient, command: str) -> str | None:
    """Asked of the program that runs, last path first: a script is behind its interpreter. Frida's prints nothing
    but the version."""
    words = command.split()[1:]
    before = words[: next((place for place, word in enumerate(words) if word == "-l"), len(words))]
    for path in reversed([word for word in before if not word.startswith("-")]):
        said = patient.ask(f"{shlex.quote(path)} --version", root=True).stdout.strip()
        if _VERSION.fullmatch(said):
            return said
    return None


def _starting(patient: Patient) -> tuple[str, ...]:
    if not patient.virtual:
        return (patient.harness("device prepare"),)
    start = f"setsid nohup frida-server -l 127.0.0.1:{patient.device.frida_port}"
    return (patient.adb(f"{start} >/data/local/tmp/fs.log 2>&1 </dev/null & sleep 1"),)
