"""The app's code as the search sees it: each class parsed once, names sorted for prefixes, own names by the mapping."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator

from harness.model.code import ClassCode, Code, MethodCode
from harness.preflight.mapping import NameMapping


class Scene:
    """What the tiers look at."""

    def __init__(self, code: Code, mapping: NameMapping | None = None) -> None:
        self.mapping = mapping
        self._code = code
        self._names = frozenset(code.names())
        self._sorted = sorted(self._names)
        self._classes: dict[str, ClassCode | None] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __len__(self) -> int:
        return len(self._names)

    def find(self, name: str) -> ClassCode | None:
        """A class by its name in the app."""
        if name not in self._names:
            return None
        if name not in self._classes:
            self._classes[name] = self._code.find(name)
        return self._classes[name]

    def below(self, prefixes: Collection[str]) -> tuple[str, ...]:
        """The classes whose names in the app begin with one of these, sorted."""
        found: set[str] = set()
        for prefix in prefixes:
            at = bisect_left(self._sorted, prefix)
            while at < len(self._sorted) and self._sorted[at].startswith(prefix):
                found.add(self._sorted[at])
                at += 1
        return tuple(sorted(found))

    def here(self, own: str) -> str:
        """A class's name in the app, as far as the mapping knows."""
        return own if self.mapping is None else self.mapping.here(own)

    def own(self, here: str) -> str:
        """A class's own name, as far as the mapping knows."""
        return here if self.mapping is None else self.mapping.own(here)

    def loading(self, strings: Collection[str]) -> dict[str, tuple[str, ...]]:
        """For each string the classes, by their names in the app, whose code loads it."""
        return dict(self._code.loading(strings)) if strings else {}

    def subtypes(self, name: str) -> tuple[ClassCode, ...]:
        """The app's classes that extend or implement one."""
        found = (self.find(one) for one in self._code.subtypes(name))
        return tuple(one for one in found if one is not None)

    def lineage(self, name: str) -> Iterator[ClassCode]:
        """A class, its parents as far as they are the app's, then the interfaces of all of them; each once."""
        interfaces: list[str] = []
        seen: set[str] = set()
        at: str | None = name
        while at is not None and at not in seen and (one := self.find(at)) is not None:
            seen.add(at)
            yield one
            interfaces += one.interfaces
            at = one.parent
        for interface in interfaces:
            if interface not in seen and (one := self.find(interface)) is not None:
                seen.add(interface)
                yield one
                interfaces += one.interfaces


def declares(one: ClassCode, method: MethodCode) -> bool:
    """Whether there is code to hook: an abstract method has none; a native one of a real class has it elsewhere."""
    return not (method.abstract and one.abstract)
