"""A copy of a case file for browsing: some of its tables, each row changed on the way. The case file is only read."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from harness.store.connect import translated
from harness.store.text import clean_row

Row = dict[str, Any]

_AT_ONCE = 500  # rows


def write_copy(
    db: Database, target: Path, tables: Iterable[str], *, change: Callable[[str, Row], Row], views: Mapping[str, str]
) -> None:
    """Write a new database (0600) with these tables, their keys and indexes, and with views. `change` is given a
    table's name and a row, and gives the row to keep."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with translated(target):
        copy = Database(sqlite3.connect(target))
        try:
            copy.execute("PRAGMA journal_mode = OFF")  # a copy that was not finished is thrown away
            copy.execute("PRAGMA synchronous = OFF")
            for name in tables:
                _copy_table(db, copy, name, change)
            for name, query in views.items():
                copy.create_view(name, query)
            copy.conn.commit()
        finally:
            copy.close()


def _copy_table(db: Database, copy: Database, name: str, change: Callable[[str, Row], Row]) -> None:
    made = db.execute("SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC", [name])
    for (statement,) in made.fetchall():
        copy.execute(statement)
    names = [column.name for column in db.table(name).columns]
    insert = f"INSERT INTO {name} ({', '.join(names)}) VALUES ({','.join('?' * len(names))})"
    rows = (clean_row(change(name, row)) for row in db.query(f"SELECT * FROM {name}"))
    for some in _batches(tuple(row[column] for column in names) for row in rows):
        copy.conn.executemany(insert, some)


def _batches(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while some := list(islice(rows, _AT_ONCE)):
        yield some
