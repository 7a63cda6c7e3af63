"""The `blind:` part of a platform file: what the hooks cannot see into, and by which signs it is known to be there."""

from __future__ import annotations

from dataclasses import replace

from harness.model.hook import Hook, Implements, Layer, Role
from harness.trackers import words
from harness.trackers.sheet import Sheet, one_of, regular_expression
from harness.trackers.spelling import class_fault, method_fault
from harness.yamlmarks import Node

_KEYS = ("name", "sentence", "evidence", "runtime", "classes", "modules", "calls", "extends")
_CALL_KEYS = ("class", "method", "parameters")


def read_blind(sheet: Sheet, root: Node, *, slug: str) -> tuple[Hook, ...]:
    """One hook of Role.PRESENCE for each sign; `Hook.meaning` is the sentence for the report."""
    rows = sheet.each(root, "blind", lambda node: _read_row(sheet, node, slug))
    return tuple(hook for row in rows for hook in row)


def _read_row(sheet: Sheet, node: Node, slug: str) -> tuple[Hook, ...] | None:
    if not sheet.mapping(node, known=_KEYS):
        return None
    name = sheet.text(node, "name", required=True)
    sign = Hook(
        key=f"{slug}/{Layer.WIRE.value}/{name}",
        tracker=None,
        layer=Layer.WIRE,
        class_name=name,
        method="",
        parameters=(),
        capture=("arguments",),
        role=Role.PRESENCE,
        meaning=sheet.text(node, "sentence", required=True),
        evidence=sheet.text(node, "evidence", required=True),
        runtime=sheet.text(node, "runtime", check=one_of(words.RUNTIMES)) or None,
    )
    classes = sheet.texts(node, "classes", check=class_fault)
    modules = sheet.texts(node, "modules", check=regular_expression)
    calls = sheet.each(node, "calls", lambda call: _read_call(sheet, call, sign))
    parents = sheet.texts(node, "extends", check=class_fault)
    if not (classes or modules or calls or parents):
        sheet.wrong(node, "no sign is given", "Add `classes:`, `modules:`, `calls:` or `extends:`.")
    return (
        *(replace(sign, key=f"{sign.key}: class {one}", class_name=one, stack=False) for one in classes),
        *(replace(sign, key=f"{sign.key}: module {one}", native=one, stack=False) for one in modules),
        *calls,
        *(replace(sign, key=f"{sign.key}: extends {one}", found_by=Implements(class_name=one)) for one in parents),
    )


def _read_call(sheet: Sheet, node: Node, sign: Hook) -> Hook | None:
    if not sheet.mapping(node, known=_CALL_KEYS):
        return None
    name = sheet.text(node, "class", required=True, check=class_fault)
    method = sheet.text(node, "method", required=True, check=method_fault)
    parameters = sheet.texts(node, "parameters", check=words.type_fault)
    key = f"{sign.key}: call of {name}.{method}({','.join(parameters)})"
    return replace(sign, key=key, class_name=name, method=method, parameters=parameters)
