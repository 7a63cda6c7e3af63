"""Field maps: which leaf of a decoded payload is what, by its path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from harness.analyse.decoding.decode import Leaf
from harness.analyse.values import Tree
from harness.model.hook import Layer
from harness.model.tracker import Field

_INDEX = re.compile(r"/\d+(?=/|$)")
_MOST_ASKED = 5_000  # paths remembered with their rows: a payload has the same ones again and again


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A leaf and the row that says what it is."""

    leaf: Leaf
    row: Field


@dataclass(slots=True)
class _Place:
    """The rows whose path ends here, and the places below."""

    rows: list[Field] = field(default_factory=list)
    below: dict[str, _Place] = field(default_factory=dict)


class FieldMap:
    """The rows that apply to one hook's payloads, arranged as a tree of path parts."""

    def __init__(self, rows: Iterable[Field]) -> None:
        self._root = _Place()
        self._asked: dict[str, list[Field]] = {}
        for row in rows:
            place = self._root
            for part in _parts(row.path):
                place = place.below.setdefault(part, _Place())
            place.rows.append(row)

    def labelled(self, leaves: Sequence[Leaf], tree: Tree) -> list[Labelled]:
        """Every value leaf that a row describes; empty text says nothing and is left out."""
        return [
            Labelled(leaf=leaf, row=row)
            for leaf in leaves
            if not leaf.is_key and leaf.text != ""
            for row in self.rows_at(leaf.path)
            if row.when is None or _holds(tree, row.when)
        ]

    def rows_at(self, path: str) -> list[Field]:
        """The rows whose pattern fits a concrete path."""
        known = self._asked.get(path)
        if known is None:
            known = self._looked_up(path)
            if len(self._asked) < _MOST_ASKED:
                self._asked[path] = known
        return known

    def _looked_up(self, path: str) -> list[Field]:
        places = [self._root]
        for part in _parts(path):
            places = [below for place in places for name in (part, "*") if (below := place.below.get(name))]
            if not places:
                return []
        return [row for place in places for row in place.rows]


def rows_for(fields: Iterable[Field], *, hook: str, layer: Layer) -> list[Field]:
    """The rows of a tracker for one hook: its own, and those of its layer that are nobody's own."""
    return [row for row in fields if (hook in row.hooks if row.hooks else layer in row.layers)]


def below(rows: Iterable[Field], place: str) -> list[Field]:
    """The rows for a payload that stands at `place` of a larger tree."""
    return [
        replace(row, path=place + row.path, when=None if row.when is None else (place + row.when[0], row.when[1]))
        for row in rows
    ]


def find(tree: Tree, pointer: str) -> list[Tree]:
    """Every value in the tree at a pointer with `*`."""
    found: list[Tree] = [tree]
    for part in _parts(pointer):
        found = [child for node in found for child in _children(node, part)]
    return found


def text_of(value: Tree) -> str | None:
    """A scalar as a leaf shows it."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case _:
            return None


def without_indices(path: str) -> str:
    """The path with list positions as `*`: the same datum in the next element of a batch has the same place."""
    return _INDEX.sub("/*", path)


def _children(node: Tree, part: str) -> list[Tree]:
    match node:
        case dict():
            return list(node.values()) if part == "*" else [node[part]] if part in node else []
        case list():
            if part == "*":
                return list(node)
            return [node[int(part)]] if part.isdigit() and int(part) < len(node) else []
        case _:
            return []


def _holds(tree: Tree, when: tuple[str, str]) -> bool:
    pointer, expected = when
    return any(text_of(value) == expected for value in find(tree, pointer))


def _parts(pointer: str) -> tuple[str, ...]:
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
