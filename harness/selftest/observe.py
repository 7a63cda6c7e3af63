"""A hooked session as the self-test sees it: how many calls came, whether the books closed, what went wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from harness.model.ports import Session
from harness.model.records import (
    AgentFault,
    Counters,
    Detached,
    Event,
    HookReport,
    HookStatus,
    Ready,
    Record,
    SelfCheck,
)
from harness.selftest.program import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What a hooked session recorded of the program."""

    runtime: str | None  # "jvm", "art"; None when the agent never spoke
    captured: int  # events that arrived
    dropped: int
    closed: bool  # called = captured + dropped, after the last call
    in_place: int  # hooks
    unproven: tuple[str, ...]  # hooks that should have been set and called, and were not, each with the reason
    faults: tuple[str, ...]
    self_check: SelfCheck | None
    ended: str | None  # Frida's word for the end; None when the program was still running


class Sink:
    """Counts as records arrive: the program makes more calls than are worth keeping."""

    def __init__(self) -> None:
        self._events = 0
        self._reports: dict[int, HookReport] = {}
        self._counters: Counters | None = None
        self._faults: list[str] = []
        self._ready: Ready | None = None
        self._self_check: SelfCheck | None = None
        self._detached: Detached | None = None
        self._ended = threading.Event()

    def __call__(self, record: Record) -> None:
        match record:
            case Event():
                self._events += record.pulse is None
            case HookReport():
                self._reports[record.index] = record
            case Counters():
                self._counters = record
            case AgentFault():
                self._faults.append(f"{record.where}: {record.message}")
            case Ready():
                self._ready = record
            case SelfCheck():
                self._self_check = record
            case Detached():
                self._detached = record
                self._ended.set()
            case _:  # what was said in the calls is not the self-test's concern
                pass

    def wait_for_end(self, timeout_s: float) -> bool:
        return self._ended.wait(timeout_s)

    def observed(self, plan: Plan) -> Observed:
        counters = self._counters
        called = counters.called if counters is not None else ()
        dropped = sum(counters.dropped) if counters is not None else 0
        final = counters is not None and counters.final
        in_place = [report for report in self._reports.values() if report.status is HookStatus.INSTALLED]
        return Observed(
            runtime=self._ready.runtime if self._ready is not None else None,
            captured=self._events,
            dropped=dropped,
            closed=final and sum(called) == self._events + dropped,
            in_place=len(in_place),
            unproven=self._unproven(plan, called),
            faults=tuple(self._faults),
            self_check=self._self_check,
            ended=self._detached.reason if self._detached is not None else None,
        )

    def _unproven(self, plan: Plan, called: tuple[int, ...]) -> tuple[str, ...]:
        """A comparison proves nothing about a method whose hook was not there."""
        found: list[str] = []
        for index, hook in enumerate(plan.hooks):
            report = self._reports.get(index)
            if hook.key in plan.never:
                if report is not None and report.status is HookStatus.INSTALLED and report.initialised_by_us:
                    found.append(f"{hook.key}: initialised for our sake")
            elif report is None or report.status is not HookStatus.INSTALLED:
                found.append(f"{hook.key}: {'no answer' if report is None else report.reason or report.status}")
            elif index >= len(called) or called[index] == 0:
                found.append(f"{hook.key}: not called")
        return tuple(found)


def observe(spawn: Callable[[Sink], Session], plan: Plan, *, timeout_s: float, kill: Callable[[int], None]) -> Observed:
    """Let a spawned program run to its own end; one that does not end is killed."""
    sink = Sink()
    session = spawn(sink)
    ended = False
    try:
        session.resume()
        ended = sink.wait_for_end(timeout_s)
        return sink.observed(plan)
    finally:
        if not ended:
            kill(session.pid)
        session.close()
