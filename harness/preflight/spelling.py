"""How types are spelled: in hook files, in mapping files and in descriptors."""

from __future__ import annotations

import re
from collections.abc import Callable

_PRIMITIVES = {
    "boolean": "Z",
    "byte": "B",
    "char": "C",
    "short": "S",
    "int": "I",
    "long": "J",
    "float": "F",
    "double": "D",
}
_BY_LETTER = {letter: name for name, letter in _PRIMITIVES.items()} | {"V": "void"}
_ONE = r"\[*(?:[ZBCSIJFDV]|L[^;()]+;)"
_METHOD = re.compile(rf"\(((?:{_ONE})*)\)({_ONE})")


def class_in(spelled: str) -> str | None:
    """The class that a type is or is an array of; None for primitives, `void` and their arrays."""
    if not spelled.startswith("["):
        return None if spelled in _PRIMITIVES or spelled == "void" else spelled
    inner = spelled.lstrip("[")
    return inner[1:-1] if inner.startswith("L") else None


def renamed(spelled: str, name_of: Callable[[str], str]) -> str:
    """The same type with its class, if it has one, under another name."""
    known = class_in(spelled)
    return spelled if known is None else other_class(spelled, name_of(known))


def other_class(spelled: str, name: str) -> str:
    """`spelled`, a class or an array of one, with the class `name`."""
    depth = len(spelled) - len(spelled.lstrip("["))
    return f"{'[' * depth}L{name};" if depth else name


def from_source(text: str) -> str:
    """A type as mapping files write it: `java.lang.String[]` is `[Ljava.lang.String;`."""
    element = text.rstrip("[]")
    depth = (len(text) - len(element)) // 2
    return f"{'[' * depth}{_PRIMITIVES.get(element, f'L{element};')}" if depth else element


def from_descriptor(text: str) -> tuple[tuple[str, ...], str] | None:
    """Parameters and result of a method's descriptor; None for anything else."""
    match = _METHOD.fullmatch(text)
    if match is None:
        return None
    return tuple(_from_field(one) for one in re.findall(_ONE, match[1])), _from_field(match[2])


def _from_field(descriptor: str) -> str:
    if descriptor.startswith("["):
        return descriptor.replace("/", ".")
    return _BY_LETTER.get(descriptor) or descriptor[1:-1].replace("/", ".")


def signature(name: str, parameters: tuple[str, ...]) -> str:
    """`name(int, java.lang.String)`, for people."""
    return f"{name}({', '.join(parameters)})"
