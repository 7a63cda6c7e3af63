"""Hook files as rows: what `harness hooks list` says of a tracker and of a hook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from harness.model.hook import Confidence, Hook, Implements, Layer, ReturnedBy, Role, Signature
from harness.model.tracker import Pack, Tracker

NOBODY = "(platform)"
TRACKER_COLUMNS = (
    *("tracker", "entity", "sdk_versions", "api", "encode", "platform", "wire", "binary", "source", "documents"),
    *("fields", "switches", "at_rest", "exodus"),
)
NARROW_TRACKER_COLUMNS = ("tracker", "hooks", "verified_on", "also")
HOOK_COLUMNS = ("tracker", "layer", "hook", "versions", "verified", "found_by", "meaning")
NARROW_HOOK_COLUMNS = ("hook", "known")


def tracker_rows(pack: Pack) -> list[dict[str, Any]]:
    """One row a tracker, and one for the hooks that are nobody's."""
    return [*map(_tracker_row, pack.trackers), _platform_row(pack)]


def hook_rows(pack: Pack) -> list[dict[str, Any]]:
    """One row a hook, trackers first."""
    every = [*(hook for tracker in pack.trackers for hook in tracker.hooks), *pack.platform]
    return [_hook_row(hook) for hook in every]


def narrow_tracker(row: dict[str, Any]) -> dict[str, Any]:
    """The same facts in a table that 80 columns hold: one below the other."""
    return {
        "tracker": [row["tracker"], *(f"  {row[key]}" for key in ("entity", "sdk_versions") if row[key])],
        "hooks": [f"{row[layer]:>3} {layer}" for layer in Layer if row[layer]],
        "verified_on": [f"{row[word]:>3} {word}" for word in Confidence if row[word]],
        "also": [
            *(f"{row[key]:>3} {key.replace('_', ' ')}" for key in ("fields", "switches", "at_rest") if row[key]),
            *([f"Exodus {', '.join(map(str, row['exodus']))}"] if row["exodus"] else []),
        ],
    }


def narrow_hook(row: dict[str, Any]) -> dict[str, Any]:
    """As `narrow_tracker`."""
    said = (f"{row['tracker']} {row['layer']}", row["versions"], row["verified"], row["found_by"])
    return {"hook": [row["hook"], f"  {row['meaning']}"], "known": [text for text in said if text]}


def signature(hook: Hook) -> str:
    """Class, method and types as people read them."""
    if hook.role is Role.PRESENCE and not hook.method:
        return f"{hook.class_name} ({'a module' if hook.native else 'a class'} that is there)"
    parameters = "any" if hook.parameters is None else ", ".join(hook.parameters)
    return f"{hook.class_name}.{hook.method}({parameters})"


def versions(hook: Hook) -> str:
    """The range of SDK versions; empty when the file gives none."""
    match hook.since, hook.until:
        case None, None:
            return ""
        case since, None:
            return f"{since} and later"
        case None, until:
            return f"up to {until}"
        case since, until:
            return str(since) if since == until else f"{since} to {until}"


def found_by(hook: Hook) -> str:
    """By what its code is known, surest first; the plain name goes without saying."""
    match hook.found_by:
        case ReturnedBy(class_name=name, method=method):
            ways = [f"class that {name}.{method} returns"]
        case Implements(class_name=name):
            ways = [f"classes that implement {name}"]
        case Signature(within=within):
            ways = [f"types of its methods, below {', '.join(within)}"]
        case None:
            ways = ["module and symbol" if hook.native else "name"]
    if hook.class_fingerprint or hook.method_fingerprint:
        ways.append("fingerprint")
    return "; ".join(ways)


def by_confidence(hooks: Sequence[Hook]) -> dict[str, int]:
    """How many hooks were verified on what."""
    count = Counter(hook.confidence for hook in hooks)
    return {word.value: count[word] for word in Confidence}


def _tracker_row(tracker: Tracker) -> dict[str, Any]:
    return {
        "tracker": tracker.slug,
        "entity": tracker.legal_entity,
        "sdk_versions": tracker.sdk_versions,
        **_by_layer(tracker.hooks),
        **by_confidence(tracker.hooks),
        "fields": len(tracker.fields),
        "switches": len(tracker.consent) + len(tracker.switches),
        "at_rest": len(tracker.at_rest),
        "exodus": list(tracker.exodus),
    }


def _platform_row(pack: Pack) -> dict[str, Any]:
    nothing = dict.fromkeys(("entity", "sdk_versions", *Confidence, "fields", "switches", "at_rest"))
    return {"tracker": NOBODY, **nothing, **_by_layer(pack.platform), "exodus": []}


def _by_layer(some: Sequence[Hook]) -> dict[str, int]:
    count = Counter(hook.layer for hook in some)
    return {layer.value: count[layer] for layer in Layer}


def _hook_row(hook: Hook) -> dict[str, Any]:
    return {
        "tracker": hook.tracker or NOBODY,
        "layer": hook.layer.value,
        "hook": signature(hook),
        "since": hook.since,
        "until": hook.until,
        "versions": versions(hook),
        "verified": hook.confidence.value if hook.tracker else "",
        "found_by": found_by(hook),
        "meaning": hook.meaning,
        "key": hook.key,
    }
