"""What is particular to a kind of device: how to recognise it, its root, Frida's port, how an app is launched.

One YAML file each in device_profiles/; every fault of a file is listed at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.model.errors import Fault, InputError
from harness.model.facts import ChildWatch
from harness.resources import folder
from harness.yamlfields import Fields
from harness.yamlmarks import load_marked

FRIDA_PORT = 27042  # frida-server's own default

_KEYS = (
    *("name", "summary", "recognise", "fallback", "virtual", "root", "runtime", "frida", "launch", "children", "reset"),
    "quirks",
)
_ROOTS = ("auto", "user-namespace")
_RUNTIMES = ("art", "jvm")
_STYLES = ("package", "program")
_CHILDREN = (ChildWatch.NONE.value, ChildWatch.GATE.value, ChildWatch.SPAWN_GATING.value)
_RESETS = ("clear",)


@dataclass(frozen=True, slots=True, kw_only=True)
class FridaPlace:
    """Where frida-server listens on the device: a port, or the device property that holds it."""

    port: int = FRIDA_PORT
    property: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageLaunch:
    """Frida spawns the package by its name, as on every Android."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramLaunch:
    """Frida spawns a program: `command`, run on the device with `{package}` filled in, prints its argv as JSON."""

    command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of device."""

    name: str
    summary: str
    recognise: tuple[tuple[str, str], ...]  # (property, regular expression for the whole value); all must match
    fallback: bool = False  # tried after all others
    virtual: bool = False  # not Android: every report says so
    root: str = "auto"  # "auto": ask; else the name of what uid 0 means here
    runtime: str = "art"
    frida: FridaPlace = FridaPlace()
    launch: PackageLaunch | ProgramLaunch = PackageLaunch()
    children: ChildWatch = ChildWatch.NONE
    reset: str = "clear"
    quirks: tuple[str, ...] = ()

    def fits(self, properties: Mapping[str, str]) -> bool:
        return all(re.fullmatch(pattern, properties.get(name, "")) for name, pattern in self.recognise)


def load_profiles(place: Path | None = None) -> tuple[Profile, ...]:
    """Every profile of a folder (the shipped one by default), the most particular first."""
    where = place if place is not None else folder("device_profiles")
    profiles: list[Profile] = []
    faults: list[Fault] = []
    for path in sorted(where.glob("*.yaml")):
        profile, found = read_profile(path)
        faults += found
        profiles += [profile] if profile is not None else []
    if faults:
        raise InputError(
            f"{len(faults)} faults in device profiles", remedy="Correct these lines.", faults=tuple(faults)
        )
    return tuple(sorted(profiles, key=lambda profile: (profile.fallback, -len(profile.recognise), profile.name)))


def load_profile(path: Path) -> Profile:
    """One profile; InputError with all faults otherwise."""
    profile, faults = read_profile(path)
    if profile is None or faults:
        raise InputError(f"{path} is not a device profile", remedy="Correct these lines.", faults=tuple(faults))
    return profile


def read_profile(path: Path) -> tuple[Profile | None, list[Fault]]:
    documents, faults = load_marked(path)
    if len(documents) != 1:
        if not faults:
            faults = [
                Fault(file=str(path), line=1, problem="is not one YAML document", remedy=f"Keys: {', '.join(_KEYS)}.")
            ]
        return None, faults
    profile = _profile(Fields(documents[0], faults, known=_KEYS, what="a device profile"))
    return (None if faults else profile), faults


def _profile(fields: Fields) -> Profile:
    fields.require("name", "summary", "recognise")
    patterns = fields.table("recognise")
    for pattern in patterns.values():
        fields.pattern("recognise", pattern)
    if "recognise" in fields and not patterns:
        fields.fault("recognise", "recognise names no property", remedy='Write `ro.product.model: "Pixel 6"`.')
    return Profile(
        name=fields.text("name"),
        summary=fields.text("summary"),
        recognise=tuple(patterns.items()),
        fallback=fields.boolean("fallback"),
        virtual=fields.boolean("virtual"),
        root=fields.one_of("root", _ROOTS),
        runtime=fields.one_of("runtime", _RUNTIMES),
        frida=_frida(fields),
        launch=_launch(fields),
        children=ChildWatch(fields.one_of("children", _CHILDREN)),
        reset=fields.one_of("reset", _RESETS),
        quirks=fields.texts("quirks"),
    )


def _frida(profile: Fields) -> FridaPlace:
    node = profile.node_of("frida")
    if node is None:
        return FridaPlace()
    fields = Fields(node, profile.faults, known=("port", "property"), what="frida")
    return FridaPlace(port=fields.integer("port", FRIDA_PORT, least=1), property=fields.optional_text("property"))


def _launch(profile: Fields) -> PackageLaunch | ProgramLaunch:
    node = profile.node_of("launch")
    if node is None:
        return PackageLaunch()
    fields = Fields(node, profile.faults, known=("style", "command"), what="launch")
    style, command = fields.one_of("style", _STYLES), fields.texts("command")
    if (style == "program") != bool(command):
        fields.fault(
            "style",
            "launch is neither {style: package} nor {style: program, command: [...]}",
            remedy='For a program give the command that prints its argv, with "{package}" in it.',
        )
    return ProgramLaunch(command=command) if command else PackageLaunch()
