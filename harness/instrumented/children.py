"""Processes that the app starts beside its main one: each is held, hooked before its first instruction, and let go.

What could not be hooked in time, or at all, is a gap and a fault of the run, never silence.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from harness.instrumented.process import WatchedProcess
from harness.instrumented.target import Target
from harness.model.errors import HarnessError
from harness.model.facts import AppProcess, ChildWatch
from harness.model.ports import ChildGate

_LOOK_S = 0.2  # how long closing may have to wait for the thread that looks
_AT_ONCE = 4  # hooked at the same time: a child that takes long must not use up what the others have at the gate


class Children:
    """Watches between `open` and `close`, which may follow each other several times in a run.

    `starting` is held by whoever starts the main process: what is announced meanwhile is looked at when `main_pid` is
    known, in case the gate announces that one too."""

    def __init__(self, target: Target) -> None:
        self.starting = threading.Lock()
        self.main_pid: int | None = None
        self._target = target
        self._told: set[str] = set()
        self._closing = threading.Event()
        self._gate: ChildGate | None = None
        self._looking: threading.Thread | None = None
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="child")
        self._taken: list[Future[None]] = []
        self._watched: list[WatchedProcess] = []
        self._known: set[int] = set()  # pids that have rows

    def open(self) -> None:
        """Hold every new process from now on. Where that cannot be done the run goes on, and says what it misses."""
        self._closing.clear()
        try:
            gate = self._opened()
        except HarnessError as exc:
            self._blind(exc.problem)
            return
        if gate is not None:
            self._gate = gate
            self._looking = threading.Thread(target=self._look, args=(gate,), name="children", daemon=True)
            self._looking.start()

    def attach(self, running: Sequence[AppProcess]) -> None:
        """Hook those that run already; one that cannot be hooked has its rows."""
        for process in running:
            self._known.add(process.pid)
            with suppress(HarnessError):
                self._watched.append(self._target.attach(process))

    def close(self) -> None:
        """Hold no more, and close the books of every child."""
        self._closing.set()
        if self._looking is not None and self._gate is not None:
            self._looking.join()
            self._gate.close()
        bugs = [bug for taken in self._taken if (bug := taken.exception()) is not None]
        with suppress(HarnessError):  # a device that is gone tells nothing, and the run ends for that reason
            self._look_around()
        for watched in self._watched:
            watched.close(self._target.writer)
        self._taken, self._watched, self._known = [], [], set()
        self._looking = self._gate = self.main_pid = None
        for bug in bugs:
            raise bug

    def _opened(self) -> ChildGate | None:
        target = self._target
        match target.device.children:
            case ChildWatch.GATE:
                return target.device.gate(target.package)
            case ChildWatch.SPAWN_GATING:
                return target.probe.gate(target.package)
            case ChildWatch.NONE:
                self._blind("the device's profile knows no way to hold them")
                return None

    def _look(self, gate: ChildGate) -> None:
        while not self._closing.is_set():
            try:
                held = gate.wait(_LOOK_S)
            except HarnessError as exc:
                self._blind(exc.problem)
                return
            if held is not None:
                self._taken.append(self._pool.submit(self._take, gate, held))

    def _take(self, gate: ChildGate, held: AppProcess) -> None:
        with self.starting:
            if held.pid == self.main_pid:
                return  # whoever started it lets it go
            self._known.add(held.pid)
        with suppress(HarnessError):  # its rows say so
            self._watched.append(self._target.attach_held(held, gate))

    def _look_around(self) -> None:
        """What runs at the end and was never announced ran unseen."""
        for process in self._target.device.processes(self._target.package):
            if process.pid != self.main_pid and process.pid not in self._known:
                self._target.unseen(process, "it was not held when it started")

    def _blind(self, why: str) -> None:
        """A run may open several times; it says so once."""
        sentence = f"processes that {self._target.package} starts itself are not watched: {why}"
        if sentence not in self._told:
            self._told.add(sentence)
            self._target.fault(sentence)
