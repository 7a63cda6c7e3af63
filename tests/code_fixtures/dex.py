"""A small writer of DEX files (source.android.com, "Dalvik executable format"): strings, calls, static values."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

NO_INDEX = 0xFFFFFFFF
STRING = "Ljava/lang/String;"
OBJECT = "Ljava/lang/Object;"
PUBLIC, STATIC, FINAL, ABSTRACT = 0x1, 0x8, 0x10, 0x400


@dataclass(frozen=True)
class Load:
    """const-string of this text, or its jumbo form."""

    text: str
    jumbo: bool = False


@dataclass(frozen=True)
class Call:
    """invoke-static of a method without parameters."""

    owner: str
    name: str
    returns: str = "V"


@dataclass(frozen=True)
class Method:
    name: str
    returns: str = "V"
    parameters: tuple[str, ...] = ()
    access: int = PUBLIC | STATIC
    code: tuple[Load | Call | tuple[int, ...], ...] | None = ()  # a tuple of numbers is written as it is

    @property
    def is_direct(self) -> bool:
        return bool(self.access & STATIC) or self.name.startswith("<")


@dataclass(frozen=True)
class Constant:
    """A static final field. `value` is a text or a number of type I."""

    name: str
    value: str | int

    @property
    def type(self) -> str:
        return STRING if isinstance(self.value, str) else "I"


@dataclass(frozen=True)
class Class:
    name: str
    parent: str = OBJECT
    interfaces: tuple[str, ...] = ()
    access: int = PUBLIC
    constants: tuple[Constant, ...] = ()
    methods: tuple[Method, ...] = ()


Proto = tuple[str, tuple[str, ...]]


@dataclass
class _Ids:
    strings: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    protos: list[Proto] = field(default_factory=list)
    fields: list[tuple[str, str, str]] = field(default_factory=list)  # class, name, type
    methods: list[tuple[str, str, Proto]] = field(default_factory=list)


def utf16(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def mutf8(text: str) -> bytes:
    """Each UTF-16 unit on its own in UTF-8, NUL in two bytes."""
    units = struct.unpack(f">{len(utf16(text)) // 2}H", utf16(text))
    return b"".join(b"\xc0\x80" if unit == 0 else chr(unit).encode("utf-8", "surrogatepass") for unit in units)


def uleb(number: int) -> bytes:
    written = b""
    while number > 0x7F:
        written += bytes([number & 0x7F | 0x80])
        number >>= 7
    return written + bytes([number])


def _calls(classes: Sequence[Class]) -> Iterable[tuple[str, str, Proto]]:
    for one in classes:
        for method in one.methods:
            yield one.name, method.name, (method.returns, method.parameters)
            for step in method.code or ():
                if isinstance(step, Call):
                    yield step.owner, step.name, (step.returns, ())


def _shorty(proto: Proto) -> str:
    return "".join("L" if one[0] in "L[" else one for one in (proto[0], *proto[1]))


def _ids(classes: Sequence[Class]) -> _Ids:
    methods = set(_calls(classes))
    fields = {(one.name, constant.name, constant.type) for one in classes for constant in one.constants}
    protos = {proto for _, _, proto in methods}
    types = {one.name for one in classes} | {one.parent for one in classes} | {owner for owner, _, _ in methods}
    types |= {name for one in classes for name in one.interfaces} | {kind for _, _, kind in fields}
    types |= {name for returns, parameters in protos for name in (returns, *parameters)}
    texts = (
        types | {name for _, name, _ in methods} | {name for _, name, _ in fields} | {_shorty(one) for one in protos}
    )
    texts |= {value for one in classes for c in one.constants if isinstance(value := c.value, str)}
    texts |= {s.text for one in classes for m in one.methods for s in m.code or () if isinstance(s, Load)}
    ids = _Ids(sorted(texts, key=utf16))
    string = ids.strings.index
    ids.types = sorted(types, key=string)
    kind = ids.types.index
    ids.protos = sorted(protos, key=lambda one: (kind(one[0]), [kind(name) for name in one[1]]))
    ids.fields = sorted(fields, key=lambda one: (kind(one[0]), string(one[1]), kind(one[2])))
    ids.methods = sorted(methods, key=lambda one: (kind(one[0]), string(one[1]), ids.protos.index(one[2])))
    return ids


@dataclass
class _Data:
    """The part behind the tables, and where each item in it stands."""

    start: int
    content: bytearray = field(default_factory=bytearray)
    placed: list[tuple[int, int]] = field(default_factory=list)  # kind of item and offset, for the map

    def put(self, kind: int, item: bytes, alignment: int = 1) -> int:
        self.content += bytes(-(self.start + len(self.content)) % alignment)
        at = self.start + len(self.content)
        self.content += item
        self.placed.append((kind, at))
        return at


def dex(*classes: Class, version: int = 35) -> bytes:
    """A DEX file with these classes."""
    ids = _ids(classes)
    counts = [len(ids.strings), len(ids.types), len(ids.protos), len(ids.fields), len(ids.methods), len(classes)]
    starts = [0x70]
    for count, width in zip(counts, (4, 4, 12, 8, 8, 32), strict=True):
        starts.append(starts[-1] + count * width)
    data = _Data(starts[-1])
    tables = _tables(ids, classes, data)
    map_at = data.put(0x1000, b"", 4)
    data.content += _map(data.placed, counts, starts)
    end = data.start + len(data.content)
    pairs = [*zip(counts, starts, strict=False), (len(data.content), data.start)]
    header = struct.pack("<6I", end, 0x70, 0x12345678, 0, 0, map_at)
    header += b"".join(struct.pack("<II", count, at if count else 0) for count, at in pairs)
    return signed(b"dex\n%03d\0" % version + bytes(24) + header + tables + bytes(data.content))


def _tables(ids: _Ids, classes: Sequence[Class], data: _Data) -> bytes:
    """All index tables; what they point to goes into `data`."""
    string, kind, index = struct.Struct("<I").pack, ids.types.index, ids.strings.index
    code_at = {
        (one.name, method): data.put(0x2001, _code(ids, method.code), 4)
        for one in classes
        for method in one.methods
        if method.code is not None
    }
    lists = {names: data.put(0x1001, _types(ids, names), 4) for names in _lists(ids, classes)} | {(): 0}
    texts = [uleb(len(utf16(text)) // 2) + mutf8(text) + b"\0" for text in ids.strings]
    rows = [string(data.put(0x2002, text)) for text in texts] + [string(index(name)) for name in ids.types]
    rows += [struct.pack("<III", index(_shorty(one)), kind(one[0]), lists[one[1]]) for one in ids.protos]
    rows += [struct.pack("<HHI", kind(owner), kind(of), index(name)) for owner, name, of in ids.fields]
    rows += [struct.pack("<HHI", kind(of), ids.protos.index(proto), index(name)) for of, name, proto in ids.methods]
    values = [data.put(0x2005, _values(ids, one)) if one.constants else 0 for one in classes]
    for one, value_at in zip(classes, values, strict=True):
        first = (kind(one.name), one.access, kind(one.parent), lists[one.interfaces])
        rows.append(struct.pack("<8I", *first, NO_INDEX, 0, data.put(0x2000, _class_data(ids, one, code_at)), value_at))
    return b"".join(rows)


def signed(content: bytes) -> bytes:
    """With the checksums that a file with this content must have."""
    body = content[32:]
    sha1 = hashlib.sha1(body, usedforsecurity=False).digest()
    return content[:8] + struct.pack("<I", zlib.adler32(sha1 + body)) + sha1 + body


def _lists(ids: _Ids, classes: Sequence[Class]) -> list[tuple[str, ...]]:
    found = [parameters for _, parameters in ids.protos] + [one.interfaces for one in classes]
    return list(dict.fromkeys(names for names in found if names))


def _types(ids: _Ids, names: tuple[str, ...]) -> bytes:
    return struct.pack("<I", len(names)) + b"".join(struct.pack("<H", ids.types.index(name)) for name in names)


def _code(ids: _Ids, steps: Iterable[Load | Call | tuple[int, ...]]) -> bytes:
    units: list[int] = []
    for step in steps:
        match step:
            case Load(text, False):
                units += [0x001A, ids.strings.index(text)]
            case Load(text, True):
                units += [0x001B, ids.strings.index(text) & 0xFFFF, ids.strings.index(text) >> 16]
            case Call(owner, name, returns):
                units += [0x0071, ids.methods.index((owner, name, (returns, ()))), 0]
            case tuple():
                units += step
    units.append(0x000E)  # return-void
    return struct.pack("<HHHHII", 4, 0, 0, 0, 0, len(units)) + struct.pack(f"<{len(units)}H", *units)


def _values(ids: _Ids, one: Class) -> bytes:
    """In the order of the field table."""
    written = uleb(len(one.constants))
    for constant in _in_order(ids, one):
        if isinstance(constant.value, str):
            written += b"\x77" + struct.pack("<I", ids.strings.index(constant.value))
        else:
            written += b"\x64" + struct.pack("<i", constant.value)
    return written


def _in_order(ids: _Ids, one: Class) -> list[Constant]:
    return sorted(one.constants, key=lambda constant: ids.fields.index((one.name, constant.name, constant.type)))


def _class_data(ids: _Ids, one: Class, code_at: dict[tuple[str, Method], int]) -> bytes:
    direct = [method for method in one.methods if method.is_direct]
    virtual = [method for method in one.methods if not method.is_direct]
    written = b"".join(map(uleb, (len(one.constants), 0, len(direct), len(virtual))))
    before = 0
    for constant in _in_order(ids, one):
        index = ids.fields.index((one.name, constant.name, constant.type))
        written += uleb(index - before) + uleb(PUBLIC | STATIC | FINAL)
        before = index
    for some in (direct, virtual):
        numbered = sorted(
            ((ids.methods.index((one.name, m.name, (m.returns, m.parameters))), m) for m in some),
            key=lambda pair: pair[0],
        )
        before = 0
        for index, method in numbered:
            access = method.access | (0x10000 if method.name.startswith("<") else 0)
            written += uleb(index - before) + uleb(access) + uleb(code_at.get((one.name, method), 0))
            before = index
    return written


def _map(placed: list[tuple[int, int]], counts: list[int], starts: list[int]) -> bytes:
    items = [(0x0000, 1, 0)]
    items += [(kind + 1, count, starts[kind]) for kind, count in enumerate(counts) if count]
    for kind in dict.fromkeys(kind for kind, _ in placed):
        offsets = [at for other, at in placed if other == kind]
        items.append((kind, len(offsets), offsets[0]))
    return struct.pack("<I", len(items)) + b"".join(struct.pack("<HHII", kind, 0, n, at) for kind, n, at in items)
