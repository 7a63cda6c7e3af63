"""Deletes what a case need not keep any longer, and leaves a tombstone that says what, how much, who and why.

Every connection has secure_delete on, so that SQLite overwrites what it frees; VACUUM and an emptied -wal file see to
what older connections left behind. What the disk itself keeps is beyond a program: docs/evidence.md says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from harness.store.canonical import LAYOUTS, columns_of, lines
from harness.store.casefile import CaseFile
from harness.store.tables import DERIVED, OF_THE_CASE
from harness.store.text import clean_row

_OF_RUNS = tuple(name for name, layout in LAYOUTS.items() if layout.key[0] == "run")
_REFERRED = re.compile(r'"sha256":"([0-9a-f]{64})"')

# What of a run's rows is content. The rows stay: they say that something was there.
_BLOTTED: dict[str, tuple[str, str]] = {
    "event": (
        "arguments = '[]', returned = NULL, threw = NULL, captured = NULL",
        "arguments <> '[]' OR returned IS NOT NULL OR threw IS NOT NULL OR captured IS NOT NULL",
    ),
    "command": ("stdout = '', stderr = ''", "stdout <> '' OR stderr <> ''"),
    "persona": ("value = '', searchable = 0, why = 'purged'", "source = 'device' AND value <> ''"),
    "payload": ("content = x'', masked = 1", "length(content) > 0"),
    "circumstance": ("value = ''", "value <> ''"),
    "change": ("before = NULL, after = NULL", "before IS NOT NULL OR after IS NOT NULL"),
    "seen": ("name = '', detail = ''", "name <> '' OR detail <> ''"),
}
_BLOTTED_FINDINGS: dict[str, str] = {
    "decoded": "tree = '', undone = '[]'",
    "disclosure": "value = ''",
    "observation": "value = ''",
    "transmission": "path = '', headers = '[]'",
    "identifier": "example = ''",
    "rest_value": "value = ''",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Buried:
    """One tombstone: how many rows of a table, and of which run, when it was one."""

    table: str
    run: str | None
    rows: int


def purge_runs(case: CaseFile, runs: Sequence[str], *, operator: str, why: str) -> tuple[Buried, ...]:
    """Delete everything of these runs, what was concluded from them, and payloads and stacks that no other run has."""
    with case.transaction() as db:
        burial = _Burial(case=case, db=db, operator=operator, why=why)
        for run in runs:
            for table in _OF_RUNS:
                burial.bury(table, run, where="run = ?")
            burial.bury("run", run, where="id = ?")
            _forget(db, run)
        _bury_shared(burial)
    _scrub(case)
    return tuple(burial.done)


def purge_all(case: CaseFile, *, operator: str, why: str) -> tuple[Buried, ...]:
    """The same for every run, and for the devices and apps; header, audit, seals and tombstones stay."""
    runs = [row[0] for row in case.db.execute("SELECT id FROM run ORDER BY id")]
    with_runs = purge_runs(case, runs, operator=operator, why=why)
    with case.transaction() as db:
        burial = _Burial(case=case, db=db, operator=operator, why=why)
        for table in ("device", "app", "policy"):
            burial.bury(table, None)
        _bury_shared(burial)
    _scrub(case)
    return (*with_runs, *burial.done)


def purge_contents(case: CaseFile, *, operator: str, why: str) -> tuple[Buried, ...]:
    """Blot out what was captured - payloads, arguments, results, device values, replies of the device - and the values
    in what was concluded. Runs, steps, calls, books and verdicts stay."""
    with case.transaction() as db:
        burial = _Burial(case=case, db=db, operator=operator, why=why)
        runs = [row[0] for row in db.execute("SELECT id FROM run ORDER BY id")]
        for table, (change, where) in _BLOTTED.items():
            if table == "payload":
                burial.bury(table, None, where=where, change=change)
                continue
            for run in runs:
                burial.bury(table, run, where=f"run = ? AND ({where})", change=change)
        for table in _BLOTTED_FINDINGS.keys() & set(db.table_names()):
            db.execute(f"UPDATE {table} SET {_BLOTTED_FINDINGS[table]}")
    _scrub(case)
    return tuple(burial.done)


def bury_files(case: CaseFile, files: Mapping[str, Sequence[str]], *, operator: str, why: str) -> None:
    """Say that the artefacts of these digests, by run, are gone while their rows stay."""
    with case.transaction() as db:
        burial = _Burial(case=case, db=db, operator=operator, why=why)
        for run, digests in files.items():
            over = hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()
            burial.stone("artefact", run, len(digests), over)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Burial:
    """One purge: whose it is, and the tombstones so far."""

    case: CaseFile
    db: Database
    operator: str
    why: str
    done: list[Buried] = field(default_factory=list)

    def bury(self, table: str, run: str | None, *, where: str = "1", change: str = "") -> None:
        """Digest the rows, then delete or change them, and say so."""
        count, seen, values = 0, hashlib.sha256(), [] if run is None else [run]
        for _, text in lines(self.db, table, columns_of(self.db, table), where=where, values=values):
            seen.update(text)
            count += 1
        if not count:
            return
        only = LAYOUTS[table].only
        verb = f"UPDATE {table} SET {change}" if change else f"DELETE FROM {table}"
        self.db.execute(f"{verb} WHERE {where}" + (f" AND {only}" if only else ""), values)
        self.stone(table, run, count, seen.hexdigest())

    def stone(self, table: str, run: str | None, rows: int, sha256: str) -> None:
        """Write one tombstone."""
        row = {"id": self.case.new_id(), "at_ms": self.case.clock(), "table_name": table, "run": run, "rows": rows}
        told = {**row, "sha256": sha256, "operator": self.operator, "why": self.why}
        self.db.table("tombstone").insert(clean_row(told))
        self.done.append(Buried(table=table, run=run, rows=rows))


def _bury_shared(burial: _Burial) -> None:
    """Payloads and stacks that nothing refers to any more."""
    db = burial.db
    db.execute("CREATE TEMP TABLE needed (sha256 TEXT PRIMARY KEY) WITHOUT ROWID")
    db.conn.executemany("INSERT OR IGNORE INTO needed VALUES (?)", ((sha256,) for sha256 in _needed(db)))
    burial.bury("payload", None, where="sha256 NOT IN (SELECT sha256 FROM needed)")
    burial.bury("stack", None, where="sha256 NOT IN (SELECT stack FROM event WHERE stack IS NOT NULL)")
    db.execute("DROP TABLE needed")


def _needed(db: Database) -> Iterator[str]:
    for row in db.execute("SELECT arguments, returned, threw, captured FROM event"):
        for text in row:
            yield from _REFERRED.findall(text or "")
    yield from (row[0] for row in db.execute("SELECT sha256 FROM rest_file"))
    for (told,) in db.execute("SELECT preflight FROM app WHERE preflight IS NOT NULL"):
        yield from re.findall(r'"own_names_sha256":"([0-9a-f]{64})"', told)


def _forget(db: Database, run: str) -> None:
    """What was concluded from the run, and from all runs together: analysis can conclude it anew from the others."""
    there = set(db.table_names())
    for table in DERIVED:
        if table in there:
            whole = table in OF_THE_CASE
            db.execute(f"DELETE FROM {table}" + ("" if whole else " WHERE run = ?"), [] if whole else [run])
    db.execute("DELETE FROM fault WHERE run = ?", [run])


def _scrub(case: CaseFile) -> None:
    case.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    case.db.execute("VACUUM")
    case.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
