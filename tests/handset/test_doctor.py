"""The doctor on a healthy handset, and with faults planted: each is named, and what the doctor says cures it."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from adbutils import adb_path

from harness.device import open_device
from harness.doctor import CHECKS, Line, Patient, Verdict, examine
from harness.handset import handset as handsets
from harness.handset.handset import RunningHandset
from harness.probe import FridaProbe
from tests.handset.cli import harness
from tests.handset.conftest import PREFIX

pytestmark = pytest.mark.handset

_SERVER = "frida-server -l 127.0.0.1:$(getprop handset.frida.port)"
_OTHER_DRIVER = "/data/local/tmp/com.wetest.uia2.Main"
_DETACHED = ">/dev/null 2>&1 </dev/null &"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A fault: how it comes about (shell of the handset), what the doctor says of it, and, where no machine can do
    what the doctor asks for, what stands for the person who does."""

    check: str
    plant: str
    verdict: Verdict
    measured: str
    by_hand: str = ""


FAULTS = (
    Planted(
        check="frida-server", plant="kill $(pidof frida-server)", verdict=Verdict.FAULT,
        measured="none answers on port",
    ),
    Planted(
        check="frida version",
        plant="kill $(pidof frida-server); sed 's/frida.__version__/\"16.1.4\"/' /system/bin/frida-server "
        f">/data/local/tmp/frida-server; chmod 755 /data/local/tmp/frida-server; "
        f"setsid nohup /data/local/tmp/{_SERVER} {_DETACHED} sleep 1",
        verdict=Verdict.FAULT,
        measured="17.26.2 here, 16.1.4 on the device",
    ),
    Planted(
        check="animations", plant="settings put global animator_duration_scale 1.0", verdict=Verdict.WARNING,
        measured="on: animator_duration_scale",
    ),
    Planted(
        check="error dialogs", plant="settings delete global hide_error_dialogs", verdict=Verdict.WARNING,
        measured="shown",
    ),
    Planted(
        check="proxy", plant="settings put global http_proxy 10.1.2.3:8080", verdict=Verdict.WARNING,
        measured="10.1.2.3:8080",
    ),
    Planted(
        check="clock", plant="date @$(($(date +%s) - 7200))", verdict=Verdict.FAULT, measured="-7200.",
    ),
    Planted(check="screen", plant="input keyevent 26", verdict=Verdict.FAULT, measured="asleep, locked"),
    Planted(
        check="storage",
        plant="echo 4000000 >/data/system/quota_kb; truncate -s 3500M /data/local/tmp/old-capture.pcap",
        verdict=Verdict.FAULT,
        measured="0.4 GB free in /data",
        by_hand="rm /data/local/tmp/old-capture.pcap",
    ),
    Planted(
        check="other UI drivers",
        plant=f"cp /bin/sleep {_OTHER_DRIVER}; setsid nohup {_OTHER_DRIVER} 600 {_DETACHED} sleep 0.2",
        verdict=Verdict.FAULT,
        measured="com.wetest.uia2.Main (pid ",
    ),
    Planted(
        check="install verifier", plant="settings put global verifier_verify_adb_installs 1", verdict=Verdict.WARNING,
        measured="on: verifier_verify_adb_installs",
    ),
    Planted(
        check="boot", plant="setprop sys.boot_completed 0", verdict=Verdict.FAULT,
        measured="sys.boot_completed is not 1", by_hand="setprop sys.boot_completed 1",
    ),
    Planted(
        check="accounts", plant="setprop persist.handset.accounts 'ada@example.org com.google'",
        verdict=Verdict.WARNING, measured="a…@example.org (com.google)",
        by_hand="setprop persist.handset.accounts ''",
    ),
    Planted(
        check="process pool", plant="setprop persist.device_config.runtime_native.usap_pool_enabled true",
        verdict=Verdict.WARNING, measured="USAP on",
    ),
    Planted(
        check="zygote modules",
        plant="cd /data/adb/modules && rm -f */disable || mkdir -p /data/adb/modules/zygisk_lsposed",
        verdict=Verdict.WARNING,
        measured="zygisk_lsposed",
    ),
    Planted(
        check="network", plant="cmd connectivity airplane-mode enable", verdict=Verdict.FAULT,
        measured="airplane mode",
    ),
    Planted(
        check="input", plant="cmd handset fault add 14", verdict=Verdict.FAULT, measured="INJECT_EVENTS permission",
        by_hand="cmd handset fault clear",
    ),
    Planted(
        check="focus",
        plant="settings delete global hide_error_dialogs; cmd handset fault add 13 --times 1; pm path android",
        verdict=Verdict.FAULT,
        measured="com.android.systemui does not respond",
        by_hand="cmd handset fault clear; settings put global hide_error_dialogs 1",
    ),
)  # fmt: skip
_NOTICED_ELSEWHERE = ("frida-server", "frida version", "screen", "boot", "focus")


