"""A DEX file for Android's runtime (source.android.com: Dalvik executable format), version 035: read by every ART."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.probe.canary.dexcode import Code, code_of
from harness.probe.canary.dexids import Ids, collect_ids
from harness.probe.canary.shape import METHODS, ROOT, Access, Method

_MAGIC = b"dex\n035\x00"
_HEADER_SIZE = 0x70
_ENDIAN = 0x12345678
_NO_INDEX = 0xFFFFFFFF
_ACC_CONSTRUCTOR = 0x10000

_HEADER, _STRING_ID, _TYPE_ID, _PROTO_ID, _METHOD_ID, _CLASS_DEF = 0x0, 0x1, 0x2, 0x3, 0x5, 0x6
_MAP_LIST, _TYPE_LIST, _CLASS_DATA, _CODE, _STRING_DATA = 0x1000, 0x1001, 0x2000, 0x2001, 0x2002


@dataclass(slots=True)
class _Data:
    """The data section as it grows behind the tables, and what the map says of it."""

    start: int
    content: bytearray = field(default_factory=bytearray)
    map_items: list[tuple[int, int, int]] = field(default_factory=list)  # type, number, offset

    @property
    def end(self) -> int:
        return self.start + len(self.content)

    def add(self, kind: int, items: Sequence[bytes], *, alignment: int = 1) -> list[int]:
        """Write items of one kind; gives their offsets in the file."""
        offsets: list[int] = []
        for item in items:
            self.content += bytes(-self.end % alignment)
            offsets.append(self.end)
            self.content += item
        if items:
            self.map_items.append((kind, len(items), offsets[0]))
        return offsets


def dex_file(names: Sequence[str]) -> bytes:
    """Canaries of those names (`a.b.C`) in one DEX file."""
    ids = collect_ids(names)
    tables = _layout(ids, len(names))
    data = _Data(start=tables["end"])
    string_offsets = data.add(_STRING_DATA, [_string_data(text) for text in ids.strings])
    list_offsets = data.add(_TYPE_LIST, [_type_list(ids, one) for one in ids.type_lists], alignment=4)
    class_offsets = _classes(ids, data, names)
    sections = {
        "strings": b"".join(struct.pack("<I", offset) for offset in string_offsets),
        "types": b"".join(struct.pack("<I", ids.string(one)) for one in ids.types),
        "protos": b"".join(_proto_id(ids, one, list_offsets) for one in ids.protos),
        "methods": b"".join(_method_id(ids, *one) for one in ids.methods),
        "classes": b"".join(
            _class_def(ids, name, offset) for name, offset in zip(ids.in_order(names), class_offsets, strict=True)
        ),
    }
    map_offset = _write_map(data, ids, tables)
    head = _header(ids, tables, data, map_offset)
    return _signed(head + b"".join(sections.values()) + bytes(data.content))


def _layout(ids: Ids, classes: int) -> dict[str, int]:
    """Where each table starts, and where the data section does."""
    sizes = {
        "strings": 4 * len(ids.strings),
        "types": 4 * len(ids.types),
        "protos": 12 * len(ids.protos),
        "methods": 8 * len(ids.methods),
        "classes": 32 * classes,
    }
    at = _HEADER_SIZE
    starts: dict[str, int] = {}
    for name, size in sizes.items():
        starts[name] = at
        at += size
    return {**starts, "end": at}


def _classes(ids: Ids, data: _Data, names: Sequence[str]) -> list[int]:
    """Write every class's code and class data; gives the offsets of the latter, in the order of the class table."""
    ordered = ids.in_order(names)
    codes = [_code_item(code_of(ids, name, method)) for name in ordered for method in METHODS]
    offsets = iter(data.add(_CODE, codes, alignment=4))
    return data.add(_CLASS_DATA, [_class_data(ids, name, {m: next(offsets) for m in METHODS}) for name in ordered])


def _class_data(ids: Ids, name: str, codes: dict[Method, int]) -> bytes:
    direct = [method for method in METHODS if method.is_direct]
    virtual = [method for method in METHODS if not method.is_direct]
    sizes = _uleb(0) + _uleb(0) + _uleb(len(direct)) + _uleb(len(virtual))  # no fields
    return sizes + b"".join(_encoded_methods(ids, name, some, codes) for some in (direct, virtual))


