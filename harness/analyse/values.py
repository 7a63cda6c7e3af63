"""From captured Values (Java's types kept apart) to plain trees that can be decoded and searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.model.records import Value

Tree = Any  # None, bool, int, float, str, bytes, list[Tree] or dict[str, Tree]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A plain tree and what could not be had of it."""

    tree: Tree
    notes: tuple[str, ...] = ()


def plain(value: Value, blobs: Mapping[str, bytes]) -> Plain:
    """A Value as a tree: JSON objects stay text (decoding them is a step), missing bytes become a note."""
    reader = _Reader(blobs=blobs)
    return Plain(tree=reader.tree(value), notes=tuple(reader.notes))


def plain_text(value: Value) -> str | None:
    """The text of a string-like Value; None when it is none."""
    if isinstance(value, dict) and isinstance(value.get("v"), str):
        return str(value["v"])
    return None


def octets(tree: Tree) -> bytes | None:
    """Bytes; text as UTF-8; of a number, as write(int) takes it, the lowest eight bits."""
    match tree:
        case bytes():
            return tree
        case str():
            return tree.encode("utf-8", "surrogatepass")
        case int() if not isinstance(tree, bool):
            return bytes([tree & 0xFF])
        case _:
            return None


def unique(named: Iterable[tuple[str, Tree]]) -> dict[str, Tree]:
    """Pairs as a mapping; a repeated name is kept as `name#2`, so that nothing is hidden behind it."""
    made: dict[str, Tree] = {}
    counts: dict[str, int] = {}
    for key, value in named:
        name = key
        while name in made:
            counts[key] = counts.get(key, 1) + 1
            name = f"{key}#{counts[key]}"
        made[name] = value
    return made


@dataclass(slots=True, kw_only=True)
class _Reader:
    blobs: Mapping[str, bytes]
    notes: list[str] = field(default_factory=list)

    def tree(self, value: Value) -> Tree:
        if not isinstance(value, dict):
            return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
        made: Tree = value.get("v")
        match value.get("t"):
            case "bytes":
                made = self._bytes(value)
            case "map" | "bundle":
                made = self._map(made)
            case "list" | "set" | "array":
                made = [self.tree(item) for item in made] if isinstance(made, list) else []
            case "long" if isinstance(made, str):
                made = int(made)
            case "throwable" if made is None:
                made = value.get("c")
            case "cut":
                self.notes.append(f"a value was not read: {value.get('why')}")
                made = None
        return made

    def _bytes(self, value: dict[str, Any]) -> bytes | None:
        content = self.blobs.get(str(value.get("sha256")))
        if content is None:
            self.notes.append(f"{value.get('n')} bytes are not in the case file")
        return content

    def _map(self, pairs: Any) -> dict[str, Tree]:
        made: dict[str, Tree] = {}
        for key, value in pairs if isinstance(pairs, list) else ():
            name = self.tree(key)
            if name is None and key is not None:  # cut short: the note says so
                continue
            made[name if isinstance(name, str) else str(name)] = self.tree(value)
        return made
