"""Protocol buffers without their schema: numbered fields, as far as the bytes themselves say what they are.

The format has no mark, and chance bytes often happen to be a message. So a message is believed only when all of it
reads, as a writer would have written it, and text in it proves it. A field that is text is never taken for a message:
"$Bob" would be one.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

from harness.analyse.decoding.plausible import ENOUGH, bits, to_text
from harness.analyse.values import Tree

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # wire types; groups (3, 4) are given up by everybody
_WIRES = (_VARINT, _FIXED64, _BYTES, _FIXED32)
_MOST_FIELDS = 100_000
_HIGHEST = 2**29 - 1  # of field numbers, says the format
_USUAL = 2047  # what two bytes can number
_DEEPEST = 24
_GRPC_PREFIX = 5  # bytes: compressed or not, and the length

Field = tuple[int, int, int | bytes]  # number, wire type, value


def from_protobuf(content: bytes, *, sure: bool = False) -> dict[str, Tree] | None:
    """A message as a tree with field numbers as keys, repeated ones as lists; also with the prefix that gRPC writes.
    `sure` when it is known to be one, and needs no proof."""
    found = _message(content, depth=0, sure=sure) if content[0] & 7 in _WIRES else None
    if found is None and content[:1] == b"\0" and int.from_bytes(content[1:_GRPC_PREFIX]) == len(content) - 5:
        found = _message(content[_GRPC_PREFIX:], depth=0, sure=sure)
    if found is None or not (sure or found[1] >= ENOUGH):
        return None
    return found[0]


def _message(content: bytes, *, depth: int, sure: bool = False) -> tuple[dict[str, Tree], float] | None:
    """The tree, and how much text proves it."""
    fields = _fields(content) if depth < _DEEPEST else None
    if not fields or not (sure or _is_usual(fields)):
        return None
    tree: dict[str, list[Tree]] = {}
    proof = 0.0
    for number, wire, value in fields:
        made, more = _shown(value, depth) if isinstance(value, bytes) else (_number(wire, value), 0.0)
        proof += more
        tree.setdefault(str(number), []).append(made)
    return {name: every[0] if len(every) == 1 else every for name, every in tree.items()}, proof


def _is_usual(fields: list[Field]) -> bool:
    """Whether field numbers and types are as in messages that somebody defined."""
    wires: dict[int, int] = {}
    return all(number <= _USUAL and wires.setdefault(number, wire) == wire for number, wire, _ in fields)


def _shown(value: bytes, depth: int) -> tuple[Tree, float]:
    """A field of some length: text, a message, or bytes."""
    text = to_text(value)
    if text is not None and not text.startswith("\n"):  # "\n" is also the tag of field 1, very often a message's first
        return text, bits(text)
    within = _message(value, depth=depth + 1)
    if within is not None and (within[1] >= ENOUGH or _in_order(value)):
        return within
    return (value, 0.0) if text is None else (text, bits(text))


def _in_order(content: bytes) -> bool:
    """Whether the fields come in rising order with low numbers, as writers put them: what makes a message without
    any text believable inside one that is proven."""
    numbers = [number for number, _, _ in _fields(content) or ()]
    return numbers == sorted(numbers) and numbers[-1] <= 64


def _number(wire: int, value: int) -> int | float:
    """Integers are taken for such, and what fits a usual decimal number for one: the bytes do not tell."""
    if wire == _VARINT:
        return value - 2**64 if value >= 2**63 else value
    if wire == _FIXED32:
        single = struct.unpack("<f", value.to_bytes(4, "little"))[0]
        return float(f"{single:.7g}") if _is_usual_decimal(single) else value
    double = struct.unpack("<d", value.to_bytes(8, "little"))[0]
    return double if _is_usual_decimal(double) else value


def _is_usual_decimal(number: float) -> bool:
    return math.isfinite(number) and (number == 0 or 1e-6 < abs(number) < 1e15)


def _fields(content: bytes) -> list[Field] | None:
    """Every field; None when it is no message."""
    found: list[Field] = []
    try:
        for made in _each(content):
            found.append(made)
            if len(found) > _MOST_FIELDS:
                return None
    except (IndexError, ValueError):
        return None
    return found


def _each(content: bytes) -> Iterator[Field]:
    """The fields in their order. IndexError or ValueError where the format is broken."""
    place, end = 0, len(content)
    while place < end:
        tag, place = _varint(content, place)
        number, wire = tag >> 3, tag & 7
        if not 0 < number <= _HIGHEST:
            raise ValueError(number)
        if wire == _VARINT:
            value, place = _varint(content, place)
            yield number, wire, value
            continue
        if wire == _BYTES:
            size, place = _varint(content, place)
        else:
            size = {_FIXED64: 8, _FIXED32: 4}[wire] if wire in (_FIXED64, _FIXED32) else end
        if place + size > end:
            raise ValueError(size)
        part = content[place : place + size]
        yield number, wire, part if wire == _BYTES else int.from_bytes(part, "little")
        place += size


def _varint(content: bytes, place: int) -> tuple[int, int]:
    """A number, and where it ends: in as few bytes as possible, for no writer takes more."""
    first = content[place]
    if first < 0x80:
        return first, place + 1
    value, shift = first & 0x7F, 7
    while True:
        place += 1
        byte = content[place]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
        if shift > 63:
            raise ValueError(shift)
    if byte == 0 or value >= 2**64:
        raise ValueError(value)
    return value, place + 1
