"""How the code of a hook is found, in which versions it is, and how sure that is: `found_by:`, `fingerprint:`,
`returns:`, `verified:`, `since:`, `until:`."""

from __future__ import annotations

from harness.javanames import SYSTEM, of_system
from harness.model.hook import Confidence, Fingerprint, FoundBy, Hook, Implements, ReturnedBy, Signature
from harness.sdkversions import order
from harness.trackers import words
from harness.trackers.sheet import Sheet, one_of
from harness.trackers.spelling import class_fault, method_fault, prefix_fault
from harness.yamlmarks import Node

_RESOLVERS = ("returned_by", "implements", "signature")
_NOT_NATIVE = ("found_by", "fingerprint", "returns", "host")


def read_found_by(sheet: Sheet, node: Node) -> FoundBy | None:
    """Exactly one of the ways to learn a class's name."""
    where = child(node, "found_by")
    if where is None:
        return None
    keys = sheet.mapping(where, known=(*_RESOLVERS, "method"))
    ways = [key for key in _RESOLVERS if key in keys]
    if len(ways) != 1:
        sheet.wrong(where, f"'found_by' names {len(ways) or 'no'} ways", f"Use one of {', '.join(_RESOLVERS)}.")
        return None
    if ways == ["returned_by"]:
        return ReturnedBy(
            class_name=sheet.text(where, "returned_by", required=True, check=class_fault),
            method=sheet.text(where, "method", required=True, check=method_fault),
        )
    if "method" in keys:
        sheet.wrong(keys["method"], "'method' belongs to 'returned_by' alone", "Leave it out.")
    if ways == ["implements"]:
        return Implements(class_name=sheet.text(where, "implements", required=True, check=class_fault))
    return Signature(within=sheet.texts(where, "signature", required=True, check=prefix_fault))


def read_fingerprint(sheet: Sheet, node: Node) -> Fingerprint:
    """Constant strings and calls; a plain list is strings."""
    where = child(node, "fingerprint")
    if where is None:
        return Fingerprint()
    if isinstance(where.value, tuple):
        made = Fingerprint(strings=sheet.texts(node, "fingerprint", check=string_fault))
    else:
        sheet.mapping(where, known=("strings", "calls"))
        made = Fingerprint(
            strings=sheet.texts(where, "strings", check=string_fault),
            calls=sheet.texts(where, "calls", check=_call_fault),
        )
    if not made:
        sheet.wrong(where, "the fingerprint is empty", "Name strings or calls of its code, or leave it out.")
    return made


def read_confidence(sheet: Sheet, node: Node, *, required: bool, otherwise: Confidence) -> Confidence:
    """The `verified:` of a class or method."""
    if required and child(node, "verified") is None:
        sheet.wrong(node, "'verified' is missing", f"Say what the signatures were read from: {', '.join(Confidence)}.")
    text = sheet.text(node, "verified", check=one_of(tuple(Confidence)))
    return Confidence(text) if text in tuple(Confidence) else otherwise


def read_returns(sheet: Sheet, node: Node, hook: Hook) -> str | None:
    """The result's type. Looking for renamed code needs it: names are gone then, types are what is left."""
    if hook.method == words.CONSTRUCTOR:
        return _of_constructor(sheet, node)
    needed = bool(hook.class_fingerprint or hook.method_fingerprint) or isinstance(hook.found_by, Signature)
    if needed and child(node, "returns") is None:
        sheet.wrong(node, "'returns' is missing", "Renamed code is found by types: give the result's, `void` for none.")
    return sheet.text(node, "returns", check=_result_fault) or None


def read_range(sheet: Sheet, node: Node) -> tuple[str | None, str | None]:
    """The first and the last version of the SDK that have it."""
    since = sheet.text(node, "since", check=_version_fault)
    until = sheet.text(node, "until", check=_version_fault)
    if since and until and order(since) > order(until):
        sheet.wrong(node, f"since {since} is later than until {until}", "Swap them, or correct one.")
    return since or None, until or None


def only_for_java(sheet: Sheet, node: Node) -> None:
    """Functions of native modules have a symbol and nothing else to be found by."""
    for key in _NOT_NATIVE:
        where = child(node, key)
        if where is not None:
            sheet.wrong(where, f"{key!r} means nothing for a native function", "Leave it out.")


def child(node: Node, key: str) -> Node | None:
    """The value at a key of a mapping."""
    return node.value.get(key) if isinstance(node.value, dict) else None


def _of_constructor(sheet: Sheet, node: Node) -> str:
    said = sheet.text(node, "returns")
    if said not in ("", "void"):
        sheet.wrong(node, f"a constructor does not return {said!r}", "Leave `returns:` out.")
    return "void"


def string_fault(text: str) -> str | None:
    """What is wrong with a constant string of a fingerprint, as a remedy."""
    return None if text.strip() else "Write a constant that the code loads; an empty one is everywhere."


def _call_fault(text: str) -> str | None:
    name, _, method = text.rpartition(".")
    if class_fault(name) is not None or method_fault(method) is not None:
        return "Write class, dot, method: java.net.URL.openConnection."
    if not of_system(text):
        return f"Only calls of the platform keep their names: {', '.join(SYSTEM)}."
    return None


def _result_fault(text: str) -> str | None:
    return None if text == "void" else words.type_fault(text)


def _version_fault(text: str) -> str | None:
    return None if words.is_version(text) else "Write a version such as 5.9.6."
