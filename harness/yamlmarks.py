"""YAML with line numbers, so that every fault of a file can be listed at once as file:line.

    documents, faults = load_marked(path)          # faults: bad syntax, duplicate and odd keys
    node.value                                     # a scalar, tuple[Node, ...] or dict[str, Node]
    faults.append(node.fault("unknown key 'clas'", remedy="Did you mean 'class'?"))
    plain(node)                                    # the same without lines

Scalars follow YAML 1.2's core schema: `no`, `on` and `12:30` are text, only true/false are booleans. Anchors are
allowed (shared, never expanded), merge keys are ordinary keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from harness.model.errors import Fault

Scalar = str | int | float | bool | None

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One value of the file. `line` counts from 1; `key_lines` holds the line of each key of a mapping."""

    file: str
    line: int
    value: Scalar | tuple[Node, ...] | dict[str, Node]
    key_lines: dict[str, int] = field(default_factory=dict)

    def fault(self, problem: str, *, remedy: str) -> Fault:
        """A fault at this value's line."""
        return Fault(file=self.file, line=self.line, problem=problem, remedy=remedy)

    def key_fault(self, key: str, problem: str, *, remedy: str) -> Fault:
        """A fault at the line of one key of this mapping."""
        line = self.key_lines.get(key, self.line)
        return Fault(file=self.file, line=line, problem=problem, remedy=remedy)

    def unknown_keys(self, known: Iterable[str]) -> list[Fault]:
        """A fault for each key of this mapping that is not `known`, with the nearest known one as the remedy."""
        allowed = sorted(known)
        keys = self.value if isinstance(self.value, dict) else {}
        return [
            self.key_fault(key, f"unknown key {key!r}", remedy=suggestion(key, allowed))
            for key in keys
            if key not in allowed
        ]


def suggestion(word: str, allowed: Iterable[str]) -> str:
    """The remedy for a word outside a closed list."""
    words = sorted(str(known) for known in allowed)
    near = get_close_matches(word, words, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Use one of: {', '.join(words)}."


def load_marked(path: Path, *, shown: str | None = None) -> tuple[tuple[Node, ...], list[Fault]]:
    """The documents of a file (a flow has two) and the faults of its YAML. `shown` is the file name used in faults."""
    name = shown if shown is not None else str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as exc:
        return (), [Fault(file=name, line=0, problem=f"cannot be read: {exc.strerror}", remedy="Check the path.")]
    except UnicodeDecodeError as exc:
        return (), [Fault(file=name, line=0, problem=f"is not UTF-8 ({exc.reason})", remedy="Save it as UTF-8.")]
    return parse_marked(text, shown=name)


def parse_marked(text: str, *, shown: str) -> tuple[tuple[Node, ...], list[Fault]]:
    """As `load_marked`, from text."""
    reader = _Reader(file=shown)
    documents: list[Node] = []
    try:
        for document in yaml.compose_all(text, Loader=_LOADER):
            documents.append(reader.node(document))
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        what = " ".join(part for part in (exc.context, exc.problem) if part)
        reader.add(
            mark.line + 1 if mark else 0, f"not valid YAML: {what}", "Check quotes, colons and indentation here."
        )
    except yaml.YAMLError as exc:
        reader.add(0, f"not valid YAML: {exc}", "Remove the unreadable characters.")
    return tuple(documents), reader.faults


def plain(node: Node) -> Any:
    """The value as ordinary Python objects."""
    match node.value:
        case dict() as mapping:
            return {key: plain(value) for key, value in mapping.items()}
        case tuple() as items:
            return [plain(item) for item in items]
        case scalar:
            return scalar


class _Reader:
    """Turns PyYAML's nodes into ours, collecting faults."""

    def __init__(self, *, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self._made: dict[int, Node] = {}
        self._open: set[int] = set()

    def add(self, line: int, problem: str, remedy: str) -> None:
        self.faults.append(Fault(file=self.file, line=line, problem=problem, remedy=remedy))

    def node(self, source: yaml.Node) -> Node:
        made = self._made.get(id(source))
        if made is not None:
            return made
        line = source.start_mark.line + 1
        if id(source) in self._open:
            self.add(line, "an anchor contains itself", "Write the value out.")
            return Node(file=self.file, line=line, value=None)
        self._open.add(id(source))
        made = self._make(source, line)
        self._open.discard(id(source))
        self._made[id(source)] = made
        return made

    def _make(self, source: yaml.Node, line: int) -> Node:
        match source:
            case yaml.MappingNode():
                return self._mapping(source, line)
            case yaml.SequenceNode():
                return Node(file=self.file, line=line, value=tuple(self.node(item) for item in source.value))
            case _:
                return Node(file=self.file, line=line, value=_scalar(source))

    def _mapping(self, source: yaml.MappingNode, line: int) -> Node:
        values: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in source.value:
            at = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.add(at, "a key must be a word", "Quote the key, or check the indentation.")
                continue
            key = str(key_node.value)
            if key in values:
                self.add(at, f"the key {key!r} is already on line {lines[key]}", "Keep one of the two.")
                continue
            values[key] = self.node(value_node)
            lines[key] = at
        return Node(file=self.file, line=line, value=values, key_lines=lines)


def _scalar(source: yaml.Node) -> Scalar:
    text = str(source.value)
    if getattr(source, "style", None) or source.tag == "tag:yaml.org,2002:str":
        return text
    if text in _NULL:
        return None
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
