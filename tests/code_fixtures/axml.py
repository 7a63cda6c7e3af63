"""A small writer of Android's binary XML (ResourceTypes.h of the Android Open Source Project): a tree of elements."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

ANDROID = "http://schemas.android.com/apk/res/android"
NONE = 0xFFFFFFFF
NUMBERS = {
    "name": 0x01010003,
    "value": 0x01010024,
    "resource": 0x01010025,
    "versionCode": 0x0101021B,
    "versionName": 0x0101021C,
    "versionCodeMajor": 0x01010576,
}


@dataclass(frozen=True)
class Reference:
    number: int


Value = str | int | bool | Reference


@dataclass(frozen=True)
class Element:
    """Keys that begin with `android:` are in Android's namespace."""

    name: str
    attributes: dict[str, Value]
    children: tuple[Element, ...] = ()


def element(name: str, *children: Element, **attributes: Value) -> Element:
    """`android_name=` stands for android:name."""
    named = {key.replace("android_", "android:"): value for key, value in attributes.items()}
    return Element(name, named, children)


def _walk(root: Element) -> Iterator[Element]:
    yield root
    for child in root.children:
        yield from _walk(child)


def axml(root: Element, *, utf8: bool = False, hide_names: bool = False) -> bytes:
    """`hide_names` leaves the texts of Android's attribute names empty: its own reader goes by their numbers."""
    known = sorted({key[8:] for one in _walk(root) for key in one.attributes if key[8:] in NUMBERS})
    rest = {ANDROID, "android"} | {one.name for one in _walk(root)}
    for one in _walk(root):
        rest |= {key.removeprefix("android:") for key in one.attributes}
        rest |= {value for value in one.attributes.values() if isinstance(value, str)}
    strings = [*known, *sorted(rest - set(known))]
    body = _pool([("" if hide_names and n < len(known) else text) for n, text in enumerate(strings)], utf8=utf8)
    body += _chunk(0x0180, b"", b"".join(struct.pack("<I", NUMBERS[name]) for name in known))
    namespace = struct.pack("<II", strings.index("android"), strings.index(ANDROID))
    body += _node(0x0100, namespace) + b"".join(_written(root, strings)) + _node(0x0101, namespace)
    return struct.pack("<HHI", 0x0003, 8, 8 + len(body)) + body


def _written(one: Element, strings: list[str]) -> Iterator[bytes]:
    name = strings.index(one.name)
    attributes = b"".join(_attribute(key, value, strings) for key, value in one.attributes.items())
    yield _node(0x0102, struct.pack("<IIHHHHHH", NONE, name, 20, 20, len(one.attributes), 0, 0, 0) + attributes)
    for child in one.children:
        yield from _written(child, strings)
    yield _node(0x0103, struct.pack("<II", NONE, name))


def _attribute(key: str, value: Value, strings: list[str]) -> bytes:
    namespace = strings.index(ANDROID) if key.startswith("android:") else NONE
    raw, kind, number = NONE, 0x10, 0
    match value:
        case str():
            raw = number = strings.index(value)
            kind = 0x03
        case bool():
            kind, number = 0x12, NONE if value else 0
        case int():
            number = value & 0xFFFFFFFF
        case Reference():
            kind, number = 0x01, value.number
    return struct.pack("<IIIHBBI", namespace, strings.index(key.removeprefix("android:")), raw, 8, 0, kind, number)


def _node(kind: int, content: bytes) -> bytes:
    return _chunk(kind, struct.pack("<II", 1, NONE), content)  # line, comment


def _chunk(kind: int, head: bytes, content: bytes) -> bytes:
    return struct.pack("<HHI", kind, 8 + len(head), 8 + len(head) + len(content)) + head + content


def _pool(strings: list[str], *, utf8: bool) -> bytes:
    written, offsets = b"", []
    for text in strings:
        offsets.append(len(written))
        if utf8:
            raw = text.encode()
            written += _length8(len(text)) + _length8(len(raw)) + raw + b"\0"
        else:
            raw = text.encode("utf-16-le")
            written += struct.pack("<H", len(raw) // 2) + raw + b"\0\0"
    written += bytes(-len(written) % 4)
    places = b"".join(struct.pack("<I", at) for at in offsets)
    head = struct.pack("<IIIII", len(strings), 0, 0x100 if utf8 else 0, 28 + len(places), 0)
    return _chunk(0x0001, head, places + written)


def _length8(length: int) -> bytes:
    return bytes([length]) if length < 0x80 else bytes([length >> 8 | 0x80, length & 0xFF])
