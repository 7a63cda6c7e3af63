"""The index tables of a DEX file (source.android.com, "Dalvik executable format"): strings, types, prototypes, methods.

Nothing is decoded before it is asked for. Raises Damaged, or what `damage.reading` turns into it.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from harness.code.damage import Damaged
from harness.code.spelling import method_name, text_of, type_of, utf16_of

NO_INDEX = 0xFFFFFFFF
_HEADER_SIZE = 0x70
_CONTAINER = 41  # since version 041 several DEX files may stand in one and share the space behind the last
_OFFSETS = struct.Struct("<I")
_CLASS_DEF = struct.Struct("<8I")


@dataclass(frozen=True, slots=True)
class _Table:
    count: int
    start: int


def uleb(content: bytes, at: int) -> tuple[int, int]:
    """The number there (seven bits a byte, low ones first) and where the next item begins."""
    value = shift = 0
    while shift < 35:
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise Damaged("a number of more than five bytes")


def ulebs(content: bytes, at: int, count: int) -> tuple[list[int], int]:
    """So many numbers in a row, and where the next item begins."""
    values: list[int] = []
    for _ in range(count):
        byte = content[at]
        if byte < 0x80:
            at += 1
        else:
            byte, at = uleb(content, at)
        values.append(byte)
    return values, at


class DexTables:
    """One DEX file's tables. `content` is the whole file, `at` where this DEX begins in it."""

    def __init__(self, content: bytes, at: int = 0) -> None:
        self.content = content
        self.version = version_of(content, at)
        if len(content) < at + _HEADER_SIZE:
            raise Damaged("it ends inside its header")
        self._checksum, self._size = struct.unpack_from("<I20xI", content, at + 8)
        self._at = at
        pairs = struct.unpack_from("<12I", content, at + 0x38)
        self.strings, self._types, self._protos, self.fields, self._methods, self._classes = (
            self._table(pairs[2 * n], pairs[2 * n + 1], width) for n, width in enumerate((4, 4, 12, 8, 8, 32))
        )
        self._texts: list[str | None] = [None] * self.strings.count
        self._type_names: list[str | None] = [None] * self._types.count
        self._prototypes: dict[int, tuple[tuple[str, ...], str]] = {}

    def _table(self, count: int, start: int, width: int) -> _Table:
        if start + count * width > len(self.content):
            raise Damaged(f"a table of {count} entries at {start} goes beyond its end at {len(self.content)}")
        return _Table(count, start)

    @property
    def classes(self) -> int:
        return self._classes.count

    def is_intact(self) -> bool:
        """Whether the file's own checksum fits; where it does not, somebody changed the file, or it was cut."""
        end = self._at + self._size
        return end <= len(self.content) and bool(zlib.adler32(self.content[self._at + 12 : end]) == self._checksum)

    def raw_string(self, index: int) -> bytes:
        if index >= self.strings.count:
            raise Damaged(f"there is no string {index}")
        (at,) = _OFFSETS.unpack_from(self.content, self.strings.start + 4 * index)
        _, start = uleb(self.content, at)
        return self.content[start : self.content.index(0, start)]

    def string(self, index: int) -> str:
        text = self._texts[index] if index < len(self._texts) else None
        if text is None:
            text = text_of(self.raw_string(index))
            self._texts[index] = text
        return text

    def string_index(self, text: str) -> int | None:
        """Where a string stands in the table, which is sorted by UTF-16 code units."""
        wanted = text.encode("utf-16-be", "surrogatepass")
        low, high = 0, self.strings.count
        while low < high:
            middle = (low + high) // 2
            if self._key(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < self.strings.count and self._key(low) == wanted else None

    def _key(self, index: int) -> bytes:
        return utf16_of(self.raw_string(index))

    def type(self, index: int) -> str:
        """Spelled as in hook files."""
        if index >= self._types.count:
            raise Damaged(f"there is no type {index}")
        name = self._type_names[index]
        if name is None:
            (text,) = _OFFSETS.unpack_from(self.content, self._types.start + 4 * index)
            name = self._type_names[index] = type_of(self.string(text))
        return name

    def type_list(self, at: int) -> tuple[str, ...]:
        """The types listed at an offset; 0 stands for none."""
        if at == 0:
            return ()
        (count,) = _OFFSETS.unpack_from(self.content, at)
        if at + 4 + 2 * count > len(self.content):
            raise Damaged(f"a list of {count} types at {at} goes beyond its end")
        return tuple(self.type(index) for index in struct.unpack_from(f"<{count}H", self.content, at + 4))

    def prototype(self, index: int) -> tuple[tuple[str, ...], str]:
        """Parameter types and result type."""
        found = self._prototypes.get(index)
        if found is None:
            if index >= self._protos.count:
                raise Damaged(f"there is no prototype {index}")
            result, parameters = struct.unpack_from("<4xII", self.content, self._protos.start + 12 * index)
            found = self._prototypes[index] = (self.type_list(parameters), self.type(result))
        return found

    def method(self, index: int) -> tuple[str, str, int]:
        """Its class, its name and the index of its prototype."""
        if index >= self._methods.count:
            raise Damaged(f"there is no method {index}")
        owner, proto, name = struct.unpack_from("<HHI", self.content, self._methods.start + 8 * index)
        return self.type(owner), method_name(self.string(name)), proto

    def field(self, index: int) -> tuple[str, str]:
        """Its type and its name."""
        if index >= self.fields.count:
            raise Damaged(f"there is no field {index}")
        kind, name = struct.unpack_from("<2xHI", self.content, self.fields.start + 8 * index)
        return self.type(kind), self.string(name)

    def class_def(self, index: int) -> tuple[int, ...]:
        """Type, access, parent's type, offset of interfaces, source file, and offsets of annotations, class data and
        static values."""
        return _CLASS_DEF.unpack_from(self.content, self._classes.start + 32 * index)


def version_of(content: bytes, at: int = 0) -> int:
    """The number in `dex\\n035\\0`."""
    magic = content[at : at + 8]
    if magic[:4] == b"dex\n" and magic[4:7].isdigit() and magic[7:] == b"\0":
        return int(magic[4:7])
    known = {b"dey\n": "an optimised DEX of old phones (odex)", b"cdex": "a compact DEX, as phones make it"}
    said = known.get(magic[:4], "it does not begin as a DEX file does: encrypted, packed or no DEX at all")
    raise Damaged(said)


def dexes_in(content: bytes) -> list[int]:
    """Where the DEX files begin in a file: [0], but for containers (version 041) that hold several."""
    starts = [0]
    if version_of(content) >= _CONTAINER:
        while True:
            (size,) = _OFFSETS.unpack_from(content, starts[-1] + 0x20)
            after = starts[-1] + size
            if size < _HEADER_SIZE or content[after : after + 4] != b"dex\n":
                break
            starts.append(after)
    return starts
