"""Every hook of a pack against the code of one app: mapping file, exact name, fingerprint, in that order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.javanames import class_in, of_system
from harness.model.hook import Hook, Implements, Layer, ReturnedBy, Role, Signature
from harness.model.preflight import Found, HookForecast
from harness.model.tracker import Tracker
from harness.preflight.classes import recognise
from harness.preflight.entries import by_signature, implementing, returned_by
from harness.preflight.exact import exactly
from harness.preflight.fingerprint import Fingerprints, unclaimed
from harness.preflight.forecasts import USABLE, said, unresolved
from harness.preflight.mapped import by_mapping_file
from harness.preflight.scene import Scene
from harness.preflight.shapes import Types
from harness.preflight.versions import expected, why_not_expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What became of the hooks, and the known classes that were recognised: `names` by known class, with evidence."""

    rows: tuple[HookForecast, ...]
    names: Mapping[str, str]
    evidence: Mapping[str, str]


def resolve(
    scene: Scene, hooks: Sequence[Hook], trackers: Sequence[Tracker], versions: Mapping[str, str | None]
) -> Resolved:
    """`versions` are those of the trackers' SDKs in this app, by slug; None or missing where not known."""
    known = known_classes(hooks)
    asked = [hook for hook in hooks if _asked(hook)]
    due = [hook for hook in asked if expected(hook, versions.get(hook.tracker or ""))]
    named = _named(asked)
    by_name = {hook.key: _by_name(scene, hook, named) for hook in asked}
    wanting = [hook for hook in due if not _settled(scene, hook, by_name[hook.key])]
    prints = Fingerprints(scene, recognise(scene, wanting, trackers, known), known, hooks)
    prints.learn([hook for hook in wanting if hook.found_by is None])
    signed = _signatures(scene, wanting, known)
    searched = {hook.key for hook in wanting}
    rows: list[HookForecast] = []
    for hook in hooks:
        if hook.key not in by_name:
            rows.append(unresolved(hook, Found.NOT_ASKED))
            continue
        found = by_name[hook.key]
        if hook.key in searched:
            found = _searched(scene, prints, signed, hook, found)
        rows += _dated(hook, found, versions.get(hook.tracker or ""))
    return Resolved(
        rows=unclaimed(rows, {hook.key: hook for hook in hooks}),
        names=prints.names,
        evidence={name: prints.evidence(name) for name in prints.names},
    )


Named = Mapping[tuple[str | None, Layer], Collection[str]]


def _named(hooks: Sequence[Hook]) -> Named:
    """By tracker and layer, the classes that have an entry of their own."""
    named: dict[tuple[str | None, Layer], set[str]] = {}
    for hook in hooks:
        if not isinstance(hook.found_by, Implements):
            named.setdefault((hook.tracker, hook.layer), set()).add(hook.class_name)
    return named


def known_classes(hooks: Sequence[Hook]) -> frozenset[str]:
    """The names of all classes that hooks speak of: none of them is another class under a new name."""
    types = {one for hook in hooks for one in (*(hook.parameters or ()), hook.returns or "void")}
    return frozenset({hook.class_name for hook in hooks} | {name for one in types if (name := class_in(one))})


def _asked(hook: Hook) -> bool:
    """Whether the app's own code can say something about a hook."""
    if hook.native is not None or hook.role is Role.PRESENCE:
        return False
    return isinstance(hook.found_by, Implements) or not of_system(hook.class_name)


def _settled(scene: Scene, hook: Hook, rows: Sequence[HookForecast]) -> bool:
    """Whether there is nothing to search for: found, not to be hooked, or of a class that the mapping speaks of."""
    if any(row.found in (*USABLE, Found.NOT_ASKED) for row in rows):
        return True
    return scene.mapping is not None and scene.mapping.knows(hook.class_name)


def _by_name(scene: Scene, hook: Hook, named: Named) -> tuple[HookForecast, ...]:
    match hook.found_by:
        case ReturnedBy() as by:
            return returned_by(scene, hook, by)
        case Implements() as by:
            return implementing(scene, hook, by, scene.here(by.class_name), named.get((hook.tracker, hook.layer), ()))
        case Signature() if scene.mapping is None and not (hook.since or hook.until):
            # A name that the SDK's own obfuscation gave means nothing without a version.
            return (unresolved(hook, Found.ABSENT),)
        case Signature() | None:
            if scene.mapping is not None:
                return by_mapping_file(scene, scene.mapping, hook)
            return (exactly(scene, hook),)


def _searched(
    scene: Scene,
    prints: Fingerprints,
    signed: Mapping[str, HookForecast],
    hook: Hook,
    found: tuple[HookForecast, ...],
) -> tuple[HookForecast, ...]:
    """The rows of a hook that its names did not lead to."""
    match hook.found_by:
        case Implements() as by if (base := prints.class_here(by.class_name)) not in (None, by.class_name):
            return _behind_renamed(scene, hook, base or "")
        case Signature() if signed[hook.key].found is not Found.ABSENT or not hook.class_fingerprint:
            return (signed[hook.key],)
        case Signature() | ReturnedBy() | None:
            row = prints.find(hook)
            worse = row is None or (row.found is Found.ABSENT and found[0].found is not Found.ABSENT)
            return found if row is None or worse else (row,)
    return found


def _behind_renamed(scene: Scene, hook: Hook, base: str) -> tuple[HookForecast, ...]:
    names = [one.name for one in scene.subtypes(base)]
    sentence = f"{hook.class_name} is {base} here, and its methods have other names"
    return (unresolved(hook, Found.CANDIDATES if names else Found.ABSENT, sentence, others=names),)


def _signatures(scene: Scene, hooks: Sequence[Hook], known: frozenset[str]) -> dict[str, HookForecast]:
    """The hooks whose class is told by signature, entry by entry."""
    entries: dict[tuple[str | None, str, Signature], list[Hook]] = {}
    for hook in hooks:
        if isinstance(hook.found_by, Signature):
            entries.setdefault((hook.tracker, hook.class_name, hook.found_by), []).append(hook)
    rows: dict[str, HookForecast] = {}
    for (_, _, by), entry in entries.items():
        found = by_signature(scene, entry, by, Types(scene, known - {hook.class_name for hook in entry}))
        rows |= {row.key: row for row in found}
    return rows


def _dated(hook: Hook, rows: tuple[HookForecast, ...], version: str | None) -> tuple[HookForecast, ...]:
    """The rows with what since and until say about the app's version."""
    if version is None or expected(hook, version):
        return rows
    return tuple(
        replace(row if row.found in USABLE else said(row, why_not_expected(hook, version)), expected=False)
        for row in rows
    )
