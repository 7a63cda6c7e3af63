"""Frida's exceptions and silences as ours."""

from __future__ import annotations

import threading

import frida
import pytest

from harness.model.errors import AppDied, DeviceError, DeviceLost, ExitCode, FridaError, HarnessError
from harness.model.records import Record
from harness.probe import FridaProbe
from harness.probe.translate import ask_frida

# The words are Frida 17's: android.md section 2.7.
CASES = [
    (frida.InvalidArgumentError("device not found"), DeviceLost),
    (frida.ServerNotRunningError("unable to connect to remote frida-server: Connection refused"), FridaError),
    (frida.NotSupportedError("need Gadget to attach on jailed Android; its default location is: /x"), FridaError),
    (frida.ProtocolError("incompatible frida-server version"), FridaError),
    (frida.InvalidArgumentError("unable to find application with identifier 'com.x'"), DeviceError),
    (frida.TimedOutError("unexpectedly timed out while waiting for app to launch"), FridaError),
    (frida.ProcessNotFoundError("unable to find process with pid 5"), AppDied),
    (frida.PermissionDeniedError("process is traced by another process"), FridaError),
    (frida.TransportError("the connection is closed"), DeviceLost),
    (frida.InvalidOperationError("session is gone"), AppDied),
    (frida.InvalidOperationError("script is destroyed"), AppDied),
    (frida.InvalidOperationError("script has been destroyed"), AppDied),
    (frida.RPCException("Error: no hook"), FridaError),
]


@pytest.mark.parametrize(("error", "kind"), CASES, ids=lambda case: str(case)[:40])
def test_each_of_fridas_errors_has_a_meaning_and_a_remedy(error: Exception, kind: type[HarnessError]) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(HarnessError) as caught:
        ask_frida("SERIAL", fail, timeout_s=5, doing="it")
    assert type(caught.value) is kind
    assert caught.value.problem.startswith("SERIAL: ")
    assert str(error) in caught.value.problem
    assert caught.value.remedy
    assert "{" not in caught.value.remedy
    assert caught.value.__cause__ is error


def test_a_bug_stays_a_bug() -> None:
    def fail() -> None:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        ask_frida("SERIAL", fail, timeout_s=5, doing="it")


def test_a_call_that_never_ends_is_given_up() -> None:
    never = threading.Event()
    with pytest.raises(FridaError, match=r"SERIAL: the pulse took longer than 0\.05 s"):
        ask_frida("SERIAL", never.wait, timeout_s=0.05, doing="the pulse")
    never.set()


def sink(_: Record) -> None: ...


def test_a_device_that_is_not_there_is_lost() -> None:
    with pytest.raises(DeviceLost) as caught:
        FridaProbe("no-such-serial").attach(1, [], sink)
    assert caught.value.exit_code is ExitCode.DEVICE
    assert "harness devices" in caught.value.remedy


def test_a_program_that_is_not_there_and_a_process_that_is_not_there_are_told_apart() -> None:
    probe = FridaProbe("local")
    with pytest.raises(DeviceError, match="the program to start is not there"):
        probe.spawn(("/no/such/program",), [], sink)
    with pytest.raises(AppDied):
        probe.attach(2**22 + 1, [], sink)
    assert probe.ready()
