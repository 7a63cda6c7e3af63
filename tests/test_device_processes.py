"""The processes of an app as a device tells them, and the handset's gate over adb."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from harness.device import processes, replies
from harness.device.adb import Server
from harness.device.shell import Shell
from harness.model.errors import DeviceError
from tests.fake_adb import FakeAdbServer, packet

PACKAGE = "com.example.app"
# As toybox prints it, remote-android's redroid-doc#505 and Appium's process tests.
PS = """\
    PID NAME
      1 init
   4711 com.example.app
   4720 com.example.app:remote
   4730 com.example.application
   4731 com.example.app.other
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAdbServer]:
    fake = FakeAdbServer()
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(fake.port))
    yield fake
    fake.close()


def shell() -> Shell:
    return Shell(Server().transport("P1"))


def stat(pid: int, name: str, ticks: int) -> str:
    """proc(5): starttime is field 22, in ticks of a hundredth of a second since boot."""
    return " ".join([str(pid), f"({name})", "S", "1", *["0"] * 17, str(ticks), *["0"] * 30])


def test_only_the_apps_own_processes_count_and_their_starts_are_reckoned_from_their_age(server: FakeAdbServer) -> None:
    server.says("ps -A -o PID,NAME", PS)
    stats = [stat(4711, "example.app", 10_000), stat(4720, "a) b (c", 11_950)]
    server.says("cat /proc/uptime /proc/4711/stat /proc/4720/stat", "\n".join(["120.00 200.00", *stats]) + "\n")
    main, remote = processes.running(shell(), PACKAGE)
    assert (main.pid, main.name, remote.pid, remote.name) == (4711, PACKAGE, 4720, f"{PACKAGE}:remote")
    now_ms = time.time() * 1000
    assert main.started_ms == pytest.approx(now_ms - 20_000, abs=2_000)
    assert remote.started_ms == pytest.approx(now_ms - 500, abs=2_000)


def test_where_proc_cannot_be_read_the_start_is_not_known(server: FakeAdbServer) -> None:
    server.says("ps -A -o PID,NAME", "PID NAME\n4711 com.example.app\n")
    server.says("cat /proc/uptime /proc/4711/stat", stderr="cat: /proc/uptime: Permission denied\n", exit_code=1)
    (main,) = processes.running(shell(), PACKAGE)
    assert main.started_ms is None


def test_a_process_that_ended_meanwhile_has_no_age() -> None:
    assert replies.ages_ms("120.00 200.00\n") == {}
    assert replies.ages_ms("") == {}


class Gated:
    """The device's side of `cmd handset gate`."""

    def __init__(self, server: FakeAdbServer, *first: bytes) -> None:
        self.connection: socket.socket | None = None
        self.ended = threading.Event()
        server.services[f"shell,v2,raw:cmd handset gate {PACKAGE}"] = self._answer
        self._first = first

    def _answer(self, connection: socket.socket) -> None:
        connection.sendall(b"OKAY")
        self.connection = connection
        for part in self._first:
            connection.sendall(part)
        while connection.recv(64):
            pass
        self.ended.set()

    def says(self, content: bytes) -> None:
        assert self.connection is not None
        self.connection.sendall(content)


def test_the_gate_tells_who_is_held_however_the_bytes_are_cut(server: FakeAdbServer) -> None:
    device = Gated(server, packet(1, b'{"gate": "com.example.app"}\n'))
    gate = processes.HandsetGate(shell(), PACKAGE)
    assert gate.wait(0.05) is None
    line = packet(1, b'{"pid": 12, "process": "com.example') + packet(1, b'.app:remote"}\n{"pid": 13, ')
    device.says(line[:20])
    assert gate.wait(0.05) is None
    device.says(line[20:])
    held = gate.wait(5)
    assert held is not None and (held.pid, held.name) == (12, f"{PACKAGE}:remote")
    device.says(packet(1, b'"process": "com.example.app"}\n'))
    held = gate.wait(5)
    assert held is not None and (held.pid, held.name) == (13, PACKAGE)
    gate.close()
    assert device.ended.wait(5), "the command must notice that nobody listens any more"


@pytest.mark.parametrize(("code", "held"), [(0, True), (1, False)])
def test_release_says_whether_it_was_held(server: FakeAdbServer, code: int, *, held: bool) -> None:
    Gated(server, packet(1, b'{"gate": "com.example.app"}\n'))
    server.says("cmd handset release 12", exit_code=code)
    gate = processes.HandsetGate(shell(), PACKAGE)
    assert gate.release(12) is held
    gate.close()


@pytest.mark.parametrize(
    "end", [packet(2, b"cmd: Can't find service: handset\n") + packet(3, b"\x14"), packet(1, b"half a line")]
)
def test_a_gate_that_ends_is_an_error(server: FakeAdbServer, end: bytes) -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"OKAY" + end)

    server.services[f"shell,v2,raw:cmd handset gate {PACKAGE}"] = answer
    with pytest.raises(DeviceError, match="P1: a command ended that should go on"):
        processes.HandsetGate(shell(), PACKAGE)
