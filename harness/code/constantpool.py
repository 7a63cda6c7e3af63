"""The constant pool of a class file (Java Virtual Machine Specification, section 4.4), up to Java 25."""

from __future__ import annotations

import struct

from harness.code.damage import Damaged
from harness.code.spelling import method_name, text_of, type_of

_UTF8, _INTEGER, _FLOAT, _LONG, _DOUBLE, _CLASS, _STRING = 1, 3, 4, 5, 6, 7, 8
_FIELD, _METHOD, _INTERFACE_METHOD, _NAME_AND_TYPE = 9, 10, 11, 12
_METHOD_HANDLE, _DYNAMIC, _INVOKE_DYNAMIC = 15, 17, 18
_SIZES = {
    **dict.fromkeys((_INTEGER, _FLOAT, _FIELD, _METHOD, _INTERFACE_METHOD, _NAME_AND_TYPE), 4),
    **dict.fromkeys((_LONG, _DOUBLE), 8),
    **dict.fromkeys((_CLASS, _STRING, 16, 19, 20), 2),  # 16 method type, 19 module, 20 package
    _METHOD_HANDLE: 3,
    _DYNAMIC: 4,
    _INVOKE_DYNAMIC: 4,
}
_METHODS = (_METHOD, _INTERFACE_METHOD)
_FIRST_METHOD_HANDLE = 5  # kinds 1 to 4 are fields


class ConstantPool:
    """Entries by index, decoded when asked for. `end` is where the pool ends in the file."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content = content
        (count,) = struct.unpack_from(">H", content, at)
        at += 2
        self._places: list[tuple[int, int]] = [(0, 0)]  # tag and offset of what follows it
        while len(self._places) < count:
            tag = content[at]
            at += 1
            self._places.append((tag, at))
            at += self._size(tag, at)
            if tag in (_LONG, _DOUBLE):
                self._places.append((0, 0))  # these take two numbers
        self.end = at

    def _size(self, tag: int, at: int) -> int:
        if tag == _UTF8:
            (length,) = struct.unpack_from(">H", self._content, at)
            return int(length) + 2
        if tag not in _SIZES:
            raise Damaged(f"a constant of an unknown kind ({tag})")
        return _SIZES[tag]

    def _two(self, at: int) -> tuple[int, int]:
        first, second = struct.unpack_from(">HH", self._content, at)
        return first, second

    def _one(self, at: int) -> int:
        (index,) = struct.unpack_from(">H", self._content, at)
        return int(index)

    def _place(self, index: int, *tags: int) -> int:
        tag, at = self._places[index]
        if tag not in tags:
            raise Damaged(f"constant {index} is of kind {tag}, not {' or '.join(map(str, tags))}")
        return at

    def raw(self, index: int) -> bytes:
        at = self._place(index, _UTF8)
        return self._content[at + 2 : at + 2 + self._one(at)]

    def text(self, index: int) -> str:
        return text_of(self.raw(index))

    def class_name(self, index: int) -> str:
        """Spelled as in hook files; arrays too."""
        name = self.text(self._one(self._place(index, _CLASS)))
        return type_of(name) if name.startswith("[") else name.replace("/", ".")

    def string(self, index: int) -> str | None:
        """The text of a string constant; None when the entry is another kind of constant."""
        tag, at = self._places[index]
        return self.text(self._one(at)) if tag == _STRING else None

    def strings(self) -> set[str]:
        """All string constants, whoever uses them."""
        return {self.text(self._one(at)) for tag, at in self._places if tag == _STRING}

    def has_dynamic(self) -> bool:
        return any(tag == _INVOKE_DYNAMIC for tag, _ in self._places)

    def called(self, index: int) -> str:
        """A method as `java.net.URL.openConnection`."""
        owner, name = self._two(self._place(index, *_METHODS))
        return f"{self.class_name(owner)}.{method_name(self._name(name))}"

    def _name(self, index: int) -> str:
        return self.text(self._two(self._place(index, _NAME_AND_TYPE))[0])

    def bootstrap(self, index: int) -> int:
        """Which entry of the bootstrap table an invokedynamic uses."""
        return self._two(self._place(index, _INVOKE_DYNAMIC))[0]

    def handled(self, index: int) -> str | None:
        """The method behind a method handle; None for other constants and for fields."""
        tag, at = self._places[index]
        if tag != _METHOD_HANDLE or self._content[at] < _FIRST_METHOD_HANDLE:
            return None
        return self.called(self._one(at + 1))

    def value(self, index: int, kind: str) -> str | None:
        """A ConstantValue as text; `kind` is the field's type."""
        tag, at = self._places[index]
        match tag:
            case 3:
                (number,) = struct.unpack_from(">i", self._content, at)
                return {"boolean": str(bool(number)).lower(), "char": chr(number & 0xFFFF)}.get(kind, str(number))
            case 4:
                return str(struct.unpack_from(">f", self._content, at)[0])
            case 5:
                return str(struct.unpack_from(">q", self._content, at)[0])
            case 6:
                return str(struct.unpack_from(">d", self._content, at)[0])
            case _:
                return self.string(index)
