"""A window and its widgets, as an app describes them in a "window" message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Bounds = tuple[int, int, int, int]  # left, top, right, bottom in pixels; right and bottom are outside
WIDTH, HEIGHT, DENSITY = 1080, 2400, 420


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a widget is drawn; no dump shows it. Colours are #rrggbb, `frame` is where it would be unclipped."""

    background: str | None = None
    color: str | None = None
    text_px: int | None = None
    bold: bool = False
    centred: bool = False
    padding: int | None = None
    frame: Bounds | None = None
    icon: str | None = None  # colour of the square above a launcher's label


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One widget. `class_name` is the message's "class"; the meaning of the rest is uiautomator's."""

    class_name: str = "android.view.View"
    id: str = ""
    text: str = ""
    desc: str = ""
    hint: str = ""
    bounds: Bounds = (0, 0, 0, 0)
    clickable: bool = False
    enabled: bool = True
    focusable: bool = False
    focused: bool = False
    scrollable: bool = False
    checkable: bool = False
    checked: bool = False
    password: bool = False
    long_clickable: bool = False
    selected: bool = False
    style: Style = Style()
    children: tuple[Node, ...] = ()

    @property
    def shown_text(self) -> str:
        """What accessibility reports as the text: the hint while there is none."""
        return self.text or self.hint

    def walk(self) -> Iterator[Node]:
        """This widget and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What one process shows: `activity` is the full class name, `root` None when it shows nothing."""

    package: str
    activity: str
    secure: bool
    root: Node | None

    @property
    def title(self) -> str:
        """The window's name in dumps."""
        return f"{self.package}/{self.activity}"


def node(tree: dict[str, Any]) -> Node:
    """A widget from its JSON; missing keys have their defaults, unknown ones are ignored."""

    def flag(key: str, *, default: bool = False) -> bool:
        return bool(tree.get(key, default))

    def text(key: str) -> str:
        return str(tree.get(key) or "")

    return Node(
        class_name=str(tree.get("class", "android.view.View")),
        id=text("id"),
        text=text("text"),
        desc=text("desc"),
        hint=text("hint"),
        bounds=_bounds(tree.get("bounds") or (0, 0, 0, 0)),
        clickable=flag("clickable"),
        enabled=flag("enabled", default=True),
        focusable=flag("focusable"),
        focused=flag("focused"),
        scrollable=flag("scrollable"),
        checkable=flag("checkable"),
        checked=flag("checked"),
        password=flag("password"),
        long_clickable=flag("long_clickable"),
        selected=flag("selected"),
        style=_style(tree.get("style") or {}),
        children=tuple(node(child) for child in tree.get("children") or ()),
    )


def _bounds(edges: Sequence[Any]) -> Bounds:
    left, top, right, bottom = (int(edge) for edge in edges)
    return left, top, right, bottom


def _style(tree: dict[str, Any]) -> Style:
    frame = tree.get("frame")
    return Style(
        background=tree.get("background"),
        color=tree.get("color"),
        text_px=tree.get("text_px"),
        bold=bool(tree.get("bold", False)),
        centred=bool(tree.get("centred", False)),
        padding=tree.get("padding"),
        frame=_bounds(frame) if frame else None,
    )


def visible(bounds: Bounds, within: Bounds) -> Bounds | None:
    """The part of `bounds` that lies within; None when nothing does."""
    left, top = max(bounds[0], within[0]), max(bounds[1], within[1])
    right, bottom = min(bounds[2], within[2]), min(bounds[3], within[3])
    return (left, top, right, bottom) if left < right and top < bottom else None


def hit(root: Node, x: int, y: int) -> Node | None:
    """The topmost clickable widget at a point: later siblings lie over earlier ones."""
    if not (root.bounds[0] <= x < root.bounds[2] and root.bounds[1] <= y < root.bounds[3]):
        return None
    for child in reversed(root.children):
        found = hit(child, x, y)
        if found is not None:
            return found
    return root if root.clickable else None
