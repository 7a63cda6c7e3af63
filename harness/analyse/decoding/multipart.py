"""What is several contents in one: multipart bodies, and lines of JSON, among them envelopes that count bytes."""

from __future__ import annotations

import json
import re

from harness.analyse.values import Tree, unique

_LONGEST_MARK = 76  # bytes: two hyphens, 70 letters of the boundary and what may follow
_DISPOSITION = re.compile(r"^content-(?:disposition|type|transfer-encoding|id):", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(r'^content-disposition:.*?;\s*name="?([^";\r\n]*)', re.IGNORECASE | re.MULTILINE)
_FILE = re.compile(r'^content-disposition:.*?;\s*filename="?([^";\r\n]*)', re.IGNORECASE | re.MULTILINE)
_MOST_LINES = 10_000
_CONTAINERS = (b"{", b"[")


def from_multipart(content: bytes) -> dict[str, Tree] | None:
    """The parts by their names; one with a file name as {"filename": ..., "content": ...}."""
    mark, found, _ = content.lstrip(b"\r\n").partition(b"\r\n")
    mark = mark.rstrip()
    if not found or not mark.startswith(b"--") or not 3 <= len(mark) <= _LONGEST_MARK:
        return None
    whole = b"\r\n" + content.lstrip(b"\r\n")
    _, *parts = whole.split(b"\r\n" + mark)
    if len(parts) < 2 or not parts[-1].startswith(b"--"):
        return None
    named = [_part(part, number) for number, part in enumerate(parts[:-1], start=1)]
    read = [one for one in named if one is not None]
    return unique(read) if len(read) == len(named) else None


def _part(part: bytes, number: int) -> tuple[str, Tree] | None:
    head, found, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    headers = head.decode("utf-8", "replace")
    if not found or not _DISPOSITION.search(headers):
        return None
    name, file = _NAME.search(headers), _FILE.search(headers)
    key = name[1] if name else f"part {number}"
    return (key, {"filename": file[1], "content": content}) if file else (key, content)


def from_lines(text: str) -> list[Tree] | None:
    """Several lines, of which the first and more than half are JSON objects or lists."""
    lines = [line for line in text.split("\n", _MOST_LINES) if line.strip()]
    if not 2 <= len(lines) <= _MOST_LINES or not _is_json(lines[0]):
        return None
    return list(lines) if 2 * sum(_is_json(line) for line in lines) > len(lines) else None


def from_envelope(content: bytes) -> list[Tree] | None:
    """A line with a header; then, for each item, a line with its header and its content, which may be bytes whose
    number the header gives."""
    if not content.startswith(b"{"):
        return None
    made: list[Tree] = []
    place, header = _header(content, 0)
    while header is not None:
        made.append(header[1])
        if len(made) > _MOST_LINES:
            return None
        if place < len(content) and len(made) > 1:
            size = header[0].get("length")
            stop = place + size if isinstance(size, int) and size >= 0 else content.find(b"\n", place)
            stop = len(content) if stop < 0 else stop
            made.append(content[place:stop])
            place = stop + 1
        if place >= len(content):
            return made if len(made) > 2 else None
        place, header = _header(content, place)
    return None


def _header(content: bytes, place: int) -> tuple[int, tuple[dict[str, Tree], str] | None]:
    """Where the line after the header begins; the header, and as text."""
    stop = content.find(b"\n", place)
    stop = len(content) if stop < 0 else stop
    line = content[place:stop]
    try:
        header = json.loads(line) if line.startswith(b"{") else None
    except (ValueError, RecursionError):
        header = None
    return stop + 1, (header, line.decode("utf-8", "replace")) if isinstance(header, dict) else None


def _is_json(line: str) -> bool:
    stripped = line.strip()
    if not stripped.startswith(("{", "[")):
        return False
    try:
        json.loads(stripped)
    except (ValueError, RecursionError):
        return False
    return True
