"""Imported hooks as a hook file of ours: a platform file, or entries of a tracker's file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from harness.model.errors import InputError
from harness.model.hook import Confidence, Hook, Layer
from harness.trackers.finding import child
from harness.trackers.foreign.wanted import USUAL
from harness.trackers.words import EVERY_OVERLOAD
from harness.yamlmarks import parse_marked

_WIDTH = 140
_HEAD = "# Imported hooks: what they catch is kept as it is and attributed by stack, marker or host.\n"


def as_platform_file(hooks: Sequence[Hook], *, name: str) -> str:
    """The text of a file for hooks/platform/: hooks that belong to nobody."""
    layers = {
        layer.value: _classes([hook for hook in hooks if hook.layer is layer], api=False)
        for layer in (Layer.PLATFORM, Layer.WIRE)
    }
    return _HEAD + _yaml({"name": name, "hooks": {layer: rows for layer, rows in layers.items() if rows}})


def into_tracker_file(text: str, hooks: Sequence[Hook]) -> str:
    """A tracker's file with the hooks added to what its `api:` says; every other line stays as it is."""
    (root,), _ = parse_marked(text, shown="")
    layers = child(root, "hooks")
    api = child(layers, "api") if layers is not None else None
    if api is None:
        raise InputError("the tracker's file has no `api:`", remedy="Add `api:` with one class first.")
    lines = text.splitlines(keepends=True)
    at = api.line - 1  # the first entry's line
    indent = re.match(" *", lines[at])
    rows = _yaml(_classes(hooks, api=True)).splitlines(keepends=True)
    return "".join([*lines[:at], *((indent[0] if indent else "") + row for row in rows), *lines[at:]])


def _classes(hooks: Sequence[Hook], *, api: bool) -> list[dict[str, Any]]:
    classes: dict[tuple[str, str | None, str], list[Hook]] = {}
    for hook in hooks:
        classes.setdefault((hook.class_name, hook.native, hook.evidence), []).append(hook)
    return [
        {
            "class": name,
            **({"native": native} if native else {}),
            "evidence": evidence,
            "verified": Confidence.DOCUMENTS.value,
            "methods": _methods(some, api=api),
        }
        for (name, native, evidence), some in classes.items()
    ]


def _methods(hooks: Sequence[Hook], *, api: bool) -> list[dict[str, Any]]:
    methods: dict[tuple[str, str, tuple[str, ...], str | None], list[Hook]] = {}
    for hook in hooks:
        methods.setdefault((hook.method, hook.meaning, hook.capture, hook.payload), []).append(hook)
    rows = []
    for (method, meaning, capture, payload), some in methods.items():
        types = [hook.parameters for hook in some]
        row: dict[str, Any] = {"method": method, "meaning": meaning}
        row["overloads"] = EVERY_OVERLOAD if None in types else [list(one or ()) for one in types]
        if capture != USUAL or api:
            row["capture"] = list(capture)
        if payload is not None and not (api and payload == "arguments"):
            row["payload"] = payload
        rows.append(row)
    return rows


def _yaml(content: Any) -> str:
    text = yaml.dump(
        content, Dumper=_Indented, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=None
    )
    return str(text)


class _Indented(yaml.SafeDumper):
    """Lists stand further in than the key they belong to, as in the other hook files."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, indentless=False)
