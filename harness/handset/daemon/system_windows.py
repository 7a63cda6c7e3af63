"""The windows that belong to no app: the launcher with its icons, and the keyguard."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from harness.handset.daemon.packages import Package
from harness.handset.daemon.window import HEIGHT, WIDTH, Node, Style, Window

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

LAUNCHER = "com.android.launcher3"
SYSTEM_UI = "com.android.systemui"
KEYGUARD = "NotificationShade"  # the name of the keyguard's window in dumps; it has no slash
_COLOURS = ("#c8553d", "#588157", "#7b6d8d", "#b08968", "#457b9d", "#9c6644")
_COLUMNS, _CELL_WIDTH, _CELL_HEIGHT, _TOP = 4, 270, 300, 300


def current(phone: Phone) -> Window | None:
    """The system's window that a person sees now; None when an app is in front, or in the dark."""
    if not phone.screen.interactive:
        return None
    if phone.screen.locked:
        return _keyguard()
    if phone.screen.dialog is not None:
        return _not_responding()
    return _launcher(phone) if phone.screen.front() is None else None


def icons(phone: Phone) -> list[tuple[Package, Node]]:
    """The apps that can be started, with their icons."""
    apps = [package for package in phone.packages.table.values() if package.manifest.launcher]
    return [
        (package, _icon(package, number))
        for number, package in enumerate(sorted(apps, key=lambda package: package.manifest.label))
    ]


def _icon(package: Package, number: int) -> Node:
    left, top = number % _COLUMNS * _CELL_WIDTH, _TOP + number // _COLUMNS * _CELL_HEIGHT
    label_top = top + _CELL_HEIGHT - 90
    return Node(
        class_name="android.widget.TextView",
        text=package.manifest.label,
        desc=package.manifest.label,
        bounds=(left, top, left + _CELL_WIDTH, top + _CELL_HEIGHT),
        clickable=True,
        focusable=True,
        long_clickable=True,
        style=Style(
            centred=True,
            color="#ffffff",
            text_px=32,
            padding=4,
            frame=(left, label_top, left + _CELL_WIDTH, label_top + 60),
            icon=_COLOURS[package.app_id % len(_COLOURS)],
        ),
    )


def _launcher(phone: Phone) -> Window:
    workspace = Node(
        class_name="android.view.ViewGroup",
        id=f"{LAUNCHER}:id/workspace",
        bounds=(0, 84, WIDTH, HEIGHT),
        children=tuple(node for _, node in icons(phone)),
    )
    return Window(
        package=LAUNCHER,
        activity=f"{LAUNCHER}.Launcher",
        secure=False,
        root=_frame(workspace, background="#1d3557"),
    )


def _keyguard() -> Window:
    clock = Node(
        class_name="android.widget.TextView",
        id=f"{SYSTEM_UI}:id/lockscreen_clock_view",
        text=time.strftime("%H:%M", time.gmtime()),
        bounds=(140, 500, WIDTH - 140, 760),
        style=Style(centred=True, color="#ffffff", text_px=180),
    )
    hint = Node(
        class_name="android.widget.TextView",
        id=f"{SYSTEM_UI}:id/keyguard_indication_text",
        text="Swipe up to open",
        bounds=(140, 2150, WIDTH - 140, 2230),
        style=Style(centred=True, color="#ffffff", text_px=40),
    )
    return Window(package=SYSTEM_UI, activity="", secure=False, root=_frame(clock, hint, background="#0b132b"))


def wait_button() -> Node:
    """What to press when an app does not respond."""
    return _choice("aerr_wait", "Wait", top=1250)


def _not_responding() -> Window:
    title = Node(
        class_name="android.widget.TextView",
        id="android:id/alertTitle",
        text="System UI isn't responding",
        bounds=(120, 950, WIDTH - 120, 1070),
        style=Style(color="#000000", text_px=52),
    )
    close = _choice("aerr_close", "Close app", top=1100)
    return Window(
        package="android",
        activity="",
        secure=False,
        root=_frame(title, close, wait_button(), background="#eeeeee"),
    )


def _choice(name: str, text: str, *, top: int) -> Node:
    return Node(
        class_name="android.widget.Button",
        id=f"android:id/{name}",
        text=text,
        bounds=(120, top, WIDTH - 120, top + 120),
        clickable=True,
        focusable=True,
        style=Style(color="#000000", text_px=44),
    )


def _frame(*children: Node, background: str) -> Node:
    return Node(
        class_name="android.widget.FrameLayout",
        bounds=(0, 0, WIDTH, HEIGHT),
        style=Style(background=background),
        children=children,
    )
