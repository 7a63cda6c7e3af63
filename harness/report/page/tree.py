"""A decoded payload as lines to read: the values that matter marked, long ones cut, and what was cut counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LONGEST_VALUE = 320  # characters of one value that are shown
WHOLE = 160  # lines of a payload that is shown in full
MOST_LINES = 400  # lines of one payload that are shown at most
AROUND = 2  # lines kept on both sides of a marked one in an excerpt
DEEPEST = 60  # levels; what is deeper stands on one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a tree. `parents` are the numbers of the lines that open what it stands in."""

    depth: int
    before: str  # the key and what precedes the value
    value: str
    after: str
    marked: bool
    cut: int  # characters of the value that are not shown
    parents: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Lines that follow each other, and how many were left out before them."""

    skipped: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """All lines of a small payload; of a big one the marked lines, what they stand in and what stands beside them."""

    parts: tuple[Part, ...]
    skipped_at_end: int
    total: int

    @property
    def shown(self) -> int:
        """How many lines are there to read."""
        return sum(len(part.lines) for part in self.parts)


def draw(decoded: str, pointers: frozenset[str]) -> Tree:
    """Lines of a decoded payload (JSON text) with the nodes at these JSON pointers marked."""
    every = tuple(_number(_walk(_parsed(decoded), "", "", pointers, 0)))
    kept = _kept(every)
    skipped = len(every) - 1 - kept[-1]
    return Tree(parts=tuple(_parts(every, kept)), skipped_at_end=skipped, total=len(every))


def _parsed(decoded: str) -> Any:
    try:
        return json.loads(decoded)
    except ValueError:
        return decoded


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    depth: int
    before: str
    value: str
    after: str
    marked: bool
    cut: int


def _walk(node: Any, key: str, pointer: str, pointers: frozenset[str], depth: int) -> Iterator[_Raw]:
    """The lines of a node; `key` is what stands before it."""
    marked = pointer in pointers
    children = _children(node) if depth < DEEPEST else None
    if not children:
        yield _leaf(node, key, depth, marked)
        return
    opening, closing = ("{", "}") if isinstance(node, dict) else ("[", "]")
    yield _Raw(depth=depth, before=key, value=opening, after="", marked=marked, cut=0)
    for position, (step, label, child) in enumerate(children, start=1):
        *lines, last = _walk(child, label, f"{pointer}/{step}", pointers, depth + 1)
        yield from lines
        comma = "" if position == len(children) else ","
        yield _Raw(
            depth=last.depth,
            before=last.before,
            value=last.value,
            after=last.after + comma,
            marked=last.marked,
            cut=last.cut,
        )
    yield _Raw(depth=depth, before="", value="", after=closing, marked=False, cut=0)


def _children(node: Any) -> list[tuple[str, str, Any]]:
    """What a node holds: pointer step, text before it, child. Empty for a leaf and for an empty container."""
    if isinstance(node, dict):
        return [(key.replace("~", "~0").replace("/", "~1"), f"{_text(key)}: ", child) for key, child in node.items()]
    if isinstance(node, list):
        return [(str(position), "", child) for position, child in enumerate(node)]
    return []


def _leaf(node: Any, key: str, depth: int, marked: bool) -> _Raw:
    text = _text(node)
    cut = max(0, len(text) - LONGEST_VALUE)
    if cut:
        text = f"{text[: LONGEST_VALUE - 60]} \N{HORIZONTAL ELLIPSIS} {text[-60:]}"
    return _Raw(depth=depth, before=key, value=text, after="", marked=marked, cut=cut)


def _text(node: Any) -> str:
    """JSON with its letters readable; lone surrogates, which no file can hold, stay escaped."""
    return json.dumps(node, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")


def _number(raws: Iterator[_Raw]) -> Iterator[Line]:
    """Lines that know in which lines they stand: the last ones before them at each lesser depth."""
    openers: list[int] = []
    for number, raw in enumerate(raws):
        del openers[raw.depth :]
        yield Line(
            depth=raw.depth,
            before=raw.before,
            value=raw.value,
            after=raw.after,
            marked=raw.marked,
            cut=raw.cut,
            parents=tuple(openers),
        )
        openers.append(number)


def _kept(every: tuple[Line, ...]) -> list[int]:
    """Numbers of the lines that are shown, MOST_LINES of them at most."""
    if len(every) <= WHOLE:
        return list(range(len(every)))
    keep = {0, len(every) - 1}
    for number, line in enumerate(every):
        if line.marked:
            keep.update(line.parents)
            keep.update(range(max(0, number - AROUND), min(len(every), number + AROUND + 1)))
    return sorted(keep)[:MOST_LINES]


def _parts(every: tuple[Line, ...], kept: list[int]) -> Iterator[Part]:
    lines: list[Line] = []
    before, skipped = -1, 0
    for number in kept:
        if number != before + 1:
            if lines:
                yield Part(skipped=skipped, lines=tuple(lines))
            lines, skipped = [], number - before - 1
        lines.append(every[number])
        before = number
    yield Part(skipped=skipped, lines=tuple(lines))
