"""Reads a YAML mapping field by field and collects every fault; what it gives counts only when there are none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from harness.model.errors import Fault
from harness.yamlmarks import Node, Scalar, suggestion


class Fields:
    """One mapping. `faults` is shared by all readers of a file."""

    def __init__(self, node: Node, faults: list[Fault], *, known: Iterable[str], what: str) -> None:
        self.node = node
        self.faults = faults
        self._what = what
        self._nodes: Mapping[str, Node] = node.value if isinstance(node.value, dict) else {}
        if not isinstance(node.value, dict):
            faults.append(node.fault(f"{what} must be a mapping", remedy=f"Keys: {', '.join(known)}."))
        faults += node.unknown_keys(known)

    def __contains__(self, key: str) -> bool:
        return key in self._nodes

    def node_of(self, key: str) -> Node | None:
        return self._nodes.get(key)

    def fault(self, key: str, problem: str, *, remedy: str) -> None:
        self.faults.append(self.node.key_fault(key, problem, remedy=remedy))

    def require(self, *keys: str) -> None:
        """A fault for each of these keys that is missing."""
        for key in keys:
            if key not in self._nodes:
                self.faults.append(self.node.fault(f"{self._what} needs `{key}`", remedy=f"Add `{key}:`."))

    def text(self, key: str, default: str = "") -> str:
        found = self.optional_text(key)
        return default if found is None else found

    def optional_text(self, key: str) -> str | None:
        node = self._nodes.get(key)
        return None if node is None else text_of(node, self.faults, what=key)

    def boolean(self, key: str, *, default: bool = False) -> bool:
        found = self.optional_boolean(key)
        return default if found is None else found

    def optional_boolean(self, key: str) -> bool | None:
        value = self._value(key)
        if value is not None and not isinstance(value, bool):
            self.fault(key, f"{key} must be true or false, not {value!r}", remedy="Write true or false.")
            return None
        return value

    def integer(self, key: str, default: int, *, least: int = 0) -> int:
        value = self._value(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.fault(key, f"{key} must be a whole number from {least}, not {value!r}", remedy="Write a number.")
            return default
        return value

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        """The word, or the first allowed one when the key is absent."""
        value = self._value(key)
        if value is not None and value not in allowed:
            self.fault(key, f"unknown {key} {value!r}", remedy=suggestion(str(value), allowed))
        return str(value) if value in allowed else allowed[0]

    def texts(self, key: str) -> tuple[str, ...]:
        node = self._nodes.get(key)
        if node is None:
            return ()
        if not isinstance(node.value, tuple):
            self.fault(key, f"{key} must be a list", remedy="Write `- one line each`, or [a, b].")
            return ()
        return tuple(text_of(item, self.faults, what=key) for item in node.value)

    def table(self, key: str) -> dict[str, str]:
        """A mapping of names to text, such as `env`."""
        node = self._nodes.get(key)
        if node is None:
            return {}
        if not isinstance(node.value, dict):
            self.fault(key, f"{key} must map names to text", remedy="Write `NAME: value`.")
            return {}
        return {name: text_of(item, self.faults, what=name) for name, item in node.value.items()}

    def pattern(self, key: str, value: str) -> str:
        """`value` if it is a regular expression, or a fault at `key`."""
        try:
            re.compile(value)
        except re.error as exc:
            self.fault(key, f"{value!r} is no regular expression: {exc}", remedy="Correct it, or escape it with \\.")
        return value

    def _value(self, key: str) -> Scalar:
        """The scalar at `key`; None when absent. An empty value is a fault."""
        node = self._nodes.get(key)
        if node is None:
            return None
        if node.value is None or isinstance(node.value, dict | tuple):
            self.fault(key, f"{key} must have one value", remedy="Write it on the same line.")
            return None
        return node.value


def text_of(node: Node, faults: list[Fault], *, what: str) -> str:
    """The text of a scalar. Bare numbers and truth values are faults: 0123 would silently become 123, and a `#` outside
    quotes leaves nothing."""
    if isinstance(node.value, str):
        return node.value
    if node.value is None:
        faults.append(node.fault(f"{what} is empty", remedy="Write its text; quote text that begins with #."))
    else:
        faults.append(node.fault(f"{what} must be text", remedy="Put it in quotes."))
    return ""
