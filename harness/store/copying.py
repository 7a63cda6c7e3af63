"""A copy of a case file, and its rows rewritten one by one: only ever done to a copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from harness.store.casefile import CaseFile
from harness.store.connect import translated
from harness.store.text import clean_row

_TOGETHER = 500  # rows read at once

Change = Callable[[dict[str, Any]], dict[str, Any]]
"""Given a row, the columns that become others. What it gives as it was is no change."""


def snapshot(case: CaseFile, target: Path) -> None:
    """A copy of the whole file as one moment shows it, without free pages, readable for its owner only."""
    with translated(target):
        target.touch(mode=0o600, exist_ok=False)
        case.db.execute("VACUUM INTO ?", [str(target)])


def rewrite(case: CaseFile, changes: Mapping[str, Change]) -> Counter[str]:
    """Change the rows of these tables, in one transaction, and forget the seals: none of them holds any longer. Gives
    how many rows of each table are others now."""
    changed: Counter[str] = Counter()
    with case.transaction() as db:
        there = set(db.table_names())
        for table, change in changes.items():
            if table in there:
                changed[table] = _each(db, table, change)
        db.execute("DELETE FROM seal_block")
        db.execute("DELETE FROM seal")
    return changed


def bury(case: CaseFile, table: str, rows: int, *, operator: str, why: str) -> None:
    """A tombstone for rows that are others now, or whose files are not there."""
    stone = {"id": case.new_id(), "at_ms": case.clock(), "table_name": table, "rows": rows}
    with case.transaction() as db:
        db.table("tombstone").insert(clean_row({**stone, "operator": operator, "why": why}))


def _each(db: Database, table: str, change: Change) -> int:
    changed = 0
    for row in _rows(db, table):
        told = {name: entry for name, entry in change(row).items() if entry != row[name]}
        if told:
            names = ", ".join(f"{name} = ?" for name in told)
            db.execute(f"UPDATE {table} SET {names} WHERE rowid = ?", [*told.values(), row["rowid"]])
            changed += 1
    return changed


def _rows(db: Database, table: str) -> Iterator[dict[str, Any]]:
    last = -1
    query = f"SELECT rowid AS rowid, * FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT {_TOGETHER}"
    while some := list(db.query(query, [last])):
        yield from some
        last = some[-1]["rowid"]
