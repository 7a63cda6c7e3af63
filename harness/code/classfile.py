"""One class file (Java Virtual Machine Specification, chapter 4)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from harness.code.bytecode import DYNAMIC, INVOKES, references
from harness.code.constantpool import ConstantPool
from harness.code.damage import Damaged, reading
from harness.code.spelling import method_name, signature_of, type_of
from harness.model.code import ClassCode, MethodCode

MAGIC = b"\xca\xfe\xba\xbe"
_STATIC, _FINAL, _INTERFACE, _ABSTRACT = 0x8, 0x10, 0x200, 0x400
_CONCATENATION = "java.lang.invoke.StringConcatFactory."
_T = TypeVar("_T")
_HOLES = str.maketrans({"\x02": "\x01"})  # in its recipes both stand for a value


@dataclass(frozen=True, slots=True)
class _Member:
    access: int
    name: str
    descriptor: str
    attributes: Mapping[str, tuple[int, int]]  # where each one's content begins and ends


class ClassFile:
    """Its head is read at once, fields, methods and code when asked for."""

    def __init__(self, content: bytes) -> None:
        if content[:4] != MAGIC:
            raise Damaged("it does not begin as a class file does")
        self._content = content
        self._pool = pool = ConstantPool(content, 8)
        self._access, this, parent, count = struct.unpack_from(">4H", content, pool.end)
        self.name = pool.class_name(this)
        self.parent = pool.class_name(parent) if parent else None
        interfaces = struct.unpack_from(f">{count}H", content, pool.end + 8)
        self.interfaces = tuple(pool.class_name(index) for index in interfaces)
        self._members_at = pool.end + 8 + 2 * count

    def check(self) -> None:
        """Raises Damaged where the file ends before its last member does; code is not looked at."""
        with reading(self.name):
            self._members()

    def may_load(self, wanted: Collection[str]) -> bool:
        """Whether one of these can be in its code, told by the constant pool alone."""
        constants = self._pool.strings()
        if self._pool.has_dynamic():  # a recipe for joining strings holds them among others
            return any(one in constant for constant in constants for one in wanted)
        return any(one in constants for one in wanted)

    def read(self) -> ClassCode:
        with reading(self.name):
            fields, methods, attributes = self._members()
            bootstraps = self._bootstraps(attributes)
            return ClassCode(
                name=self.name,
                parent=self.parent,
                interfaces=self.interfaces,
                abstract=bool(self._access & (_INTERFACE | _ABSTRACT)),
                methods=tuple(self._method(member, bootstraps) for member in methods),
                constants=dict(self._constants(fields)),
            )

    def _members(self) -> tuple[list[_Member], list[_Member], Mapping[str, tuple[int, int]]]:
        """Fields, methods, and the attributes of the class."""
        fields, at = self._table(self._members_at, self._member)
        methods, at = self._table(at, self._member)
        attributes, _ = self._table(at, self._attribute)
        return fields, methods, dict(attributes)

    def _table(self, at: int, item: Callable[[int], tuple[_T, int]]) -> tuple[list[_T], int]:
        (count,) = struct.unpack_from(">H", self._content, at)
        at += 2
        found: list[_T] = []
        for _ in range(count):
            one, at = item(at)
            found.append(one)
        return found, at

    def _member(self, at: int) -> tuple[_Member, int]:
        access, name, descriptor = struct.unpack_from(">3H", self._content, at)
        attributes, end = self._table(at + 6, self._attribute)
        return _Member(access, self._pool.text(name), self._pool.text(descriptor), dict(attributes)), end

    def _attribute(self, at: int) -> tuple[tuple[str, tuple[int, int]], int]:
        name, length = struct.unpack_from(">HI", self._content, at)
        end = at + 6 + length
        if end > len(self._content):
            raise Damaged("an attribute goes beyond its end")
        return (self._pool.text(name), (at + 6, end)), end

    def _bootstraps(self, attributes: Mapping[str, tuple[int, int]]) -> list[tuple[int, tuple[int, ...]]]:
        """The bootstrap table: a method handle and its arguments each, all as indices of constants."""
        if "BootstrapMethods" not in attributes:
            return []
        return self._table(attributes["BootstrapMethods"][0], self._bootstrap)[0]

    def _bootstrap(self, at: int) -> tuple[tuple[int, tuple[int, ...]], int]:
        handle, count = struct.unpack_from(">HH", self._content, at)
        return (handle, struct.unpack_from(f">{count}H", self._content, at + 4)), at + 4 + 2 * count

    def _constants(self, fields: list[_Member]) -> Iterator[tuple[str, str]]:
        for field in fields:
            if field.access & _STATIC and field.access & _FINAL and "ConstantValue" in field.attributes:
                (index,) = struct.unpack_from(">H", self._content, field.attributes["ConstantValue"][0])
                value = self._pool.value(index, type_of(field.descriptor))
                if value is not None:
                    yield field.name, value

    def _method(self, member: _Member, bootstraps: list[tuple[int, tuple[int, ...]]]) -> MethodCode:
        parameters, returns = signature_of(member.descriptor)
        strings: dict[str, None] = {}
        calls: dict[str, None] = {}
        for opcode, index in references(self._code(member)):
            if opcode in INVOKES:
                calls[self._pool.called(index)] = None
            elif opcode == DYNAMIC:
                handle, arguments = bootstraps[self._pool.bootstrap(index)]
                strings |= dict.fromkeys(self._dynamic_strings(handle, arguments))
                calls |= dict.fromkeys(call for one in arguments if (call := self._pool.handled(one)) is not None)
            elif (text := self._pool.string(index)) is not None:
                strings[text] = None
        return MethodCode(
            name=method_name(member.name),
            parameters=parameters,
            returns=returns,
            static=bool(member.access & _STATIC),
            abstract="Code" not in member.attributes,
            strings=tuple(strings),
            calls=tuple(calls),
        )

    def _code(self, member: _Member) -> bytes:
        if "Code" not in member.attributes:
            return b""
        start, end = member.attributes["Code"]
        (length,) = struct.unpack_from(">I", self._content, start + 4)
        if start + 8 + length > end:
            raise Damaged(f"the code of {member.name} goes beyond its end")
        return self._content[start + 8 : start + 8 + length]

    def _dynamic_strings(self, handle: int, arguments: tuple[int, ...]) -> Iterator[str]:
        """The constants that javac gave to a bootstrap method; a recipe for joining strings is split at its holes."""
        texts = [text for index in arguments if (text := self._pool.string(index)) is not None]
        if texts and (self._pool.handled(handle) or "").startswith(_CONCATENATION):
            recipe, *rest = texts
            yield from (part for part in recipe.translate(_HOLES).split("\x01") if part)
            texts = rest
        yield from texts
