"""The whole look at an app before a run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from harness.javanames import of_system
from harness.model.code import AppBinary, AppPackage
from harness.model.errors import InputError
from harness.model.hook import Hook
from harness.model.preflight import HookForecast, Preflight, SdkFound, SwitchFound, Tier
from harness.model.tracker import Pack, Tracker
from harness.preflight.mapping import NameMapping, read_mapping
from harness.preflight.outlook import outlook
from harness.preflight.resolve import Resolved, resolve
from harness.preflight.scene import Scene
from harness.preflight.sdks import Presence, Version, presences, read_version, renamed_classes
from harness.preflight.unseen import present, warnings
from harness.preflight.versions import in_range


def preflight(
    binary: AppBinary,
    pack: Pack,
    *,
    mapping: Path | None = None,
    trackers: Collection[str] = (),
    runtime: str | None = None,
) -> Preflight:
    """Look for every tracker and hook of a pack in an app's code. `trackers` are slugs, none for all; `runtime` leaves
    out the hooks of other runtimes. Raises InputError for unknown slugs and for a file that is not this app's mapping.
    """
    chosen = _chosen(pack, trackers)
    hooks = tuple(
        hook
        for hook in (*(hook for tracker in chosen for hook in tracker.hooks), *pack.platform)
        if runtime is None or hook.runtime in (None, runtime)
    )
    names = None if mapping is None else read_mapping(mapping, within=_within(chosen, hooks))
    scene = Scene(binary.code, names)
    if names is not None and mapping is not None:
        _check(scene, names, mapping)
    found, disputed = presences(scene, binary.package, chosen)
    versions = {one.tracker.slug: read_version(scene, binary.package, one) for one in found}
    resolved = resolve(scene, hooks, chosen, {slug: one.version for slug, one in versions.items()})
    renamed = tuple(row for one in found for row in renamed_classes(one, resolved.names, resolved.evidence))
    sdks = (_sdk(scene, one, versions[one.tracker.slug], resolved) for one in found)
    return Preflight(
        app=binary.package,
        sdks=tuple(sdk for sdk in sdks if sdk is not None),
        hooks=resolved.rows,
        renamed=renamed,
        switches=_switches(binary.package, found, resolved),
        warnings=(*warnings(scene, binary.package, pack.platform), *disputed),
        mapping_sha256=None if names is None else names.sha256,
        own_names={} if names is None else names.renamed,
    )


def _chosen(pack: Pack, slugs: Collection[str]) -> tuple[Tracker, ...]:
    known = {tracker.slug: tracker for tracker in pack.trackers}
    unknown = [slug for slug in slugs if slug not in known]
    if unknown:
        raise InputError(
            f"there is no hook file for {', '.join(unknown)}", remedy=f"Choose from: {', '.join(sorted(known))}."
        )
    return tuple(tracker for tracker in pack.trackers if not slugs or tracker.slug in slugs)


def _within(trackers: Iterable[Tracker], hooks: Iterable[Hook]) -> set[str]:
    """Beginnings of the names of all classes whose inlined methods may be asked for."""
    prefixes = {prefix for tracker in trackers for prefix in tracker.code}
    others = {hook.class_name for hook in hooks if not of_system(hook.class_name) and hook.native is None}
    return prefixes | {name for name in others if not name.startswith(tuple(prefixes))}


def _check(scene: Scene, names: NameMapping, path: Path) -> None:
    there, _ = present(scene, names)
    if len(scene) and not there:
        raise InputError(
            f"{path} is of another app: it names no class that is in this one",
            remedy="Give the mapping.txt that was written when this package was built.",
        )


def _sdk(scene: Scene, presence: Presence, version: Version, resolved: Resolved) -> SdkFound | None:
    """The row of a tracker; None when nothing of it is in the app."""
    tracker = presence.tracker
    recognised = {
        here for own, here in resolved.names.items() if own != here and own.startswith(tracker.code) and here in scene
    }
    classes = {*presence.classes, *recognised}
    if not classes:
        return None
    rows = [row for row in resolved.rows if row.tracker == tracker.slug]
    return SdkFound(
        tracker=tracker.slug,
        version=version.version,
        tier=_tier(presence),
        classes=len(classes),
        evidence=(*_evidence(presence, len(recognised)), *version.evidence),
        in_range=in_range(version.version, tracker.sdk_versions, tracker.hooks),
        outlook=outlook(tracker.name, version.version, rows, attributed_by=_attributed_by(presence, rows)),
    )


def _tier(presence: Presence) -> Tier:
    if presence.mapped:
        return Tier.MAPPING
    return Tier.EXACT if presence.named else Tier.FINGERPRINT


def _evidence(presence: Presence, recognised: int) -> tuple[str, ...]:
    counts = (
        (len(presence.named), "under its own name", "under their own names"),
        (len(presence.mapped or ()), "renamed, by the mapping file", "renamed, by the mapping file"),
        (len(presence.marked or ()), "renamed, by its constants", "renamed, by their constants"),
        (recognised, "renamed, by the marks of a known class", "renamed, by the marks of known classes"),
    )
    return tuple(
        f"{number} {'class' if number == 1 else 'classes'} {one if number == 1 else many}"
        for number, one, many in counts
        if number
    )


def _attributed_by(presence: Presence, rows: Sequence[HookForecast]) -> str:
    if presence.named or presence.mapped:
        return "the call stack"
    known = presence.marked or any(row.tier is Tier.FINGERPRINT for row in rows)
    return "the call stack where it shows a known class, else by host" if known else "host"


def _switches(app: AppPackage, found: Sequence[Presence], resolved: Resolved) -> tuple[SwitchFound, ...]:
    """The manifest's settings of every tracker that is in the app, or that the manifest speaks of."""
    present_slugs = {one.tracker.slug for one in found if one.classes}
    present_slugs |= {row.tracker for row in resolved.rows if row.tracker and row.tier is Tier.FINGERPRINT}
    return tuple(
        SwitchFound(
            tracker=one.tracker.slug,
            name=switch.name,
            meaning=switch.meaning,
            value=app.metadata.get(switch.name),
            default=switch.default,
        )
        for one in found
        for switch in one.tracker.switches
        if one.tracker.slug in present_slugs or switch.name in app.metadata
    )
