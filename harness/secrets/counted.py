"""A request whose body became shorter or longer still says how long it is, or nobody could read the next one."""

from __future__ import annotations

import re

_HEAD = re.compile(rb"[A-Z]{3,10} \S+ HTTP/1\.[01]\r\n")
_LENGTH = re.compile(rb"(?i)(\r\ncontent-length:[ \t]*)(\d{1,15})(?=[ \t]*\r\n)")


def counted(before: bytes, after: bytes) -> bytes:
    """The content as it is now, where it is one whole request as HTTP/1 writes it; else unchanged."""
    if not _HEAD.match(before):
        return after
    said = _LENGTH.search(before, 0, before.find(b"\r\n\r\n") + 2)
    body = len(before) - before.find(b"\r\n\r\n") - 4
    if said is None or int(said[2]) != body:
        return after
    length = len(after) - after.find(b"\r\n\r\n") - 4
    return _LENGTH.sub(rb"\g<1>%d" % length, after, count=1)
