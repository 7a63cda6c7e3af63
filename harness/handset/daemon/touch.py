"""`input`: taps, swipes, text and keys, delivered to what is in front; each ends when the app has handled it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from harness.handset.daemon import am, keys
from harness.handset.daemon.call import Call, Output, ShellException, illegal_argument, take_flag, take_option
from harness.handset.daemon.system_windows import icons, wait_button
from harness.handset.daemon.window import hit

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

_LONG_PRESS_MS = 500
_SOURCES = ("touchscreen", "keyboard", "mouse", "touchpad", "stylus", "dpad", "gamepad", "touchnavigation", "trackball")
_USAGE = "Usage: input [<source>] [-d DISPLAY_ID] <command> [<arg>...]"


async def touch(phone: Phone, call: Call, out: Output) -> int:
    """Dispatch on the word after `input` (and its optional source)."""
    words = call.arguments
    take_option(words, "-d")
    if words and words[0] in _SOURCES:
        words.pop(0)
    if not words:
        out.error(_USAGE)
        return 1
    command = _COMMANDS.get(words[0])
    if command is None:
        return _invalid(phone, f"Unknown command: {words[0]}", out)
    try:
        await command(phone, replace(call, argv=tuple(words)))
    except _WrongArguments:
        return _invalid(phone, f"Invalid arguments for command: {words[0]}", out)
    return 0


class _WrongArguments(Exception):
    pass


def _invalid(phone: Phone, problem: str, out: Output) -> int:
    if phone.api >= 31:
        raise illegal_argument(problem)
    out.error(f"Error: {problem}")
    out.error(_USAGE)
    return 0


def _numbers(phone: Phone, words: list[str]) -> list[int]:
    try:
        return [int(float(word)) for word in words]
    except ValueError as exc:
        if phone.api < 31:
            raise _WrongArguments from exc
        wrong = next(word for word in words if not word.lstrip("-").replace(".", "", 1).isdigit())
        raise ShellException("java.lang.NumberFormatException", f'For input string: "{wrong}"') from exc


async def _tap(phone: Phone, call: Call) -> None:
    if len(call.arguments) != 2:
        raise _WrongArguments
    x, y = _numbers(phone, call.arguments)
    await press(phone, x, y, long=False)


async def press(phone: Phone, x: int, y: int, *, long: bool) -> None:
    """A finger at a point."""
    seen = phone.screen.seen()
    if seen is not None:
        seen.send("touch", x=x, y=y, long=long)
        await phone.processes.settled(seen)
    elif phone.screen.interactive and not phone.screen.locked and phone.screen.dialog is not None:
        if hit(wait_button(), x, y) is not None:
            phone.screen.dialog = None
    elif phone.screen.interactive and not phone.screen.locked:
        for package, icon in icons(phone):
            if hit(icon, x, y) is not None:
                await am.open_app(phone, package)


async def _swipe(phone: Phone, call: Call) -> None:
    words = call.arguments
    if len(words) not in (4, 5):
        raise _WrongArguments
    x1, y1, x2, y2, *rest = _numbers(phone, words)
    duration = rest[0] if rest else 300
    seen = phone.screen.seen()
    if phone.screen.locked and y1 - y2 > 300:
        phone.screen.unlock()
    elif (x1, y1) == (x2, y2):
        await press(phone, x1, y1, long=duration >= _LONG_PRESS_MS)
    elif seen is not None:
        seen.send("swipe", x1=x1, y1=y1, x2=x2, y2=y2, ms=duration)
        await phone.processes.settled(seen)


async def _text(phone: Phone, call: Call) -> None:
    if len(call.arguments) != 1:
        raise _WrongArguments
    text = call.arguments[0].replace("%s", " ")
    if not text.isascii():
        # the virtual keyboard has no key for it, and Android's code does not check
        raise ShellException("java.lang.NullPointerException", "Attempt to get length of null array")
    seen = phone.screen.seen()
    if phone.screen.locked:
        phone.screen.typed(text)
    if seen is not None and text:
        seen.send("text", text=text)
        await phone.processes.settled(seen)


async def _keyevent(phone: Phone, call: Call) -> None:
    words = call.arguments
    long = take_flag(words, "--longpress")
    take_flag(words, "--doubletap")
    take_flag(words, "--async")
    if not words:
        raise _WrongArguments
    for word in words:
        await keys.press(phone, keys.code(word), long=long)


async def _nothing(phone: Phone, call: Call) -> None:
    """Accepted without effect: single motions, trackball, key combinations."""


_COMMANDS: dict[str, Callable[[Phone, Call], Awaitable[None]]] = {
    "tap": _tap,
    "swipe": _swipe,
    "draganddrop": _swipe,
    "text": _text,
    "keyevent": _keyevent,
    "motionevent": _nothing,
    "press": _nothing,
    "roll": _nothing,
    "keycombination": _nothing,
}
