"""The gate: new processes of a package wait for leave before any code of the app runs in them.

It plays the part of Frida's spawn gating on Android. The owner is a `cmd handset gate` that goes on running: when it is
gone, for whatever reason, everybody goes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.handset.daemon.log import Log

if TYPE_CHECKING:
    from harness.handset.daemon.processes import Process

HELD_S = 10.0  # then a process goes in any case: about what Android grants a process before it counts as hung


class _Gate:
    """One owner's; `held` are the processes that wait, by pid."""

    def __init__(self, tell: Callable[[Process], None]) -> None:
        self.tell = tell
        self.held: dict[int, asyncio.Future[None]] = {}
        self.replaced = asyncio.Event()

    def open(self) -> None:
        for leave in self.held.values():
            if not leave.done():
                leave.set_result(None)


class Gates:
    """Which packages are guarded, and who waits."""

    def __init__(self, log: Log, *, held_s: float = HELD_S) -> None:
        self._log = log
        self._held_s = held_s
        self._gates: dict[str, _Gate] = {}

    def guards(self, package: str) -> bool:
        """Whether a new process of the package must ask for leave."""
        return package in self._gates

    async def own(self, package: str, tell: Callable[[Process], None]) -> None:
        """Guard a package until cancelled, or until somebody else guards it; `tell` is called for each that waits."""
        gate = _Gate(tell)
        before = self._gates.get(package)
        self._gates[package] = gate
        if before is not None:
            before.replaced.set()
        try:
            await gate.replaced.wait()
        finally:
            if self._gates.get(package) is gate:
                del self._gates[package]
            gate.open()

    async def hold(self, process: Process) -> None:
        """Wait for leave, which comes at once where nobody guards (any more), and in the end by itself."""
        gate = self._gates.get(process.package)
        if gate is None:
            return
        leave = gate.held[process.pid] = asyncio.get_running_loop().create_future()
        gate.tell(process)
        try:
            await asyncio.wait_for(leave, self._held_s)
        except TimeoutError:
            words = f"{process.pid}:{process.name} was held for {self._held_s:g} s and goes without leave"
            self._log.system("W", "Gate", words)
        finally:
            del gate.held[process.pid]

    def release(self, pid: int) -> bool:
        """Give leave; false when nobody with this pid waits (any more)."""
        for gate in self._gates.values():
            leave = gate.held.get(pid)
            if leave is not None and not leave.done():
                leave.set_result(None)
                return True
        return False

    def waiting(self) -> list[int]:
        """The pids of all that wait."""
        return sorted(pid for gate in self._gates.values() for pid in gate.held)
