"""Encoded runs within a longer text: a token after "Bearer ", Base64 in the path of an address, an address itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

SHORTEST = 24  # letters of a run
_MOST = 64  # runs in one text
_RUN = re.compile(
    rf"(?P<jwt>(?<![\w-])eyJ[\w-]{{8,}}\.[\w-]+\.[\w-]*)"
    rf"|(?P<base64>[A-Za-z0-9+/_-]{{{SHORTEST},}}={{0,2}})(?![\w+/-])",
    re.ASCII,
)
_WORD = re.compile(r"[^\s\"<>]+")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")

_INTO = re.compile(r"/(?:jwt|base64|url) at \d+(?=/|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Letters from `start` to `end` that a step may fit; where it does not, one may fit the `pieces` of an address."""

    step: str
    start: int
    end: int
    pieces: tuple[Run, ...] = ()


def may_hold(text: str) -> bool:
    """A cheap look that spares most searches."""
    return len(text) >= SHORTEST or "%" in text


def runs(text: str) -> Iterator[Run]:
    """Those of a text, from its first on, except one that is all of it."""
    yield from islice(_escaped(text) if "%" in text else _encoded(text, 0, len(text)), _MOST)


def _escaped(text: str) -> Iterator[Run]:
    """Words with percent signs, and what is encoded in the others."""
    for word in _WORD.finditer(text):
        if not _ESCAPE.search(word[0]):
            yield from _encoded(text, word.start(), word.end())
        elif len(word[0]) < len(text):
            yield Run(step="url", start=word.start(), end=word.end())


def _encoded(text: str, start: int, end: int) -> Iterator[Run]:
    for found in _RUN.finditer(text, start, end):
        pieces = tuple(_pieces(found[0], found.start())) if found["base64"] and "/" in found[0] else ()
        if found.end() - found.start() < len(text):
            yield Run(step=found.lastgroup or "", start=found.start(), end=found.end(), pieces=pieces)
        else:
            yield from pieces


def _pieces(letters: str, start: int) -> Iterator[Run]:
    for piece in letters.split("/"):
        if len(piece) >= SHORTEST:
            yield Run(step="base64", start=start, end=start + len(piece))
        start += len(piece) + 1


def holder(path: str) -> str | None:
    """The path of the text in which the run was that this path leads into; None where it leads into none."""
    found = _INTO.search(path)
    return path[: found.start()] if found else None
