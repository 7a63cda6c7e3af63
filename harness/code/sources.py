"""All classes of an app, from however many files: the answer to harness.model.code.Code."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from harness.code.classfile import ClassFile
from harness.code.damage import Damaged, reading
from harness.model.code import ClassCode

_log = logging.getLogger(__name__)
_KEPT = 20_000  # classes held in parsed form


class Source(Protocol):
    """The classes of one file."""

    def names(self) -> Collection[str]: ...

    def find(self, name: str) -> ClassCode | None: ...

    def parents(self) -> Iterator[tuple[str, str | None, tuple[str, ...]]]:
        """Every class with its parent and interfaces."""
        ...

    def loading(self, strings: Collection[str]) -> Mapping[str, Collection[str]]:
        """By string, the classes whose code loads it."""
        ...


class ClassFiles:
    """The classes of a jar."""

    def __init__(self, classes: Sequence[ClassFile]) -> None:
        self._classes: dict[str, ClassFile] = {}
        for one in classes:
            self._classes.setdefault(one.name, one)

    def names(self) -> Collection[str]:
        return self._classes.keys()

    def find(self, name: str) -> ClassCode | None:
        found = self._classes.get(name)
        return None if found is None else found.read()

    def parents(self) -> Iterator[tuple[str, str | None, tuple[str, ...]]]:
        for one in self._classes.values():
            yield one.name, one.parent, one.interfaces

    def loading(self, strings: Collection[str]) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name, one in self._classes.items():
            for string in self._loaded(one, strings):
                found.setdefault(string, set()).add(name)
        return found

    def _loaded(self, one: ClassFile, strings: Collection[str]) -> set[str]:
        try:
            with reading(one.name):
                methods = one.read().methods if one.may_load(strings) else ()
        except Damaged as exc:
            _log.warning("%s", exc)
            return set()
        return {string for method in methods for string in method.strings}.intersection(strings)


class AllCode:
    """harness.model.code.Code over several sources. Of a class that is defined twice the first definition counts, as
    for Android's class loaders."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._home: dict[str, Source] = {}
        for source in sources:
            for name in source.names():
                self._home.setdefault(name, source)
        self._parsed: dict[str, ClassCode] = {}
        self._below: dict[str, list[str]] | None = None

    def names(self) -> Collection[str]:
        return self._home.keys()

    def find(self, name: str) -> ClassCode | None:
        if name in self._parsed:
            return self._parsed[name]
        home = self._home.get(name)
        if home is None:
            return None
        try:
            found = home.find(name)
        except Damaged as exc:
            _log.warning("%s", exc)
            found = ClassCode(name=name)
        if len(self._parsed) >= _KEPT:
            self._parsed.clear()
        if found is not None:
            self._parsed[name] = found
        return found

    def loading(self, strings: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        found = {string: set[str]() for string in strings}
        for source in self._sources:
            for string, names in source.loading(found.keys()).items():
                found[string].update(name for name in names if self._home.get(name) is source)
        order = {name: number for number, name in enumerate(self._home)} if any(found.values()) else {}
        return {string: tuple(sorted(names, key=order.__getitem__)) for string, names in found.items()}

    def subtypes(self, name: str) -> tuple[str, ...]:
        below = self._direct()
        found: dict[str, None] = {}
        waiting = [name]
        while waiting:
            for one in below.get(waiting.pop(), ()):
                if one not in found:
                    found[one] = None
                    waiting.append(one)
        return tuple(one for one in self._home if one in found) if found else ()

    def _direct(self) -> Mapping[str, list[str]]:
        """Each class's direct subtypes."""
        if self._below is None:
            self._below = {}
            for source in self._sources:
                for name, parent, interfaces in source.parents():
                    if self._home[name] is source:
                        for above in (parent, *interfaces) if parent else interfaces:
                            self._below.setdefault(above, []).append(name)
        return self._below
