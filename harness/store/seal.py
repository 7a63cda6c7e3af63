"""Seals: digests over all raw tables at one moment, kept in the case file itself.

A seal shows that nothing was changed by accident or in passing. Whoever can write the file can write a new seal too:
what holds against that is the seal's digest kept elsewhere - on paper, in a message, in a timestamp.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlite_utils import Database

from harness import __version__
from harness.store.canonical import LAYOUTS, Block, Key, blocks, columns_of, line, lines
from harness.store.casefile import CaseFile
from harness.store.text import clean_row, to_json

_TOGETHER = 512  # blocks that are stored at once
_BLOCK = (
    "INSERT INTO seal_block (seal, table_name, block, rows, first, last, sha256, marks) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_BLOCKS = (
    "SELECT table_name, block, rows, first, last, sha256, marks FROM seal_block"
    " WHERE seal = ? AND table_name = ? ORDER BY block"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedTable:
    """What a seal says of one table."""

    columns: tuple[str, ...]
    rows: int
    sha256: str  # over the blocks of the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One seal. `sha256` is over the rest of its row, and through it over every raw row and every earlier seal."""

    id: str
    at_ms: float
    harness_version: str
    operator: str
    reason: str
    tables: dict[str, SealedTable]
    sha256: str
    sound: bool  # the row has the digest that it says it has


def write_seal(case: CaseFile, *, operator: str = "", reason: str = "") -> Seal:
    """Digest every raw table and store that, in one transaction; then fold the -wal file back into the case file.
    Takes no more memory for a large case than for a small one."""
    number, at_ms = case.new_id(), case.clock()
    with case.transaction() as db:
        tables = {table: _seal_table(db, number, table) for table in LAYOUTS}
        row = clean_row({"id": number, "at_ms": at_ms, "harness_version": __version__, "operator": operator})
        row |= clean_row({"reason": reason, "tables": to_json(tables)})
        db.table("seal").insert({**row, "sha256": _digest(row)})
    case.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return seals(case.db)[-1]


def seals(db: Database) -> tuple[Seal, ...]:
    """Every seal of the case, oldest first."""
    return tuple(_seal(row) for row in db.query("SELECT * FROM seal ORDER BY at_ms, id"))


def sealed_blocks(db: Database, seal: str, table: str) -> Iterator[Block]:
    """What a seal keeps of one table, in order."""
    for _, _, rows, first, last, sha256, marks in db.execute(_BLOCKS, [seal, table]):
        yield Block(rows=rows, first=_key(first), last=_key(last), sha256=sha256, marks=marks or b"")


def digest_of_blocks(db: Database, seal: str, table: str) -> str:
    """The digest over the rows of seal_block that belong to this table: what SealedTable.sha256 must be."""
    seen = hashlib.sha256()
    for row in db.execute(_BLOCKS, [seal, table]):
        seen.update(line(row))
    return seen.hexdigest()


def _seal_table(db: Database, seal: str, table: str) -> dict[str, Any]:
    columns = columns_of(db, table)
    seen, count = hashlib.sha256(), 0
    rows = enumerate(blocks(table, lines(db, table, columns)))
    while some := list(islice(rows, _TOGETHER)):
        kept = [_block_row(table, number, block) for number, block in some]
        for row in kept:
            seen.update(line(row))
        db.conn.executemany(_BLOCK, [(seal, *row) for row in kept])
        count += sum(block.rows for _, block in some)
    return {"columns": columns, "rows": count, "sha256": seen.hexdigest()}


def _block_row(table: str, number: int, block: Block) -> tuple[Any, ...]:
    first, last = to_json(block.first), to_json(block.last)
    return (table, number, block.rows, first, last, block.sha256, block.marks)


def _key(text: str) -> Key:
    return tuple(json.loads(text))


def _digest(row: dict[str, Any]) -> str:
    told = [row[name] for name in ("id", "at_ms", "harness_version", "operator", "reason", "tables")]
    return hashlib.sha256(line(told)).hexdigest()


def _seal(row: dict[str, Any]) -> Seal:
    told = json.loads(row["tables"])
    return Seal(
        **{name: row[name] for name in ("id", "at_ms", "harness_version", "sha256")},
        operator=row["operator"] or "",
        reason=row["reason"] or "",
        tables={name: SealedTable(**{**table, "columns": tuple(table["columns"])}) for name, table in told.items()},
        sound=_digest(row) == row["sha256"],
    )
