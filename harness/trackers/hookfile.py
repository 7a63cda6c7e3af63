"""One hook file: from marked YAML to a Tracker, or to platform hooks."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.hook import Hook, Layer
from harness.model.tracker import Example, Tracker
from harness.trackers import words
from harness.trackers.blind import read_blind
from harness.trackers.claims import signature, twice_hooked
from harness.trackers.fields import read_example, read_field, read_marker
from harness.trackers.finding import string_fault
from harness.trackers.hooks import HookSection, read_section
from harness.trackers.sdk import read_manifest_switch, read_rest_file, read_version_rule
from harness.trackers.sheet import Sheet, regular_expression
from harness.trackers.spelling import prefix_fault
from harness.yamlmarks import Node

_TRACKER_KEYS = (
    *("name", "legal_entity", "country", "sdk_versions", "exodus", "code", "hosts", "paths", "fingerprint", "markers"),
    *("version", "hooks", "fields", "consent", "manifest", "at_rest", "examples"),
)
_PLATFORM_KEYS = ("name", "hooks", "blind", "examples")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformFile:
    """One file of hooks/platform/."""

    hooks: tuple[Hook, ...]
    examples: tuple[Example, ...]


def read_tracker(sheet: Sheet, root: Node, *, slug: str) -> Tracker:
    """`slug` is the file's name without its ending; it names the tracker everywhere."""
    sheet.mapping(root, known=_TRACKER_KEYS)
    sections = _layers(sheet, root, slug=slug, layers=words.TRACKER_LAYERS, platform=False)
    consent = read_section(sheet, root, "consent", slug=slug, layer=Layer.API, platform=False)
    hooks = tuple(hook for section in (*sections, consent) for hook in section.hooks)
    own = tuple(row for section in (*sections, consent) for row in section.fields)
    keys = _unique(sheet, root, hooks)
    return Tracker(
        slug=slug,
        name=sheet.text(root, "name", required=True),
        legal_entity=sheet.text(root, "legal_entity", required=True),
        country=sheet.text(root, "country", required=True),
        sdk_versions=sheet.text(root, "sdk_versions", required=True),
        code=sheet.texts(root, "code", required=True, check=prefix_fault),
        hosts=sheet.texts(root, "hosts", required=True, check=regular_expression),
        paths=sheet.texts(root, "paths", check=regular_expression),
        exodus=sheet.numbers(root, "exodus"),
        fingerprint=sheet.texts(root, "fingerprint", check=string_fault),
        versions=sheet.each(root, "version", lambda node: read_version_rule(sheet, node)),
        markers=sheet.each(root, "markers", lambda node: read_marker(sheet, node)),
        hooks=hooks,
        fields=own + sheet.each(root, "fields", lambda node: read_field(sheet, node)),
        consent=consent.switches,
        switches=sheet.each(root, "manifest", lambda node: read_manifest_switch(sheet, node)),
        at_rest=sheet.each(root, "at_rest", lambda node: read_rest_file(sheet, node)),
        examples=sheet.each(root, "examples", lambda node: read_example(sheet, node, keys)),
        file=root.file,
    )


def read_platform(sheet: Sheet, root: Node, *, slug: str) -> PlatformFile:
    """Hooks that belong to no tracker: what they catch is attributed by stack, marker or host."""
    sheet.mapping(root, known=_PLATFORM_KEYS)
    sheet.text(root, "name", required=True)
    blind = read_blind(sheet, root, slug=slug)
    only_blind = bool(blind) and isinstance(root.value, dict) and "hooks" not in root.value
    sections = () if only_blind else _layers(sheet, root, slug=slug, layers=words.PLATFORM_LAYERS, platform=True)
    hooks = (*(hook for section in sections for hook in section.hooks), *blind)
    keys = _unique(sheet, root, hooks)
    examples = sheet.each(root, "examples", lambda node: read_example(sheet, node, keys))
    return PlatformFile(hooks=hooks, examples=examples)


def _layers(sheet: Sheet, root: Node, *, slug: str, layers: tuple[str, ...], platform: bool) -> tuple[HookSection, ...]:
    where = root.value.get("hooks") if isinstance(root.value, dict) else None
    if where is None:
        sheet.wrong(root, "'hooks' is missing", f"Add `hooks:` with one of {', '.join(layers)}.")
        return ()
    sheet.mapping(where, known=layers)
    return tuple(
        read_section(sheet, where, layer, slug=slug, layer=Layer(layer), platform=platform) for layer in layers
    )


def _unique(sheet: Sheet, root: Node, hooks: tuple[Hook, ...]) -> tuple[str, ...]:
    for _, later in twice_hooked(hooks):
        sheet.wrong(root, f"{signature(later)} is hooked twice", "Keep one of the two.")
    return tuple(dict.fromkeys(hook.key for hook in hooks))
