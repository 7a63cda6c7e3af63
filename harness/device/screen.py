"""The screen: what is on it, and fingers."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from harness.device import replies
from harness.device.shell import Shell
from harness.model.errors import DeviceError, ScenarioError

_DUMP = "/data/local/tmp/tracker-harness-ui.xml"
_DUMP_TIMEOUT_S = 20.0  # the platform itself waits 10 s for an idle screen
_DUMP_PAUSES_S = (0.5, 1.0, 2.0)
_PRINTABLE = re.compile(r"[\x20-\x7e]*")


def hierarchy(shell: Shell) -> str:
    """uiautomator's XML of the current screen. The old file is removed first: a failed dump leaves it, and exits 0."""
    why = ""
    for pause_s in (0.0, *_DUMP_PAUSES_S):
        time.sleep(pause_s)
        line = f"rm -f {_DUMP}; uiautomator dump {_DUMP} >&2; cat {_DUMP}"
        result = shell.script(line, timeout_s=_DUMP_TIMEOUT_S)
        if result.stdout.lstrip().startswith("<"):
            return result.stdout
        why = replies.dump_error("", result.stderr) or "nothing was written"
    raise DeviceError(
        f"{shell.serial}: the screen cannot be read: {why}",
        remedy="Wake and unlock the device; close other UI automation; an app that hangs gives no screen either.",
    )


def screenshot(shell: Shell) -> bytes:
    """PNG; windows that forbid it come out black."""
    reply = shell.read(["screencap", "-p"])
    picture = replies.png(reply.stdout)
    if picture is None:
        raise DeviceError(
            f"{shell.serial}: no screenshot: {reply.stderr.decode(errors='replace').strip() or 'no picture'}",
            remedy="Wake the device's screen.",
        )
    return picture


def focus(shell: Shell) -> str | None:
    return replies.focus(shell.script("dumpsys window | grep -E 'mCurrentFocus|mFocusedApp'").stdout)


def wake(shell: Shell) -> None:
    """Both are silent when there is nothing to do."""
    _input(shell, ["keyevent", "224"])
    shell.run(["wm", "dismiss-keyguard"])


def tap(shell: Shell, x: int, y: int) -> None:
    _input(shell, ["tap", str(x), str(y)])


def swipe(shell: Shell, start: tuple[int, int], end: tuple[int, int], *, ms: int) -> None:
    _input(shell, ["swipe", *map(str, (*start, *end, ms))])


def keys(shell: Shell, codes: Sequence[int]) -> None:
    _input(shell, ["keyevent", *map(str, codes)])


def text(shell: Shell, typed: str, *, secret: bool) -> None:
    """Type into the focused field. Only what a plain keyboard has: `input text` drops or crashes on the rest."""
    if not _PRINTABLE.fullmatch(typed):
        odd = next(character for character in typed if not _PRINTABLE.fullmatch(character))
        raise ScenarioError(
            f"{odd!r} cannot be typed: `input text` knows ASCII only",
            remedy="Use plain letters; for a new line use pressKey: Enter.",
        )
    for piece in pieces(typed):
        _input(shell, ["text", piece], mask=[piece] if secret else [])


def pieces(typed: str) -> list[str]:
    """The arguments of `input text` that type this: `%s` means a space there, so a literal one is cut in two."""
    cut = typed.replace("%s", "%\0s").split("\0")
    return [part.replace(" ", "%s") for part in cut if part]


def _input(shell: Shell, argv: list[str], *, mask: Sequence[str] = ()) -> None:
    result = shell.run(["input", *argv], mask=mask)
    why = replies.threw(result.stderr) or next(
        (line for line in result.stderr.splitlines() if line.startswith("Error:")), None
    )
    if why is None:
        return
    if "INJECT_EVENTS" in why:
        raise DeviceError(
            f"{shell.serial} forbids simulated input", remedy="Allow 'USB debugging (Security settings)' on the phone."
        )
    raise DeviceError(f"{shell.serial}: input {argv[0]} failed: {why}", remedy="See the message; wake the screen.")
