"""Raw rows in a form that has one digest wherever they lie: what a seal is made of, and held against.

A row is one line of JSON: the list of its values in the order of the columns, in ASCII without blanks, bytes as their
SHA-256. Neither the layout of pages nor the order in which rows were stored has a part in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sqlite_utils import Database

BLOCK_ROWS = 64
MARK_BYTES = 8  # enough to tell the rows of one block apart; the block's own digest is whole

Key = tuple[Any, ...]


class Cut(Enum):
    """Where one block ends and the next begins."""

    EACH_ROW = auto()  # small tables: a row is named by its block
    NUMBERED = auto()  # as long as numbers follow each other: first and last say which rows there were
    HASHED = auto()  # every 64 rows; marks hold the beginning of each key


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How one table is read for its digest. `key` orders the rows and names each of them."""

    key: tuple[str, ...]
    cut: Cut = Cut.EACH_ROW
    only: str = ""  # which rows are raw, as SQL


_BY_ID = Layout(key=("id",))
_BY_RUN = Layout(key=("run", "id"))

LAYOUTS: dict[str, Layout] = {
    **dict.fromkeys(("case_header", "audit", "device", "app", "run", "policy", "seal", "tombstone"), _BY_ID),
    **dict.fromkeys(("artefact", "command", "process", "gap", "hit", "rest_file"), _BY_RUN),
    **dict.fromkeys(("change", "reset", "seen", "failure"), _BY_RUN),
    "circumstance": Layout(key=("run", "moment", "name")),
    "attempt": Layout(key=("run",)),
    "persona": Layout(key=("run", "name")),
    "step": Layout(key=("run", "position", "id")),
    "renamed": Layout(key=("run", "class_name", "tracker")),
    "fault": Layout(key=("run", "id"), only="source <> 'analyse'"),  # those are analysis' own, and written anew by it
    "hook": Layout(key=("run", "process", "position"), cut=Cut.NUMBERED),
    "event": Layout(key=("run", "process", "seq"), cut=Cut.NUMBERED),
    "payload": Layout(key=("sha256",), cut=Cut.HASHED),
    "stack": Layout(key=("sha256",), cut=Cut.HASHED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Rows that follow each other, digested. `marks` are explained in docs/case-file.md, table seal_block."""

    rows: int
    first: Key
    last: Key
    sha256: str
    marks: bytes


def columns_of(db: Database, table: str) -> tuple[str, ...]:
    """The table's columns in its order; none when there is no such table."""
    return tuple(row[1] for row in db.execute(f"PRAGMA table_info({table})"))


def lines(
    db: Database, table: str, columns: Sequence[str], *, where: str = "1", values: Sequence[Any] = ()
) -> Iterator[tuple[Key, bytes]]:
    """Every raw row of the table in the order of its key: the key, and the row as its line."""
    layout = LAYOUTS[table]
    places = [columns.index(name) for name in layout.key]
    only = f"({where}) AND {layout.only}" if layout.only else where
    query = f"SELECT {', '.join(columns)} FROM {table} WHERE {only} ORDER BY {', '.join(layout.key)}"
    for row in db.execute(query, list(values)):
        yield tuple([row[place] for place in places]), line(row)


def line(row: Iterable[Any]) -> bytes:
    """A row as it is digested, with its line end."""
    return _to_line(list(row)).encode("ascii") + b"\n"


def blocks(table: str, rows: Iterable[tuple[Key, bytes]]) -> Iterator[Block]:
    """The rows as a seal keeps them."""
    cut = LAYOUTS[table].cut
    pending: list[tuple[Key, bytes]] = []
    for row in rows:
        if pending and _ends(cut, pending, row[0]):
            yield block(cut, pending)
            pending = []
        pending.append(row)
    if pending:
        yield block(cut, pending)


def block(cut: Cut, rows: Sequence[tuple[Key, bytes]]) -> Block:
    """One block of these rows."""
    return Block(
        rows=len(rows),
        first=rows[0][0],
        last=rows[-1][0],
        sha256=hashlib.sha256(b"".join([text for _, text in rows])).hexdigest(),
        marks=b"" if cut is Cut.EACH_ROW else b"".join([mark(cut, *row) for row in rows]),
    )


def mark(cut: Cut, key: Key, text: bytes) -> bytes:
    """What tells a changed row from its neighbours."""
    short = hashlib.sha256(text).digest()[:MARK_BYTES]
    return key_mark(key) + short if cut is Cut.HASHED else short


def key_mark(key: Key) -> bytes:
    """The beginning of a key that is a digest itself."""
    try:
        return bytes.fromhex(str(key[0]))[:MARK_BYTES].ljust(MARK_BYTES, b"\0")
    except ValueError:  # no digest, so never one that we wrote
        return hashlib.sha256(str(key[0]).encode("utf-8", "surrogateescape")).digest()[:MARK_BYTES]


def _ends(cut: Cut, pending: Sequence[tuple[Key, bytes]], key: Key) -> bool:
    if cut is Cut.EACH_ROW or len(pending) == BLOCK_ROWS:
        return True
    return cut is Cut.NUMBERED and key != (*pending[-1][0][:-1], pending[-1][0][-1] + 1)


def _digested(value: object) -> str:
    """For what JSON has no word for: bytes."""
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    raise TypeError(f"SQLite has no {type(value).__name__}")


_to_line = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=_digested).encode
