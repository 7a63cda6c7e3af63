"""One instrumented process: the agent loaded into it, its records handed on, its orderly end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import frida

from harness.model.errors import AppDied, FridaError, HarnessError
from harness.model.hook import Hook
from harness.model.records import Record
from harness.probe.bundle import agent_source
from harness.probe.inbox import Inbox
from harness.probe.plan import plan_of
from harness.probe.translate import ask_frida

_log = logging.getLogger(__name__)

_ATTACH_S = 30.0
_LOAD_S = 60.0  # a slow phone needs seconds for the bridge
_PULSE_S = 10.0
_DETACH_S = 5.0


class FridaSession:
    """Implements model.ports.Session. Made by FridaProbe."""

    def __init__(self, device: Any, serial: str, pid: int, sink: Callable[[Record], None], *, suspended: bool) -> None:
        self._device = device
        self._serial = serial
        self._pid = pid
        self._suspended = suspended
        self._detached = False
        self._closed = False
        self._answered = False
        self._load_error: str | None = None
        self._inbox = Inbox(sink, self._acknowledge)
        self._session: Any = None
        self._script: Any = None

    @property
    def pid(self) -> int:
        return self._pid

    @property
    def alive(self) -> bool:
        return self._session is not None and not self._detached

    def arm(self, hooks: Sequence[Hook], options: Mapping[str, object]) -> None:
        """Attach, load the agent, set the hooks; `options` are those of hooks/agent/plan.ts."""
        self._session = self._ask(lambda: self._device.attach(self._pid), _ATTACH_S, "attaching")
        self._session.on("detached", self._on_detached)
        self._script = self._ask(lambda: self._session.create_script(agent_source()), _LOAD_S, "loading the agent")
        self._script.set_log_handler(lambda level, text: _log.debug("agent %s: %s", level, text))
        self._script.on("message", self._on_message)  # before load, or its errors are lost
        self._ask(self._script.load, _LOAD_S, "loading the agent")
        if self._load_error is not None:
            raise FridaError(
                f"{self._serial}: the agent does not run in this app: {self._load_error}",
                remedy="It may be a runtime that frida-java-bridge does not know; see docs/unverified.md.",
            )
        plan = plan_of(hooks)
        self._ask(lambda: self._script.exports_sync.arm(plan, dict(options)), _LOAD_S, "setting the hooks")

    def resume(self) -> None:
        if not self._suspended:
            return
        self._suspended = False
        self._ask(lambda: self._device.resume(self._pid), _ATTACH_S, "resuming the app")

    def pulse(self, token: str) -> None:
        if not self.alive:
            raise AppDied(f"{self._serial}: the app (pid {self._pid}) has ended", remedy="Start it again.")
        self._ask(lambda: self._script.exports_sync.pulse(token), _PULSE_S, "the pulse")

    def exercise(self) -> tuple[str, ...]:
        """Have the agent call boot methods as the app would. Each line: a name, a tab, what came (selftest.ts)."""
        told = self._ask(self._script.exports_sync.exercise, _PULSE_S, "the self-test's calls")
        return tuple(map(str, told))

    def close(self, *, timeout_s: float = 10.0) -> bool:
        if not self._closed:
            self._closed = True
            self._answered = self.alive and self._quiesce(timeout_s)
            self._end(timeout_s)
            if self._inbox.failure is not None:
                raise self._inbox.failure
        return self._answered

    def abandon(self) -> None:
        """After a failure to arm: leave no stopped process behind."""
        for call in (self._device.resume, self._device.kill):
            try:
                self._ask(partial(call, self._pid), _ATTACH_S, "stopping the app")
            except HarnessError as exc:
                _log.debug("the app was gone already: %s", exc)
        self._suspended = False
        self.close(timeout_s=1.0)

    def _quiesce(self, timeout_s: float) -> bool:
        if self._script is None:  # it could not even be made
            return False
        try:
            last = self._ask(self._script.exports_sync.quiesce, timeout_s, "ending the session")
        except HarnessError as exc:
            _log.info("the app did not answer at the end: %s", exc)
            return False
        return self._inbox.wait_for_batch(int(last), timeout_s=timeout_s) and self._inbox.final is not None

    def _end(self, timeout_s: float) -> None:
        try:
            self.resume()
            if self.alive and self._answered:
                self._let_go()
            if self.alive:
                self._ask(self._session.detach, min(timeout_s, _DETACH_S), "detaching")
        except HarnessError as exc:
            _log.info("detaching: %s", exc)
            self._on_detached("application-requested", None)
        if self._session is None:
            self._on_detached("application-requested", None)
        self._inbox.wait_for_end(timeout_s=timeout_s)

    def _let_go(self) -> None:
        """Give the app its methods back and leave the silent agent behind: to unload it, Frida would wait for every
        thread that is inside a hooked call, and HotSpot may still walk frames of the exchanged methods."""
        self._ask(self._script.exports_sync.release, _DETACH_S, "letting go of the app's methods")
        self._ask(self._script.eternalize, _DETACH_S, "leaving the agent behind")

    def _ask(self, call: Callable[[], Any], timeout_s: float, doing: str) -> Any:
        return ask_frida(self._serial, call, timeout_s=timeout_s, doing=doing)

    def _acknowledge(self, number: int) -> None:
        if self.alive:
            try:
                self._script.post({"type": "ack", "no": number})
            except frida.InvalidOperationError:
                _log.debug("the script was gone before it could be acknowledged")

    def _on_message(self, message: dict[str, Any], content: bytes | None) -> None:
        if message["type"] == "error" and self._load_error is None:
            self._load_error = str(message.get("description"))
        self._inbox.on_message(message, content)

    def _on_detached(self, reason: str, crash: Any) -> None:
        self._detached = True
        self._inbox.on_detached(reason, None if crash is None else str(crash.summary))
