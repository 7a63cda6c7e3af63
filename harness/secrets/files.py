"""Files that others wrote during a run, without its secrets: the witness's record and its log."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.secrets.veil import Veil

_DIGITS = 12  # of a length; mitmproxy writes no more


def veil_file(path: Path, veil: Veil) -> bool:
    """Take the secrets out of a file, in the place where it lies, and say whether there were any. A record in
    mitmproxy's format stays one; any other file is treated as one text."""
    content = path.read_bytes()
    try:
        made = b"".join(_written(_veiled(value, veil)) for value in _read(content))
    except ValueError:
        made = veil(content).content
    if made == content:
        return False
    with path.open("r+b") as file:  # over itself: a new file would leave the old one's bytes on the disk
        file.write(made.ljust(len(content)))
        file.flush()
        os.fsync(file.fileno())
        file.truncate(len(made))
    return True


def _read(content: bytes) -> Iterator[Any]:
    """Typed netstrings: length, colon, content, type. Raises ValueError for anything else."""
    at = 0
    while at < len(content):
        value, at = _value(content, at)
        yield value


def _value(content: bytes, at: int) -> tuple[Any, int]:
    colon = content.find(b":", at, at + _DIGITS)
    if colon < 0 or not content[at:colon].isdigit():
        raise ValueError("no length")
    begin = colon + 1
    end = begin + int(content[at:colon])
    kind = content[end : end + 1]
    if not kind or kind not in b",;#^!~]}":
        raise ValueError("no type")
    inside = content[begin:end]
    if kind in b"]}":
        items = list(_read(inside))
        return (kind, items), end + 1
    return (kind, inside), end + 1


def _veiled(value: Any, veil: Veil) -> Any:
    kind, inside = value
    if isinstance(inside, list):
        return kind, [_veiled(item, veil) for item in inside]
    return (kind, veil(inside).content) if kind in b",;" else value


def _written(value: Any) -> bytes:
    kind, inside = value
    content = b"".join(map(_written, inside)) if isinstance(inside, list) else inside
    return b"%d:%s%s" % (len(content), content, kind)
