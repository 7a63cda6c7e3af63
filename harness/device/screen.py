"""The screen: what is on it, and fingers. Typing is in keyboard.py."""

from __future__ import annotations

import time
from collections.abc import Sequence

from harness.device import replies
from harness.device.shell import Shell, silent
from harness.failures import classify
from harness.model.errors import DeviceError

_DUMP = "/data/local/tmp/tracker-harness-ui.xml"
_DUMP_TIMEOUT_S = 20.0  # the platform itself waits 10 s for an idle screen
_DUMP_PAUSES_S = (0.5, 1.0, 2.0)
_PICTURE_PAUSES_S = (0.5,)
_FOCUS = "dumpsys window | grep -E 'mCurrentFocus|mFocusedApp'"
_RESUMED = "dumpsys activity activities | grep -E 'ResumedActivity'"


def hierarchy(shell: Shell, *, mask: Sequence[str] = ()) -> str:
    """uiautomator's XML of the current screen. The old file is removed first: a failed dump leaves it, and exits 0."""
    why = ""
    line = f"rm -f {_DUMP}; uiautomator dump {_DUMP} >&2; cat {_DUMP}; rm -f {_DUMP}"
    for pause_s in (0.0, *_DUMP_PAUSES_S):
        time.sleep(pause_s)
        result = shell.script(line, timeout_s=_DUMP_TIMEOUT_S, mask=mask, idempotent=True)
        xml = replies.hierarchy(result.stdout)
        if xml is not None:
            return xml
        why = replies.dump_error("", result.stderr) or "nothing was written"
    known = classify(why)
    raise DeviceError(
        f"{shell.serial}: the screen cannot be read: {why}",
        remedy=known.remedy
        if known is not None
        else "Wake and unlock the device; close other UI automation; an app that hangs gives no screen either.",
        failure=known,
    )


def screenshot(shell: Shell) -> bytes:
    """PNG; windows that forbid it come out black."""
    for pause_s in (0.0, *_PICTURE_PAUSES_S):
        time.sleep(pause_s)
        reply = shell.read(["screencap", "-p"], idempotent=True)
        picture = replies.png(reply.stdout)
        if picture is not None:
            return picture
    why = reply.stderr.decode(errors="replace").strip() or "no picture"
    raise DeviceError(
        f"{shell.serial}: no screenshot: {why}", remedy="Wake the device's screen.", failure=classify(why)
    )


def focus(shell: Shell) -> str | None:
    """`package/activity` in front. Builds whose window dump names no app are asked for their resumed activity."""
    found = replies.focus(shell.script(_FOCUS, idempotent=True).stdout)
    return found or replies.focus(shell.script(_RESUMED, idempotent=True).stdout)


def hung(shell: Shell) -> str | None:
    """Whose "isn't responding" dialog covers the screen; None when there is none."""
    return replies.hung(shell.script(_FOCUS, idempotent=True).stdout)


def wake(shell: Shell) -> None:
    """Both are silent when there is nothing to do."""
    send_input(shell, ["keyevent", "224"])
    shell.run(["wm", "dismiss-keyguard"], idempotent=True)


def tap(shell: Shell, x: int, y: int) -> None:
    send_input(shell, ["tap", str(x), str(y)])


def swipe(shell: Shell, start: tuple[int, int], end: tuple[int, int], *, ms: int) -> None:
    send_input(shell, ["swipe", *map(str, (*start, *end, ms))])


def keys(shell: Shell, codes: Sequence[int]) -> None:
    send_input(shell, ["keyevent", *map(str, codes)])


def send_input(shell: Shell, argv: list[str], *, mask: Sequence[str] = ()) -> None:
    """One `input` command. It is carried out at most once: a tap that is repeated would be two."""
    try:
        shell.run(["input", *argv], mask=mask, expect=silent)
    except DeviceError as exc:
        if "INJECT_EVENTS" not in exc.problem:
            raise
        raise DeviceError(
            f"{shell.serial} forbids simulated input",
            remedy="Allow 'USB debugging (Security settings)' on the phone.",
            failure=exc.failure,
        ) from exc
