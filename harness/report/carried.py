"""Content that left inside other content: a report packed into an envelope, an event in a batch. Proved by equality."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from harness.model.findings import Payload

Call = tuple[str, int]  # process and number of an event
SHORTEST = 24  # characters of canonical JSON; less than that may be equal by chance


def carriers(payloads: Iterable[Payload], sent: Iterable[Payload]) -> dict[Call, Call]:
    """For each payload the sent one of the same process and tracker, captured no earlier, of whose decoded tree a part
    equals its own tree; the earliest, when there are several. `sent` are those known to have left."""
    parts: dict[tuple[str, str, str], list[Payload]] = {}
    for carrier in sorted(sent, key=lambda payload: (payload.at_ms, payload.seq)):
        for part in _parts(carrier):
            parts.setdefault((carrier.process, carrier.tracker, part), []).append(carrier)
    found: dict[Call, Call] = {}
    for payload in payloads:
        whole = _whole(payload)
        later = [
            carrier
            for carrier in parts.get((payload.process, payload.tracker, whole), ())
            if carrier.at_ms >= payload.at_ms and carrier.seq != payload.seq
        ]
        if later:
            found[(payload.process, payload.seq)] = (later[0].process, later[0].seq)
    return found


def _whole(payload: Payload) -> str:
    try:
        tree = json.loads(payload.decoded)
    except ValueError:
        return ""
    return _canonical(tree)


def _parts(payload: Payload) -> set[str]:
    """The canonical text of every container in a payload's tree that is long enough to tell."""
    try:
        tree = json.loads(payload.decoded)
    except ValueError:
        return set()
    return {text for node in _containers(tree) if len(text := _canonical(node)) >= SHORTEST}


def _containers(root: Any) -> Iterator[Any]:
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, (dict, list)):
            yield node
            pending.extend(node.values() if isinstance(node, dict) else node)


def _canonical(node: Any) -> str:
    return json.dumps(node, sort_keys=True, separators=(",", ":"))
