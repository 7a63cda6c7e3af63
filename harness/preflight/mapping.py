"""The mapping file that R8 and ProGuard write: which class, field and method has which name in the app.

The class lines are read at once, the members of a class when they are asked for: an app has half a million lines.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path

from harness.model.errors import Fault, InputError
from harness.preflight.members import MEMBER, Members, read_members

_CLASS = r"[^\s#]\S* -> \S+:[ \t]*"
_CLASS_LINE = re.compile(r"^([^\s#]\S*) -> (\S+):[ \t]*$", re.MULTILINE)
_BAD_LINE = re.compile(rf"^(?![ \t]*(?:#.*)?$|{_CLASS}$|{MEMBER}$).*$", re.MULTILINE)
_REMOVED = "R8$$REMOVED$$CLASS$$"  # R8's name for a class of which only inlined code is left
_MOST_FAULTS = 20
_REMEDY = "Give the mapping.txt that R8 or ProGuard wrote for this very build."


class NameMapping:
    """Both directions, over one file. `within` are the beginnings of class names whose inlined methods are wanted."""

    def __init__(self, text: str, *, sha256: str, within: Collection[str] = ()) -> None:
        self.sha256 = sha256
        self._text = text
        self._within = tuple(sorted(within))
        self._here: dict[str, str] = {}
        self._own: dict[str, str] = {}
        self._starts: list[int] = []
        self._names: list[str] = []
        for match in _CLASS_LINE.finditer(text):
            self._here.setdefault(match[1], match[2])
            self._own.setdefault(match[2], match[1])
            self._starts.append(match.start())
            self._names.append(match[1])
        self._place = {name: index for index, name in reversed(list(enumerate(self._names)))}
        self._members: dict[str, Members] = {}

    def __len__(self) -> int:
        return len(self._here)

    def knows(self, own: str) -> bool:
        """Whether the file has a line for the class of this own name."""
        return own in self._here

    def here(self, own: str) -> str:
        """A class's name in the app; unchanged where the file does not speak of it."""
        return self._here.get(own, own)

    def own(self, here: str) -> str:
        """The own name of a class of the app."""
        return self._own.get(here, here)

    @cached_property
    def classes(self) -> Mapping[str, str]:
        """Own name to name in the app, for every class that is still there."""
        return {own: here for own, here in self._here.items() if not here.startswith(_REMOVED)}

    @cached_property
    def renamed(self) -> dict[str, str]:
        """Name in the app to own name, where they differ."""
        return {here: own for own, here in self.classes.items() if here != own}

    def members(self, own: str) -> Members:
        """Fields and methods that stand under a class; none when the file does not speak of it."""
        if own not in self._members:
            self._members[own] = self._read(own)
        return self._members[own]

    def _read(self, own: str) -> Members:
        index = self._place.get(own)
        if index is None:
            return Members()
        end = self._starts[index + 1] if index + 1 < len(self._starts) else len(self._text)
        return read_members(self._text[self._starts[index] : end], own)

    def holders(self, own: str) -> tuple[str, ...]:
        """The other classes, by own name, under which methods of a class stand: inlined there, or moved there."""
        return tuple(self._elsewhere.get(own, ()))

    @cached_property
    def _elsewhere(self) -> dict[str, dict[str, None]]:
        found: dict[str, dict[str, None]] = {}
        if not self._within:
            return found
        pattern = re.compile(rf" ((?:{'|'.join(map(re.escape, self._within))})[^\s(]*)\.[^\s.(]+\(")
        for match in pattern.finditer(self._text):
            section = self._names[max(0, bisect_right(self._starts, match.start()) - 1)]
            if section != match[1]:
                found.setdefault(match[1], {})[section] = None
        return found


def read_mapping(path: Path, *, within: Collection[str] = ()) -> NameMapping:
    """Read a mapping file. Raises InputError with one Fault per line that is none of a mapping's."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", remedy=_REMEDY) from error
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no mapping file: it is not text", remedy=_REMEDY) from error
    mapping = NameMapping(text, sha256=hashlib.sha256(content).hexdigest(), within=within)
    if not len(mapping):
        raise InputError(f"{path} is no mapping file: no line says `own.Name -> other.Name:`", remedy=_REMEDY)
    faults = _faults(text, path)
    if faults:
        raise InputError(f"{path} is not a mapping file throughout", remedy=_REMEDY, faults=faults)
    return mapping


def _faults(text: str, path: Path) -> tuple[Fault, ...]:
    faults: list[Fault] = []
    first = _CLASS_LINE.search(text)
    early = re.compile(rf"^{MEMBER}$", re.MULTILINE).search(text, 0, first.start() if first else 0)
    if early is not None:
        faults.append(_fault(text, path, early, "a member stands before any class"))
    for match in _BAD_LINE.finditer(text):
        faults.append(_fault(text, path, match, f"neither a class, nor a member, nor a comment: {match[0].strip()!r}"))
        if len(faults) >= _MOST_FAULTS:
            break
    return tuple(faults)


def _fault(text: str, path: Path, match: re.Match[str], problem: str) -> Fault:
    line = text.count("\n", 0, match.start()) + 1
    return Fault(file=str(path), line=line, problem=problem[:200], remedy="Give the file as the build wrote it.")
