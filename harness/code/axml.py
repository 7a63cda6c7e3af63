"""Android's binary XML, in which an APK keeps its manifest: elements and their attributes as text.

Attribute names are taken from their resource numbers where there is one, as Android does: their texts may be empty or
false in apps that do not want to be read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.code.damage import Damaged

_STRING_POOL, _RESOURCE_MAP, _START, _END = 0x0001, 0x0180, 0x0102, 0x0103
_UTF8_FLAG = 0x100
_NONE = 0xFFFFFFFF
_FIRST_INT, _HEX, _BOOLEAN, _LAST_INT = 0x10, 0x11, 0x12, 0x1F
_KNOWN = {  # numbers of android.R.attr
    0x01010003: "name",
    0x01010024: "value",
    0x01010025: "resource",
    0x0101021B: "versionCode",
    0x0101021C: "versionName",
    0x01010576: "versionCodeMajor",
}


@dataclass(frozen=True, slots=True)
class Element:
    """`path` are the names from the root to this one. A reference to a resource is kept as `@0x7f0b0012`."""

    path: tuple[str, ...]
    attributes: Mapping[str, str]


def elements(content: bytes) -> Iterator[Element]:
    """In order of the file."""
    if len(content) < 8:
        raise Damaged("it is empty")
    strings: list[str] = []
    resources: tuple[int, ...] = ()
    path: list[str] = []
    (at,) = struct.unpack_from("<H", content, 2)  # the size of the file's own header; its type is not looked at
    while at + 8 <= len(content):
        kind, head, size = struct.unpack_from("<HHI", content, at)
        if size < 8:
            raise Damaged(f"a chunk of {size} bytes")
        if kind == _STRING_POOL and not strings:
            strings = _strings(content, at)
        elif kind == _RESOURCE_MAP:
            resources = struct.unpack_from(f"<{(size - head) // 4}I", content, at + head)
        elif kind == _START:
            name, attributes = _start(content, at + head, strings, resources)
            path.append(name)
            yield Element(tuple(path), attributes)
        elif kind == _END and path:
            path.pop()
        at += size
    if not strings:
        raise Damaged("it is no binary XML: encrypted, or damaged")


def _strings(content: bytes, at: int) -> list[str]:
    head, count, flags, start = struct.unpack_from("<2xH4xI4xII", content, at)
    offsets = struct.unpack_from(f"<{count}I", content, at + head)
    read = _utf8 if flags & _UTF8_FLAG else _utf16
    return [read(content, at + start + offset) for offset in offsets]


def _utf8(content: bytes, at: int) -> str:
    _, at = _length(content, at, "<B")  # in characters
    size, at = _length(content, at, "<B")
    return content[at : at + size].decode("utf-8", "replace")


def _utf16(content: bytes, at: int) -> str:
    units, at = _length(content, at, "<H")
    return content[at : at + 2 * units].decode("utf-16-le", "replace")


def _length(content: bytes, at: int, unit: str) -> tuple[int, int]:
    """A length in one unit, or in two when the highest bit of the first is set."""
    width = struct.calcsize(unit)
    high = 1 << 8 * width - 1
    (first,) = struct.unpack_from(unit, content, at)
    if not first & high:
        return first, at + width
    (second,) = struct.unpack_from(unit, content, at + width)
    return (first & high - 1) << 8 * width | second, at + 2 * width


def _start(content: bytes, at: int, strings: list[str], resources: tuple[int, ...]) -> tuple[str, dict[str, str]]:
    name, first, width, count = struct.unpack_from("<4xIHHH", content, at)
    attributes: dict[str, str] = {}
    for number in range(count):
        place = at + first + number * width
        key, raw, kind, value = struct.unpack_from("<4xII3xBI", content, place)
        resource = resources[key] if key < len(resources) else 0
        attributes[_KNOWN.get(resource) or _string(strings, key)] = _text(strings, raw, kind, value)
    return _string(strings, name), attributes


def _string(strings: list[str], index: int) -> str:
    return "" if index == _NONE else strings[index]


def _text(strings: list[str], raw: int, kind: int, value: int) -> str:
    if _FIRST_INT <= kind <= _LAST_INT:
        return _number(kind, value)
    match kind:
        case 0x03:
            return _string(strings, value)
        case 0x01 | 0x07:  # a reference to a resource, at once or through a table of packages
            return f"@0x{value:08x}"
        case 0x02:  # to an attribute of the theme
            return f"?0x{value:08x}"
        case 0x04:
            return str(struct.unpack("<f", struct.pack("<I", value))[0])
        case _:
            return _string(strings, raw)


def _number(kind: int, value: int) -> str:
    if kind == _BOOLEAN:
        return "true" if value else "false"
    return f"0x{value:x}" if kind == _HEX else str(value - (value >> 31 << 32))
