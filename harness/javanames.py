"""Names of Java types: as hook files spell them, as descriptors and as mapping files do; and whose they are.

Hook files write `int`, `java.lang.String`, and arrays as the JVM does: `[B`, `[Ljava.lang.String;`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

PRIMITIVES = {
    "boolean": "Z",
    "byte": "B",
    "char": "C",
    "short": "S",
    "int": "I",
    "long": "J",
    "float": "F",
    "double": "D",
}
_BY_LETTER = {letter: name for name, letter in PRIMITIVES.items()} | {"V": "void"}
_ONE = re.compile(r"\[*(?:[ZBCSIJFDV]|L[^;]+;)")
_METHOD = re.compile(rf"\(((?:{_ONE.pattern})*)\)({_ONE.pattern})")

# Classes that the system brings: no app renames them, and no package has them.
SYSTEM = (
    *("java.", "javax.", "jdk.", "sun.", "com.sun.", "android.", "dalvik.", "libcore.", "org.json.", "org.xml."),
    *("org.xmlpull.", "org.w3c.", "org.apache.http.", "com.android.okhttp.", "com.android.org."),
    "com.android.internal.",
)
_NOT_SYSTEM = ("android.support.", "android.arch.")  # libraries inside apps, from before androidx


def of_system(name: str) -> bool:
    """Whether a class is the system's by its name."""
    return name.startswith(SYSTEM) and not name.startswith(_NOT_SYSTEM)


def type_of(descriptor: str) -> str:
    """`I` as `int`, `Ljava/lang/String;` as `java.lang.String`, `[La/B;` as `[La.B;`. Raises ValueError."""
    if _ONE.fullmatch(descriptor) is None:
        raise ValueError(f"{descriptor[:80]!r} is no type")
    if descriptor.startswith("["):
        return descriptor.replace("/", ".")
    return _BY_LETTER.get(descriptor) or descriptor[1:-1].replace("/", ".")


def types_of(descriptor: str) -> tuple[tuple[str, ...], str]:
    """The parameter types and the result type of `(ILjava/lang/String;)V`. Raises ValueError."""
    match = _METHOD.fullmatch(descriptor)
    if match is None:
        raise ValueError(f"{descriptor[:80]!r} is no method type")
    return tuple(type_of(one) for one in _ONE.findall(match[1])), type_of(match[2])


def from_source(text: str) -> str:
    """A type as source and mapping files write it: `java.lang.String[]` is `[Ljava.lang.String;`."""
    element = text.rstrip("[]")
    depth = (len(text) - len(element)) // 2
    return f"{'[' * depth}{PRIMITIVES.get(element, f'L{element};')}" if depth else element


def class_in(spelled: str) -> str | None:
    """The class that a type is or is an array of; None for primitives, `void` and their arrays."""
    if not spelled.startswith("["):
        return None if spelled in PRIMITIVES or spelled == "void" else spelled
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


def signature(name: str, parameters: tuple[str, ...]) -> str:
    """`name(int, java.lang.String)`, for people."""
    return f"{name}({', '.join(parameters)})"
