"""What must be true of every case file, sealed or not: SQLite's structure, contents under their own digests, books that
are the sum of their events."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlite_utils import Database

from harness.store.books import missing_numbers

_MOST_HOLES = 20


def unsound(db: Database) -> Iterator[str]:
    """Every contradiction of the file with itself, in words."""
    yield from (f"SQLite: {row[0]}" for row in db.execute("PRAGMA integrity_check") if row[0] != "ok")
    yield from _payloads(db)
    for run, process, stored, final in db.execute(
        "SELECT process.run, process.id, process.stored, process.counted_final FROM process"
        " WHERE process.stored IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tombstone AS t WHERE t.table_name = 'event'"
        " AND (t.run IS NULL OR t.run = process.run)) ORDER BY process.run, process.id"
    ).fetchall():
        yield from _events(db, run, process, stored, bool(final))


def _payloads(db: Database) -> Iterator[str]:
    for sha256, content in db.execute("SELECT sha256, content FROM payload WHERE masked = 0"):
        if hashlib.sha256(content).hexdigest() != sha256:
            yield f"payload {sha256}: its content has another digest"


def _events(db: Database, run: str, process: str, stored: int, final: bool) -> Iterator[str]:
    here = db.execute("SELECT count(*) FROM event WHERE run = ? AND process = ?", [run, process]).fetchone()[0]
    if here == stored:
        return
    what = f"process {process}, run {run}: the books say {stored} events, {here} are here"
    holes = _holes(db, run, process, final)
    if not holes:
        yield what
    for first, last in holes[:_MOST_HOLES]:
        which = f"event {first}" if first == last else f"events {first} to {last}"
        yield f"{what}; {which} of process {process} may be what is missing: no gap is known there"


def _holes(db: Database, run: str, process: str, final: bool) -> list[tuple[int, int]]:
    """Numbers that no event has and no gap explains, first and last of each stretch."""
    counted = db.execute("SELECT counted_to_seq FROM process WHERE id = ?", [process]).fetchone()[0] or 0
    rows = missing_numbers(db, run, process, counted if final else 0)
    gaps = db.execute(
        "SELECT from_seq, to_seq FROM gap WHERE process = ? AND from_seq IS NOT NULL", [process]
    ).fetchall()
    return [hole for hole in rows if not any(first <= hole[0] and hole[1] <= last for first, last in gaps)]
