"""The commands of a flow, one reader each, in a dict one can read. Names and meanings are Maestro's but for OURS."""

# ruff: noqa: SIM905 - word lists are read as text

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.scenario.flow import (
    AssertNotVisible,
    AssertVisible,
    Background,
    Command,
    Direction,
    EraseText,
    HideKeyboard,
    Idle,
    IdleUntilSettled,
    InputText,
    LaunchApp,
    LongPressOn,
    PressKey,
    ScrollUntilVisible,
    StopApp,
    Swipe,
    TakeScreenshot,
    TapOn,
    WaitForAnimationToEnd,
)
from harness.scenario.keys import BACK, KEY_CODES, key_named
from harness.scenario.permissions import unknown_permission
from harness.scenario.reader import SELECTOR_KEYS, Reader
from harness.yamlfields import Fields
from harness.yamlmarks import suggestion

OURS = ("idle", "background")  # a flow with these does not run in Maestro
_ERASE_ALL = 50  # characters, Maestro's number
_DIRECTIONS = tuple(Direction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """How a command is written: its keys, the key that a single value stands for, whether it may stand alone."""

    read: Callable[[Fields, Reader], Command]
    keys: tuple[str, ...] = ()
    short: str | None = None
    bare: bool = False


def _launch(fields: Fields, _: Reader) -> Command:
    permissions = fields.table("permissions")
    for name, answer in permissions.items():
        problem = unknown_permission(name)
        if problem:
            fields.fault("permissions", problem, remedy="Write `camera: allow`, or Android's full name.")
        if answer not in ("allow", "deny", "unset"):
            fields.fault("permissions", f"{name} cannot be {answer!r}", remedy="Write allow, deny or unset.")
    return LaunchApp(
        app_id=fields.optional_text("appId"),
        clear_state=fields.boolean("clearState"),
        stop_app=fields.boolean("stopApp", default=True),
        permissions=tuple(permissions.items()),
    )


def _stop(fields: Fields, _: Reader) -> Command:
    return StopApp(app_id=fields.optional_text("appId"))


def _tap(fields: Fields, reader: Reader) -> Command:
    return TapOn(
        target=reader.target(fields),
        repeat=fields.integer("repeat", 1, least=1),
        delay_ms=fields.integer("delay", 100),
    )


def _double_tap(fields: Fields, reader: Reader) -> Command:
    return TapOn(target=reader.target(fields), repeat=2, delay_ms=fields.integer("delay", 100))


def _long_press(fields: Fields, reader: Reader) -> Command:
    return LongPressOn(target=reader.target(fields))


def _input(fields: Fields, reader: Reader) -> Command:
    fields.require("text")
    return InputText(text=reader.template(fields, "text"))


def _erase(fields: Fields, _: Reader) -> Command:
    return EraseText(characters=fields.integer("charactersToErase", _ERASE_ALL, least=1))


def _visible(fields: Fields, reader: Reader) -> Command:
    return AssertVisible(selector=reader.selector(fields))


def _not_visible(fields: Fields, reader: Reader) -> Command:
    return AssertNotVisible(selector=reader.selector(fields))


def _wait_until(fields: Fields, reader: Reader) -> Command:
    visible, hidden = reader.nested(fields, "visible"), reader.nested(fields, "notVisible")
    timeout_ms = fields.integer("timeout", 0, least=1) if "timeout" in fields else None
    if (visible is None) == (hidden is None):
        reader.faults.append(
            fields.node.fault("extendedWaitUntil waits for one thing", remedy="Give visible or notVisible.")
        )
    if hidden is not None:
        return AssertNotVisible(selector=hidden, timeout_ms=timeout_ms)
    return AssertVisible(selector=visible or reader.selector(fields), timeout_ms=timeout_ms)


def _press(fields: Fields, _: Reader) -> Command:
    fields.require("key")
    name = fields.text("key")
    known = key_named(name)
    if known is None and name:
        fields.fault("key", f"unknown key {name!r}", remedy=suggestion(name.title(), KEY_CODES))
    return PressKey(name=known[0], code=known[1]) if known else PressKey(name=name, code=0)


def _back(_: Fields, __: Reader) -> Command:
    return PressKey(name="Back", code=BACK)


def _scroll(_: Fields, __: Reader) -> Command:
    return Swipe(direction=Direction.UP)


def _swipe(fields: Fields, reader: Reader) -> Command:
    line = "start" in fields or "end" in fields
    if line == ("direction" in fields):
        reader.faults.append(
            fields.node.fault("swipe needs either a direction, or start and end", remedy='Write `direction: "UP"`.')
        )
    if line:
        fields.require("start", "end")
    return Swipe(
        direction=Direction(fields.one_of("direction", _DIRECTIONS)) if "direction" in fields else None,
        origin=reader.nested(fields, "from"),
        start=reader.point(fields, "start") if "start" in fields else None,
        end=reader.point(fields, "end") if "end" in fields else None,
        ms=fields.integer("duration", 400, least=1),
    )


def _scroll_until(fields: Fields, reader: Reader) -> Command:
    fields.require("element")
    speed = fields.integer("speed", 40)
    return ScrollUntilVisible(
        element=reader.nested(fields, "element") or reader.selector(fields),
        direction=Direction(fields.one_of("direction", ("DOWN", "UP", "LEFT", "RIGHT"))),
        timeout_ms=fields.integer("timeout", 20_000, least=1),
        swipe_ms=1000 * (100 - min(speed, 100)) // 100 + 1,
        visible_percent=fields.integer("visibilityPercentage", 100, least=1),
    )


def _hide_keyboard(_: Fields, __: Reader) -> Command:
    return HideKeyboard()


def _screenshot(fields: Fields, reader: Reader) -> Command:
    fields.require("path")
    return TakeScreenshot(name=reader.template(fields, "path"))


def _animation(fields: Fields, _: Reader) -> Command:
    return WaitForAnimationToEnd(timeout_ms=fields.integer("timeout", 15_000, least=1))


def _idle(fields: Fields, reader: Reader) -> Command:
    if "ms" in fields:
        return Idle(ms=fields.integer("ms", 0))
    fields.require("until")
    fields.one_of("until", ("settled",))
    return IdleUntilSettled(timeout_ms=fields.integer("timeout", 15_000, least=1))


def _background(fields: Fields, _: Reader) -> Command:
    fields.require("ms")
    return Background(ms=fields.integer("ms", 0))


_TOUCH_KEYS = (*SELECTOR_KEYS, "point")

SPECS: dict[str, Spec] = {
    "launchApp": Spec(read=_launch, keys=("appId", "clearState", "stopApp", "permissions"), short="appId", bare=True),
    "stopApp": Spec(read=_stop, keys=("appId",), short="appId", bare=True),
    "tapOn": Spec(read=_tap, keys=(*_TOUCH_KEYS, "repeat", "delay"), short="text"),
    "doubleTapOn": Spec(read=_double_tap, keys=(*_TOUCH_KEYS, "delay"), short="text"),
    "longPressOn": Spec(read=_long_press, keys=_TOUCH_KEYS, short="text"),
    "inputText": Spec(read=_input, keys=("text",), short="text"),
    "eraseText": Spec(read=_erase, keys=("charactersToErase",), short="charactersToErase", bare=True),
    "assertVisible": Spec(read=_visible, keys=SELECTOR_KEYS, short="text"),
    "assertNotVisible": Spec(read=_not_visible, keys=SELECTOR_KEYS, short="text"),
    "extendedWaitUntil": Spec(read=_wait_until, keys=("visible", "notVisible", "timeout")),
    "pressKey": Spec(read=_press, keys=("key",), short="key"),
    "back": Spec(read=_back, bare=True),
    "scroll": Spec(read=_scroll, bare=True),
    "scrollUntilVisible": Spec(
        read=_scroll_until, keys=("element", "direction", "timeout", "speed", "visibilityPercentage")
    ),
    "swipe": Spec(read=_swipe, keys=("direction", "from", "start", "end", "duration")),
    "hideKeyboard": Spec(read=_hide_keyboard, bare=True),
    "takeScreenshot": Spec(read=_screenshot, keys=("path",), short="path"),
    "waitForAnimationToEnd": Spec(read=_animation, keys=("timeout",), bare=True),
    "idle": Spec(read=_idle, keys=("ms", "until", "timeout"), short="ms"),
    "background": Spec(read=_background, keys=("ms",), short="ms"),
}

# Maestro's other commands: refused by name, so that nobody takes a silent skip for a measurement
LATER = frozenset(
    "action addMedia assertDarkMode assertLightMode assertNoDefectsWithAI assertScreenshot assertTrue assertWithAI "
    "clearKeychain clearState copyTextFrom drag evalScript extractTextWithAI inputRandomCityName inputRandomColorName "
    "inputRandomCountryName inputRandomEmail inputRandomNumber inputRandomPersonName inputRandomText killApp "
    "openBrowser openLink pasteText repeat retry runScript setAirplaneMode setClipboard setDarkMode setLocation "
    "setOrientation setPermissions startRecording stopRecording toggleAirplaneMode toggleDarkMode travel".split()
)
