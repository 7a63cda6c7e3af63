"""A handset's life as a user has it: up, again up, down, reset; and what real adb and real Frida see of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.device import AndroidDevice, open_device
from harness.handset import handset as handsets
from harness.handset.authority import witness_ca
from harness.handset.handset import RunningHandset
from harness.handset.root import run_in_root
from harness.model.errors import HandsetError
from harness.probe import FridaProbe
from tests.handset.cli import processes_with

pytestmark = pytest.mark.handset


@pytest.fixture
def own(adb_server: int) -> Iterator[str]:
    """The name of a handset that the test may start, break and stop."""
    name = f"life-{os.getpid()}"
    yield name
    handsets.remove(name)


@pytest.fixture
def device(handset: RunningHandset, doorbell: Path) -> AndroidDevice:
    device = open_device(handset.serial)
    device.install(doorbell)
    device.shell(["input", "keyevent", "WAKEUP"])
    device.shell(["wm", "dismiss-keyguard"])
    return device


PACKAGE = "com.example.doorbell"


def test_up_again_changes_nothing_and_down_leaves_nothing(own: str) -> None:
    first = handsets.up(own)
    again = handsets.up(own)
    assert again == first
    assert FridaProbe(first.serial, port=first.frida_port).ready()
    assert open_device(first.serial).facts().virtual
    assert [each.running for each in handsets.listing() if each.name == own] == [True]
    assert handsets.down(own) is True
    assert processes_with(str(first.folder)) == []
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", first.adb_port), timeout=2)
    assert handsets.down(own) is False
    assert [each.running for each in handsets.listing() if each.name == own] == [False]


def test_a_handset_outlives_the_process_that_started_it_and_keeps_its_apps(own: str, doorbell: Path) -> None:
    code = f"from harness.handset import handset; print(handset.up({own!r}).serial)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    device = open_device(done.stdout.strip())
    device.install(doorbell)
    handsets.down(own)
    serial = handsets.up(own).serial
    assert open_device(serial).app(PACKAGE) is not None


def test_reset_makes_another_device_without_apps_on_the_same_ports(own: str, doorbell: Path) -> None:
    before = handsets.up(own)
    device = open_device(before.serial)
    device.install(doorbell)
    old = device.identifiers()
    after = handsets.reset(own)
    assert after is not None
    assert (after.serial, after.frida_port) == (before.serial, before.frida_port)
    device = open_device(after.serial)
    new = device.identifiers()
    assert device.app(PACKAGE) is None
    for name in ("android_id", "advertising_id"):
        assert old[name] != new[name]


def test_another_port_for_a_running_handset_is_refused(handset: RunningHandset) -> None:
    with pytest.raises(HandsetError, match="runs already"):
        handsets.up(handset.name, port=handset.adb_port + 2)


def test_a_port_that_another_handset_has_is_refused(handset: RunningHandset, own: str) -> None:
    with pytest.raises(HandsetError, match=f"Port {handset.adb_port} is taken"):
        handsets.up(own, port=handset.adb_port)


def test_adb_and_frida_listen_on_the_loopback_interface_only(handset: RunningHandset) -> None:
    wanted = {f"{port:04X}" for port in (handset.adb_port, handset.frida_port)}
    listening = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            address, port = line.split()[1].split(":")
            if port in wanted and line.split()[3] == "0A":
                listening.add((address, port))
    # 127.0.0.1, and the same as an IPv4 address within IPv6, in the kernel's byte order
    assert {address for address, _ in listening} <= {"0100007F", "0000000000000000FFFF00000100007F"}
    assert {port for _, port in listening} == wanted


def test_the_shell_keeps_streams_and_exit_codes_apart(device: AndroidDevice) -> None:
    done = device.shell(["pm", "clear", "com.not.there"])
    assert (done.stdout, done.stderr, done.exit_code) == ("", "Failed\n", 1)
    done = device.shell(["pm", "path", "com.not.there"])
    assert (done.stdout, done.exit_code) == ("", 1)


@pytest.mark.parametrize(
    ("argv", "out", "code"),
    [
        (["id", "-u"], "0\n", 0),
        (["su", "0", "id", "-u"], "0\n", 0),
        (["su", "root", "sh", "-c", "echo a b"], "a b\n", 0),
        (["su", "-c", "id"], "", 1),
        (["frida-server", "--version"], f"{FridaProbe('local').version()}\n", 0),
        (["sh", "-c", "echo x >/storage/emulated/0/f; cat /sdcard/f"], "x\n", 0),
        (["readlink", "-f", f"/data/user/0/{PACKAGE}"], f"/data/data/{PACKAGE}\n", 0),
    ],
)
def test_what_a_technician_tries_first_works(device: AndroidDevice, argv: list[str], out: str, code: int) -> None:
    done = device.shell(argv)
    assert (done.stdout, done.exit_code) == (out, code)


def test_as_root_a_hidden_activity_may_be_started(device: AndroidDevice) -> None:
    hidden = ["am", "start", "-n", f"{PACKAGE}/.SettingsActivity"]
    assert device.shell(hidden).exit_code == 255
    assert device.shell(["su", "0", *hidden]).exit_code == 0
    device.stop(PACKAGE)


def test_an_app_that_is_killed_leaves_the_front_and_a_line_in_the_log(device: AndroidDevice) -> None:
    device.stop(PACKAGE)
    device.shell(["logcat", "-c"])
    device.start(PACKAGE)
    pid = device.pid(PACKAGE)
    assert pid is not None
    device.shell(["kill", "-9", str(pid)])
    deadline = time.monotonic() + 10
    while (device.focus() or "").startswith(PACKAGE):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    log = device.shell(["logcat", "-d", "-b", "system"]).stdout
    assert f"Process {PACKAGE} (pid {pid}) has died" in log
    assert f"Process {pid} exited due to signal 9 (Killed)" in log
    assert device.pid(PACKAGE) is None


def test_force_stop_ends_a_process_that_frida_holds_suspended(device: AndroidDevice, handset: RunningHandset) -> None:
    device.stop(PACKAGE)
    session = FridaProbe(device.serial, port=handset.frida_port).spawn(device.spawn_target(PACKAGE), [], lambda _: None)
    assert device.pid(PACKAGE) == session.pid
    device.stop(PACKAGE)
    assert device.pid(PACKAGE) is None
    session.close(timeout_s=1)


def test_a_screenshot_has_the_size_of_the_screen_and_a_secure_one_is_black(device: AndroidDevice) -> None:
    import io

    from PIL import Image

    device.stop(PACKAGE)
    device.start(PACKAGE)
    picture = Image.open(io.BytesIO(device.screenshot()))
    assert picture.size == (1080, 2400)
    assert len(set(picture.convert("L").resize((54, 120)).tobytes())) > 10  # text and buttons, not one colour
    device.shell(["input", "keyevent", "POWER"])
    dark = Image.open(io.BytesIO(device.screenshot()))
    assert dark.getextrema() == ((0, 0), (0, 0), (0, 0))
    device.shell(["input", "keyevent", "WAKEUP"])
    device.shell(["wm", "dismiss-keyguard"])


def test_logcat_follows_until_its_reader_leaves(handset: RunningHandset, device: AndroidDevice) -> None:
    import adbutils

    follower = subprocess.Popen(
        [adbutils.adb_path(), "-s", handset.serial, "logcat", "-v", "raw"], stdout=subprocess.PIPE, text=True
    )
    assert follower.stdout is not None
    device.shell(["pm", "grant", "com.not.there", "x"])
    line = next(text for text in follower.stdout if "Unknown package" in text)
    assert line == "Unknown package: com.not.there\n"
    follower.kill()
    follower.stdout.close()
    follower.wait()
    deadline = time.monotonic() + 5
    while device.pid("logcat") is not None:
        assert time.monotonic() < deadline, "the command outlived its reader"
        time.sleep(0.05)


def test_no_name_is_resolved_inside(device: AndroidDevice) -> None:
    done = device.shell(["python3", "-c", "import socket; socket.getaddrinfo('example.org', 443)"])
    assert done.exit_code == 1
    assert "gaierror" in done.stderr


def test_the_authority_is_one_that_openssl_accepts_and_its_key_is_private() -> None:
    folder = witness_ca()
    inside = {folder: "/ca"}
    verified = run_in_root(
        ["openssl", "verify", "-CAfile", "/ca/mitmproxy-ca-cert.pem", "/ca/mitmproxy-ca.pem"], read_only=inside
    )
    assert verified.stdout == "/ca/mitmproxy-ca.pem: OK\n"
    said = run_in_root(["openssl", "x509", "-in", "/ca/mitmproxy-ca-cert.pem", "-noout", "-text"], read_only=inside)
    assert "CA:TRUE" in said.stdout
    assert (folder / "mitmproxy-ca.pem").stat().st_mode & 0o077 == 0


@pytest.mark.long
def test_starting_and_stopping_works_every_time(own: str) -> None:
    for _ in range(25):
        handset = handsets.up(own)
        assert open_device(handset.serial).shell(["getprop", "sys.boot_completed"]).stdout == "1\n"
        handsets.down(own)
