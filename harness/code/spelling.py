"""Names and types as DEX and class files write them, turned into the spelling of hook files."""

from __future__ import annotations

from harness.code.damage import Damaged

_PRIMITIVES = {
    "V": "void",
    "Z": "boolean",
    "B": "byte",
    "S": "short",
    "C": "char",
    "I": "int",
    "J": "long",
    "F": "float",
    "D": "double",
}
_SPECIAL = {"<init>": "$init", "<clinit>": "$clinit"}


def text_of(raw: bytes) -> str:
    """Modified UTF-8 as both formats store it: NUL in two bytes, characters above U+FFFF as two surrogates.

    What is no text (keys and encrypted strings are kept in constants too) comes with U+FFFD in it.
    """
    if raw.isascii():
        return raw.decode("ascii")
    return utf16_of(raw).decode("utf-16-be", "replace")


def utf16_of(raw: bytes) -> bytes:
    """The UTF-16 code units, big-endian: their byte order is the order of a DEX file's string table."""
    try:
        text = raw.replace(b"\xc0\x80", b"\0").decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
    return text.encode("utf-16-be", "surrogatepass")


def type_of(descriptor: str) -> str:
    """`I` as `int`, `Ljava/lang/String;` as `java.lang.String`, `[La/B;` as `[La.B;`."""
    if descriptor in _PRIMITIVES:
        return _PRIMITIVES[descriptor]
    if descriptor.startswith("["):
        return descriptor.replace("/", ".")
    if descriptor.startswith("L") and descriptor.endswith(";"):
        return descriptor[1:-1].replace("/", ".")
    raise Damaged(f"{descriptor[:80]!r} is no type")


def method_name(name: str) -> str:
    """`<init>` as `$init`."""
    return _SPECIAL.get(name, name)


def signature_of(descriptor: str) -> tuple[tuple[str, ...], str]:
    """The parameter types and the result type of `(ILjava/lang/String;)V`."""
    if not descriptor.startswith("("):
        raise Damaged(f"{descriptor[:80]!r} is no method type")
    parameters: list[str] = []
    start = at = 1
    while at < len(descriptor) and descriptor[at] != ")":
        while descriptor[at] == "[":
            at += 1
        at = descriptor.index(";", at) + 1 if descriptor[at] == "L" else at + 1
        parameters.append(type_of(descriptor[start:at]))
        start = at
    return tuple(parameters), type_of(descriptor[at + 1 :])
