"""Reads typed values out of marked YAML, noting every fault instead of stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from harness.model.errors import Fault
from harness.yamlmarks import Node, suggestion

_EMPTY: dict[str, Node] = {}
T = TypeVar("T")


class Sheet:
    """One file being read. Getters give a usable stand-in after noting a fault, so that reading goes on."""

    def __init__(self, *, categories: Collection[str] = (), properties: Collection[str] = ()) -> None:
        self.faults: list[Fault] = []
        self.categories = categories
        self.properties = properties

    def wrong(self, node: Node, problem: str, remedy: str) -> None:
        self.faults.append(node.fault(problem, remedy=remedy))

    def mapping(self, node: Node, *, known: Iterable[str]) -> dict[str, Node]:
        """The keys of a mapping, unknown ones noted."""
        if not isinstance(node.value, dict):
            self.wrong(node, "is not a mapping", "Write `key: value` lines here.")
            return _EMPTY
        self.faults.extend(node.unknown_keys(known))
        return node.value

    def each(self, parent: Node, key: str, read: Callable[[Node], T | None]) -> tuple[T, ...]:
        """Every item of the list at `key` as `read` gives it; a missing list is empty."""
        node = self._child(parent, key)
        if node is None:
            return ()
        if not isinstance(node.value, tuple):
            self.wrong(node, f"{key!r} is not a list", "Start each item with `- `.")
            return ()
        return tuple(made for made in map(read, node.value) if made is not None)

    def text(
        self, parent: Node, key: str, *, required: bool = False, check: Callable[[str], str | None] | None = None
    ) -> str:
        """The text at `key`, "" when it is missing. `check` gives the remedy for a bad one."""
        node = self._child(parent, key)
        if node is None or node.value is None:
            if required:
                self._missing(parent, key)
            return ""
        return self.plain_text(node, check=check)

    def plain_text(self, node: Node, *, check: Callable[[str], str | None] | None = None) -> str:
        if not isinstance(node.value, str):
            shown = type(node.value).__name__.replace("tuple", "list").replace("dict", "mapping")
            self.wrong(node, f"expected text, not a {shown}", "Put it in quotes.")
            return ""
        remedy = check(node.value) if check else None
        if remedy is not None:
            self.wrong(node, f"{node.value!r} cannot stand here", remedy)
        return node.value

    def texts(
        self, parent: Node, key: str, *, required: bool = False, check: Callable[[str], str | None] | None = None
    ) -> tuple[str, ...]:
        """The list of texts at `key`."""
        found = self.each(parent, key, lambda item: self.plain_text(item, check=check))
        if required and not found:
            self._missing(parent, key)
        return found

    def flag(self, parent: Node, key: str, *, default: bool) -> bool:
        node = self._child(parent, key)
        if node is None:
            return default
        if not isinstance(node.value, bool):
            self.wrong(node, f"{key!r} is not true or false", "Write true or false.")
            return default
        return node.value

    def number(self, parent: Node, key: str, *, default: int) -> int:
        node = self._child(parent, key)
        if node is None:
            return default
        if not isinstance(node.value, int) or isinstance(node.value, bool) or node.value < 0:
            self.wrong(node, f"{key!r} is not a count", "Write a whole number from 0.")
            return default
        return node.value

    def numbers(self, parent: Node, key: str) -> tuple[int, ...]:
        """The list of positive whole numbers at `key`."""
        return self.each(parent, key, self._number)

    def category(self, parent: Node, key: str = "category") -> str:
        return self.text(parent, key, required=True, check=one_of(self.categories))

    def _number(self, node: Node) -> int | None:
        if not isinstance(node.value, int) or isinstance(node.value, bool) or node.value < 1:
            self.wrong(node, f"{node.value!r} is not a number", "Write a whole number from 1.")
            return None
        return node.value

    def _missing(self, parent: Node, key: str) -> None:
        self.wrong(parent, f"{key!r} is missing", f"Add `{key}:` here.")

    def _child(self, parent: Node, key: str) -> Node | None:
        return parent.value.get(key) if isinstance(parent.value, dict) else None


def one_of(words: Iterable[str]) -> Callable[[str], str | None]:
    """A check: the text is one of these words."""
    allowed = frozenset(words)
    return lambda text: None if text in allowed else suggestion(text, allowed)


def regular_expression(text: str) -> str | None:
    """A check: the text compiles."""
    try:
        re.compile(text)
    except re.error as exc:
        return f"The regular expression does not compile: {exc}."
    return None
