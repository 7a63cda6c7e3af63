"""What is watched, where and with what; and the two ways to hook a process of it that is there already."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from harness.instrumented.process import WatchedProcess
from harness.model.errors import HarnessError
from harness.model.facts import AppProcess
from harness.model.hook import Hook
from harness.model.ports import ChildGate, Device, Probe
from harness.model.records import IN_FLIGHT_BOUND
from harness.store import RunWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One app on one device, and the rows that tell of it."""

    package: str
    device: Device
    probe: Probe
    hooks: Sequence[Hook]
    writer: RunWriter

    def announce(self, name: str, *, how: str) -> WatchedProcess:
        """The rows of a process that is about to be hooked."""
        rows = self.writer.start_process(name, how=how, hooks=self.hooks, in_flight_bound=IN_FLIGHT_BOUND)
        return WatchedProcess(rows)

    def attach(self, process: AppProcess) -> WatchedProcess:
        """Hook a process that runs already. What it did before is a gap."""
        found_ms = now_ms()
        watched = self._hooked(process, how="attached", from_ms=process.started_ms or found_ms)
        since = "" if process.started_ms is not None else ", at a time that is not known"
        why = f"attached after the app had started{since}: nothing before this could be seen"
        watched.rows.add_gap(from_ms=process.started_ms or found_ms, to_ms=now_ms(), why=why)
        return watched

    def attach_held(self, process: AppProcess, gate: ChildGate) -> WatchedProcess:
        """Hook a process that a gate holds, and let it go: in any case, for nothing of ours may stop the app."""
        held_ms = now_ms()
        in_time = False
        try:
            watched = self._hooked(process, how="child", from_ms=held_ms)
            watched.wait_for_signs()
        finally:
            in_time = _let_go(gate, process.pid)
        if not in_time:
            why = f"{process.name} was let go before its hooks were in place"
            watched.rows.add_gap(from_ms=held_ms, to_ms=now_ms(), why=why)
            self.fault(why, watched)
        return watched

    def unseen(self, process: AppProcess, why: str) -> None:
        """A process that ran, and nothing of it was or will be seen."""
        rows = self.writer.start_process(process.name, how="child", hooks=())
        self._never_hooked(WatchedProcess(rows), process, from_ms=process.started_ms or now_ms(), why=why)

    def fault(self, message: str, watched: WatchedProcess | None = None) -> None:
        self.writer.add_fault("children", message, process=None if watched is None else watched.rows.id)

    def _hooked(self, process: AppProcess, *, how: str, from_ms: float) -> WatchedProcess:
        watched = self.announce(process.name, how=how)
        try:
            watched.begin(self.probe.attach(process.pid, self.hooks, watched))
        except HarnessError as exc:
            self._never_hooked(watched, process, from_ms=from_ms, why=exc.problem)
            raise
        return watched

    def _never_hooked(self, watched: WatchedProcess, process: AppProcess, *, from_ms: float, why: str) -> None:
        sentence = f"{process.name} (process {process.pid}) was not watched: {why}"
        watched.rows.end(f"never hooked: {why}")
        watched.rows.add_gap(from_ms=from_ms, to_ms=None, why=sentence)
        self.fault(sentence, watched)


def now_ms() -> float:
    """The host's clock, as all rows of a run have it."""
    return time.time() * 1000


def _let_go(gate: ChildGate, pid: int) -> bool:
    try:
        return gate.release(pid)
    except HarnessError:  # the gate is gone, and with it everybody has been let go
        return False
