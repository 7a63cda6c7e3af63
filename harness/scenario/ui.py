"""A screen as uiautomator's XML tells it: nodes, and which of them a selector means. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from harness.scenario.flow import Selector

_BOUNDS = re.compile(r"\[(-?\d+),(-?\d+)\]\[(-?\d+),(-?\d+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Pixels; right and bottom are outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def middle(self) -> tuple[int, int]:
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2

    @property
    def area(self) -> int:
        return max(0, self.right - self.left) * max(0, self.bottom - self.top)

    def within(self, other: Bounds) -> Bounds:
        """The common part; its area is 0 when there is none."""
        return Bounds(
            left=max(self.left, other.left),
            top=max(self.top, other.top),
            right=min(self.right, other.right),
            bottom=min(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One node of the screen. `children` are in drawing order."""

    id: str
    text: str
    description: str
    hint: str
    class_name: str
    package: str
    bounds: Bounds
    clickable: bool
    enabled: bool
    checked: bool
    selected: bool
    focused: bool
    password: bool
    children: tuple[Element, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for text in (self.text, self.hint, self.description) if text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """All of one screen; `bounds` is the part that can be seen."""

    roots: tuple[Element, ...]
    bounds: Bounds

    def elements(self) -> Iterator[Element]:
        """Every node, parents before children."""
        waiting = list(reversed(self.roots))
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(element.children)

    def shown(self, element: Element) -> float:
        """How much of the element is on the screen, 0 to 1."""
        whole = element.bounds.area
        return element.bounds.within(self.bounds).area / whole if whole else 0.0


class ScreenError(ValueError):
    """The XML is not a hierarchy."""


def read_screen(xml: str) -> Screen:
    """uiautomator's XML, with or without --windows; unknown attributes are ignored."""
    try:
        top = ElementTree.fromstring(xml.strip())  # noqa: S314 - expat resolves no external entity
    except ElementTree.ParseError as exc:
        raise ScreenError(f"not XML: {exc}") from exc
    trees = [top] if top.tag == "hierarchy" else list(top.iter("hierarchy"))
    roots = tuple(_element(node) for tree in trees for node in tree if node.tag == "node")
    if not roots:
        raise ScreenError("there is no window on the screen")
    return Screen(roots=roots, bounds=max((root.bounds for root in roots), key=lambda bounds: bounds.area))


def find(screen: Screen, selector: Selector) -> tuple[Element, ...]:
    """The elements that a selector means, the best first. Text and id mean the deepest element that matches; among
    several the clickable ones come first, unless `index` chooses one by position."""
    chosen: list[Element] | None = None
    for matches in _deep_tests(selector):
        found = [element for root in screen.roots for element in _deepest(root, matches)]
        chosen = found if chosen is None else [element for element in chosen if any(element is each for each in found)]
    candidates = list(screen.elements()) if chosen is None else chosen
    visible = [element for element in candidates if screen.shown(element) > 0 and _has_state(element, selector)]
    if selector.index is None:
        return tuple(sorted(visible, key=lambda element: not element.clickable))
    ordered = sorted(visible, key=lambda element: (element.bounds.top, element.bounds.left))
    inside = -len(ordered) <= selector.index < len(ordered)
    return (ordered[selector.index],) if inside else ()


def _deep_tests(selector: Selector) -> list[Callable[[Element], bool]]:
    tests: list[Callable[[Element], bool]] = []
    if selector.text is not None:
        text = selector.text
        tests.append(lambda element: any(_says(text, said) for said in element.texts))
    if selector.id is not None:
        name = selector.id
        tests.append(lambda element: _matches(name, element.id) or _matches(name, element.id.rpartition("/")[2]))
    return tests


def _deepest(element: Element, matches: Callable[[Element], bool]) -> list[Element]:
    below = [found for child in element.children for found in _deepest(child, matches)]
    return below or ([element] if matches(element) else [])


def _says(pattern: str, said: str) -> bool:
    flat = said.replace("\n", " ")
    return pattern in (said, flat) or _matches(pattern, said) or _matches(pattern, flat)


def _matches(pattern: str, value: str) -> bool:
    """The whole value, any case. Text that is no regular expression is taken literally, as Maestro does."""
    try:
        return bool(value) and re.fullmatch(pattern, value, re.IGNORECASE | re.DOTALL | re.MULTILINE) is not None
    except re.error:
        return pattern.lower() == value.lower()


def _has_state(element: Element, selector: Selector) -> bool:
    wanted = {
        "enabled": selector.enabled,
        "checked": selector.checked,
        "selected": selector.selected,
        "focused": selector.focused,
    }
    return all(value is None or getattr(element, name) == value for name, value in wanted.items())


def _element(node: ElementTree.Element) -> Element:
    numbers = _BOUNDS.fullmatch(node.get("bounds", ""))
    left, top, right, bottom = map(int, numbers.groups()) if numbers else (0, 0, 0, 0)

    def true(name: str) -> bool:
        return node.get(name) == "true"

    return Element(
        id=node.get("resource-id", ""),
        text=node.get("text", ""),
        description=node.get("content-desc", ""),
        hint=node.get("hint", ""),
        class_name=node.get("class", ""),
        package=node.get("package", ""),
        bounds=Bounds(left=left, top=top, right=right, bottom=bottom),
        clickable=true("clickable"),
        enabled=node.get("enabled", "true") == "true",
        checked=true("checked"),
        selected=true("selected"),
        focused=true("focused"),
        password=true("password"),
        children=tuple(_element(child) for child in node if child.tag == "node"),
    )
