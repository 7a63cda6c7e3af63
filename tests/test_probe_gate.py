"""Frida's spawn gating, which exists on Android alone: a Frida device that plays it. See docs/unverified.md."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import frida
import pytest

from harness.model.errors import FridaError
from harness.probe.gate import SpawnGate

PACKAGE = "com.example.app"


class Spawn(NamedTuple):
    """What Frida tells of a process that it has stopped; the identifier may be missing."""

    pid: int
    identifier: str | None


class GatingDevice:
    """Signals from a thread of Frida's own, on which nothing may block."""

    is_lost = False

    def __init__(self, *, pending: tuple[Spawn, ...] = (), refuses: bool = False) -> None:
        self.gating = False
        self.resumed: list[int] = []
        self.handlers: dict[str, list[Callable[[Spawn], None]]] = {"spawn-added": [], "spawn-removed": []}
        self.dead: set[int] = set()
        self._pending = pending
        self._refuses = refuses

    def on(self, signal: str, handler: Callable[[Spawn], None]) -> None:
        self.handlers[signal].append(handler)

    def off(self, signal: str, handler: Callable[[Spawn], None]) -> None:
        self.handlers[signal].remove(handler)

    def enable_spawn_gating(self) -> None:
        if self._refuses:
            raise frida.InvalidArgumentError("not implemented")
        self.gating = True

    def disable_spawn_gating(self) -> None:
        self.gating = False

    def enumerate_pending_spawn(self) -> list[Spawn]:
        return list(self._pending)

    def resume(self, pid: int) -> None:
        assert threading.current_thread().name != "frida", "a blocking call on Frida's thread would hang for ever"
        if pid in self.dead:
            raise frida.InvalidArgumentError("invalid PID")
        self.resumed.append(pid)

    def spawned(self, pid: int, identifier: str | None) -> None:
        self.signal("spawn-added", Spawn(pid, identifier))

    def signal(self, name: str, spawn: Spawn) -> None:
        def tell() -> None:
            for handler in list(self.handlers[name]):
                handler(spawn)

        thread = threading.Thread(target=tell, name="frida")
        thread.start()
        thread.join(5)


def until(happened: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


@pytest.mark.parametrize("name", [PACKAGE, f"{PACKAGE}:remote"])
def test_a_process_of_the_package_is_held_until_it_is_released(name: str) -> None:
    device = GatingDevice()
    gate = SpawnGate(device, "P1", PACKAGE)
    device.spawned(7, name)
    held = gate.wait(5)
    assert held is not None and (held.pid, held.name) == (7, name)
    assert device.resumed == []
    assert gate.release(7)
    assert device.resumed == [7]
    gate.close()


@pytest.mark.parametrize("name", ["com.other", f"{PACKAGE}.more", f"{PACKAGE}remote", "", None])
def test_everybody_else_runs_at_once_and_is_never_told(name: str | None) -> None:
    device = GatingDevice()
    gate = SpawnGate(device, "P1", PACKAGE)
    device.spawned(7, name)
    until(lambda: device.resumed == [7])
    assert gate.wait(0.05) is None
    gate.close()


def test_a_stranger_that_cannot_be_resumed_keeps_nobody_else_waiting() -> None:
    device = GatingDevice()
    device.dead.add(7)
    gate = SpawnGate(device, "P1", PACKAGE)
    device.spawned(7, "com.other")
    device.spawned(8, "com.another")
    until(lambda: device.resumed == [8])
    gate.close()


def test_what_was_held_before_we_listened_is_not_forgotten_and_not_told_twice() -> None:
    device = GatingDevice(pending=(Spawn(7, PACKAGE), Spawn(8, "com.other")))
    gate = SpawnGate(device, "P1", PACKAGE)
    device.spawned(7, PACKAGE)
    until(lambda: device.resumed == [8])
    first = gate.wait(5)
    assert first is not None and first.pid == 7
    assert gate.wait(0.05) is None
    gate.close()


def test_one_that_has_ended_meanwhile_is_not_released() -> None:
    device = GatingDevice()
    gate = SpawnGate(device, "P1", PACKAGE)
    device.spawned(7, PACKAGE)
    device.signal("spawn-removed", Spawn(7, PACKAGE))
    assert not gate.release(7)
    device.spawned(9, PACKAGE)
    device.dead.add(9)
    assert not gate.release(9), "Frida did not know it any more"
    gate.close()


def test_closing_lets_all_run_and_switches_gating_off() -> None:
    device = GatingDevice()
    gate = SpawnGate(device, "P1", PACKAGE)
    device.spawned(7, PACKAGE)
    gate.close()
    assert device.resumed == [7]
    assert not device.gating
    assert device.handlers == {"spawn-added": [], "spawn-removed": []}


def test_a_device_that_cannot_do_it_says_so_and_nothing_is_left_behind() -> None:
    device = GatingDevice(refuses=True)
    with pytest.raises(FridaError, match="not implemented"):
        SpawnGate(device, "P1", PACKAGE)
    assert device.handlers == {"spawn-added": [], "spawn-removed": []}


def test_a_device_that_is_gone_ends_the_waiting() -> None:
    device = GatingDevice()
    gate = SpawnGate(device, "P1", PACKAGE)
    device.is_lost = True
    with pytest.raises(FridaError, match="P1"):
        gate.wait(0.01)
    gate.close()
