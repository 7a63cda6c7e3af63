"""What the player tells its caller about each step. run.py stores it; nothing here knows where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from harness.scenario.flow import Place


class Outcome(StrEnum):
    """How a step ended. An optional step that could not be done is skipped, with the reason."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStart:
    """A step about to be done. Steps follow each other and never overlap: what runFlow runs are steps of their own, and
    a touch that begins a phase is two (the wait for its element, then the touch, with which the phase begins)."""

    number: int  # from 1, counted over the whole play
    depth: int  # 0 in the flow itself, 1 in what it runs, ...
    label: str  # the step's label, or the command as text
    phase: str  # in force from this step on
    command: str  # as the file says it: ${NAME}, never its value
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the device showed when a step failed. Parts that could not be had are empty."""

    hierarchy: str = ""
    focus: str = ""
    log: str = ""  # the last lines of logcat


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEnd:
    """How it went. `screenshot` is PNG, None when none could be taken."""

    number: int
    outcome: Outcome
    reason: str = ""
    screenshot: bytes | None = None
    name: str = ""  # of takeScreenshot
    evidence: Evidence | None = None


class Observer(Protocol):
    """Called on the player's thread."""

    def step_started(self, step: StepStart) -> None: ...

    def step_ended(self, end: StepEnd) -> None: ...


class Watcher:
    """An Observer that only remembers."""

    def __init__(self) -> None:
        self.started: list[StepStart] = []
        self.ended: list[StepEnd] = []

    def step_started(self, step: StepStart) -> None:
        self.started.append(step)

    def step_ended(self, end: StepEnd) -> None:
        self.ended.append(end)
