"""`harness hooks list`: what the hook files know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from harness.cli import output
from harness.model.tracker import Hook, Layer, Pack, Tracker
from harness.trackers import load_pack

hooks_option = click.option(
    "--hooks",
    "hooks_folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Use the hook files of this folder instead of those that come with the program.",
)


@click.group(short_help="What is known about each tracker.")
def hooks() -> None:
    """The hook files: what is known about each tracker."""


@hooks.command("list")
@hooks_option
@click.option("--each", is_flag=True, help="One row for each hook, not for each tracker.")
@output.as_json_option
def list_hooks(*, hooks_folder: Path | None, each: bool, as_json: bool, as_lines: bool) -> None:
    """List the trackers with their hooks by layer, or every hook."""
    pack = load_pack(hooks_folder)
    if each:
        rows: list[Mapping[str, Any]] = [_hook_row(hook) for hook in _every(pack)]
        columns: tuple[str, ...] = ("tracker", "layer", "hook", "since", "until", "meaning")
    else:
        rows = [_tracker_row(tracker) for tracker in pack.trackers] + [_platform_row(pack)]
        columns = ("tracker", "entity", "sdk_versions", "api", "encode", "platform", "wire", "fields", "switches")
    output.show(rows, columns=columns, as_json=as_json, as_lines=as_lines, empty="No hook files.")


def _every(pack: Pack) -> list[Hook]:
    return [hook for tracker in pack.trackers for hook in tracker.hooks] + list(pack.platform)


def _tracker_row(tracker: Tracker) -> dict[str, Any]:
    return {
        "tracker": tracker.slug,
        "entity": tracker.legal_entity,
        "sdk_versions": tracker.sdk_versions,
        **_by_layer(tracker.hooks),
        "fields": len(tracker.fields),
        "switches": len(tracker.consent),
    }


def _platform_row(pack: Pack) -> dict[str, Any]:
    return {"tracker": "(platform)", "entity": None, "sdk_versions": None, **_by_layer(pack.platform)}


def _by_layer(some: tuple[Hook, ...]) -> dict[str, int]:
    count = Counter(hook.layer for hook in some)
    return {layer.value: count[layer] for layer in Layer}


def _hook_row(hook: Hook) -> dict[str, Any]:
    return {
        "tracker": hook.tracker or "(platform)",
        "layer": hook.layer.value,
        "hook": f"{hook.class_name}.{hook.method}({'any' if hook.parameters is None else ', '.join(hook.parameters)})",
        "since": hook.since,
        "until": hook.until,
        "meaning": hook.meaning,
        "key": hook.key,
    }
