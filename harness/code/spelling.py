"""Names and types as DEX and class files write them, turned into the spelling of hook files."""

from __future__ import annotations

from harness import javanames
from harness.code.damage import Damaged

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
    try:
        return javanames.type_of(descriptor)
    except ValueError as exc:
        raise Damaged(str(exc)) from exc


def method_name(name: str) -> str:
    """`<init>` as `$init`."""
    return _SPECIAL.get(name, name)


def signature_of(descriptor: str) -> tuple[tuple[str, ...], str]:
    """The parameter types and the result type of `(ILjava/lang/String;)V`."""
    try:
        return javanames.types_of(descriptor)
    except ValueError as exc:
        raise Damaged(str(exc)) from exc
