"""Runs the examples of hook files: what would be read of this payload."""

from __future__ import annotations

import base64
import json

from harness.analyse.attribute import Attribution
from harness.analyse.decoding.decode import decode
from harness.analyse.detecting.fields import FieldMap, rows_for
from harness.analyse.values import Tree
from harness.model.hook import Hook
from harness.model.tracker import Example, Pack


def read_example(example: Example, pack: Pack) -> set[tuple[str, str]]:
    """(category, value) of every field that the hook files find in the example's payload."""
    hook = next(hook for hook in _every_hook(pack) if hook.key == example.hook)
    decoded = decode(_content(example), hints=hook.decode)
    slug = hook.tracker or Attribution(pack.trackers, package="").by_marker(decoded.tree).tracker
    fields = next((tracker.fields for tracker in pack.trackers if tracker.slug == slug), ())
    labelled = FieldMap(rows_for(fields, hook=hook.key, layer=hook.layer)).labelled(decoded.leaves, decoded.tree)
    return {(item.row.category, item.leaf.text) for item in labelled}


def _every_hook(pack: Pack) -> list[Hook]:
    return [hook for tracker in pack.trackers for hook in tracker.hooks] + list(pack.platform)


def _content(example: Example) -> Tree:
    match example.encoding:
        case "base64":
            return base64.b64decode(example.payload)
        case "arguments":
            return json.loads(example.payload)
        case _:
            return example.payload
