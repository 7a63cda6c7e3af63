"""Frida's spawn gating on Android (android.md section 2.6), narrowed to one package.

While it is on, frida-server stops *every* app process that starts on the device. Only those of the package are kept for
our owner; all others are resumed at once and unread, whatever goes wrong here. When this controller dies, frida-server
drops the gating of its connection by itself and resumes what was pending.
"""

from __future__ import annotations

import logging
import queue
import threading
from typing import Any

from harness.model.errors import AppDied, FridaError, HarnessError
from harness.model.facts import AppProcess
from harness.probe.translate import ask_frida

_log = logging.getLogger(__name__)

_ASK_S = 10.0


class SpawnGate:
    """Implements model.ports.ChildGate. Made by FridaProbe."""

    def __init__(self, device: Any, serial: str, package: str) -> None:
        self._device = device
        self._serial = serial
        self._package = package
        self._ours: queue.Queue[AppProcess] = queue.Queue()
        self._strangers: queue.Queue[int | None] = queue.Queue()
        self._guard = threading.Lock()
        self._held: set[int] = set()
        device.on("spawn-added", self._on_added)
        device.on("spawn-removed", self._on_removed)
        self._resumer = threading.Thread(target=self._resume_strangers, name="harness-spawn-gate", daemon=True)
        self._resumer.start()
        try:
            self._ask(device.enable_spawn_gating, "switching spawn gating on")
            for spawn in self._ask(device.enumerate_pending_spawn, "listing held processes"):
                self._on_added(spawn)
        except BaseException:
            self.close()
            raise

    def wait(self, timeout_s: float) -> AppProcess | None:
        try:
            return self._ours.get(timeout=timeout_s)
        except queue.Empty:
            pass
        if self._device.is_lost:
            raise FridaError(f"{self._serial}: the device is gone", remedy="Connect it again.")
        return None

    def release(self, pid: int) -> bool:
        with self._guard:
            held = pid in self._held
            self._held.discard(pid)
        if not held:
            return False
        try:
            self._resume(pid)
        except (AppDied, FridaError):  # it has ended, or somebody else has let it go
            return False
        return True

    def close(self) -> None:
        self._device.off("spawn-added", self._on_added)
        self._device.off("spawn-removed", self._on_removed)
        for pid in sorted(self._held):
            self._strangers.put(pid)
        self._strangers.put(None)
        self._resumer.join(timeout=_ASK_S)
        try:
            self._ask(self._device.disable_spawn_gating, "switching spawn gating off")
        except HarnessError as exc:
            _log.info("spawn gating was off already: %s", exc)

    def _on_added(self, spawn: Any) -> None:
        """Frida's callback: must neither block nor raise."""
        pid = int(spawn.pid)
        if not self._is_ours(spawn):
            self._strangers.put(pid)
            return
        with self._guard:
            if pid in self._held:
                return
            self._held.add(pid)
        self._ours.put(AppProcess(pid=pid, name=str(spawn.identifier)))

    def _on_removed(self, spawn: Any) -> None:
        with self._guard:
            self._held.discard(int(spawn.pid))

    def _is_ours(self, spawn: Any) -> bool:
        name = spawn.identifier
        return isinstance(name, str) and (name == self._package or name.startswith(f"{self._package}:"))

    def _resume_strangers(self) -> None:
        while (pid := self._strangers.get()) is not None:
            try:
                self._resume(pid)
            except Exception as exc:  # whatever it is, the next one must not wait for us
                _log.info("process %d could not be resumed: %s", pid, exc)

    def _resume(self, pid: int) -> None:
        self._ask(lambda: self._device.resume(pid), f"resuming process {pid}")

    def _ask(self, call: Any, doing: str) -> Any:
        return ask_frida(self._serial, call, timeout_s=_ASK_S, doing=doing)
