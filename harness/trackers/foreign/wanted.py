"""A hook that another tool's file asks for, on its way to becoming ours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.javanames import PRIMITIVES
from harness.model.hook import Hook, Layer
from harness.trackers import words
from harness.trackers.sheet import Sheet
from harness.trackers.spelling import class_fault, method_fault
from harness.yamlmarks import Node

_ARRAY = re.compile(r"(\[+)(.+)")
USUAL = ("arguments", "returned")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The hook and where it stands in the foreign file."""

    hook: Hook
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is said of every hook of a file."""

    evidence: str
    meaning: str


def java_hook(
    sheet: Sheet, node: Node, source: Source, *, name: str, method: str, parameters: tuple[str, ...] | None
) -> Hook | None:
    """A Java method, every overload when `parameters` is None; None, noted, for what is no name."""
    if "*" in name or "*" in method:
        sheet.wrong(node, f"{name}.{method} is a pattern", "Name each class and method; patterns are not looked up.")
        return None
    for text, remedy in ((name, class_fault(name)), (method, method_fault(method))):
        if remedy is not None:
            sheet.wrong(node, f"{text!r} is no name", remedy)
            return None
    for text in parameters or ():
        remedy = words.type_fault(text)
        if remedy is not None:
            sheet.wrong(node, f"{name}.{method}: {text!r} is no type", remedy)
            return None
    return Hook(
        key="",
        tracker=None,
        layer=Layer.PLATFORM,
        class_name=name,
        method=method,
        parameters=parameters,
        capture=USUAL,
        payload="arguments",
        meaning=source.meaning,
        evidence=source.evidence,
    )


def native_hook(
    sheet: Sheet, node: Node, source: Source, *, module: str, symbol: str, parameters: tuple[str, ...] = ()
) -> Hook | None:
    """A function that a module exports; what is read of it is `returned` until more is known."""
    if not module:
        sheet.wrong(node, f"{symbol} is in no module", "Name the module that exports it: `module: libssl.so`.")
        return None
    if not words.is_symbol(symbol):
        sheet.wrong(node, f"{symbol!r} is no exported symbol", "Offsets and patterns cannot be hooked.")
        return None
    return Hook(
        key="",
        tracker=None,
        layer=Layer.WIRE,
        class_name=module,
        method=symbol,
        parameters=parameters,
        capture=("returned",),
        meaning=source.meaning,
        evidence=source.evidence,
        native=f"^{re.escape(module)}$",
    )


def jvm_type(text: str) -> str:
    """`[Ljava.lang.String` and `[[int`, as these tools write arrays, as the JVM does."""
    text = text.strip()
    array = _ARRAY.fullmatch(text)
    if array is None:
        return text.removesuffix(";")
    brackets, element = array.groups()
    if element in PRIMITIVES:
        return f"{brackets}{PRIMITIVES[element]}"
    if element in PRIMITIVES.values():
        return text
    bare = element.removesuffix(";").removeprefix("L")
    return f"{brackets}L{bare};"
