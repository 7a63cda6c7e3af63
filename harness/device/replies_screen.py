"""What window, display and launch commands print beyond replies.py. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SHOWING = re.compile(
    r"(?:mShowingLockscreen|isKeyguardShowing|mIsShowing|mKeyguardShowing|(?<![A-Za-z])showing)=(true|false)"
)
_AWAKE = re.compile(r"interactiveState=INTERACTIVE_STATE_(\w+)|mAwake=(true|false)|screenState=SCREEN_STATE_(\w+)")
_SIZE = re.compile(r"(Physical|Override) size: (\d+)x(\d+)")
_DENSITY = re.compile(r"(Physical|Override) density: (\d+)")
_FIELD = re.compile(r"^(Status|LaunchState|Activity|ThisTime|TotalTime|WaitTime): (.+)$", re.MULTILINE)


def locked(text: str) -> bool | None:
    """`dumpsys window` or its `policy` part: whether the keyguard shows; None when it does not say."""
    said = _SHOWING.findall(text)
    return "true" in said if said else None


def awake(text: str) -> bool | None:
    """`dumpsys window policy`: whether the screen is on; None when it does not say."""
    found = _AWAKE.search(text)
    return (found[1] or found[2] or found[3]) in ("AWAKE", "true", "ON") if found else None


def size(text: str) -> tuple[int, int] | None:
    """`wm size`: the size in force, an override before the physical one."""
    sizes = {kind: (int(width), int(height)) for kind, width, height in _SIZE.findall(text)}
    return sizes.get("Override", sizes.get("Physical"))


def density(text: str) -> int | None:
    """`wm density`: dots per inch in force."""
    found = {kind: int(dpi) for kind, dpi in _DENSITY.findall(text)}
    return found.get("Override", found.get("Physical"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What `am start -W` measured. `state` is COLD, WARM or HOT, None before API 29 and when it is unknown."""

    status: str
    state: str | None
    total_ms: int | None


def launch(text: str) -> Launch | None:
    """`am start -W`; None when it has no status, which is an error (see replies.start_error)."""
    fields = dict(_FIELD.findall(text))
    if "Status" not in fields:
        return None
    state, total = fields.get("LaunchState"), fields.get("TotalTime", "")
    return Launch(
        status=fields["Status"],
        state=state if state in ("COLD", "WARM", "HOT") else None,
        total_ms=int(total) if total.isdigit() else None,
    )


def broadcast_result(text: str) -> int | None:
    """`am broadcast`: the result, 0 also when nobody listened; None when it was not completed."""
    found = re.search(r"^Broadcast completed: result=(-?\d+)", text, re.MULTILINE)
    return int(found[1]) if found else None


def monkey_injected(text: str) -> int:
    """`monkey -p`: how many events it sent; 0 when it found nothing to start, or the phone is locked."""
    found = re.search(r"^Events injected: (\d+)", text, re.MULTILINE)
    return int(found[1]) if found and "monkey aborted" not in text else 0
