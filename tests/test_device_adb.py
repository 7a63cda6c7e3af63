"""The adb door against a server that fails in ways a healthy handset cannot."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest

from harness.device import devices, open_device
from harness.device.adb import Server
from harness.device.shell import Shell, silent
from harness.model.errors import DeviceError, DeviceLost
from harness.model.facts import ShellResult
from tests.fake_adb import SHELL, Answer, FakeAdbServer, fail, packet, send


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAdbServer]:
    fake = FakeAdbServer()
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(fake.port))
    monkeypatch.delenv("ANDROID_SERIAL", raising=False)
    yield fake
    fake.close()


def _shell(serial: str = "P1", journal: Callable[[ShellResult], None] | None = None) -> Shell:
    return Shell(Server().transport(serial), journal)


def test_stdout_stderr_and_exit_code_arrive_apart(server: FakeAdbServer) -> None:
    server.services["shell,v2,raw:printf 'a b'"] = send(
        b"OKAY", packet(1, b"a "), packet(2, b"oops"), packet(1, b"b"), packet(3, b"\x07")
    )
    journal: list[ShellResult] = []
    result = _shell(journal=journal.append).run(["printf", "a b"])
    assert (result.stdout, result.stderr, result.exit_code) == ("a b", "oops", 7)
    assert [entry.command for entry in journal] == ["printf 'a b'"]


def test_the_journal_shows_no_secret_and_the_caller_no_linker_noise(server: FakeAdbServer) -> None:
    server.services["shell,v2,raw:input text 'hun ter2'"] = send(
        b"OKAY", packet(1, b"WARNING: linker: odd\nhun ter2 refused\n"), packet(3, b"\x00")
    )
    journal: list[ShellResult] = []
    result = _shell(journal=journal.append).run(["input", "text", "hun ter2"], mask=["hun ter2"])
    assert result.stdout == "hun ter2 refused\n"
    assert [(entry.command, entry.stdout) for entry in journal] == [("input text ***", "*** refused\n")]
    assert "hun ter2" not in result.command


@pytest.mark.parametrize("reason", ["device 'P1' not found", "device offline", "closed", "protocol fault (no status)"])
def test_a_device_that_went_away_is_lost(server: FakeAdbServer, reason: str) -> None:
    server.transport["P1"] = fail(reason)
    with pytest.raises(DeviceLost, match="P1"):
        _shell().run(["true"])


def test_a_connection_that_breaks_within_an_answer_is_a_lost_device(server: FakeAdbServer) -> None:
    server.services["shell,v2,raw:true"] = send(b"OKAY", struct.pack("<BI", 1, 100), b"only the beginning")
    with pytest.raises(DeviceLost):
        _shell().run(["true"])


def test_a_device_that_does_not_trust_this_computer_says_what_to_do(server: FakeAdbServer) -> None:
    server.transport["P1"] = fail("device unauthorized.")
    with pytest.raises(DeviceError) as caught:
        _shell().run(["true"])
    assert not isinstance(caught.value, DeviceLost) and "Confirm" in caught.value.remedy


def test_a_command_that_hangs_ends_at_its_time_limit(server: FakeAdbServer) -> None:
    hang = threading.Event()

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"OKAY")
        hang.wait(5)

    server.services["shell,v2,raw:sleep 9"] = answer
    with pytest.raises(DeviceError, match="did not end in time"):
        _shell().run(["sleep", "9"], timeout_s=0.2)
    hang.set()


def test_a_command_that_drips_for_ever_ends_at_its_time_limit_too(server: FakeAdbServer) -> None:
    stop = threading.Event()

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"OKAY")
        while not stop.wait(0.02):
            connection.sendall(packet(1, b"."))

    server.services["shell,v2,raw:yes"] = answer
    with pytest.raises(DeviceError, match="did not end in time"):
        _shell().run(["yes"], timeout_s=0.3)
    stop.set()


def test_an_unknown_serial_is_answered_with_what_is_there(server: FakeAdbServer) -> None:
    server.listed = "P1 device model:Pixel_6\nP2 unauthorized\n"
    with pytest.raises(DeviceError) as caught:
        open_device("P9")
    assert caught.value.problem == "there is no device 'P9'; connected: P1, P2 (unauthorized)"


def test_without_a_serial_the_only_device_is_meant_and_two_are_too_many(server: FakeAdbServer) -> None:
    with pytest.raises(DeviceError, match="no device is connected"):
        open_device()
    server.listed = "P1 device\nP2 device\n"
    with pytest.raises(DeviceError, match="2 devices are connected: P1, P2"):
        open_device()


@pytest.mark.parametrize("state", ["offline", "unauthorized", "recovery"])
def test_a_device_in_another_state_is_not_opened(server: FakeAdbServer, state: str) -> None:
    server.listed = f"P1 {state}\n"
    with pytest.raises(DeviceError, match=f"P1 is {state}"):
        open_device("P1")


def test_devices_lists_also_those_that_do_not_answer(server: FakeAdbServer) -> None:
    server.listed = "P1 device product:oriole model:Pixel_6\nP2 offline\nP3 device model:Broken\n"
    properties = b"[ro.product.model]: [Pixel 6 Pro]\n[ro.build.version.sdk]: [34]\n"
    server.services["shell,v2,raw:getprop"] = send(b"OKAY", packet(1, properties), packet(3, b"\x00"))
    server.transport["P3"] = fail("closed")
    lines = {line.serial: line for line in devices()}
    assert (lines["P1"].model, lines["P1"].sdk, lines["P1"].profile) == ("Pixel 6 Pro", 34, "generic-rooted")
    assert (lines["P2"].state, lines["P2"].sdk, lines["P2"].profile) == ("offline", None, "")
    assert (lines["P3"].state, lines["P3"].model) == ("device", "Broken")


def test_a_device_that_is_still_starting_is_not_opened(server: FakeAdbServer) -> None:
    server.listed = "P1 device\n"
    server.services["shell,v2,raw:getprop"] = send(b"OKAY", packet(1, b"[a]: [b]\n"), packet(3, b"\x00"))
    with pytest.raises(DeviceError, match="has not finished starting"):
        open_device("P1")


def _breaking(times: int, last: bytes = b"fine\n") -> Answer:
    """Hangs up that many times before it answers."""
    left = [b""] * times

    def answer(connection: socket.socket) -> None:
        if left:
            left.pop()
            connection.sendall(b"OKAY")
        else:
            send(b"OKAY", packet(1, last), packet(3, b"\x00"))(connection)

    return answer


def test_a_command_that_may_run_twice_is_tried_again_and_each_try_is_journalled(server: FakeAdbServer) -> None:
    server.services[f"{SHELL}getprop"] = _breaking(2)
    journal: list[ShellResult] = []
    shell = _shell(journal=journal.append)
    assert shell.again_after_s == (0.2, 1.0, 3.0)
    shell.again_after_s = (0.0, 0.0, 0.0)
    assert shell.run(["getprop"], idempotent=True).stdout == "fine\n"
    assert [(entry.command, entry.exit_code) for entry in journal] == [("getprop", -1), ("getprop", -1), ("getprop", 0)]
    assert all("P1: the " in entry.stderr for entry in journal[:2])


def test_after_three_more_tries_a_connection_that_breaks_each_time_is_lost(server: FakeAdbServer) -> None:
    server.services[f"{SHELL}getprop"] = _breaking(9)
    journal: list[ShellResult] = []
    shell = _shell(journal=journal.append)
    shell.again_after_s = (0.0, 0.0, 0.0)
    with pytest.raises(DeviceLost):
        shell.run(["getprop"], idempotent=True)
    assert [entry.exit_code for entry in journal] == [-1] * 4


@pytest.mark.parametrize("reason", ["device offline", "device 'P1' not found", "device unauthorized."])
def test_a_device_that_is_not_there_is_not_waited_for_by_repeating(server: FakeAdbServer, reason: str) -> None:
    server.transport["P1"] = fail(reason)
    journal: list[ShellResult] = []
    with pytest.raises(DeviceError):
        _shell(journal=journal.append).run(["getprop"], idempotent=True)
    assert len(journal) == 1


def test_a_command_that_must_not_run_twice_is_tried_once_and_its_failure_journalled(server: FakeAdbServer) -> None:
    server.services[f"{SHELL}input tap 1 2"] = _breaking(1)
    journal: list[ShellResult] = []
    with pytest.raises(DeviceLost):
        _shell(journal=journal.append).run(["input", "tap", "1", "2"], mask=["2"])
    assert [(entry.command, entry.exit_code) for entry in journal] == [("input tap 1 ***", -1)]


def test_a_command_that_took_too_long_is_not_tried_again(server: FakeAdbServer) -> None:
    hang = threading.Event()

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"OKAY")
        hang.wait(5)

    server.services[f"{SHELL}dumpsys"] = answer
    journal: list[ShellResult] = []
    with pytest.raises(DeviceError, match="did not end in time"):
        _shell(journal=journal.append).run(["dumpsys"], timeout_s=0.2, idempotent=True)
    hang.set()
    assert len(journal) == 1


def test_what_is_not_as_expected_is_an_error_though_the_exit_code_is_0(server: FakeAdbServer) -> None:
    server.says("input tap x", stderr="Error: Invalid arguments for command: tap\n")
    with pytest.raises(DeviceError, match="input tap x failed: Error: Invalid arguments for command: tap"):
        _shell().run(["input", "tap", "x"], expect=silent)
    server.says("pm clear com.x", "Failed\n")
    with pytest.raises(DeviceError, match="no Success"):
        _shell().run(["pm", "clear", "com.x"], expect=lambda said: None if "Success" in said.stdout else "no Success")


def test_a_known_failure_is_recognised_whatever_the_exit_code_but_not_in_what_an_app_shows(
    server: FakeAdbServer,
) -> None:
    text = "ERROR: could not get idle state.\n"  # row 10: infrastructure, or the app's endless animation
    server.says("uiautomator dump", stderr=text)
    server.says("cat a.xml", f'<hierarchy><node text="{text}"/></hierarchy>')
    server.says("cat big", text + "x" * 5000)
    shell = _shell()
    found = shell.run(["uiautomator", "dump"]).failure
    assert found is not None and (found.row, found.text) == (10, text.strip())
    assert shell.run(["cat", "a.xml"]).failure is None and shell.run(["cat", "big"]).failure is None


@pytest.mark.parametrize(
    ("reason", "row"),
    [("device offline", 1), ("device 'P1' not found", 2), ("protocol fault (no status)", 3), ("closed", 3)],
)
def test_a_lost_connection_carries_the_known_failure(server: FakeAdbServer, reason: str, row: int) -> None:
    server.transport["P1"] = fail(reason)
    with pytest.raises(DeviceLost) as caught:
        _shell().run(["true"])
    assert caught.value.failure is not None and caught.value.failure.row == row
