"""Looking at the screen until it shows something, shows it no longer, or stands still."""

from __future__ import annotations

import time
from collections.abc import Callable
from difflib import get_close_matches

from harness.model.errors import DeviceError, DeviceLost, ScenarioError
from harness.scenario.flow import Selector
from harness.scenario.stage import Stage
from harness.scenario.ui import Element, Screen, ScreenError, find, read_screen

_SHOWN_CANDIDATES = 12


def look(stage: Stage) -> Screen:
    """The screen now. A hierarchy that cannot be read counts as a broken scenario only to those who insist."""
    try:
        return read_screen(stage.device.hierarchy())
    except ScreenError as exc:
        raise ScenarioError(f"the screen shows nothing that can be read: {exc}", remedy="Is the app in front?") from exc


def wait_for(stage: Stage, selector: Selector, *, timeout_s: float) -> Element:
    """The best match, as soon as there is one. ScenarioError says what the screen has instead."""
    found: tuple[Element, ...] = ()

    def seen(screen: Screen) -> bool:
        nonlocal found
        found = find(screen, selector)
        return bool(found)

    last = until(stage, seen, timeout_s=timeout_s)
    if found:
        return found[0]
    raise ScenarioError(
        f"no element with {selector} on the screen within {timeout_s:g} s", remedy=_candidates(last, selector)
    )


def wait_gone(stage: Stage, selector: Selector, *, timeout_s: float) -> None:
    """Until no element matches."""
    gone = False

    def missing(screen: Screen) -> bool:
        nonlocal gone
        gone = not find(screen, selector)
        return gone

    until(stage, missing, timeout_s=timeout_s)
    if not gone:
        raise ScenarioError(
            f"an element with {selector} is still on the screen after {timeout_s:g} s", remedy="Is it the right one?"
        )


def until(stage: Stage, holds: Callable[[Screen], bool], *, timeout_s: float) -> Screen:
    """Look until `holds`, or until time is up; the last screen either way."""
    end = time.monotonic() + timeout_s
    while True:
        stage.app.check()
        screen = look(stage)
        if holds(screen) or time.monotonic() >= end:
            return screen
        time.sleep(min(stage.patience.poll_s, max(0.0, end - time.monotonic())))


def rest(stage: Stage) -> None:
    """Let the screen answer a touch: one look is enough, for uiautomator itself waits until the app is idle. A screen
    that never rests is no fault here; whoever looks for something on it next will say so."""
    stage.app.check()
    try:
        look(stage)
    except DeviceLost:
        raise
    except (ScenarioError, DeviceError):
        return


def settle(stage: Stage, *, timeout_s: float) -> bool:
    """Until two looks show the same; False when it never stood still."""
    before: Screen | None = None
    still = False

    def same(screen: Screen) -> bool:
        nonlocal before, still
        still, before = screen == before, screen
        return still

    until(stage, same, timeout_s=timeout_s)
    return still


def _candidates(screen: Screen, selector: Selector) -> str:
    """What the screen offers, the nearest to what was meant first."""
    wanted = selector.id or selector.text or ""
    offers = {_name(element): element for element in screen.elements() if element.id or element.texts}
    near = get_close_matches(wanted, [name.removeprefix("id ") for name in offers], n=1, cutoff=0.5)
    if near:
        return f"Did you mean {near[0]!r}?"
    shown = ", ".join(list(offers)[:_SHOWN_CANDIDATES])
    return f"On the screen: {shown or 'nothing with a name'}."


def _name(element: Element) -> str:
    return f"id {element.id.rpartition('/')[2]}" if element.id else repr(element.texts[0])
