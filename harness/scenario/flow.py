"""A flow as values: what load reads, lint judges and the player carries out. Text keeps its ${...}."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a file something stands; lines count from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Which element. `text` and `id` are regular expressions for the whole value; all given conditions must hold."""

    text: str | None = None
    id: str | None = None
    index: int | None = None  # among all matches, top to bottom, left to right; negative from the end
    enabled: bool | None = None
    checked: bool | None = None
    selected: bool | None = None
    focused: bool | None = None

    def __str__(self) -> str:
        given = ((name, getattr(self, name)) for name in self.__slots__)
        return ", ".join(f"{name} {_shown(value)}" for name, value in given if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place on the screen: pixels, or percent of its width and height."""

    x: int
    y: int
    percent: bool

    def __str__(self) -> str:
        sign = "%" if self.percent else ""
        return f"point {self.x}{sign},{self.y}{sign}"


Target = Selector | Point


class Direction(StrEnum):
    """Where the finger goes."""

    UP = "UP"
    DOWN = "DOWN"
    LEFT = "LEFT"
    RIGHT = "RIGHT"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchApp:
    app_id: str | None = None  # None: the flow's
    clear_state: bool = False
    stop_app: bool = True
    permissions: tuple[tuple[str, str], ...] = ()  # (Maestro's or Android's name, "allow" | "deny" | "unset")


@dataclass(frozen=True, slots=True, kw_only=True)
class StopApp:
    app_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TapOn:
    target: Target
    repeat: int = 1
    delay_ms: int = 100  # between repeated taps


@dataclass(frozen=True, slots=True, kw_only=True)
class LongPressOn:
    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class InputText:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseText:
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertVisible:
    selector: Selector
    timeout_ms: int | None = None  # None: the player's patience


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertNotVisible:
    selector: Selector
    timeout_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PressKey:
    name: str  # as Maestro spells it
    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Swipe:
    """By direction (from an element's middle when `origin` is given), or from `start` to `end`."""

    direction: Direction | None = None
    origin: Selector | None = None
    start: Point | None = None
    end: Point | None = None
    ms: int = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrollUntilVisible:
    element: Selector
    direction: Direction = Direction.DOWN  # where the content is looked for; the finger goes the other way
    timeout_ms: int = 20_000
    swipe_ms: int = 601  # Maestro's speed 40
    visible_percent: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class HideKeyboard:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeScreenshot:
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitForAnimationToEnd:
    timeout_ms: int = 15_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """Ours: leave the app alone for a while, so that what it has gathered is sent."""

    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleUntilSettled:
    """Ours: until the screen has stopped changing."""

    timeout_ms: int = 15_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Ours: HOME, wait, bring the app to the front again."""

    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The conditions of runFlow; all given ones must hold."""

    visible: Selector | None = None
    not_visible: Selector | None = None
    true: str | None = None  # an expression in ${...}
    android: bool = True  # false: `platform` names another one


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFlow:
    """Commands of another file or written here, already loaded."""

    steps: tuple[Step, ...]
    file: str | None = None
    when: When = When()
    env: Mapping[str, str] = field(default_factory=dict)


Command = (
    LaunchApp
    | StopApp
    | TapOn
    | LongPressOn
    | InputText
    | EraseText
    | AssertVisible
    | AssertNotVisible
    | PressKey
    | Swipe
    | ScrollUntilVisible
    | HideKeyboard
    | TakeScreenshot
    | WaitForAnimationToEnd
    | Idle
    | IdleUntilSettled
    | Background
    | RunFlow
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command of a flow. `word` is the command as the file names it."""

    word: str
    command: Command
    place: Place
    label: str | None = None
    optional: bool = False

    @property
    def phase(self) -> str | None:
        """The phase that begins with this step: what follows `phase: ` in its label."""
        found = (self.label or "").partition("phase:")
        return found[2].strip() or None if found[1] and not found[0].strip() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A flow file with everything it includes."""

    path: Path
    app_id: str
    name: str
    steps: tuple[Step, ...]
    tags: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()  # this file and every included one, for the digest


def every_step(steps: tuple[Step, ...]) -> list[Step]:
    """All steps in file order, those of inner flows after the one that runs them."""
    found: list[Step] = []
    for step in steps:
        found.append(step)
        if isinstance(step.command, RunFlow):
            found += every_step(step.command.steps)
    return found


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str) else str(value).lower()
