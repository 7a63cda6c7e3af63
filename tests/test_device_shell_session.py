"""The shell that stays open, against real shells of this computer and against services that fail as devices do."""

from __future__ import annotations

import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.device.adb import Server
from harness.device.session import SERVICE
from harness.device.shell import Shell
from harness.model.errors import DeviceError, DeviceLost
from tests.fake_adb import Answer, FakeAdbServer, fail, packet, send
from tests.host_shell import HostShell


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAdbServer]:
    fake = FakeAdbServer()
    fake.shell = HostShell(("sh",))
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(fake.port))
    yield fake
    fake.close()


@pytest.fixture
def shell(server: FakeAdbServer) -> Iterator[Shell]:
    transport = Server().transport("P1")
    yield Shell(transport)
    transport.close()


def host(server: FakeAdbServer) -> HostShell:
    assert isinstance(server.shell, HostShell)
    return server.shell


def opened(server: FakeAdbServer) -> int:
    return server.asked.count(SERVICE)


def eventually(said: str, holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < until, said
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether it runs; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_one_service_serves_all_commands(server: FakeAdbServer, shell: Shell) -> None:
    assert [shell.run(["echo", str(number)]).stdout for number in range(20)] == [f"{number}\n" for number in range(20)]
    assert [request for request in server.asked if request.startswith("shell")] == [SERVICE]


@pytest.mark.parametrize("pieces", [1, 2, 3, 7])
def test_marks_and_letters_may_be_split_over_packets(server: FakeAdbServer, shell: Shell, pieces: int) -> None:
    server.shell = HostShell(("sh",), pieces=pieces)
    for _ in range(3):
        result = shell.script("printf 'Zoë 😀'; printf 'ø' >&2; exit 9")
        assert (result.stdout, result.stderr, result.exit_code) == ("Zoë 😀", "ø", 9)
    assert opened(server) == 1


def test_a_command_that_ends_the_shell_itself_has_its_exit_code_and_the_next_one_a_new_shell(
    server: FakeAdbServer, shell: Shell
) -> None:
    result = shell.script("echo last words; kill -9 $$")
    assert (result.stdout, result.exit_code) == ("last words\n", 128 + signal.SIGKILL)
    assert shell.run(["echo", "again"]).stdout == "again\n"
    assert opened(server) == 2


def test_a_shell_that_died_between_two_commands_is_replaced_without_a_word(server: FakeAdbServer, shell: Shell) -> None:
    shell.run(["true"])
    os.kill(host(server).pids[0], signal.SIGKILL)
    eventually("the shell is gone", lambda: not alive(host(server).pids[0]))
    time.sleep(0.05)  # until its connection has closed
    assert shell.run(["echo", "back"]).stdout == "back\n"
    assert opened(server) == 2


def test_a_device_that_is_gone_between_two_commands_is_lost(server: FakeAdbServer, shell: Shell) -> None:
    shell.run(["true"])
    os.kill(host(server).pids[0], signal.SIGKILL)
    server.transport["P1"] = fail("device 'P1' not found")
    time.sleep(0.1)
    with pytest.raises(DeviceLost, match="P1: the device is gone"):
        shell.run(["true"])


def _first_words(connection: socket.socket) -> bytes:
    """Answer the first question of a session; gives what is asked next."""
    connection.sendall(b"OKAY")
    mark = re.findall(rb"[0-9a-f]{32}", _heard(connection))[0]
    connection.sendall(packet(1, b"4711\n" + mark + b" 0\n") + packet(2, mark + b"\n"))
    return _heard(connection)


def _heard(connection: socket.socket) -> bytes:
    _, length = struct.unpack("<BI", connection.recv(5, socket.MSG_WAITALL))
    return connection.recv(length, socket.MSG_WAITALL)


@pytest.mark.parametrize("half", [b"", struct.pack("<BI", 1, 100) + b"only the beginning", packet(1, b"some output")])
def test_a_device_lost_in_the_middle_of_a_command_is_said_to_be_and_the_command_not_repeated(
    server: FakeAdbServer, shell: Shell, half: bytes
) -> None:
    asked: list[bytes] = []

    def breaks(connection: socket.socket) -> None:
        asked.append(_first_words(connection))
        connection.sendall(half)

    server.services[SERVICE] = breaks
    with pytest.raises(DeviceLost, match="P1: the device is gone"):
        shell.run(["reboot"])
    assert len(asked) == 1 and b"reboot" in asked[0]
    assert not [request for request in server.asked if "reboot" in request]


def test_a_command_that_hangs_ends_at_its_time_limit_with_all_it_started(shell: Shell, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    began = time.monotonic()
    with pytest.raises(DeviceError, match="P1: a command did not end in time") as caught:
        shell.script(f"sh -c 'echo $$ >> {pids}; sleep 61; echo after >> {pids}'; echo more >> {pids}", timeout_s=0.5)
    assert not isinstance(caught.value, DeviceLost)
    assert time.monotonic() - began < 3
    inner = int(pids.read_text())
    eventually("the hung command is ended", lambda: not alive(inner))
    assert shell.run(["echo", "next"]).stdout == "next\n"
    assert pids.read_text() == f"{inner}\n", "nothing of the command goes on"


def test_ctrl_c_ends_the_command_that_runs(server: FakeAdbServer, shell: Shell, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    shell.run(["true"])
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        shell.run(["sh", "-c", f"echo $$ > {pid}; exec sleep 62"])
    timer.join()
    eventually("the command is ended", lambda: not alive(int(pid.read_text())))
    assert shell.run(["echo", "next"]).stdout == "next\n"


def test_a_device_that_hangs_altogether_is_given_up_soon_after_the_time_limit(
    server: FakeAdbServer, shell: Shell
) -> None:
    done = threading.Event()

    def hangs(connection: socket.socket) -> None:
        _first_words(connection)
        done.wait(10)

    def hangs_too(connection: socket.socket) -> None:
        connection.sendall(b"OKAY")
        done.wait(10)

    server.services[SERVICE] = hangs
    server.services["shell,v2,raw:ps -A -o PID,PPID"] = hangs_too
    began = time.monotonic()
    with pytest.raises(DeviceError, match="did not end in time"):
        shell.run(["true"], timeout_s=0.2)
    assert 0.2 <= time.monotonic() - began < 4
    done.set()


def test_what_goes_on_in_the_background_holds_nobody_up_and_prints_into_no_other_command(
    server: FakeAdbServer, shell: Shell
) -> None:
    began = time.monotonic()
    assert shell.script("(sleep 0.3; echo late; echo late >&2; sleep 3) & echo now").stdout == "now\n"
    assert shell.script("setsid nohup sleep 3 & echo there").stdout == "there\n"
    result = shell.script("sleep 0.6; echo next")
    assert (result.stdout, result.stderr) == ("next\n", "")
    assert time.monotonic() - began < 2.5


def test_what_a_hidden_daemon_prints_between_two_commands_is_in_neither(
    server: FakeAdbServer, shell: Shell, tmp_path: Path
) -> None:
    daemon = tmp_path / "daemon"
    daemon.write_text("#!/bin/sh\n(sleep 0.2; echo late) &\n")
    daemon.chmod(0o755)
    assert shell.run([str(daemon)]).stdout == ""
    time.sleep(0.5)
    assert shell.run(["echo", "next"]).stdout == "next\n"
    assert opened(server) == 2


def test_threads_get_each_its_own_answers_and_no_command_waits_for_another(server: FakeAdbServer, shell: Shell) -> None:
    def ask(thread: int) -> list[str]:
        return [shell.script(f"echo {thread} {number}; sleep 0.00{number}").stdout for number in range(10)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [[f"{thread} {n}\n" for n in range(10)] for thread in range(8)]
        slow = pool.submit(shell.run, ["sleep", "2"])
        began = time.monotonic()
        assert shell.run(["echo", "quick"]).stdout == "quick\n"
        assert time.monotonic() - began < 1 and not slow.done()


@pytest.mark.parametrize(
    "answer",
    [
        lambda connection: None,
        lambda connection: connection.sendall(fail("closed")),
        send(b"OKAY"),
        send(b"OKAY", packet(2, b"sh: restricted\n"), packet(3, b"\x01")),
        send(b"OKAY", packet(1, b"Welcome!\n$ "), packet(3, b"\x00")),
    ],
    ids=["hangs up", "refuses", "ends at once", "exits", "is no shell"],
)
def test_where_no_shell_stays_open_each_command_has_its_own_service(
    server: FakeAdbServer, shell: Shell, answer: Answer
) -> None:
    server.services[SERVICE] = answer
    for _ in range(3):
        result = shell.script("echo out; echo err >&2; exit 7")
        assert (result.stdout, result.stderr, result.exit_code) == ("out\n", "err\n", 7)
    assert opened(server) == 1, "and is not asked for again"


def test_a_line_with_a_nul_has_its_own_service_as_a_shell_reads_none(server: FakeAdbServer, shell: Shell) -> None:
    server.says("printf 'a\0b'", "a")
    assert shell.run(["printf", "a\0b"]).stdout == "a"


def test_a_connection_is_closed_when_its_device_is_and_when_nobody_has_it_any_more(server: FakeAdbServer) -> None:
    transport = Server().transport("P1")
    for _ in range(2):  # it opens again
        transport.command("true", timeout_s=5)
        assert alive(host(server).pids[-1])
        transport.close()
        eventually("closed", lambda: not alive(host(server).pids[-1]))
    transport.command("true", timeout_s=5)
    del transport
    eventually("forgotten", lambda: not alive(host(server).pids[-1]))


def test_a_program_that_just_ends_leaves_no_thread_no_warning_and_no_shell(server: FakeAdbServer) -> None:
    program = (
        "import threading; from harness.device.adb import Server; t = Server().transport('P1')\n"
        "print(t.command('echo hello', timeout_s=5).stdout, threading.active_count())"
    )
    done = subprocess.run([sys.executable, "-X", "dev", "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("b'hello\\n' 1\n", "", 0)
    eventually("the shell is gone", lambda: not alive(host(server).pids[-1]))
