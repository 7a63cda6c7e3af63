"""The keys of pressKey by Maestro's names, with Android's codes."""

from __future__ import annotations

KEY_CODES = {
    "Enter": 66,
    "Backspace": 67,
    "Back": 4,
    "Home": 3,
    "Lock": 276,
    "Volume Up": 24,
    "Volume Down": 25,
    "Escape": 111,
    "Power": 26,
    "Tab": 61,  # Maestro sends 62, which is the space bar
    "Remote Dpad Up": 19,
    "Remote Dpad Down": 20,
    "Remote Dpad Left": 21,
    "Remote Dpad Right": 22,
    "Remote Dpad Center": 23,
    "Remote Media Play Pause": 85,
    "Remote Media Stop": 86,
    "Remote Media Next": 87,
    "Remote Media Previous": 88,
    "Remote Media Rewind": 89,
    "Remote Media Fast Forward": 90,
    "Remote Menu": 82,
}
BACK, HOME, BACKSPACE = 4, 3, 67
SCREEN_OFF = (26, 276)  # after these there may be nothing to look at


def key_named(name: str) -> tuple[str, int] | None:
    """Case, `_` and `-` do not matter, as in Maestro."""
    wanted = name.lower().replace("_", " ").replace("-", " ")
    return next(((known, code) for known, code in KEY_CODES.items() if known.lower() == wanted), None)
