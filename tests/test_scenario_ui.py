"""Screens and selectors, on a hierarchy in uiautomator's own format."""

from __future__ import annotations

import pytest

from harness.scenario.flow import Direction, Point, Selector
from harness.scenario.gestures import finger_for, pixels, stroke
from harness.scenario.ui import Bounds, ScreenError, find, read_screen

_HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
_XML = (
    _HEAD + '<hierarchy rotation="0">'
    '<node index="0" text="" resource-id="" class="android.widget.FrameLayout" package="com.x" content-desc="" '
    'clickable="false" enabled="true" focused="false" checked="false" selected="false" bounds="[0,0][1080,2400]">'
    '<node index="0" text="Sign in" resource-id="com.x:id/title" class="android.widget.TextView" content-desc="" '
    'clickable="false" enabled="true" bounds="[0,100][1080,200]" />'
    '<node index="1" text="" resource-id="com.x:id/row" content-desc="Sign in" class="android.view.View" '
    'clickable="true" enabled="true" bounds="[0,300][1080,500]">'
    '<node index="0" text="Sign in" resource-id="com.x:id/label" class="android.widget.Button" content-desc="" '
    'clickable="true" enabled="true" bounds="[100,300][500,500]" drawing-order="3" />'
    "</node>"
    '<node index="2" text="" resource-id="com.x:id/email" class="android.widget.EditText" hint="E-mail" '
    'clickable="true" enabled="true" focused="true" bounds="[0,600][1080,700]" />'
    '<node index="3" text="two&#10;lines" resource-id="com.x:id/text" class="android.widget.TextView" content-desc="" '
    'clickable="false" enabled="false" bounds="[0,800][540,900]" />'
    '<node index="4" text="below" resource-id="com.x:id/below" class="android.widget.TextView" content-desc="" '
    'clickable="true" enabled="true" checked="true" bounds="[0,2400][1080,2500]" />'
    '<node index="5" text="Cost (EUR" resource-id="com.x:id/price" class="android.widget.TextView" content-desc="" '
    'clickable="true" enabled="true" selected="true" bounds="[540,800][1080,900]" />'
    "</node></hierarchy>"
)
_SCREEN = read_screen(_XML)


def _ids(selector: Selector) -> list[str]:
    return [element.id.removeprefix("com.x:id/") for element in find(_SCREEN, selector)]


@pytest.mark.parametrize(
    ("selector", "ids"),
    [
        (Selector(text="Sign in"), ["label", "title"]),  # the deepest; the clickable one first
        (Selector(text="sign IN"), ["label", "title"]),
        (Selector(text="Sign"), []),  # the whole text must match
        (Selector(text="Sign.*"), ["label", "title"]),
        (Selector(text="E-mail"), ["email"]),  # a hint is text too
        (Selector(text="two lines"), ["text"]),  # a line break counts as a space
        (Selector(text="two.lines"), ["text"]),
        (Selector(text="Cost (EUR"), ["price"]),  # no regular expression: taken literally
        (Selector(id="email"), ["email"]),
        (Selector(id="com.x:id/email"), ["email"]),
        (Selector(id="e.*l"), ["email"]),
        (Selector(id="mail"), []),
        (Selector(id="row"), ["row"]),
        (Selector(text="Sign in", id="title"), ["title"]),
        (Selector(text="Sign in", index=0), ["title"]),  # by position
        (Selector(text="Sign in", index=1), ["label"]),
        (Selector(text="Sign in", index=-1), ["label"]),
        (Selector(text="Sign in", index=2), []),
        (Selector(text="Sign in", index=-3), []),
        (Selector(enabled=False), ["text"]),
        (Selector(focused=True), ["email"]),
        (Selector(selected=True), ["price"]),
        (Selector(checked=True), []),  # below the screen's edge
        (Selector(id="below"), []),
    ],
)
def test_a_selector_means_what_it_means_in_maestro(selector: Selector, ids: list[str]) -> None:
    assert _ids(selector) == ids


def test_several_windows_are_one_screen() -> None:
    window = '<window index="{n}"><hierarchy><node text="w{n}" bounds="[0,0][{w},100]" /></hierarchy></window>'
    xml = "<displays><display id='0'>" + window.format(n=0, w=50) + window.format(n=1, w=100) + "</display></displays>"
    screen = read_screen(xml)
    assert [element.text for element in screen.elements()] == ["w0", "w1"]
    assert screen.bounds.right == 100


@pytest.mark.parametrize("xml", ["", "ERROR: null root node", "<hierarchy/>", "<hierarchy><node"])
def test_what_is_no_screen_is_said_to_be_none(xml: str) -> None:
    with pytest.raises(ScreenError):
        read_screen(xml)


def test_a_deep_tree_is_read() -> None:
    depth = 150
    xml = "<hierarchy>" + '<node bounds="[0,0][9,9]">' * depth + '<node text="x" bounds="[0,0][9,9]"/>'
    screen = read_screen(xml + "</node>" * depth + "</hierarchy>")
    assert len(find(screen, Selector(text="x"))) == 1


_BOUNDS = Bounds(left=0, top=0, right=1081, bottom=2401)


def test_points_in_percent_reach_from_the_first_to_the_last_pixel() -> None:
    assert pixels(Point(x=0, y=0, percent=True), _BOUNDS) == (0, 0)
    assert pixels(Point(x=50, y=80, percent=True), _BOUNDS) == (540, 1920)
    assert pixels(Point(x=100, y=100, percent=True), _BOUNDS) == (1080, 2400)
    assert pixels(Point(x=7, y=8, percent=False), _BOUNDS) == (7, 8)


@pytest.mark.parametrize(
    ("direction", "line"),
    [
        (Direction.UP, ((540, 1200), (540, 240))),
        (Direction.DOWN, ((540, 480), (540, 2160))),
        (Direction.LEFT, ((972, 1200), (108, 1200))),
        (Direction.RIGHT, ((108, 1200), (972, 1200))),
    ],
)
def test_swipes_go_where_maestros_go(direction: Direction, line: tuple[tuple[int, int], tuple[int, int]]) -> None:
    assert stroke(direction, _BOUNDS) == line


def test_a_swipe_from_an_element_ends_at_the_same_edge() -> None:
    assert stroke(Direction.UP, _BOUNDS, (300, 900)) == ((300, 900), (300, 240))
    assert stroke(Direction.LEFT, _BOUNDS, (300, 900)) == ((300, 900), (108, 900))


def test_what_lies_below_is_reached_by_a_finger_going_up() -> None:
    assert finger_for(Direction.DOWN) is Direction.UP and finger_for(Direction.LEFT) is Direction.RIGHT
