"""What the adb server and adbd print about devices, root and snapshots. Pure, as replies.py."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_LINE = re.compile(r"^(\S+)\s+(no permissions\b|\S+)(?: (.+))?$", re.MULTILINE)
_MODEL = re.compile(r"\bmodel:(\S+)")
_ID = re.compile(r"uid=(\d+)\(([^)]*)\)")
_CONTEXT = re.compile(r"context=(\S+)")
_VERSIONS = re.compile(r"adb server version \((\d+)\) doesn't match this client \((\d+)\)")


def listed(text: str) -> tuple[tuple[str, str, str], ...]:
    """`adb devices -l`: (serial, state, model), the model "" where adb does not know it."""
    rows = []
    for serial, state, rest in _LINE.findall(text):
        if serial not in ("List", "*"):
            model = _MODEL.search(rest)
            rows.append((serial, state, model[1].replace("_", " ") if model else ""))
    return tuple(rows)


def clashing_versions(text: str) -> tuple[int, int] | None:
    """(server, client) when two adb programs of different age use the same server."""
    found = _VERSIONS.search(text)
    return (int(found[1]), int(found[2])) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a command runs as; `context` is SELinux's, None where it is not said."""

    uid: int
    name: str
    context: str | None


def identity(text: str) -> Identity | None:
    """`id`, None when it printed something else."""
    user, context = _ID.search(text), _CONTEXT.search(text)
    if user is None:
        return None
    return Identity(uid=int(user[1]), name=user[2], context=context[1] if context else None)


class AdbRoot(StrEnum):
    """What `adb root` and `adb unroot` answer; their exit codes differ from version to version."""

    RESTARTING = "restarting"  # the connection drops, and comes again
    ALREADY = "already"
    FORBIDDEN = "forbidden"  # a production build
    SWITCHED_OFF = "switched off"  # by a setting on the phone
    UNKNOWN = "unknown"


def adb_root(text: str) -> AdbRoot:
    """The answer to `adb root` or `adb unroot`."""
    for words, answer in (
        ("restarting adbd as", AdbRoot.RESTARTING),
        ("already running as root", AdbRoot.ALREADY),
        ("adbd not running as root", AdbRoot.ALREADY),
        ("cannot run as root in production builds", AdbRoot.FORBIDDEN),
        ("disabled by system setting", AdbRoot.SWITCHED_OFF),
    ):
        if words in text:
            return answer
    return AdbRoot.UNKNOWN


def su_brand(text: str) -> str | None:
    """`su -v`: "MAGISKSU", "KernelSU" ... behind the colon; None for an su without versions, and for none at all."""
    found = re.fullmatch(r"\s*[\w.+-]+:([A-Za-z]+)\s*", text)
    return found[1] if found else None


def su_denied(text: str) -> bool:
    """Whether an su that is there said no. Nobody pressing Allow on the phone gives the same."""
    return "Permission denied" in text or "su: not allowed" in text or "invalid uid/gid" in text


def no_program(text: str) -> bool:
    """Whether the shell found no such program; the wording changed with API 29."""
    return bool(re.search(r": (?:inaccessible or )?not found\s*$", text, re.MULTILINE))


def console_error(text: str) -> str | None:
    """`adb emu ...`: why the emulator's console refused (`KO`, with exit code 0), or None."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("KO")]
    return lines[0].removeprefix("KO").lstrip(":").strip() or "KO" if lines else None
