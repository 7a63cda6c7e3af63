"""The classes of one DEX file."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress

from harness.code.damage import Damaged, reading
from harness.code.dexcode import loads_and_calls, units_of, written_statics
from harness.code.dextables import NO_INDEX, DexTables, ulebs
from harness.code.dexvalues import ZEROS, values_at
from harness.model.code import ClassCode, MethodCode

_STATIC, _FINAL, _INTERFACE, _ABSTRACT = 0x8, 0x10, 0x200, 0x400


class DexFile:
    """Opening walks over every class's tables once, but not over its code. What cannot be read is left out and stands
    in `faults`, which is complete from the start: where the file's checksum does not fit, all of it is read at once."""

    def __init__(self, tables: DexTables) -> None:
        self._tables = tables
        self.faults: list[str] = []
        self._index: dict[str, int] = {}
        codes = [code for number in range(tables.classes) for code in self._open(number)]
        codes.sort()
        self._code_at = array("Q", (at for at, _ in codes))
        self._code_of = array("I", (number for _, number in codes))
        if not tables.is_intact():
            self.faults.append("its checksum does not fit: it was changed after it was made, or is damaged")
            for name in list(self._index):
                self._check(name)

    def _check(self, name: str) -> None:
        try:
            self.find(name)
        except Damaged as exc:
            self.faults.append(str(exc))
            del self._index[name]

    def _open(self, number: int) -> Iterable[tuple[int, int]]:
        """Take one class into the index; gives where its methods' code stands, with its number."""
        try:
            with reading(f"class {number}"):
                name = self._tables.type(self._tables.class_def(number)[0])
                with reading(name):
                    self._above(number)
                    _, methods = self._members(number)
                    found = [(code, number) for _, _, code in methods if code]
                    for code, _ in found:
                        units_of(self._tables.content, code)
        except Damaged as exc:
            self.faults.append(str(exc))
            return ()
        self._index.setdefault(name, number)
        return found

    def names(self) -> Collection[str]:
        return self._index.keys()

    def parents(self) -> Iterator[tuple[str, str | None, tuple[str, ...]]]:
        for name, number in self._index.items():
            yield name, *self._above(number)

    def find(self, name: str) -> ClassCode | None:
        number = self._index.get(name)
        if number is None:
            return None
        with reading(name):
            return self._read(name, number)

    def _read(self, name: str, number: int) -> ClassCode:
        access = self._tables.class_def(number)[1]
        parent, interfaces = self._above(number)
        fields, methods = self._members(number)
        return ClassCode(
            name=name,
            parent=parent,
            interfaces=interfaces,
            abstract=bool(access & (_INTERFACE | _ABSTRACT)),
            methods=tuple(self._method(*method) for method in methods),
            constants=self._constants(number, fields, methods),
        )

    def loading(self, strings: Collection[str]) -> Mapping[str, set[str]]:
        """Look the strings up in the file's table, their numbers in its bytes, and read only the methods around."""
        wanted = {index: text for text in strings if (index := self._string_index(text)) is not None}
        found: dict[str, set[str]] = {}
        seen: set[int] = set()
        for at in self._places(wanted):
            position = bisect_right(self._code_at, at) - 1
            if position < 0 or self._code_at[position] in seen:
                continue
            code = self._code_at[position]
            start, count = units_of(self._tables.content, code)
            if not start <= at < start + 2 * count:
                continue
            seen.add(code)
            for index in loads_and_calls(self._tables.content, code)[0]:
                if index in wanted:
                    found.setdefault(wanted[index], set()).update(self._owners(code))
        return found

    def _string_index(self, text: str) -> int | None:
        try:
            with reading("its table of strings"):
                return self._tables.string_index(text)
        except Damaged:  # which is in the faults: a table that cannot be searched is gone through
            return next((index for index, found in self._readable_strings() if found == text), None)

    def _readable_strings(self) -> Iterator[tuple[int, str]]:
        for index in range(self._tables.strings.count):
            with suppress(Damaged), reading(""):
                yield index, self._tables.string(index)

    def _places(self, indices: Collection[int]) -> Iterator[int]:
        """Where something that looks like an instruction that loads one of these strings stands."""
        if not indices:
            return
        short = [re.escape(index.to_bytes(2, "little")) for index in indices if index <= 0xFFFF]
        long = [re.escape(index.to_bytes(4, "little")) for index in indices]
        pattern = b"\x1b.(?:" + b"|".join(long) + b")"
        if short:
            pattern += b"|\x1a.(?:" + b"|".join(short) + b")"
        look = re.compile(pattern, re.DOTALL)
        match = look.search(self._tables.content)
        while match is not None:
            yield match.start()
            match = look.search(self._tables.content, match.start() + 1)

    def _owners(self, code: int) -> Iterator[str]:
        """The classes of a code item: compilers let methods with equal code share it."""
        for position in range(bisect_left(self._code_at, code), bisect_right(self._code_at, code)):
            yield self._tables.type(self._tables.class_def(self._code_of[position])[0])

    def _above(self, number: int) -> tuple[str | None, tuple[str, ...]]:
        _, _, parent, interfaces, *_ = self._tables.class_def(number)
        return (None if parent == NO_INDEX else self._tables.type(parent)), self._tables.type_list(interfaces)

    def _members(self, number: int) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]]]:
        """Static fields as (field, access), methods as (method, access, offset of the code or 0)."""
        at = self._tables.class_def(number)[6]
        if at == 0:
            return [], []
        content = self._tables.content
        (statics, instances, direct, virtual), at = ulebs(content, at, 4)
        fields, at = ulebs(content, at, 2 * statics)
        _, at = ulebs(content, at, 2 * instances)
        methods: list[tuple[int, int, int]] = []
        for count in (direct, virtual):
            numbers, at = ulebs(content, at, 3 * count)
            methods += zip(_rising(numbers[::3]), numbers[1::3], numbers[2::3], strict=True)
        return list(zip(_rising(fields[::2]), fields[1::2], strict=True)), methods

    def _method(self, index: int, access: int, code: int) -> MethodCode:
        _, name, prototype = self._tables.method(index)
        parameters, returns = self._tables.prototype(prototype)
        strings, calls = loads_and_calls(self._tables.content, code) if code else ([], [])
        return MethodCode(
            name=name,
            parameters=parameters,
            returns=returns,
            static=bool(access & _STATIC),
            abstract=not code,
            strings=tuple(self._tables.string(one) for one in strings),
            calls=tuple(dict.fromkeys(self._call(one) for one in calls)),
        )

    def _call(self, index: int) -> str:
        owner, name, _ = self._tables.method(index)
        return f"{owner}.{name}"

    def _constants(
        self, number: int, fields: list[tuple[int, int]], methods: list[tuple[int, int, int]]
    ) -> Mapping[str, str]:
        """The final ones that no code sets; zeros at the end are not in the file."""
        written = {
            field for code in self._initialisers(methods) for field in written_statics(self._tables.content, code)
        }
        at = self._tables.class_def(number)[7]
        values = values_at(self._tables, at) if at else iter(())
        found: dict[str, str] = {}
        for index, access in fields:
            kind, name = self._tables.field(index)
            value = next(values, ZEROS.get(kind))
            if access & _FINAL and index not in written and value is not None:
                found[name] = value
        return found

    def _initialisers(self, methods: list[tuple[int, int, int]]) -> Iterator[int]:
        return (code for index, _, code in methods if code and self._tables.method(index)[1] == "$clinit")


def _rising(steps: Iterable[int]) -> Iterator[int]:
    """Indices are told as the distance from the one before."""
    index = 0
    for step in steps:
        index += step
        yield index
