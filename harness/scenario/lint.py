"""What is wrong with a flow, and what is worth knowing of it, without a device."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.model.errors import Fault
from harness.scenario.commands import OURS
from harness.scenario.flow import Flow, Idle, Step, every_step
from harness.scenario.load import read_flow

_LONG_IDLE_MS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """The findings of one flow file and those it runs. Notes are no faults."""

    flow: Flow | None
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]
    portable: bool  # Maestro plays it as it is


def lint(path: Path, *, names: Iterable[str] | None = None) -> Lint:
    """Everything at once; `names` as for load_flow."""
    flow, faults = read_flow(path, names=names)
    steps = every_step(flow.steps) if flow is not None else []
    faults += [fault for step in steps for fault in _phase_faults(step)]
    ours = [step for step in steps if step.word in OURS]
    notes = [
        _note(step, f"{step.word} is ours; Maestro refuses it", "Leave it if only this harness runs the flow.")
        for step in ours
    ]
    notes += [
        _note(
            step, f"waits blindly for {step.command.ms / 1000:g} s", "Wait for something visible instead, if you can."
        )
        for step in steps
        if isinstance(step.command, Idle) and step.command.ms >= _LONG_IDLE_MS
    ]
    return Lint(flow=flow, faults=tuple(faults), notes=tuple(notes), portable=not faults and not ours)


def _phase_faults(step: Step) -> list[Fault]:
    if step.phase is None and (step.label or "").strip().lower().startswith("phase"):
        return [_note(step, f"{step.label!r} sets no phase", 'Write `label: "phase: after sign-in"`.')]
    return []


def _note(step: Step, problem: str, remedy: str) -> Fault:
    return Fault(file=step.place.file, line=step.place.line, problem=problem, remedy=remedy)
