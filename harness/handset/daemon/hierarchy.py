"""`uiautomator dump`: the screen as XML, attribute for attribute as AccessibilityNodeInfoDumper writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.handset.daemon.call import Call, Output
from harness.handset.daemon.system_windows import current
from harness.handset.daemon.window import HEIGHT, WIDTH, Bounds, Node, Window, visible

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

_NO_ROOT = "ERROR: null root node returned by UiTestAutomationBridge."
_DEFAULT_FILE = "/sdcard/window_dump.xml"
_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}
_ESCAPES |= {number: f"&#{number};" for number in (9, 10, 13)}


async def uiautomator(phone: Phone, call: Call, out: Output) -> int:
    """`uiautomator dump [--compressed] [--windows] [FILE]`: errors are told on stderr, with exit code 0."""
    verb, *arguments = call.arguments or [""]
    if verb != "dump":
        out.error("Usage: uiautomator <subcommand> [options]")
        return 1
    names = [word for word in arguments if not word.startswith("-")]
    file = call.path(names[0]) if names else _DEFAULT_FILE
    window = await settled_window(phone)
    if window is None or window.root is None:
        out.error(_NO_ROOT)
        return 0
    text = render(window)
    if file in ("/dev/tty", "/dev/stdout"):
        out.write(text)
    else:
        try:
            phone.outside(file).write_text(text, "utf-8")
        except OSError as exc:
            out.error(f"java.io.FileNotFoundException: {file}: open failed: {exc.strerror}")
            return 1
    out.line(f"UI hierchary dumped to: {file}")
    return 0


async def settled_window(phone: Phone) -> Window | None:
    """What is on the screen once the app in front has handled all input; None in the dark, or when it hangs."""
    for _ in range(3):  # the app in front may change while it is waited for
        seen = phone.screen.seen()
        if seen is None:
            break
        answered = await phone.processes.settled(seen)
        if phone.screen.seen() is seen:
            return seen.window if answered else None
    return current(phone)


def render(window: Window) -> str:
    """The XML on one line."""
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
    body = _node(window.root, window.package, 0, (0, 0, WIDTH, HEIGHT)) if window.root else ""
    return f'{head}<hierarchy rotation="0">{body}</hierarchy>'


def _node(node: Node, package: str, index: int, within: Bounds) -> str:
    seen = visible(node.bounds, within)
    if seen is None:
        return ""
    attributes = {
        "index": str(index),
        "text": node.shown_text,
        "resource-id": node.id,
        "class": node.class_name,
        "package": package,
        "content-desc": node.desc,
        "checkable": _flag(node.checkable),
        "checked": _flag(node.checked),
        "clickable": _flag(node.clickable),
        "enabled": _flag(node.enabled),
        "focusable": _flag(node.focusable),
        "focused": _flag(node.focused),
        "scrollable": _flag(node.scrollable),
        "long-clickable": _flag(node.long_clickable),
        "password": _flag(node.password),
        "selected": _flag(node.selected),
        "bounds": f"[{seen[0]},{seen[1]}][{seen[2]},{seen[3]}]",
    }
    naf = 'NAF="true" ' if _unnamed(node) else ""
    text = " ".join(f'{name}="{_escaped(value)}"' for name, value in attributes.items())
    children = "".join(_node(child, package, number, seen) for number, child in enumerate(node.children))
    return f"<node {naf}{text}>{children}</node>" if children else f"<node {naf}{text}/>"


def _unnamed(node: Node) -> bool:
    """Not accessibility friendly: something to press that says nothing about itself."""
    if not (node.clickable and node.enabled):
        return False
    return not any(below.shown_text or below.desc for below in node.walk())


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _escaped(text: str) -> str:
    return "".join(character if _allowed(character) else "." for character in text).translate(_ESCAPES)


def _allowed(character: str) -> bool:
    # the Char production of XML 1.0, as AccessibilityNodeInfoDumper.stripInvalidXMLChars has it
    number = ord(character)
    return number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD or number >= 0x10000
