"""The shell that stays open, on the real adbd: each answer beside that of Google's own adb client."""

from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from adbutils import adb_path

from harness.device import AndroidDevice, open_device
from harness.device.adb import Server, Transport
from harness.handset.handset import RunningHandset
from harness.model.errors import DeviceError, DeviceLost

pytestmark = pytest.mark.handset


@pytest.fixture
def device(handset: RunningHandset) -> Iterator[AndroidDevice]:
    device = open_device(handset.serial)
    yield device
    device.close()


@pytest.fixture
def transport(handset: RunningHandset) -> Iterator[Transport]:
    transport = Server().transport(handset.serial)
    yield transport
    transport.close()


def adb(serial: str, line: str) -> tuple[bytes, bytes, int]:
    done = subprocess.run(
        [adb_path(), "-s", serial, "shell", line],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=30,
        check=False,
    )
    return done.stdout, done.stderr, done.returncode


def shells(device: AndroidDevice) -> list[str]:
    """The pids of the shells under adbd, as the handset lists them."""
    rows = [line.split() for line in device.shell(["ps", "-A", "-o", "PID,PPID,ARGS"]).stdout.splitlines()]
    (adbd,) = [row[0] for row in rows if row[2].rpartition("/")[2] == "adbd"]
    return [row[0] for row in rows if row[1] == adbd]


def running(device: AndroidDevice, words: str) -> bool:
    """By the kernel's own list, for the handset's ps knows no arguments."""
    lines = device.shell(["sh", "-c", "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; echo; done"]).stdout
    return f"{words} " in lines.splitlines()


@pytest.mark.parametrize(
    "line",
    [
        *("exit 5", "sh -c 'kill -9 $$'", "kill -9 $$", "printf 'no newline'", "printf 'nul\\000high\\377end'"),
        *("printf out; printf err >&2; exit 7", "cd /data; export A=1; pwd", "exec echo replaced", "cat; echo $?"),
        *(
            "head -c 5000000 /dev/zero; head -c 500000 /dev/zero >&2",
            "printf '%s' 'Zoë 日本 😀'",
            "set -e; false; echo x",
        ),
        "cat <<END\nhere\nis\nmore\nEND",
    ],
)
def test_a_line_gives_what_googles_adb_gives_for_it(transport: Transport, line: str) -> None:
    for _ in range(2):
        reply = transport.command(line, timeout_s=20)
        assert (reply.stdout, reply.stderr, reply.exit_code) == adb(transport.serial, line)


@pytest.mark.parametrize(("line", "exit_code"), [("nosuchprogram", 127), ("echo (", 2), ('echo "', 2)])
def test_what_the_shell_complains_of_is_complained_of(transport: Transport, line: str, exit_code: int) -> None:
    reply = transport.command(line, timeout_s=20)
    stdout, stderr, code = adb(transport.serial, line)
    # dash names its `eval`; Android's mksh does not
    assert (reply.stdout, reply.stderr.replace(b"eval: ", b""), reply.exit_code) == (stdout, stderr, code)
    assert code == exit_code


@pytest.mark.parametrize(
    "argument",
    ["", 'it\'s "both"', "$HOME $(id) `id`", "a;b|c&d>e<f", "new\nline\n", "\\n", "*", "~", "#", "😀", "x" * 50_000],
    ids=lambda argument: repr(argument)[:20],
)
def test_an_argument_arrives_as_it_was_given(device: AndroidDevice, argument: str) -> None:
    assert device.shell(["printf", "<%s>", argument]).stdout == f"<{argument}>"
    if len(argument) < 1000:
        assert adb(device.serial, shlex.join(["printf", "<%s>", argument]))[0] == f"<{argument}>".encode()


def test_many_commands_need_one_shell_and_closing_the_device_ends_it(device: AndroidDevice) -> None:
    other = open_device(device.serial)
    device.close()
    before = set(shells(other))
    pids = {device.shell(["sh", "-c", "echo $PPID"]).stdout for _ in range(10)}
    assert len(pids) == 1 and pids <= {f"{pid}\n" for pid in set(shells(other)) - before}
    device.close()
    until = time.monotonic() + 5
    while not set(shells(other)) <= before:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert device.shell(["echo", "again"]).stdout == "again\n"
    other.close()


def test_a_command_that_hangs_is_ended_with_all_that_it_started(device: AndroidDevice) -> None:
    with ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        hanging = pool.submit(device.shell, ["sh", "-c", "sleep 4711; sleep 4712"], timeout_s=1.0)
        time.sleep(0.5)
        assert running(device, "sleep 4711")
        with pytest.raises(DeviceError, match="did not end in time") as caught:
            hanging.result()
    assert not isinstance(caught.value, DeviceLost)
    assert time.monotonic() - began < 3
    assert device.shell(["echo", "next"]).stdout == "next\n"
    assert not running(device, "sleep 4711") and not running(device, "sleep 4712")


def test_a_shell_that_is_killed_between_two_commands_is_replaced_without_a_word(device: AndroidDevice) -> None:
    pid = device.shell(["sh", "-c", "echo $PPID"]).stdout.strip()
    adb(device.serial, f"kill -9 {pid}")
    time.sleep(0.2)
    assert device.shell(["sh", "-c", "echo $PPID"]).stdout.strip() not in ("", pid)


def test_a_connection_that_is_made_anew_between_two_commands_is_not_noticed(device: AndroidDevice) -> None:
    device.shell(["true"])
    subprocess.run([adb_path(), "disconnect", device.serial], check=True, capture_output=True, timeout=30)
    subprocess.run([adb_path(), "connect", device.serial], check=True, capture_output=True, timeout=30)
    assert device.shell(["echo", "back"]).stdout == "back\n"


def test_a_device_that_is_disconnected_within_a_command_is_lost(device: AndroidDevice) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(device.shell, ["sleep", "20"])
        time.sleep(0.5)
        subprocess.run([adb_path(), "disconnect", device.serial], check=True, capture_output=True, timeout=30)
        try:
            with pytest.raises(DeviceLost):
                waiting.result(timeout=10)
        finally:
            open_device(device.serial)  # HOST:PORT is connected by itself
    assert device.shell(["echo", "back"]).stdout == "back\n"


def test_what_goes_on_in_the_background_holds_nobody_up(device: AndroidDevice) -> None:
    began = time.monotonic()
    assert device.shell(["sh", "-c", "setsid nohup sleep 9 & echo started"]).stdout == "started\n"
    assert device.shell(["sh", "-c", "(sleep 0.2; echo late) & echo now"]).stdout == "now\n"
    assert device.shell(["sh", "-c", "sleep 0.5; echo next"]).stdout == "next\n"
    assert time.monotonic() - began < 4
    assert running(device, "sleep 9"), "and it goes on"


def test_threads_get_each_its_own_answers(device: AndroidDevice) -> None:
    def ask(thread: int) -> list[str]:
        return [device.shell(["echo", f"{thread} {number}"]).stdout for number in range(20)]

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(ask, range(6))) == [[f"{thread} {n}\n" for n in range(20)] for thread in range(6)]
