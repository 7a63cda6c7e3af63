"""Carries out one command on the device. Names are already filled in; waiting is done by looking, not by sleeping."""

from __future__ import annotations

import time
from typing import assert_never

from harness.model.errors import ScenarioError
from harness.scenario import expression
from harness.scenario.flow import (
    AssertNotVisible,
    AssertVisible,
    Background,
    Command,
    EraseText,
    HideKeyboard,
    Idle,
    IdleUntilSettled,
    InputText,
    LaunchApp,
    LongPressOn,
    PressKey,
    RunFlow,
    ScrollUntilVisible,
    Selector,
    StopApp,
    Swipe,
    TakeScreenshot,
    TapOn,
    Target,
    WaitForAnimationToEnd,
)
from harness.scenario.gestures import Pixels, finger_for, pixels, stroke
from harness.scenario.keys import BACK, BACKSPACE, HOME, SCREEN_OFF
from harness.scenario.launch import Launch
from harness.scenario.look import look, rest, settle, wait_for, wait_gone
from harness.scenario.stage import Stage
from harness.scenario.ui import find

_LONG_PRESS_MS = 1500  # Android's own threshold is 500


def perform(  # noqa: PLR0912 - a branch for each command, so that mypy names the one that is missing
    command: Command, stage: Stage, *, app_id: str, lookup_s: float
) -> None:
    """Do it, or raise ScenarioError. RunFlow is the player's business."""
    match command:
        case LaunchApp():
            _launch(command, stage, command.app_id or app_id)
        case StopApp():
            stage.app.stop(command.app_id or app_id)
        case TapOn() | LongPressOn():
            _touch(command, stage, lookup_s)
        case InputText():
            _type(command, stage)
        case EraseText():
            _erase(command, stage)
        case AssertVisible():
            wait_for(stage, filled(command.selector, stage), timeout_s=_seconds(command.timeout_ms, lookup_s))
        case AssertNotVisible():
            wait_gone(stage, filled(command.selector, stage), timeout_s=_seconds(command.timeout_ms, lookup_s))
        case PressKey():
            stage.device.key(command.code)
            if command.code not in SCREEN_OFF:
                rest(stage)
        case Swipe():
            _swipe(command, stage, lookup_s)
        case ScrollUntilVisible():
            _scroll_until(command, stage)
        case HideKeyboard():
            _hide_keyboard(stage)
        case WaitForAnimationToEnd() | IdleUntilSettled():
            settle(stage, timeout_s=command.timeout_ms / 1000)
        case Idle():
            stage.pause(command.ms / 1000)
        case Background():
            _background(command, stage, app_id)
        case TakeScreenshot() | RunFlow():
            pass
        case _:
            assert_never(command)


def filled(selector: Selector, stage: Stage) -> Selector:
    """The selector with its ${...} replaced."""
    return Selector(
        text=expression.fill(selector.text, stage.env) if selector.text is not None else None,
        id=expression.fill(selector.id, stage.env) if selector.id is not None else None,
        index=selector.index,
        enabled=selector.enabled,
        checked=selector.checked,
        selected=selector.selected,
        focused=selector.focused,
    )


def _launch(command: LaunchApp, stage: Stage, package: str) -> None:
    stage.device.wake()
    stage.app.launch(
        Launch(
            package=package,
            clear_state=command.clear_state,
            stop_app=command.stop_app,
            permissions=command.permissions,
        )
    )
    _wait_in_front(stage, package)


def _wait_in_front(stage: Stage, package: str) -> None:
    end = time.monotonic() + stage.patience.launch_s
    while (focus := stage.device.focus() or "").partition("/")[0] != package:
        stage.app.check()
        if time.monotonic() > end:
            raise ScenarioError(
                f"{package} is not in front after {stage.patience.launch_s:g} s, but {focus or 'nothing'}",
                remedy="Unlock the device; see whether another window covers the app.",
            )
        time.sleep(stage.patience.poll_s)
    rest(stage)


def _touch(command: TapOn | LongPressOn, stage: Stage, lookup_s: float) -> None:
    x, y = _place(command.target, stage, lookup_s)
    match command:
        case LongPressOn():
            stage.device.swipe((x, y), (x, y), ms=_LONG_PRESS_MS)
        case TapOn():
            for number in range(command.repeat):
                time.sleep(command.delay_ms / 1000 if number else 0)
                stage.device.tap(x, y)
    rest(stage)


def _place(target: Target, stage: Stage, lookup_s: float) -> Pixels:
    if isinstance(target, Selector):
        return wait_for(stage, filled(target, stage), timeout_s=lookup_s).bounds.middle
    return pixels(target, look(stage).bounds)


def _type(command: InputText, stage: Stage) -> None:
    if not find(look(stage), Selector(focused=True)):
        raise ScenarioError("no field has the focus, so typing would go nowhere", remedy="tapOn the field first.")
    secret = not stage.secrets.isdisjoint(expression.mentioned(command.text))
    stage.device.text(expression.fill(command.text, stage.env), secret=secret)


def _erase(command: EraseText, stage: Stage) -> None:
    fields = find(look(stage), Selector(focused=True))
    if not fields:
        raise ScenarioError("no field has the focus, so nothing can be erased", remedy="tapOn the field first.")
    held = len(fields[0].text)
    stage.device.key(BACKSPACE, times=min(command.characters, held) or 1)


def _swipe(command: Swipe, stage: Stage, lookup_s: float) -> None:
    screen = look(stage).bounds
    if command.start is not None and command.end is not None:
        start, end = pixels(command.start, screen), pixels(command.end, screen)
    elif command.direction is not None:
        origin = command.origin and wait_for(stage, filled(command.origin, stage), timeout_s=lookup_s).bounds.middle
        start, end = stroke(command.direction, screen, origin or None)
    else:
        return
    stage.device.swipe(start, end, ms=command.ms)
    rest(stage)


def _scroll_until(command: ScrollUntilVisible, stage: Stage) -> None:
    selector = filled(command.element, stage)
    end = time.monotonic() + command.timeout_ms / 1000
    while True:
        stage.app.check()
        screen = look(stage)
        if any(screen.shown(element) * 100 >= command.visible_percent for element in find(screen, selector)):
            return
        if time.monotonic() > end:
            raise ScenarioError(
                f"scrolling {command.direction.lower()} for {command.timeout_ms / 1000:g} s showed no {selector}",
                remedy="Check the selector and the direction.",
            )
        middle = ((screen.bounds.left + screen.bounds.right) // 2, (screen.bounds.top + screen.bounds.bottom) // 2)
        start, to = stroke(finger_for(command.direction), screen.bounds, middle)
        stage.device.swipe(start, to, ms=command.swipe_ms)
        rest(stage)


def _hide_keyboard(stage: Stage) -> None:
    """BACK hides a keyboard; without one it would leave the screen, so ask first."""
    shown = stage.device.shell(["dumpsys", "input_method"]).stdout
    if "mInputShown=true" in shown:
        stage.device.key(BACK)
        rest(stage)


def _background(command: Background, stage: Stage, app_id: str) -> None:
    stage.device.key(HOME)
    stage.pause(command.ms / 1000)
    stage.device.start(app_id)
    _wait_in_front(stage, app_id)


def _seconds(timeout_ms: int | None, lookup_s: float) -> float:
    return lookup_s if timeout_ms is None else timeout_ms / 1000