@pytest.fixture(scope="module")
def patient_handset(adb_server: int) -> Iterator[RunningHandset]:
    """Its own: what other tests leave on theirs is no healthy phone's."""
    name = f"{PREFIX}doctor-{os.getpid()}"
    yield handsets.up(name)
    handsets.remove(name)


@pytest.fixture
def serial(patient_handset: RunningHandset) -> str:
    return patient_handset.serial


def _patient(serial: str) -> Patient:
    device = open_device(serial, unready=True)
    return Patient(device, FridaProbe(serial, port=device.frida_port))


def _line(serial: str, check: str) -> Line:
    line = CHECKS[check](_patient(serial))
    assert line is not None
    return line


def _on(serial: str, line: str) -> None:
    open_device(serial, unready=True).shell(["sh", "-c", line])


def _follow(line: Line, fault: Planted, serial: str, tools: Path) -> None:
    """Do what the doctor says, word for word, in a shell of this computer; the reboot is not needed here."""
    if fault.by_hand:
        _on(serial, fault.by_hand)
    path = f"{tools}:{os.environ['PATH']}"
    for command in line.commands:
        if command.endswith(" reboot"):
            continue
        subprocess.run(["sh", "-c", command], env={**os.environ, "PATH": path}, timeout=60, check=False)


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """`adb` and `harness`, as a technician has them."""
    for name, words in (("adb", [adb_path()]), ("harness", [sys.executable, "-m", "harness"])):
        file = tmp_path / name
        file.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        file.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.check)
def test_a_planted_fault_is_named_and_its_remedy_cures_it(serial: str, fault: Planted, tools: Path) -> None:
    assert _line(serial, fault.check).green
    _on(serial, fault.plant)
    line = _line(serial, fault.check)
    assert (line.what, line.verdict) == (fault.check, fault.verdict)
    assert fault.measured in line.measured
    assert line.remedy
    _follow(line, fault, serial, tools)
    after = _line(serial, fault.check)
    assert after.green, after


def test_a_healthy_handset_is_all_green_and_its_outputs_can_be_kept(serial: str, tmp_path: Path) -> None:
    said = harness("doctor", "-s", serial, "--quick", "--json", "--record", tmp_path)
    lines = json.loads(said.out)
    assert [line for line in lines if line["verdict"] not in ("ok", "note")] == []
    assert said.code == 0
    assert {line["what"] for line in lines} >= set(CHECKS) - {"users", "Play updates", "harmlessness"}
    sheet = yaml.safe_load((tmp_path / "virtual-handset-api34.yaml").read_text())
    told = {sample["name"]: sample for sample in sheet["samples"]}
    assert sheet["device"]["api"] == 34
    assert "Error type 3" in told["am-start-missing"]["stdout"]
    assert told["am-start-missing"]["exit_code"] == 0  # as every Android below 15


@pytest.mark.long
def test_many_faults_at_once_are_named_and_nothing_else_is(serial: str, tools: Path) -> None:
    """Those that no other check notices as well."""
    apart = [fault for fault in FAULTS if fault.check not in _NOTICED_ELSEWHERE]
    for fault in apart:
        _on(serial, fault.plant)
    lines = {line.what: line for line in examine(_patient(serial)) if not line.green}
    for fault in apart:
        if fault.check in lines:
            _follow(lines[fault.check], fault, serial, tools)
    assert set(lines) == {fault.check for fault in apart}
    assert [line for line in examine(_patient(serial)) if not line.green] == []


def test_the_exit_code_is_3_and_the_remedy_is_told_when_a_run_would_fail(serial: str) -> None:
    _on(serial, "cmd connectivity airplane-mode enable")
    said = harness("doctor", "-s", serial, "--quick")
    _on(serial, "cmd connectivity airplane-mode disable")
    assert said.code == 3
    assert f"$ adb -s {serial} shell 'cmd connectivity airplane-mode disable'" in said.out


def test_what_a_killed_run_left_changed_is_named_and_restore_cures_it(serial: str, tools: Path) -> None:
    noted = (
        "import sys; from harness.device.ledger import Ledger; Ledger(sys.argv[1]).begin(what='settings global left', "
        "before=None, after='1', undo='settings delete global left', check='settings get global left')"
    )
    subprocess.run([sys.executable, "-c", noted, serial], check=True)  # notes the change and is gone
    _on(serial, "settings put global left 1")
    line = _line(serial, "interrupted runs")
    assert (line.verdict, line.measured) == (Verdict.WARNING, "left changed: settings global left")
    _follow(line, FAULTS[0], serial, tools)
    assert _line(serial, "interrupted runs").green


@pytest.mark.long
def test_the_full_examination_includes_the_harmlessness_of_the_hooks(serial: str) -> None:
    said = harness("doctor", "-s", serial, "--nl")
    lines = {line["what"]: line for line in map(json.loads, said.out.splitlines())}
    assert said.code == 0, said.out
    assert lines["harmlessness"]["verdict"] == "ok"
