"""Says of a case file whether it is what was sealed: what changed, what was purged on purpose, what came later."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from harness.store.canonical import LAYOUTS
from harness.store.compare import Change, Difference, added_since, differences
from harness.store.connect import connect, translated
from harness.store.seal import Seal, seals
from harness.store.soundness import unsound

MOST_NAMED = 200  # differences named one by one; the others are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The result. `damage` is what nobody owned up to; `purged` what a tombstone explains; `later` how many rows each
    table has that no seal covers yet."""

    seals: tuple[Seal, ...]
    damage: tuple[str, ...]
    purged: tuple[str, ...]
    later: dict[str, int] = field(default_factory=dict)

    @property
    def intact(self) -> bool:
        """True when a seal was there to compare with, and nothing differs."""
        return bool(self.seals) and not self.damage


def verify(path: Path) -> Verification:
    """Hold the file against all its seals, and against itself. It is opened for reading: a check changes nothing."""
    db = connect(path, create=False, read_only=True)
    with closing(db.conn), translated(path):
        # A text that somebody has changed need not be UTF-8.
        db.conn.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
        return verify_open(db)


def verify_open(db: Database) -> Verification:
    """The same for a connection that is open."""
    try:
        return _verify(db)
    except sqlite3.DatabaseError as exc:
        # Rows that SQLite itself cannot reach any more. What it says names the place better than we could.
        return Verification(seals=(), damage=(f"SQLite: {exc}", *_structure(db)), purged=())


def _verify(db: Database) -> Verification:
    every = seals(db)
    damage, purged = list(unsound(db)), []
    for position in range(len(every) - 1, -1, -1):
        known = every[-1] if position < len(every) - 1 else None
        found = _tally(differences(db, every[position], known=known))
        explained, unexplained = _sorted_out(db, every[position], found)
        purged += explained
        damage += unexplained
    later = added_since(db, every[-1]) if every else {}
    return Verification(
        seals=every, damage=tuple(dict.fromkeys(damage)), purged=tuple(dict.fromkeys(purged)), later=later
    )


@dataclass(slots=True)
class _Group:
    """Differences of one table in one run: how many, and the first of them."""

    count: int = 0
    first: list[Difference] = field(default_factory=list)


def _tally(found: Iterable[Difference]) -> dict[tuple[str, str | None], _Group]:
    groups: dict[tuple[str, str | None], _Group] = {}
    for difference in found:
        group = groups.setdefault((difference.table, difference.run), _Group())
        group.count += 1
        if len(group.first) < MOST_NAMED:
            group.first.append(difference)
    return groups


def _sorted_out(db: Database, seal: Seal, groups: dict[tuple[str, str | None], _Group]) -> tuple[list[str], list[str]]:
    """What tombstones written after the seal explain, and what they do not."""
    buried = _buried(db, seal)
    explained, damage = [], []
    for (table, run), group in groups.items():
        allowed = buried[table, run] + (buried[table, None] if run is not None else 0)
        gone = all(each.change in (Change.MISSING, Change.CHANGED) for each in group.first)
        if gone and group.count <= allowed:
            where = f" of run {run}" if run else ""
            explained.append(f"{group.count} rows of table {table}{where}: purged by tombstone")
            continue
        damage += [each.says for each in group.first]
        if allowed:
            damage.append(f"table {table}: {group.count} rows differ, tombstones explain {allowed}")
        if group.count > len(group.first):
            damage.append(f"table {table}: {group.count - len(group.first)} more rows differ")
    return explained, damage


def _buried(db: Database, seal: Seal) -> Counter[tuple[str, str | None]]:
    """Rows that were purged since the seal, by table and run. What runs share counts for the table."""
    buried: Counter[tuple[str, str | None]] = Counter()
    for table, run, rows in db.execute(
        "SELECT table_name, run, rows FROM tombstone WHERE at_ms > ? ORDER BY id", [seal.at_ms]
    ):
        of_runs = table in LAYOUTS and LAYOUTS[table].key[0] == "run"
        buried[table, run if of_runs else None] += rows
    return buried


def _structure(db: Database) -> tuple[str, ...]:
    try:
        return tuple(f"SQLite: {row[0]}" for row in db.execute("PRAGMA integrity_check(20)"))
    except sqlite3.DatabaseError:
        return ()
