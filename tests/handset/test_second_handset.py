"""A second handset beside the first, with another root and with failures that break its connections for real."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import frida
import pytest
from adbutils import adb_path

from harness.device.adb import Server, Transport
from harness.handset import console
from harness.handset import handset as handsets
from harness.handset.handset import RunningHandset
from harness.model.errors import DeviceError, HandsetError
from tests.fault_proxy import Fault, Way, fault_proxy
from tests.handset.cli import harness
from tests.handset.conftest import PREFIX

_PATIENCE_S = 15.0


@pytest.fixture(scope="module")
def second(adb_server: int) -> Iterator[RunningHandset]:
    """A handset of its own, as of an older phone with Magisk."""
    running = handsets.up(f"{PREFIX}{os.getpid()}-second", api=30, root="magisk")
    yield running
    handsets.remove(running.name)


@pytest.fixture
def shell(second: RunningHandset) -> Iterator[Transport]:
    """Its shell; nothing planted stays."""
    transport = Server().transport(second.serial)
    yield transport
    transport.close()
    console.ask(second, ("cmd", "handset", "fault", "clear"))
    _until(lambda: _answers(second.serial))


def _out(shell: Transport, line: str) -> str:
    return shell.command(line, timeout_s=20.0).stdout.decode()


def _asked(handset: RunningHandset, line: str) -> str:
    with closing(Server().transport(handset.serial)) as transport:
        return _out(transport, line)


def _plant(second: RunningHandset, *words: str) -> None:
    assert console.ask(second, ("cmd", "handset", "fault", "add", *words)).code == 0


def _answers(serial: str) -> bool:
    server = Server()
    try:
        server.connect(serial)
        transport = server.transport(serial)
        with closing(transport):
            return transport.command("echo ping", timeout_s=5.0).stdout == b"ping\n"
    except DeviceError:
        return False


def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_two_handsets_are_two_devices(handset: RunningHandset, second: RunningHandset) -> None:
    asked = ("settings get secure android_id", "getprop ro.serialno", "getprop handset.frida.port")
    for line in asked:
        one, other = (_asked(each, line) for each in (handset, second))
        assert one.strip()
        assert one != other
    assert _asked(second, "getprop ro.build.version.sdk") == "30\n"


@pytest.mark.parametrize(
    ("style", "line", "told"),
    [
        ("magisk", "id -u", ("2000\n", "", 0)),
        ("magisk", "su -v", ("27.0:MAGISKSU\n", "", 0)),
        ("magisk", "su -c 'id -u; echo $0'", ("0\nsh\n", "", 0)),
        ("magisk", "su 0 id -u", ("0\n", "", 0)),
        ("magisk-denied", "su -v", ("27.0:MAGISKSU\n", "", 0)),
        ("magisk-denied", "su -c id", ("", "Permission denied\n", 13)),
        ("aosp-su", "su 0 id -u", ("0\n", "", 0)),
        ("aosp-su", "su root id -un", ("root\n", "", 0)),
        ("aosp-su", "su -c id", ("", "su: invalid uid/gid '-c'\n", 1)),
        ("none", "su -c id", ("", "/system/bin/sh: su: inaccessible or not found\n", 127)),
        ("none", "id -u", ("2000\n", "", 0)),
        ("adbd", "id -u", ("0\n", "", 0)),
        ("adbd", "su 0 id -u", ("0\n", "", 0)),
    ],
)
def test_su_and_id_answer_as_under_each_kind_of_root(
    shell: Transport, style: str, line: str, told: tuple[str, str, int]
) -> None:
    answer = shell.command(f"echo {style} >/data/system/root_style; {line}", timeout_s=20.0)
    shell.command("echo magisk >/data/system/root_style", timeout_s=20.0)
    assert (answer.stdout.decode(), answer.stderr.decode(), answer.exit_code) == told


def test_somebody_may_tap_the_dialog_of_su(shell: Transport) -> None:
    given = "cmd handset su grant; su -c 'id -u'; cmd handset su deny; su -c 'id -u'"
    answer = shell.command(f"echo magisk-prompt >/data/system/root_style; {given}", timeout_s=20.0)
    shell.command("echo magisk >/data/system/root_style; rm /data/system/su_answer", timeout_s=20.0)
    assert (answer.stdout, answer.stderr, answer.exit_code) == (b"0\n", b"Permission denied\n", 13)


def test_a_zygote_has_the_environment_that_art_needs(shell: Transport) -> None:
    environment = _out(shell, "tr '\\0' '\\n' </proc/$(pidof -s zygote64)/environ")
    names = {line.partition("=")[0] for line in environment.splitlines()}
    assert {"BOOTCLASSPATH", "DEX2OATBOOTCLASSPATH", "ANDROID_ROOT", "ANDROID_DATA", "ANDROID_ART_ROOT"} <= names


def test_a_connection_that_breaks_comes_back(second: RunningHandset, shell: Transport) -> None:
    _plant(second, "3", "--times", "1")
    with pytest.raises(DeviceError):
        shell.command("getprop ro.product.model; sleep 5", timeout_s=10.0)
    _until(lambda: _answers(second.serial))


def test_what_breaks_adb_is_cleared_without_adb(second: RunningHandset, shell: Transport) -> None:
    _plant(second, "2")
    with pytest.raises(DeviceError):
        shell.command("getprop ro.product.model; sleep 5", timeout_s=10.0)
    assert not _answers(second.serial)
    said = harness("handset", "fault", second.name, "clear")
    assert said.out == "Cleared 1\n"
    _until(lambda: _answers(second.serial))


def test_a_server_without_root_may_attach_to_nobody(second: RunningHandset, shell: Transport) -> None:
    pid = int(_out(shell, "pidof -s zygote64"))
    server = "frida-server -l 127.0.0.1:"
    port = second.frida_port + 1000
    shell.command(f"setsid nohup {server}{port} >/data/local/tmp/powerless.log 2>&1 </dev/null &", timeout_s=10.0)
    device = frida.DeviceManager().get_device(second.serial, timeout=5)
    device.override_option("control-endpoint", f"tcp:{port}")
    _until(lambda: port_listens(shell, port))
    with pytest.raises(frida.PermissionDeniedError, match=f"unable to access process with pid {pid}"):
        device.attach(pid)


def port_listens(shell: Transport, port: int) -> bool:
    """Whether somebody does, by the kernel's table."""
    return f":{port:04X} 00000000:0000 0A" in _out(shell, "cat /proc/net/tcp")


