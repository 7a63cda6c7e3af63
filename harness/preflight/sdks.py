"""Which trackers' code is in the app: by names, mapping file, or constants that only they have; and which version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.model.code import AppPackage
from harness.model.preflight import RenamedClass, Tier
from harness.model.tracker import Tracker, VersionRule
from harness.preflight.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """The classes of one tracker, by their names in the app. `marked` are known by a constant alone: the constant."""

    tracker: Tracker
    named: tuple[str, ...] = ()
    mapped: Mapping[str, str] | None = None  # name in the app to own name
    marked: Mapping[str, str] | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(dict.fromkeys((*self.named, *(self.mapped or ()), *(self.marked or ()))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What was read, and where."""

    version: str | None
    evidence: tuple[str, ...]


def presences(
    scene: Scene, app: AppPackage, trackers: Sequence[Tracker]
) -> tuple[tuple[Presence, ...], tuple[str, ...]]:
    """One for each tracker, in order, and sentences about classes that cannot be one tracker's."""
    marks, disputed = _marked(scene, app, trackers)
    found = tuple(
        Presence(
            tracker=tracker,
            named=tuple(name for name in scene.below(tracker.code) if scene.own(name) == name),
            mapped=_mapped(scene, tracker),
            marked=marks.get(tracker.slug, {}),
        )
        for tracker in trackers
    )
    return found, disputed


def _mapped(scene: Scene, tracker: Tracker) -> dict[str, str]:
    if scene.mapping is None:
        return {}
    renamed = scene.mapping.renamed.items()
    return {here: own for here, own in renamed if own.startswith(tracker.code) and here in scene}


def _marked(
    scene: Scene, app: AppPackage, trackers: Sequence[Tracker]
) -> tuple[dict[str, dict[str, str]], tuple[str, ...]]:
    """By tracker, the classes under unknown names that load one of its constants, each with that constant."""
    loading = scene.loading({string for tracker in trackers for string in tracker.fingerprint})
    owners: dict[str, dict[str, str]] = {}
    for tracker in trackers:
        for string in tracker.fingerprint:
            for name in loading.get(string, ()):
                owners.setdefault(name, {}).setdefault(tracker.slug, string)
    named = tuple(prefix for tracker in trackers for prefix in tracker.code)
    marks: dict[str, dict[str, str]] = {}
    disputed: list[str] = []
    for name, by in owners.items():
        if name.startswith(named) or name in app.components or scene.own(name) != name:
            continue  # its name says whose it is, or that it is the app's own
        if len(by) > 1:
            disputed.append(f"{name} has constants of several trackers ({', '.join(by)}): it is assigned to none")
            continue
        slug, string = next(iter(by.items()))
        marks.setdefault(slug, {})[name] = string
    return marks, tuple(disputed)


def read_version(scene: Scene, app: AppPackage, presence: Presence) -> Version:
    """The SDK's version by the first rule that gives exactly one."""
    evidence: list[str] = []
    for rule in presence.tracker.versions:
        pattern = re.compile(rule.pattern)
        places: dict[str, str] = {}
        for place, text in _texts(scene, app, presence, rule):
            match = pattern.search(text)
            version = "" if match is None else _written(match)
            if version:
                places.setdefault(version, place)
        if len(places) == 1:
            version, place = next(iter(places.items()))
            return Version(version=version, evidence=(f"version {version}: {place}",))
        if places:
            evidence.append(f"several versions could be read and none was taken: {', '.join(places)}")
    return Version(version=None, evidence=tuple(evidence))


def _written(match: re.Match[str]) -> str:
    """The pattern's one group; several are the parts of a version that is written in one number (`030400`)."""
    parts = [part for part in match.groups() if part]
    return parts[0] if len(parts) == 1 else ".".join(part.lstrip("0") or "0" for part in parts)


def _texts(scene: Scene, app: AppPackage, presence: Presence, rule: VersionRule) -> Iterator[tuple[str, str]]:
    """(where, text) of everything in which a rule looks."""
    if rule.file is not None:
        yield from ((path, text) for path, text in app.properties.items() if path.endswith(rule.file))
        return
    names = presence.classes if rule.class_name is None else (scene.here(rule.class_name),)
    for name in names:
        one = scene.find(name)
        if one is None:
            continue
        if rule.constant is not None:
            constant = _constant_here(scene, rule)
            if constant in one.constants:
                yield f"the constant {name}.{constant}", one.constants[constant]
            continue
        for method in one.methods:
            yield from ((f"a constant in {name}", string) for string in method.strings)


def _constant_here(scene: Scene, rule: VersionRule) -> str:
    constant = rule.constant or ""
    if scene.mapping is None or rule.class_name is None:
        return constant
    lines = scene.mapping.members(rule.class_name).fields
    return next((line.here for line in lines if line.name == constant), constant)


def renamed_classes(
    presence: Presence, names: Mapping[str, str], evidence: Mapping[str, str]
) -> tuple[RenamedClass, ...]:
    """The classes of a tracker that have another name here; `names` are the recognised ones, by known class."""
    slug = presence.tracker.slug
    found: dict[str, RenamedClass] = {}

    def add(here: str, own: str | None, tier: Tier, why: str) -> None:
        found.setdefault(here, RenamedClass(class_name=here, original=own, tracker=slug, tier=tier, evidence=why))

    for here, own in (presence.mapped or {}).items():
        add(here, own, Tier.MAPPING, "the app's mapping file")
    for own, here in names.items():
        if own != here and own.startswith(presence.tracker.code):
            add(here, own, Tier.FINGERPRINT, evidence.get(own, ""))
    for here, string in (presence.marked or {}).items():
        add(here, None, Tier.FINGERPRINT, f"its code loads {string!r}")
    return tuple(found.values())
