"""Frida on one device: chosen by its ADB serial, asked whether it is ready, told to spawn or attach."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import frida

from harness.model.errors import HarnessError
from harness.model.hook import Hook
from harness.model.records import Record
from harness.probe.bundle import agent_source
from harness.probe.gate import SpawnGate
from harness.probe.session import FridaSession
from harness.probe.translate import ask_frida

LOCAL = "local"
DEFAULT_PORT = 27042

_FIND_S = 5.0
_SPAWN_S = 40.0  # Frida waits 20 s for an Android app to come up


class FridaProbe:
    """Implements model.ports.Probe.

    `serial` is the ADB serial, or "local" for this machine (development and tests). `port` is frida-server's on the
    device. Which ADB server is asked follows ANDROID_ADB_SERVER_PORT, as for adb itself. `lossless` makes app threads
    wait when the harness cannot keep up; otherwise they wait 100 ms at most and the event is counted as dropped. `core`
    is what runs on the app's threads: the agent's "native" code, or the "plain" one in JavaScript.
    """

    def __init__(self, serial: str, *, port: int = DEFAULT_PORT, lossless: bool = False, core: str = "native") -> None:
        self._serial = serial
        self._port = port
        self._options = {"lossless": lossless, "core": core}
        self._device: Any = None

    def version(self) -> str:
        return str(frida.__version__)

    def agent_sha256(self) -> str:
        return hashlib.sha256(agent_source().encode()).hexdigest()

    def ready(self) -> bool:
        """Looks at the device afresh: a Device object remembers a refused connection for five seconds."""
        self._device = None
        try:
            parameters = self._ask(lambda: self._found().query_system_parameters(), _FIND_S * 2, "asking frida-server")
        except HarnessError:
            return False
        return bool(parameters.get("access") == "full")

    def spawn(
        self, target: str | tuple[str, ...], hooks: Sequence[Hook], sink: Callable[[Record], None]
    ) -> FridaSession:
        program = target if isinstance(target, str) else list(target)
        device = self._found()
        pid = self._ask(lambda: device.spawn(program), _SPAWN_S, "starting the app")
        session = FridaSession(device, self._serial, pid, sink, suspended=True)
        try:
            session.arm(hooks, self._options)
        except BaseException:
            session.abandon()
            raise
        return session

    def attach(self, pid: int, hooks: Sequence[Hook], sink: Callable[[Record], None]) -> FridaSession:
        session = FridaSession(self._found(), self._serial, pid, sink, suspended=False)
        try:
            session.arm(hooks, self._options)
        except BaseException:
            session.close(timeout_s=1.0)
            raise
        return session

    def gate(self, package: str) -> SpawnGate:
        return SpawnGate(self._found(), self._serial, package)

    def _found(self) -> Any:
        if self._device is None:
            self._device = self._ask(self._find, _FIND_S * 2, "looking for the device")
        return self._device

    def _find(self) -> Any:
        manager = frida.DeviceManager()
        if self._serial == LOCAL:
            return manager.get_device_by_type("local", 0)
        device = manager.get_device_by_id(self._serial, int(_FIND_S * 1000))
        if self._port != DEFAULT_PORT:
            device.override_option("control-endpoint", f"tcp:{self._port}")
        return device

    def _ask(self, call: Callable[[], Any], timeout_s: float, doing: str) -> Any:
        return ask_frida(self._serial, call, timeout_s=timeout_s, doing=doing)
