"""SQLite databases of apps: read from memory, whatever they hold, with none of their code run."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from harness.rest.record import Record, UnreadableError

_WAL_HEADER = slice(18, 20)  # of an SQLite file: 2 where the newest pages are in a log beside it, 1 where they are not


def merged(content: bytes, logs: Mapping[str, bytes]) -> bytes:
    """The database as its app would open it: SQLite itself applies the logs (by suffix, `-wal` or `-journal`), in a
    folder of ours. A damaged one is given back as it is: who reads it will say so."""
    with tempfile.TemporaryDirectory(prefix="harness-rest-") as folder:
        place = Path(folder) / "db"
        place.write_bytes(content)
        for suffix, log in logs.items():
            Path(f"{place}{suffix}").write_bytes(log)
        with closing(sqlite3.connect(place)) as db, closing(sqlite3.connect(":memory:")) as whole:
            try:
                db.backup(whole)
            except sqlite3.Error:
                return content
            return whole.serialize()


def rows(content: bytes, columns: Sequence[str]) -> Iterator[Record]:
    """Each value of these columns (`table.column`), by table row. Raises UnreadableError."""
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            # In memory there is no log beside it, and SQLite refuses a file whose header says that there is.
            db.deserialize(content[: _WAL_HEADER.start] + b"\x01\x01" + content[_WAL_HEADER.stop :])
            db.execute("PRAGMA trusted_schema = OFF")
            there = _columns(db)
            for column in columns:
                yield from _column(db, column, there)
        except sqlite3.Error as exc:
            raise UnreadableError(f"no SQLite database: {exc}") from exc


def _columns(db: sqlite3.Connection) -> set[str]:
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {f"{table}.{row[1]}" for table in tables for row in db.execute(f"PRAGMA table_info({_quoted(table)})")}


def _column(db: sqlite3.Connection, wanted: str, there: set[str]) -> Iterator[Record]:
    if wanted not in there:
        raise UnreadableError(f"no column {wanted}; there are {', '.join(sorted(there)) or 'none'}")
    table, column = wanted.split(".", 1)
    rows = db.execute(f"SELECT rowid, {_quoted(column)} FROM {_quoted(table)} ORDER BY rowid")
    for row, value in rows:
        if value is not None:
            yield Record(place=f"{wanted} row {row}", content=value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
