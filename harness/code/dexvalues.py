"""The values of static fields in a DEX file (encoded_array): numbers, texts, booleans; the rest has no text."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from harness.code.damage import Damaged
from harness.code.dextables import DexTables, uleb

_STRING, _ARRAY, _ANNOTATION, _NULL, _BOOLEAN = 0x17, 0x1C, 0x1D, 0x1E, 0x1F
_BYTE, _SHORT, _CHAR, _INT, _LONG, _FLOAT, _DOUBLE = 0x00, 0x02, 0x03, 0x04, 0x06, 0x10, 0x11
_DEEPEST = 32  # arrays in arrays
ZEROS = {
    "boolean": "false",
    "char": "\0",
    **dict.fromkeys(("byte", "short", "int", "long"), "0"),
    **dict.fromkeys(("float", "double"), "0.0"),
}


def values_at(tables: DexTables, at: int) -> Iterator[str | None]:
    """The values of the array at an offset, as text; None for those that are no constant."""
    count, at = uleb(tables.content, at)
    for _ in range(count):
        value, at = _value(tables, at, 0)
        yield value


def _value(tables: DexTables, at: int, depth: int) -> tuple[str | None, int]:
    head = tables.content[at]
    kind, argument = head & 0x1F, head >> 5
    at += 1
    if kind == _BOOLEAN:
        return ("true" if argument else "false"), at
    if kind == _NULL:
        return None, at
    if kind in (_ARRAY, _ANNOTATION):
        return None, _behind(tables, at, depth, named=kind == _ANNOTATION)
    end = at + argument + 1
    raw = tables.content[at:end]
    if len(raw) != argument + 1:
        raise Damaged("a value goes beyond its end")
    return _text(tables, kind, raw), end


def _text(tables: DexTables, kind: int, raw: bytes) -> str | None:
    if kind == _STRING:
        return tables.string(int.from_bytes(raw, "little"))
    if kind in (_BYTE, _SHORT, _INT, _LONG):
        return str(int.from_bytes(raw, "little", signed=True))
    if kind == _CHAR:
        return chr(int.from_bytes(raw, "little"))
    if kind == _FLOAT:  # the zero bytes at the low end are left out
        return str(struct.unpack("<f", raw.rjust(4, b"\0"))[0])
    if kind == _DOUBLE:
        return str(struct.unpack("<d", raw.rjust(8, b"\0"))[0])
    return None


def _behind(tables: DexTables, at: int, depth: int, *, named: bool) -> int:
    """Where the item behind an array or an annotation begins."""
    if depth > _DEEPEST:
        raise Damaged("values nested too deeply")
    if named:
        _, at = uleb(tables.content, at)
    count, at = uleb(tables.content, at)
    for _ in range(count):
        if named:
            _, at = uleb(tables.content, at)
        _, at = _value(tables, at, depth + 1)
    return at
