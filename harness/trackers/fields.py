"""The `fields:`, `markers:` and `examples:` parts of a hook file."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches

from harness.model.hook import Layer
from harness.model.tracker import Example, Field, Marker
from harness.trackers import words
from harness.trackers.sheet import Sheet, one_of, regular_expression
from harness.yamlmarks import Node

FIELD_KEYS = ("path", "category", "property", "evidence", "layers", "when")
UNLAYERED_KEYS = tuple(key for key in FIELD_KEYS if key != "layers")
_EXAMPLE_KEYS = ("hook", "payload", "encoding", "expect")
_ENCODINGS = ("text", "base64", "arguments")
_USUAL_LAYERS = (Layer.ENCODE, Layer.PLATFORM)


def read_field(sheet: Sheet, node: Node, *, known: Iterable[str] = FIELD_KEYS) -> Field | None:
    """One row of a field map; `path` may be the list item's only key besides category and evidence."""
    if not sheet.mapping(node, known=known):
        return None
    layers = sheet.texts(node, "layers", check=one_of(tuple(Layer)))
    return Field(
        path=sheet.text(node, "path", check=_pointer_fault),
        category=sheet.category(node),
        evidence=sheet.text(node, "evidence", required=True),
        property=sheet.text(node, "property", check=_property_fault(sheet.properties)) or None,
        layers=tuple(Layer(layer) for layer in layers if layer in tuple(Layer)) or _USUAL_LAYERS,
        when=_when(sheet, node),
    )


def _when(sheet: Sheet, node: Node) -> tuple[str, str] | None:
    condition = node.value.get("when") if isinstance(node.value, dict) else None
    if condition is None:
        return None
    sheet.mapping(condition, known=("path", "is"))
    return (
        sheet.text(condition, "path", required=True, check=_pointer_fault),
        sheet.text(condition, "is", required=True),
    )


def read_marker(sheet: Sheet, node: Node) -> Marker | None:
    """One way to recognise a payload whose stack says nothing."""
    if not sheet.mapping(node, known=("path", "matches", "evidence")):
        return None
    return Marker(
        path=sheet.text(node, "path", required=True, check=_pointer_fault),
        pattern=sheet.text(node, "matches", required=True, check=regular_expression),
        evidence=sheet.text(node, "evidence", required=True),
    )


def read_example(sheet: Sheet, node: Node, hooks: Iterable[str]) -> Example | None:
    """One example. `hook` is a hook's key without the tracker's name in front."""
    if not sheet.mapping(node, known=_EXAMPLE_KEYS):
        return None
    keys = {key.split("/", 1)[1]: key for key in hooks}
    name = sheet.text(node, "hook", required=True, check=one_of(keys))
    encoding = sheet.text(node, "encoding", check=one_of(_ENCODINGS)) or "text"
    payload = sheet.text(node, "payload", required=True)
    remedy = _payload_fault(payload, encoding)
    if payload and remedy:
        sheet.wrong(node, f"the payload is not {encoding}", remedy)
    expect = sheet.each(node, "expect", lambda item: _expected(sheet, item))
    if not expect:
        sheet.wrong(node, "'expect' is missing", "List what must be read from the payload: `- {category: value}`.")
    return Example(hook=keys.get(name, name), payload=payload, encoding=encoding, expect=expect, line=node.line)


def _expected(sheet: Sheet, node: Node) -> tuple[str, str] | None:
    if not isinstance(node.value, dict) or len(node.value) != 1:
        sheet.wrong(node, "is not one `category: value`", 'Write `- {email: "ann@example.com"}`.')
        return None
    category, value = next(iter(node.value.items()))
    remedy = one_of(sheet.categories)(category)
    if remedy is not None:
        sheet.wrong(node, f"unknown category {category!r}", remedy)
    return category, sheet.plain_text(value)


def _payload_fault(payload: str, encoding: str) -> str | None:
    try:
        if encoding == "base64":
            base64.b64decode(payload, validate=True)
        elif encoding == "arguments" and not isinstance(json.loads(payload), list):
            return "Write the arguments as one JSON list."
    except (binascii.Error, ValueError) as exc:
        return f"Correct it: {exc}."
    return None


def _property_fault(known: Collection[str]) -> Callable[[str], str | None]:
    def fault(text: str) -> str | None:
        if text in known:
            return None
        near = get_close_matches(text, sorted(known), n=1)
        return f"Did you mean {near[0]!r}?" if near else "Use a name of hooks/properties.yaml, or leave it out."

    return fault


def _pointer_fault(text: str) -> str | None:
    return None if words.is_pointer(text) else "A path starts with `/`, or is empty for the whole payload."
