"""A step in one line, as the file says it: names, never their values."""

from __future__ import annotations

from harness.scenario.flow import (
    AssertNotVisible,
    AssertVisible,
    Background,
    Command,
    EraseText,
    Idle,
    InputText,
    LaunchApp,
    LongPressOn,
    PressKey,
    RunFlow,
    ScrollUntilVisible,
    StopApp,
    Swipe,
    TakeScreenshot,
    TapOn,
)


def caption(word: str, command: Command) -> str:
    """`tapOn id 'sign_in'`, `inputText ${EMAIL}`, `idle 2000 ms`."""
    return f"{word} {_detail(command)}".rstrip()


def _detail(command: Command) -> str:  # noqa: PLR0911, PLR0912 - one line for each command that has something to say
    match command:
        case LaunchApp():
            return " ".join(filter(None, [command.app_id, "clearState" if command.clear_state else ""]))
        case StopApp():
            return command.app_id or ""
        case TapOn() | LongPressOn():
            return str(command.target)
        case InputText():
            return command.text
        case EraseText():
            return f"{command.characters} characters"
        case AssertVisible() | AssertNotVisible():
            return str(command.selector)
        case PressKey():
            return command.name
        case ScrollUntilVisible():
            return str(command.element)
        case Swipe():
            return str(command.direction or f"{command.start} to {command.end}")
        case Idle() | Background():
            return f"{command.ms} ms"
        case TakeScreenshot():
            return command.name
        case RunFlow():
            condition = f" when {command.when.true}" if command.when.true else ""
            return f"{command.file or f'{len(command.steps)} commands'}{condition}"
        case _:
            return ""
