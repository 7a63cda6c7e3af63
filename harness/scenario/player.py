"""Plays a flow: every step is told to the observer, with phase, outcome, screenshot, and evidence when it fails."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from harness.model.errors import DeviceLost, HarnessError, ScenarioError
from harness.scenario import expression
from harness.scenario.caption import caption
from harness.scenario.expression import ExpressionError
from harness.scenario.flow import (
    AssertVisible,
    Flow,
    LongPressOn,
    RunFlow,
    Selector,
    Step,
    TakeScreenshot,
    TapOn,
    When,
)
from harness.scenario.look import wait_for, wait_gone
from harness.scenario.observer import Evidence, Outcome, StepEnd, StepStart
from harness.scenario.perform import filled, perform
from harness.scenario.stage import Stage

FIRST_PHASE = "start"
_LOG_LINES = 200


def play(flow: Flow, stage: Stage) -> None:
    """Play it to the end. The error of the step that failed is raised after the observer was told: ScenarioError,
    AppDied, DeviceLost, or whatever the caller's AppControl raises."""
    player = _Player(flow)
    player.steps(flow.steps, replace(stage, env=_extended(stage.env, flow.env)), depth=0, optional=False)


class _Player:
    """Counts the steps and knows the phase in force."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._number = 0
        self._phase = FIRST_PHASE

    def steps(self, steps: tuple[Step, ...], stage: Stage, *, depth: int, optional: bool) -> None:
        for step in steps:
            self._step(step, stage, depth=depth, optional=optional or step.optional)

    def _step(self, step: Step, stage: Stage, *, depth: int, optional: bool) -> None:
        """One step of the file. A touch that begins a phase is looked for first, in the phase that still is in force:
        nothing may count as sent after a choice that was sent while its button was being waited for."""
        if step.phase and isinstance(step.command, TapOn | LongPressOn) and isinstance(step.command.target, Selector):
            waiting = AssertVisible(selector=step.command.target)
            ahead = replace(step, word="assertVisible", command=waiting, label=None)
            if not self._one(ahead, stage, depth=depth, optional=optional, pictured=False):
                return
        done = self._one(step, stage, depth=depth, optional=optional)
        if done and isinstance(step.command, RunFlow):
            self._phase = step.phase or self._phase
            self._inner(step, step.command, stage, depth=depth + 1)

    def _one(self, step: Step, stage: Stage, *, depth: int, optional: bool, pictured: bool = True) -> bool:
        """One step as the observer sees it; False when it was skipped."""
        number = self._begin(step, stage, depth)
        try:
            done = self._do(step, stage, optional=optional)
        except ScenarioError as error:
            if optional:
                self._end(number, step, stage, outcome=Outcome.SKIPPED, reason=f"optional: {error.problem}")
            else:
                self._failed(number, step, stage, error)
            if step.optional:
                return False
            raise _placed(error, step, stage) from error
        except BaseException as error:
            self._failed(number, step, stage, error)
            raise
        # What a runFlow shows is shown by its steps
        picture = _screenshot(stage) if pictured and not isinstance(step.command, RunFlow) else None
        if done:
            self._end(number, step, stage, outcome=Outcome.OK, picture=picture)
        else:
            self._end(number, step, stage, outcome=Outcome.SKIPPED, reason="its condition is false")
        return done

    def _inner(self, step: Step, command: RunFlow, stage: Stage, *, depth: int) -> None:
        """The steps of a runFlow. When it is optional the first that fails ends it, and the flow goes on."""
        inner = replace(stage, env=_extended(stage.env, command.env))
        try:
            self.steps(command.steps, inner, depth=depth, optional=step.optional)
        except ScenarioError:
            if not step.optional:
                raise

    def _do(self, step: Step, stage: Stage, *, optional: bool) -> bool:
        """Carry out one step; False when a condition says that it is not to be."""
        lookup_s = stage.patience.optional_s if optional else stage.patience.lookup_s
        try:
            if isinstance(step.command, RunFlow):
                return _holds(step.command.when, stage)
            perform(step.command, stage, app_id=self._flow.app_id, lookup_s=lookup_s)
        except ExpressionError as exc:
            raise ScenarioError(str(exc), remedy="Give it a value in the suite's or the flow's env.") from exc
        return True

    def _begin(self, step: Step, stage: Stage, depth: int) -> int:
        self._number += 1
        if not isinstance(step.command, RunFlow):
            self._phase = step.phase or self._phase
        command = caption(step.word, step.command)
        stage.observer.step_started(
            StepStart(
                number=self._number,
                depth=depth,
                label=step.label or command,
                phase=self._phase,
                command=command,
                place=step.place,
            )
        )
        return self._number

    def _end(
        self,
        number: int,
        step: Step,
        stage: Stage,
        *,
        outcome: Outcome,
        reason: str = "",
        picture: bytes | None = None,
    ) -> None:
        name = step.command.name if isinstance(step.command, TakeScreenshot) else ""
        stage.observer.step_ended(
            StepEnd(
                number=number,
                outcome=outcome,
                reason=stage.masked(reason),
                screenshot=picture,
                name=expression.fill(name, stage.env),
            )
        )

    def _failed(self, number: int, step: Step, stage: Stage, error: BaseException) -> None:
        reason = error.problem if isinstance(error, HarnessError) else f"{type(error).__name__} {error}".strip()
        lost = isinstance(error, DeviceLost) or not isinstance(error, Exception)
        stage.observer.step_ended(
            StepEnd(
                number=number,
                outcome=Outcome.FAILED,
                reason=stage.masked(f"{step.place}: {reason}"),
                screenshot=None if lost else _screenshot(stage),
                evidence=None if lost else _evidence(stage),
            )
        )


def _holds(when: When, stage: Stage) -> bool:
    """Every condition; the cheap ones first. An element may take the time of an optional step to appear or go."""
    if not when.android or (when.true is not None and not expression.holds(when.true, stage.env)):
        return False
    try:
        if when.visible is not None:
            wait_for(stage, filled(when.visible, stage), timeout_s=stage.patience.optional_s)
        if when.not_visible is not None:
            wait_gone(stage, filled(when.not_visible, stage), timeout_s=stage.patience.optional_s)
    except ScenarioError:
        return False
    return True


def _extended(outer: Mapping[str, str], inner: Mapping[str, str]) -> dict[str, str]:
    """The names of an inner scope over those of the outer one; ${X || 'x'} lets the outer one win."""
    return {**outer, **{name: expression.fill(value, outer) for name, value in inner.items()}}


def _placed(error: ScenarioError, step: Step, stage: Stage) -> ScenarioError:
    """The error with the line of the flow, without secrets."""
    return ScenarioError(stage.masked(f"{step.place}: {error.problem}"), remedy=stage.masked(error.remedy))


def _screenshot(stage: Stage) -> bytes | None:
    """None when there is none to be had; a device that is gone is noticed by the next command."""
    try:
        return stage.device.screenshot()
    except HarnessError:
        return None


def _evidence(stage: Stage) -> Evidence:
    """What can still be had; the failure itself is not to be hidden by another one."""
    hierarchy = focus = log = ""
    with suppress(HarnessError):
        hierarchy = stage.device.hierarchy()
    with suppress(HarnessError):
        focus = stage.device.focus() or ""
    with suppress(HarnessError):
        log = stage.device.shell(["logcat", "-d", "-v", "threadtime", "-t", str(_LOG_LINES)]).stdout
    return Evidence(hierarchy=stage.masked(hierarchy), focus=focus, log=stage.masked(log))