def _encoded_methods(ids: Ids, name: str, methods: list[Method], codes: dict[Method, int]) -> bytes:
    """Indices are told as the distance from the one before, so they must rise."""
    numbered = sorted((ids.method(name, method.name, method.descriptor), method) for method in methods)
    before, written = 0, b""
    for index, method in numbered:
        flags = method.access | (_ACC_CONSTRUCTOR if method.name.startswith("<") else 0)
        written += _uleb(index - before) + _uleb(flags) + _uleb(codes[method])
        before = index
    return written


def _code_item(code: Code) -> bytes:
    # no tries, no debug info
    head = struct.pack("<HHHHII", code.registers, code.ins, code.outs, 0, 0, len(code.units))
    return head + struct.pack(f"<{len(code.units)}H", *code.units)


def _string_data(text: str) -> bytes:
    return _uleb(len(text)) + text.encode("ascii") + b"\0"


def _type_list(ids: Ids, descriptors: tuple[str, ...]) -> bytes:
    return struct.pack("<I", len(descriptors)) + b"".join(struct.pack("<H", ids.type(one)) for one in descriptors)


def _proto_id(ids: Ids, proto: tuple[str, tuple[str, ...]], list_offsets: list[int]) -> bytes:
    result, parameters = proto
    offset = list_offsets[ids.type_lists.index(parameters)] if parameters else 0
    return struct.pack("<III", ids.string(result + "".join(parameters)), ids.type(result), offset)


def _method_id(ids: Ids, owner: str, name: str, proto: tuple[str, tuple[str, ...]]) -> bytes:
    return struct.pack("<HHI", ids.type(owner), ids.protos.index(proto), ids.string(name))


def _class_def(ids: Ids, name: str, class_data: int) -> bytes:
    # class, access, superclass, no interfaces, no source file, no annotations, class data, no static values
    this, above = ids.type_of(name), ids.type_of(ROOT)
    return struct.pack("<IIIIIIII", this, Access.PUBLIC, above, 0, _NO_INDEX, 0, class_data, 0)


def _write_map(data: _Data, ids: Ids, tables: dict[str, int]) -> int:
    """The map lists every section, itself included, in the order of their offsets."""
    fixed = [
        (_HEADER, 1, 0),
        (_STRING_ID, len(ids.strings), tables["strings"]),
        (_TYPE_ID, len(ids.types), tables["types"]),
        (_PROTO_ID, len(ids.protos), tables["protos"]),
        (_METHOD_ID, len(ids.methods), tables["methods"]),
        (_CLASS_DEF, (tables["end"] - tables["classes"]) // 32, tables["classes"]),
    ]
    at = data.end + -data.end % 4
    items = [*fixed, *data.map_items, (_MAP_LIST, 1, at)]
    written = struct.pack("<I", len(items)) + b"".join(struct.pack("<HHII", kind, 0, n, off) for kind, n, off in items)
    return data.add(_MAP_LIST, [written], alignment=4)[0]


def _header(ids: Ids, tables: dict[str, int], data: _Data, map_offset: int) -> bytes:
    """All of the header; checksum and signature are put in by _signed."""
    counted = [
        (len(ids.strings), tables["strings"]),
        (len(ids.types), tables["types"]),
        (len(ids.protos), tables["protos"]),
        (0, 0),  # fields
        (len(ids.methods), tables["methods"]),
        ((tables["end"] - tables["classes"]) // 32, tables["classes"]),
        (data.end - data.start, data.start),
    ]
    sizes = struct.pack("<IIIIII", data.end, _HEADER_SIZE, _ENDIAN, 0, 0, map_offset)  # no link section
    return _MAGIC + bytes(4 + 20) + sizes + b"".join(struct.pack("<II", *pair) for pair in counted)


def _signed(content: bytes) -> bytes:
    """SHA-1 over all that follows it, then Adler-32 over all that follows that."""
    body = content[32:]
    signature = hashlib.sha1(body, usedforsecurity=False).digest()
    return _MAGIC + struct.pack("<I", zlib.adler32(signature + body)) + signature + body


def _uleb(number: int) -> bytes:
    """Seven bits a byte, the low ones first."""
    written = b""
    while number > 0x7F:
        written += bytes([number & 0x7F | 0x80])
        number >>= 7
    return written + bytes([number])
