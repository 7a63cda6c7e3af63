"""What a case file says was captured, read with plain sqlite3 from the raw tables that docs/case-file.md documents."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """One event of one run. `texts` are all strings in what was read; `contents` all byte arrays."""

    process: str
    seq: int
    layer: str
    key: str  # of the hook
    texts: tuple[str, ...]
    contents: tuple[bytes, ...]
    this_id: int | None


_EVENTS = """
    select event.process, event.seq, hook.layer, hook.key,
           event.arguments, event.returned, event.captured, event.this_id
    from event join hook on hook.process = event.process and hook.position = event.hook
    where event.run = ? order by event.process, event.seq
"""


def runs(case: Path) -> dict[str, str]:
    """Run id by variant."""
    with closing(sqlite3.connect(case)) as db:
        return {variant: run for run, variant in db.execute("select id, variant from run")}


def events(case: Path, run: str) -> list[Captured]:
    """Every event of the run, in order."""
    with closing(sqlite3.connect(case)) as db:
        return [_captured(db, row) for row in db.execute(_EVENTS, (run,))]


def _captured(db: sqlite3.Connection, row: tuple[Any, ...]) -> Captured:
    process, seq, layer, key, *trees, this_id = row
    leaves = [leaf for tree in trees if tree for leaf in _leaves(json.loads(tree))]
    return Captured(
        process=process,
        seq=seq,
        layer=layer,
        key=key,
        texts=tuple(leaf["v"] for leaf in leaves if isinstance(leaf.get("v"), str)),
        contents=tuple(_content(db, leaf["sha256"]) for leaf in leaves if leaf["t"] == "bytes"),
        this_id=this_id,
    )


def _leaves(tree: Any) -> Iterator[dict[str, Any]]:
    """Every typed value in a tree of harness/model/records.py, however deep."""
    if isinstance(tree, list):
        for item in tree:
            yield from _leaves(item)
    elif isinstance(tree, dict):
        if isinstance(tree.get("t"), str):
            yield tree
        for item in tree.values():
            yield from _leaves(item)


def _content(db: sqlite3.Connection, sha256: str) -> bytes:
    ((content,),) = db.execute("select content from payload where sha256 = ?", (sha256,)).fetchall()
    return bytes(content)


def contents(captured: list[Captured], *, layers: tuple[str, ...]) -> set[bytes]:
    """Everything captured at these layers, as bytes: texts in UTF-8, byte arrays, whole streams joined from writes."""
    wanted = [event for event in captured if event.layer in layers]
    single = {text.encode("utf-8", "surrogatepass") for event in wanted for text in event.texts}
    single |= {content for event in wanted for content in event.contents}
    return single | set(_streams(wanted))


def tls_connections(captured: list[Captured], function: str) -> list[bytes]:
    """What native code wrote to (`SSL_write`) or read from (`SSL_read`) each of its TLS connections."""
    connections: dict[tuple[str, int | None], bytes] = {}
    for event in captured:
        if event.contents and f".{function}(" in event.key:
            connection = (event.process, event.this_id)
            connections[connection] = connections.get(connection, b"") + b"".join(event.contents)
    return list(connections.values())


def _streams(captured: list[Captured]) -> Iterator[bytes]:
    """What was written to each compressing stream from its first write to its end."""
    open_streams: dict[tuple[str, int | None], bytes] = {}
    for event in captured:
        stream = (event.process, event.this_id)
        if "GZIPOutputStream.write" in event.key:
            open_streams[stream] = open_streams.get(stream, b"") + b"".join(event.contents)
        elif "GZIPOutputStream.finish" in event.key:
            yield open_streams.pop(stream, b"")