def test_another_program_can_hold_the_port_of_frida(second: RunningHandset, shell: Transport) -> None:
    _plant(second, "20", "--times", "1")
    shell.command("getprop ro.product.model", timeout_s=10.0)
    answer = shell.command(f"su -c 'frida-server -l 127.0.0.1:{second.frida_port}'", timeout_s=10.0)
    assert answer.stderr.decode().endswith("Address already in use\n")
    console.ask(second, ("cmd", "handset", "fault", "clear"))
    _until(lambda: _out(shell, "pidof frida-server").strip() != "")


def test_the_log_can_be_broken_off_under_its_reader(shell: Transport) -> None:
    answer = shell.command("(sleep 1; cmd handset logd-restart) & logcat -T 1", timeout_s=20.0)
    assert (answer.stderr.decode(), answer.exit_code) == ("read: unexpected EOF!\n", 1)


def test_a_cable_can_be_pulled_between_adb_and_its_device(second: RunningHandset) -> None:
    server = Server()
    with fault_proxy(second.adb_port) as proxy:
        server.connect(proxy.serial)
        with closing(server.transport(proxy.serial)) as through:
            assert _out(through, "echo ping") == "ping\n"
            proxy.plant(Fault(way=Way.RESET))
            with pytest.raises(DeviceError):
                through.command("echo ping", timeout_s=10.0)
        assert proxy.struck == 1
        _until(lambda: _answers(proxy.serial))
        _forget(proxy.serial)


def _forget(serial: str) -> None:
    """As `adb disconnect` does: adb's server would look for it for ever."""
    subprocess.run([adb_path(), "disconnect", serial], check=False, capture_output=True, timeout=20)


def test_a_kind_of_root_that_nobody_knows_is_refused() -> None:
    with pytest.raises(HandsetError, match="no root of the kind 'sudo'"):
        handsets.up(f"{PREFIX}{os.getpid()}-none", root="sudo")


def test_a_running_handset_keeps_its_root(second: RunningHandset) -> None:
    with pytest.raises(HandsetError, match="runs already, with API 30 and root magisk"):
        handsets.up(second.name, api=30, root="none")


def test_a_failure_that_nobody_knows_is_told_with_where_to_look(second: RunningHandset) -> None:
    said = harness("handset", "fault", second.name, "add", "99")
    assert said.code != 0
    assert "no fault '99'" in said.err
    assert f"harness handset fault {second.name} rows" in " ".join(said.err.split())


def test_a_handset_that_does_not_run_cannot_be_spoilt() -> None:
    said = harness("handset", "fault", "there-is-none", "list")
    assert "There is no handset 'there-is-none'" in said.err
