"""What a Java method's code loads and calls (Java Virtual Machine Specification, chapter 6): no more of it is read."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from harness.code.damage import Damaged

LOADS = frozenset((0x12, 0x13))  # ldc, ldc_w
INVOKES = frozenset((0xB6, 0xB7, 0xB8, 0xB9))
DYNAMIC = 0xBA
_LDC, _TABLE_SWITCH, _LOOKUP_SWITCH, _WIDE, _IINC, _LAST = 0x12, 0xAA, 0xAB, 0xC4, 0x84, 0xC9

# How many bytes an instruction takes, by its first; those not listed take one.
_WIDTHS = [1] * 256
for _size, _codes in (
    (2, (0x10, 0x12, *range(0x15, 0x1A), *range(0x36, 0x3B), 0xA9, 0xBC)),
    (3, (0x11, 0x13, 0x14, _IINC, *range(0x99, 0xA9), *range(0xB2, 0xB9), 0xBB, 0xBD, 0xC0, 0xC1, 0xC6, 0xC7)),
    (4, (0xC5,)),
    (5, (0xB9, 0xBA, 0xC8, 0xC9)),
):
    for _code in _codes:
        _WIDTHS[_code] = _size


def references(code: bytes) -> Iterator[tuple[int, int]]:
    """Opcode and constant pool index of every instruction that loads a constant or calls something."""
    at = 0
    while at < len(code):
        opcode = code[at]
        if opcode == _LDC:
            yield opcode, code[at + 1]
        elif opcode in LOADS or opcode in INVOKES or opcode == DYNAMIC:
            yield opcode, code[at + 1] << 8 | code[at + 2]
        at += _WIDTHS[opcode] if opcode not in (_TABLE_SWITCH, _LOOKUP_SWITCH, _WIDE) else _variable(code, at)
        if opcode > _LAST:
            raise Damaged(f"an unknown instruction ({opcode:#x})")


def _variable(code: bytes, at: int) -> int:
    if code[at] == _WIDE:
        return 6 if code[at + 1] == _IINC else 4
    aligned = (at + 4) & ~3  # switches pad to a multiple of four from the start of the code
    if code[at] == _TABLE_SWITCH:
        low, high = struct.unpack_from(">ii", code, aligned + 4)
        entries, width = aligned + 12, 4 * (high - low + 1)
    else:
        (pairs,) = struct.unpack_from(">i", code, aligned + 4)
        entries, width = aligned + 8, 8 * pairs
    if width < 0:
        raise Damaged("a switch with fewer than no cases")
    return int(entries + width - at)
