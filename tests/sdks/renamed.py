"""The same binaries with their names taken away, as R8 does: what fingerprints find, and whether they are right.

What is right is read from the mapping that the renaming wrote, by the few lines below and not by the harness.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from harness.code import open_binary
from harness.handset.minify import minified
from harness.model.preflight import Found, HookForecast, Preflight, Tier
from harness.preflight import preflight
from tests.sdks.binaries import BINARIES, Binary, fetched
from tests.sdks.coverage import PACK

JARS = tuple(binary for binary in BINARIES if binary.name.endswith(".jar"))

_CLASS = re.compile(r"(\S+) -> (\S+):")
_METHOD = re.compile(r"    (?:\d+:\d+:)?\S+ ([^\s(.]+)\(([^)]*)\)(?::\d+)*(?::\d+)? -> (\S+)")
_PRIMITIVES = {
    "boolean": "Z",
    "byte": "B",
    "char": "C",
    "short": "S",
    "int": "I",
    "long": "J",
    "float": "F",
    "double": "D",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The names of a renamed jar: classes, and methods by class, name and written parameter types."""

    classes: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    def of(self, key: str) -> tuple[str, str, tuple[str, ...]] | None:
        """What a hook's key (`slug/layer/class.method(types)`) is called in the renamed jar; None when it is gone."""
        owner, _, method = key.split("/", 2)[2].partition("(")[0].rpartition(".")
        types = [one for one in key.rpartition("(")[2].rstrip(")").split(",") if one]
        name = "<init>" if method == "$init" else method
        renamed = self.methods.get((owner, name, ",".join(map(_written, types))))
        if renamed is None:
            return None
        here = "$init" if renamed == "<init>" else renamed
        return self.classes[owner], here, tuple(map(self._type, types))

    def _type(self, name: str) -> str:
        if name.startswith("["):
            element = name.lstrip("[")
            return name if len(element) == 1 else name.replace(element[1:-1], self._type(element[1:-1]))
        return self.classes.get(name, name)


def _written(name: str) -> str:
    """A type as mapping files write it: arrays with brackets behind."""
    depth = len(name) - len(name.lstrip("["))
    if depth == 0:
        return name
    element = name[depth:]
    plain = {letter: word for word, letter in _PRIMITIVES.items()}.get(element, element[1:-1])
    return plain + "[]" * depth


def truth_in(mapping: Path) -> Truth:
    classes: dict[str, str] = {}
    methods: dict[tuple[str, str, str], str] = {}
    owner = ""
    for line in mapping.read_text(encoding="utf-8").splitlines():
        if head := _CLASS.fullmatch(line):
            owner = head[1]
            classes[owner] = head[2]
        elif row := _METHOD.fullmatch(line):
            methods[owner, row[1], row[2]] = row[3]
    return Truth(classes=classes, methods=methods)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """One jar as it is, and without its names, looked into without and with the mapping."""

    truth: Truth
    plain: Preflight
    blind: Preflight
    mapped: Preflight


@cache
def renamed(binary: Binary) -> Renamed:
    with tempfile.TemporaryDirectory(prefix="harness-sdks-") as work:
        out = Path(work) / "out.jar"
        (jar,) = fetched(binary)
        mapping = minified(jar, out)
        return Renamed(
            truth=truth_in(mapping),
            plain=preflight(open_binary(jar), PACK, runtime="art"),
            blind=preflight(open_binary(out), PACK, runtime="art"),
            mapped=preflight(open_binary(out), PACK, runtime="art", mapping=mapping),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Hooks of the binary's own tracker that exist in it, by what became of them without a mapping."""

    there: int
    mapped: int  # found exactly with the mapping
    found: tuple[str, ...]
    wrong: tuple[str, ...]  # found, but it is another method, or another tracker's hook
    named: bool  # the SDK was recognised, and no other


@cache
def score(binary: Binary) -> Score:
    seen = renamed(binary)
    claimed = [each for each in seen.blind.hooks if each.tracker and each.found is Found.RENAMED]
    wrong = [each.key for each in claimed if each.tracker != binary.tracker or not _right(each, seen)]
    there = {each.key for each in seen.blind.hooks if each.tracker == binary.tracker and seen.truth.of(each.key)}
    return Score(
        there=len(there),
        mapped=len(there) - len(unmapped(binary)),
        found=tuple(dict.fromkeys(each.key for each in claimed if each.key not in wrong)),
        wrong=tuple(wrong),
        named=[sdk.tracker for sdk in seen.blind.sdks] == [binary.tracker],
    )


def _right(forecast: HookForecast, seen: Renamed) -> bool:
    return (forecast.class_name, forecast.method, forecast.parameters) == _truth(forecast.key, seen)


def _truth(key: str, seen: Renamed) -> tuple[str, str, tuple[str, ...]] | None:
    """Some makers give a method a new name in each version: then its name in the jar as it is counts."""
    before = next(each for each in seen.plain.hooks if each.key == key)
    if before.found is not Found.RENAMED:
        return seen.truth.of(key)
    return seen.truth.of(f"//{before.class_name}.{before.method}({','.join(before.parameters)})")


def unmapped(binary: Binary) -> list[str]:
    """Hooks that are in the jar by its mapping, and that the mapping tier does not give exactly."""
    seen = renamed(binary)
    exact = {each.key for each in seen.mapped.hooks if each.tier is Tier.MAPPING and _right(each, seen)}
    asked = [each for each in seen.mapped.hooks if each.tracker == binary.tracker and each.found is not Found.NOT_ASKED]
    there = [each.key for each in asked if seen.truth.of(each.key)]
    return [key for key in there if key not in exact]
