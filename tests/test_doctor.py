"""The doctor's checks on what real phones print: texts of their own tools, recorded or as their sources have them."""

from __future__ import annotations

import json
import shlex
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from harness.cli.commands import cli
from harness.device import AndroidDevice
from harness.device.adb import Server
from harness.device.profile import Profile
from harness.device.root import Root
from harness.device.shell import Shell
from harness.doctor import CHECKS, Line, Patient, Verdict, examine, record
from harness.doctor.record import COMMANDS
from tests.fake_adb import FakeAdbServer, packet

Says = Mapping[str, str | tuple[str, str, int]]  # stdout, or (stdout, stderr, exit code), by the line asked
_THREW = "\nException occurred while executing 'keyevent':\n{}\n\tat android.os.Parcel\n"
_INJECT = "java.lang.SecurityException: Injecting to another application requires INJECT_EVENTS permission"
_ARMED = "\n".join(["[ro.product.cpu.abi]: [arm64-v8a]", "[ro.build.version.sdk]: [34]"])


class Known:
    """Stands in for the probe: ready or not, of a version."""

    def __init__(self, *, ready: bool = True) -> None:
        self._ready = ready

    def ready(self) -> bool:
        return self._ready

    def version(self) -> str:
        return "17.26.2"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeAdbServer]:
    fake = FakeAdbServer()
    monkeypatch.setenv("HARNESS_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(fake.port))
    yield fake
    fake.close()


Examined = Callable[..., Patient]


@pytest.fixture
def phone(server: FakeAdbServer) -> Examined:
    """A phone that answers these lines, and to all others nothing, with exit code 1."""

    def patient(
        says: Says, *, root: str = "none", ready: bool = True, reasons: tuple[str, ...] | None = None
    ) -> Patient:
        server.shell = lambda line, connection: _answer(says, line, connection)
        transport = Server().transport("P1")
        profile = Profile(name="phone", summary="A phone", recognise=())
        wrap = (lambda line: f"su -c {shlex.quote(line)}") if root == "magisk" else (lambda line: line)
        device = AndroidDevice(
            shell=Shell(transport),
            transport=transport,
            profile=profile,
            root=Root(style=root, wrap=wrap),
            properties={},
        )
        return Patient(device, Known(ready=ready), self_test=None if reasons is None else lambda: reasons)

    return patient


def _answer(says: Says, line: str, connection: socket.socket) -> None:
    words = shlex.split(line)
    unknown = ("<hierarchy/>", "", 0) if "uiautomator dump" in line else ("", "", 1)  # the dump is tried again, slowly
    said = says.get(words[2] if words[:2] == ["sh", "-c"] else line, unknown)
    stdout, stderr, code = (said, "", 0) if isinstance(said, str) else said
    connection.sendall(b"OKAY")
    with suppress(OSError):
        connection.sendall(packet(1, stdout.encode()) + packet(2, stderr.encode()) + packet(3, bytes([code])))


def _line(name: str, patient: Patient) -> Line:
    line = CHECKS[name](patient)
    assert line is not None
    return line


_SETTING = "settings get global {}"
_OFF = {_SETTING.format(name): "0\n" for name in ("verifier_verify_adb_installs", "package_verifier_enable")}


@pytest.mark.parametrize(
    ("name", "says", "verdict", "measured"),
    [
        ("shell", {"echo ping": "ping\n"}, Verdict.FINE, "answers"),
        ("shell", {"echo ping": ""}, Verdict.FAULT, "`echo ping` gave ''"),
        (
            "boot",
            {
                "getprop": "[sys.boot_completed]: [1]\n[init.svc.bootanim]: [running]\n",
                "pm path android": ("", "cmd: Can't find service: package\n", 20),
                "settings get global device_provisioned": "null\n",
            },
            Verdict.FAULT,
            "the boot animation runs; the package service does not answer; it is not provisioned",
        ),
        ("users", {"getprop": "[sys.user.0.ce_available]: [false]\n"}, Verdict.FAULT, "locked since the boot"),
        (
            "users",
            {"pm list users": "Users:\n\tUserInfo{0:Owner:c13} running\n\tUserInfo{10:Work profile:1030} running\n"},
            Verdict.NOTE,
            "2 users or profiles",
        ),
        (
            "storage",
            {
                "df -k /data": "Filesystem     1K-blocks     Used Available Use% Mounted on\n"
                "/dev/block/dm-5 114850864 114310000    540864 100% /data\n",
                "ls -lS /data/local/tmp": "total 9\n-rw-rw-rw- 1 shell shell 5000000 2026-01-05 10:00 old.pcap\n",
            },
            Verdict.FAULT,
            "0.5 GB free in /data",
        ),
        ("cores and memory", {"nproc": "1\n"}, Verdict.WARNING, "1 cores, memory unknown"),
        (
            "cores and memory",
            {"nproc": "2\n", "cat /proc/meminfo": "MemTotal:        2029984 kB\nMemFree: 1 kB\n"},
            Verdict.FINE,
            "2 cores, 1.9 GB",
        ),
        ("battery", {"dumpsys battery": "  AC powered: false\n  level: 7\n"}, Verdict.WARNING, "7 %"),
        ("battery", {"dumpsys battery": "  USB powered: true\n  level: 7\n"}, Verdict.FINE, "7 %, charging"),
        (
            "screen",
            {
                "dumpsys window policy": "    mShowingLockscreen=true mDreamingLockscreen=true\n"
                "    KeyguardServiceDelegate\n      showing=true\n      screenState=SCREEN_STATE_OFF\n",
                "dumpsys power": "  mWakefulness=Dozing\n",
            },
            Verdict.FAULT,
            "asleep, locked",
        ),
        (
            "focus",
            {"dumpsys window": "  mCurrentFocus=Window{1 u0 Application Not Responding: com.android.systemui}\n"},
            Verdict.FAULT,
            "a dialog says that com.android.systemui does not respond",
        ),
        (
            "other UI drivers",
            {"ps -A -o PID,ARGS": "  PID ARGS\n 4711 app_process / com.wetest.uia2.Main -p 9008\n    1 init\n"},
            Verdict.FAULT,
            "com.wetest.uia2.Main (pid 4711)",
        ),
        ("input", {"input keyevent 0": ("", _THREW.format(_INJECT), 255)}, Verdict.FAULT, _INJECT),
        (
            "keyboard",
            {"settings get secure default_input_method": "com.google.android.inputmethod.latin/.LatinIME\n"},
            Verdict.NOTE,
            "com.google.android.inputmethod.latin/.LatinIME: ASCII only",
        ),
        ("network", {"settings get global airplane_mode_on": "1\n"}, Verdict.FAULT, "airplane mode"),
        ("proxy", {"settings get global http_proxy": ":0\n"}, Verdict.FINE, "none"),
        ("proxy", {"settings get global http_proxy": "10.0.0.2:8080\n"}, Verdict.WARNING, "10.0.0.2:8080"),
        (
            "VPN, private DNS",
            {
                "settings get global private_dns_mode": "hostname\n",
                "settings get global private_dns_specifier": "dns.example\n",
                "ip -o -4 addr": "5: tun0    inet 10.8.0.2/24 scope global tun0\\       valid_lft forever\n",
            },
            Verdict.WARNING,
            "private DNS dns.example, VPN tun0",
        ),
        ("install verifier", _OFF, Verdict.FINE, "off for adb"),
        (
            "install verifier",
            {"pm path com.android.vending": "package:/product/priv-app/Phonesky/Phonesky.apk\n"},
            Verdict.WARNING,
            "on: verifier_verify_adb_installs, package_verifier_enable",
        ),
        ("install verifier", {}, Verdict.FINE, "not set, and no Play Store"),
        (
            "accounts",
            {"dumpsys account": "  Accounts: 1\n    Account {name=ada@example.org, type=com.google}\n"},
            Verdict.WARNING,
            "a…@example.org (com.google)",
        ),
        (
            "log buffer",
            {"logcat -g": "main: ring buffer is 256 KiB (180 KiB consumed, 2 MiB readable)\n"},
            Verdict.NOTE,
            "256 KiB",
        ),
        ("processor", {"getprop": _ARMED}, Verdict.FINE, "arm64-v8a (frida-server arm64)"),
        ("processor", {"getprop": "[ro.product.cpu.abi]: [riscv64]\n"}, Verdict.FAULT, "riscv64"),
        (
            "processor",
            {"getprop": "[ro.product.cpu.abi]: [x86_64]\n[ro.dalvik.vm.native.bridge]: [libndk_translation.so]\n"},
            Verdict.NOTE,
            "x86_64 (frida-server x86_64), ARM code translated",
        ),
        ("root", {"getprop": "[ro.debuggable]: [1]\n"}, Verdict.FAULT, "none"),
        ("root", {"su -v": "27.0:MAGISKSU\n"}, Verdict.FAULT, "27.0:MAGISKSU refuses the shell"),
        ("SELinux", {"getenforce": "Enforcing\n"}, Verdict.FINE, "Enforcing"),
        ("SELinux", {"getenforce": "Permissive\n"}, Verdict.WARNING, "Permissive"),
        (
            "process pool",
            {
                "getprop": "[persist.device_config.runtime_native.usap_pool_enabled]: [true]\n"
                "[persist.sys.tango_zygote32.start]: [1]\n"
            },
            Verdict.WARNING,
            "USAP on, 32-bit zygote of Tango on",
        ),
        ("process pool", {"ps -A -o NAME": "NAME\nzygote64\nusap64\n"}, Verdict.WARNING, "USAP on"),
        (
            "runtime and bridge",
            {
                "getprop": "[ro.build.version.sdk]: [36]\n",
                "dumpsys package com.google.android.art": "    versionCode=361153460 minSdk=31 targetSdk=36\n",
                "getconf PAGE_SIZE": "16384\n",
            },
            Verdict.WARNING,
            "API 36, ART 361153460, pages of 16 KB",
        ),
        (
            "runtime and bridge",
            {"getprop": "[ro.build.version.sdk]: [37]\n"},
            Verdict.NOTE,
            "API 37, ART of the system",
        ),
        ("runtime and bridge", {"getprop": _ARMED}, Verdict.FINE, "API 34, ART of the system"),
    ],
)
def test_what_a_phone_says_is_judged(phone: Examined, name: str, says: Says, verdict: Verdict, measured: str) -> None:
    line = _line(name, phone(says))
    assert (line.what, line.measured, line.verdict) == (line.what, measured, verdict)
    assert bool(line.remedy) == (verdict is not Verdict.FINE)


def test_zygisk_and_modules_are_found_where_magisk_keeps_them(phone: Examined) -> None:
    query = "magisk --sqlite \"SELECT value FROM settings WHERE key='zygisk'\""
    modules = "for m in /data/adb/modules/*; do [ -d $m ] && [ ! -e $m/disable ] && echo ${m##*/}; done"
    says = {f"su -c {shlex.quote(query)}": "value=1\n", f"su -c {shlex.quote(modules)}": "zygisk_lsposed\nfonts\n"}
    line = _line("zygote modules", phone(says, root="magisk"))
    assert (line.verdict, line.measured) == (Verdict.WARNING, "Zygisk, zygisk_lsposed")
    assert line.commands[-1] == "adb -s P1 reboot"


def test_a_port_held_by_another_program_is_named_with_it(phone: Examined) -> None:
    patient = phone({"cat /proc/net/tcp /proc/net/tcp6": ""}, root="adbd", ready=False)
    absent = _line("frida-server", patient)
    assert (absent.measured, absent.commands) == ("none answers on port 27042", ("harness device prepare -s P1",))
    held = "  0: 0100007F:69A2 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1\n"
    says = {
        "cat /proc/net/tcp /proc/net/tcp6": held,
        "ls -l /proc/[0-9]*/fd 2>/dev/null | grep -E '^/proc|socket:\\[4242\\]'": "/proc/1/fd:\n/proc/1234/fd:\n"
        "lrwx------ 1 root root 64 2026-01-05 10:00 7 -> socket:[4242]\n/proc/99/fd:\n",
        "tr '\\0' ' ' </proc/1234/cmdline": "/system/bin/other -l 27042 ",
    }
    line = _line("frida-server", phone(says, root="adbd", ready=False))
    assert line.measured == "what holds port 27042 gives no full access: 1234 /system/bin/other -l 27042"
    assert line.commands == ("adb -s P1 shell 'kill 1234'", "harness device prepare -s P1")


def test_what_the_self_test_finds_is_a_fault_and_nothing_is_said_where_it_was_not_run(phone: Examined) -> None:
    assert CHECKS["harmlessness"](phone({})) is None
    assert _line("harmlessness", phone({}, reasons=())).verdict is Verdict.FINE
    line = _line("harmlessness", phone({}, reasons=("3 cases differ",)))
    assert (line.verdict, line.measured) == (Verdict.FAULT, "3 cases differ")


def test_a_phone_that_answers_nothing_gets_a_line_for_every_check(phone: Examined) -> None:
    lines = list(examine(phone({})))
    silent = {"users", "Play updates", "harmlessness"}  # have something to say of some phones only
    assert {line.what for line in lines} == set(CHECKS) - silent
    assert all(line.remedy for line in lines if not line.green)


def test_a_device_that_cannot_be_opened_is_one_line_and_exit_code_3(server: FakeAdbServer) -> None:
    server.listed = "P1 unauthorized usb:1-1 transport_id:1\n"
    said = CliRunner().invoke(cli, ["doctor", "-s", "P1", "--nl"], standalone_mode=False)
    line = json.loads(said.stdout)
    assert (said.return_value, line["what"], line["verdict"]) == (3, "connection", "fault")
    assert line["remedy"] == "Confirm this computer's key on the phone's screen."


def test_samples_are_kept_word_for_word_but_for_what_identifies_the_device(phone: Examined, tmp_path: Path) -> None:
    says = {
        "getprop no.such.property": "\n",
        "pm list packages -x": ("Error: Unknown option: -x\n", "", 255),
        "settings list global": "device_name=Ada's Pixel\nadb_enabled=1\n",
        "settings get global device_name": "Ada's Pixel\n",
    }
    sheet = yaml.safe_load(record(phone(says), tmp_path / "new").read_text())
    samples = {sample["name"]: sample for sample in sheet["samples"]}
    assert list(samples) == list(COMMANDS)
    assert samples["pm-list-bad-option"] == {
        "name": "pm-list-bad-option", "command": "pm list packages -x", "stdout": "Error: Unknown option: -x\n",
        "stderr": "", "exit_code": 255,
    }  # fmt: skip
    assert samples["getprop-missing"]["stdout"] == "\n"
    assert samples["settings-global"]["stdout"] == "device_name=<hidden>\nadb_enabled=1\n"
