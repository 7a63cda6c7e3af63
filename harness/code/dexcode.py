"""What a DEX method's instructions load and call (source.android.com, "Dalvik bytecode"): no more of them is read."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from harness.code.damage import Damaged

_CODE_HEADER = 16
_CONST_STRING, _CONST_STRING_JUMBO = 0x1A, 0x1B
_INVOKES = frozenset((*range(0x6E, 0x73), *range(0x74, 0x79), 0xFA, 0xFB))  # 0xFC and 0xFD call a call site, no method
_SPUTS = frozenset(range(0x67, 0x6E))
_INDEXED = _INVOKES | _SPUTS | {_CONST_STRING}
_PAYLOADS = {0x0100, 0x0200, 0x0300}  # tables of switches and arrays stand between the instructions, behind a nop

# How many 16-bit units an instruction takes, by its first byte; those not listed take one.
_WIDTHS = [1] * 256
for _units, _ranges in (
    (2, ((0x02, 0x02), (0x05, 0x05), (0x08, 0x08), (0x13, 0x13), (0x15, 0x16), (0x19, 0x1A), (0x1C, 0x1C))),
    (2, ((0x1F, 0x20), (0x22, 0x23), (0x29, 0x29), (0x2D, 0x3D), (0x44, 0x6D), (0x90, 0xAF), (0xD0, 0xE2))),
    (2, ((0xFE, 0xFF),)),
    (3, ((0x03, 0x03), (0x06, 0x06), (0x09, 0x09), (0x14, 0x14), (0x17, 0x17), (0x1B, 0x1B), (0x24, 0x26))),
    (3, ((0x2A, 0x2C), (0x6E, 0x72), (0x74, 0x78), (0xFC, 0xFD))),
    (4, ((0xFA, 0xFB),)),
    (5, ((0x18, 0x18),)),
):
    for _first, _last in _ranges:
        _WIDTHS[_first : _last + 1] = [_units] * (_last - _first + 1)


def units_of(content: bytes, at: int) -> tuple[int, int]:
    """Where the instructions of the code item at `at` begin, and how many units they take."""
    (count,) = struct.unpack_from("<I", content, at + 12)
    start = at + _CODE_HEADER
    if start + 2 * count > len(content):
        raise Damaged(f"code at {at} goes beyond its end")
    return start, count


def loads_and_calls(content: bytes, at: int) -> tuple[list[int], list[int]]:
    """Indices of the strings that this code loads and of the methods that it calls, in order, each once."""
    strings: dict[int, None] = {}
    calls: dict[int, None] = {}
    for opcode, index in _references(content, at):
        if opcode in _INVOKES:
            calls[index] = None
        elif opcode in (_CONST_STRING, _CONST_STRING_JUMBO):
            strings[index] = None
    return list(strings), list(calls)


def written_statics(content: bytes, at: int) -> set[int]:
    """Indices of the static fields that this code sets."""
    return {index for opcode, index in _references(content, at) if opcode in _SPUTS}


def _references(content: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Opcode and index of every instruction in question."""
    start, count = units_of(content, at)
    units = struct.unpack_from(f"<{count}H", content, start)
    here = 0
    try:
        while here < count:
            unit = units[here]
            opcode = unit & 0xFF
            if opcode in _INDEXED:
                yield opcode, units[here + 1]
            elif opcode == _CONST_STRING_JUMBO:
                yield opcode, units[here + 1] | units[here + 2] << 16
            here += _payload(units, here) if unit in _PAYLOADS else _WIDTHS[opcode]
    except IndexError:
        return  # protected code ends in the middle of an instruction that never runs


def _payload(units: Sequence[int], here: int) -> int:
    size = units[here + 1]
    match units[here] >> 8:
        case 1:  # packed-switch: first key and a target each
            return 4 + 2 * size
        case 2:  # sparse-switch: a key and a target each
            return 2 + 4 * size
        case _:  # fill-array-data: width of an element, then how many in 32 bits
            return 4 + (size * (units[here + 2] | units[here + 3] << 16) + 1) // 2
