"""Calls into Frida: with a time limit, which Frida itself lacks, and its exceptions as ours."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import frida

from harness.failures import classify
from harness.model.errors import AppDied, DeviceError, DeviceLost, FridaError, HarnessError

_T = TypeVar("_T")

_PREPARE = f"Start frida-server {frida.__version__} as root on {{serial}} (a virtual one: `harness handset up`)."
_LOOK = f"Look whether `harness devices` lists {{serial}}; if it stays, restart frida-server {frida.__version__} on it."
_PLUG_IN = "Plug it in, or `adb connect` it, and look at `harness devices`."
_INSTALL = "Install it, or give its file to `harness run` with --app."
_PROFILE = "Check the profile's launch command."
_RESTART = "Start the app again; if it stays, look at the device's log around that moment (`adb -s {serial} logcat`)."

# What Frida says (a part of it), what it means, what to do. The first that fits counts.
_MEANINGS: tuple[tuple[str, type[HarnessError], str, str], ...] = (
    ("device not found", DeviceLost, "the device is not there", _PLUG_IN),
    ("device is gone", DeviceLost, "the device is gone", _PLUG_IN),
    ("need gadget", FridaError, "frida-server is not running", _PREPARE),
    ("unable to connect to remote frida-server", FridaError, "frida-server is not running", _PREPARE),
    ("incompatible frida-server", FridaError, "frida-server is of another version", _PREPARE),
    ("unable to find application", DeviceError, "the app is not installed", _INSTALL),
    ("unable to find executable", DeviceError, "the program to start is not there", _PROFILE),
    ("front-door activity", DeviceError, "the app has no launcher activity", "Start it by hand and attach."),
    ("spawn already in progress", DeviceError, "somebody else is starting the app", "Wait for that, then try again."),
    ("waiting for app to launch", FridaError, "the app did not start under Frida", _LOOK),
    ("unable to find process", AppDied, "the app ended", _RESTART),
    ("session is gone", AppDied, "the app ended", _RESTART),
    ("script is destroyed", AppDied, "the app ended", _RESTART),
    ("script has been destroyed", AppDied, "the app ended", _RESTART),
    (
        "traced by another process",
        FridaError,
        "the app is debugged, perhaps by itself",
        "Spawn it instead of attaching.",
    ),
    ("system restrictions", FridaError, "frida-server may not touch the app", _PREPARE),
    ("connection is closed", DeviceLost, "the connection to the device broke", _LOOK),
)

_BY_CLASS: dict[type[Exception], tuple[type[HarnessError], str, str]] = {
    frida.ServerNotRunningError: (FridaError, "frida-server is not running", _PREPARE),
    frida.ProtocolError: (FridaError, "frida-server is of another version", _PREPARE),
    frida.TransportError: (DeviceLost, "the connection to the device broke", _LOOK),
    frida.ProcessNotFoundError: (AppDied, "the app ended", _RESTART),
    frida.ProcessNotRespondingError: (AppDied, "the app does not answer", _RESTART),
    frida.PermissionDeniedError: (FridaError, "frida-server may not touch the app", _PREPARE),
    frida.TimedOutError: (FridaError, "Frida waited in vain", _LOOK),
    frida.NotSupportedError: (FridaError, "Frida cannot do this here", _LOOK),
    frida.ExecutableNotFoundError: (DeviceError, "the program to start is not there", _PROFILE),
    frida.InvalidArgumentError: (FridaError, "Frida refused", _LOOK),
    frida.InvalidOperationError: (FridaError, "Frida refused", _LOOK),
}


def ask_frida(serial: str, call: Callable[[], _T], *, timeout_s: float, doing: str) -> _T:
    """Run a Frida call on a thread of its own. `doing` finishes the sentence "... took longer than n s"."""
    done = threading.Event()
    outcome: dict[str, Any] = {}

    def run() -> None:
        try:
            outcome["value"] = call()
        except Exception as exc:  # handed to the caller's thread below
            outcome["error"] = exc
        done.set()

    threading.Thread(target=run, name="harness-frida-call", daemon=True).start()
    if not done.wait(timeout_s):
        raise FridaError(f"{serial}: {doing} took longer than {timeout_s:g} s", remedy=_LOOK.format(serial=serial))
    if "error" in outcome:
        raise _ours(serial, outcome["error"]) from outcome["error"]
    value: _T = outcome["value"]
    return value


def _ours(serial: str, error: Exception) -> Exception:
    """The HarnessError for one of Frida's; anything else is a bug and stays itself."""
    if isinstance(error, frida.RPCException):
        return FridaError(f"{serial}: the agent failed: {error}", remedy=_LOOK.format(serial=serial))
    words, failure = str(error).lower(), classify(str(error))
    known = _BY_CLASS.get(type(error))
    if known is None:
        return error
    for part, kind, problem, remedy in _MEANINGS:
        if part in words:
            return kind(f"{serial}: {problem} ({error})", remedy=remedy.format(serial=serial), failure=failure)
    kind, problem, remedy = known
    return kind(f"{serial}: {problem} ({error})", remedy=remedy.format(serial=serial), failure=failure)
