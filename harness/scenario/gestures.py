"""Where fingers go: points and swipes in pixels. Pure."""

from __future__ import annotations

from harness.scenario.flow import Direction, Point
from harness.scenario.ui import Bounds

Pixels = tuple[int, int]

# From where to where on the screen, as fractions of width and height: Maestro's numbers
_STROKES = {
    Direction.UP: ((0.5, 0.5), (0.5, 0.1)),
    Direction.DOWN: ((0.5, 0.2), (0.5, 0.9)),
    Direction.LEFT: ((0.9, 0.5), (0.1, 0.5)),
    Direction.RIGHT: ((0.1, 0.5), (0.9, 0.5)),
}
_OPPOSITE = {
    Direction.UP: Direction.DOWN,
    Direction.DOWN: Direction.UP,
    Direction.LEFT: Direction.RIGHT,
    Direction.RIGHT: Direction.LEFT,
}


def pixels(point: Point, screen: Bounds) -> Pixels:
    """A point in pixels; percentages count from the screen's upper left corner."""
    if not point.percent:
        return point.x, point.y
    return _at(screen, (point.x / 100, point.y / 100))


def stroke(direction: Direction, screen: Bounds, origin: Pixels | None = None) -> tuple[Pixels, Pixels]:
    """Start and end of a swipe: across the screen, or from `origin` to the same edge."""
    start, end = (_at(screen, part) for part in _STROKES[direction])
    if origin is None:
        return start, end
    vertical = direction in (Direction.UP, Direction.DOWN)
    return origin, (origin[0], end[1]) if vertical else (end[0], origin[1])


def finger_for(direction: Direction) -> Direction:
    """To see what lies below, the finger goes up."""
    return _OPPOSITE[direction]


def _at(screen: Bounds, part: tuple[float, float]) -> Pixels:
    """Inside the screen: its last pixel is one before its right and bottom."""
    across, down = screen.right - screen.left - 1, screen.bottom - screen.top - 1
    return screen.left + round(across * part[0]), screen.top + round(down * part[1])
