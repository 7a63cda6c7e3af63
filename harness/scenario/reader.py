"""What the commands of a flow have in common when they are read: text with ${...}, selectors, points."""

# ruff: noqa: SIM905 - word lists are read as text

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.model.errors import Fault
from harness.scenario import expression
from harness.scenario.flow import Point, Selector, Target
from harness.yamlfields import Fields, text_of
from harness.yamlmarks import Node, suggestion

SELECTOR_KEYS = ("text", "id", "index", "enabled", "checked", "selected", "focused")
# Maestro's, and accepted by no command of ours so far
_LATER_KEYS = frozenset(
    "width height tolerance below above leftOf rightOf containsChild containsDescendants childOf traits css cropOn "
    "retryTapIfNoChange waitUntilVisible waitToSettleTimeoutMs centerElement clearKeychain arguments config".split()
)
_POINT = re.compile(r"\s*(\d+)(%?)\s*,\s*(\d+)(%?)\s*")


class Reader:
    """Reads parts of commands and collects faults. `names` are those that ${NAME} may use; None when not known yet."""

    def __init__(self, faults: list[Fault], names: frozenset[str] | None) -> None:
        self.faults = faults
        self.names = names

    def fields(self, node: Node, known: Iterable[str], what: str) -> Fields:
        """The fields of a mapping; keys of Maestro that are still missing here are named as such."""
        keys = node.value if isinstance(node.value, dict) else {}
        allowed = tuple(known)
        later = [key for key in keys if key in _LATER_KEYS and key not in allowed]
        for key in later:
            self.faults.append(
                node.key_fault(key, f"{what}: {key!r} is not supported yet", remedy="Say it with text, id or index.")
            )
        return Fields(without(node, later), self.faults, known=allowed, what=what)

    def template(self, fields: Fields, key: str) -> str:
        """Text at `key`, its expressions checked."""
        text = fields.text(key)
        self._check(fields, key, text)
        return text

    def optional_template(self, fields: Fields, key: str) -> str | None:
        return self.template(fields, key) if key in fields else None

    def table(self, fields: Fields, key: str) -> dict[str, str]:
        """A mapping such as `env`, the expressions of its values checked."""
        found = fields.table(key)
        for text in found.values():
            self._check(fields, key, text)
        return found

    def selector(self, fields: Fields) -> Selector:
        """The selector made of the fields themselves."""
        chosen = Selector(
            text=self.optional_template(fields, "text"),
            id=self.optional_template(fields, "id"),
            index=fields.integer("index", 0, least=-1000) if "index" in fields else None,
            enabled=fields.optional_boolean("enabled"),
            checked=fields.optional_boolean("checked"),
            selected=fields.optional_boolean("selected"),
            focused=fields.optional_boolean("focused"),
        )
        if not str(chosen):
            self.faults.append(fields.node.fault("this selects nothing", remedy="Give text or id of the element."))
        return chosen

    def nested(self, fields: Fields, key: str) -> Selector | None:
        """The selector below `key`: its text, or a mapping."""
        node = fields.node_of(key)
        if node is None:
            return None
        return self.selector(self.fields(expanded(node, "text"), SELECTOR_KEYS, key))

    def target(self, fields: Fields) -> Target:
        if "point" not in fields:
            return self.selector(fields)
        for key in SELECTOR_KEYS:
            if key in fields:
                fields.fault(key, f"a point and {key!r} exclude each other", remedy="Keep one of them.")
        return self.point(fields, "point")

    def point(self, fields: Fields, key: str) -> Point:
        """`50%,80%` or `540,1200`."""
        found = _POINT.fullmatch(fields.text(key))
        if found is None or found[2] != found[4] or (found[2] and max(int(found[1]), int(found[3])) > 100):
            fields.fault(key, f"{key} is no place on the screen", remedy='Write "50%,80%" or "540,1200".')
            return Point(x=0, y=0, percent=False)
        return Point(x=int(found[1]), y=int(found[3]), percent=bool(found[2]))

    def _check(self, fields: Fields, key: str, text: str) -> None:
        problems = expression.faults_of(text)
        for problem in problems:
            fields.fault(key, problem, remedy="Known: names, 'text', numbers, == != && || ! and brackets.")
        if problems or self.names is None:
            return
        for name in expression.plain_names(text):
            if name not in self.names and name not in ("true", "false"):
                fields.fault(key, f"${{{name}}} has no value", remedy=suggestion(name, self.names))


def expanded(node: Node, short: str) -> Node:
    """`tapOn: Sign in` as `tapOn: {text: Sign in}`: the one value becomes a mapping with this key."""
    if isinstance(node.value, dict):
        return node
    return Node(file=node.file, line=node.line, value={short: node}, key_lines={short: node.line})


def without(node: Node, keys: Iterable[str]) -> Node:
    """The mapping without some of its keys."""
    if not isinstance(node.value, dict):
        return node
    left = {key: value for key, value in node.value.items() if key not in set(keys)}
    return Node(file=node.file, line=node.line, value=left, key_lines=node.key_lines)


def label_of(fields: Fields, faults: list[Fault]) -> str | None:
    node = fields.node_of("label")
    return None if node is None else text_of(node, faults, what="label")
