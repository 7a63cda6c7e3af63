"""Seals a case with all its files, and checks a sealed one."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from harness.custody.files import (
    SEALED_BY,
    SUMS,
    artefacts,
    digest_of,
    file_damage,
    home_of,
    reports,
    sealed_files,
    unchanged_as_a_whole,
    write_sums,
)
from harness.model.errors import CaseError
from harness.store import CaseFile, queries
from harness.store.abandon import endless_runs
from harness.store.seal import Seal, seals, write_seal
from harness.store.verify import Verification, verify, verify_open


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check of the case and of its files gave. `notes` are no damage."""

    rows: Verification
    files: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def damage(self) -> tuple[str, ...]:
        """Everything that is not as it was, and that nobody owned up to."""
        return (*self.rows.damage, *self.files)


def seal_case(case: CaseFile, *, operator: str = "", reason: str = "", also: Sequence[Path] = ()) -> Seal:
    """Seal the case, and write SHA256SUMS over the case file, its artefacts, its reports and `also`. Raises CaseError
    for a case that is being written, and for one that differs from an earlier seal: a new seal would hide that."""
    case.mark_abandoned()
    if running := [run for run, _ in endless_runs(case.db)]:
        raise CaseError(f"{case.path}: run {running[0]} is being written", remedy="Seal when the run has ended.")
    if seals(case.db) and (damage := verify_open(case.db).damage):
        raise CaseError(
            f"{case.path}: differs from its earlier seal: {damage[0]}",
            remedy="`harness case verify` names everything; go back to the copy that was sealed.",
        )
    home = home_of(case)
    files = {_below(path, home): digest_of(path) for path in (*reports(case), *also)}
    case.audit(SEALED_BY, {"operator": operator, "reason": reason, "files": files})
    seal = write_seal(case, operator=operator, reason=reason)
    refresh_sums(case, files)
    return seal


def refresh_sums(case: CaseFile, files: dict[str, str], *, forget: Sequence[str] = ()) -> None:
    """Write the digests of the case file as it is now, of its artefacts as they were recorded, and of `files`."""
    home = home_of(case)
    kept = {each.name: each.sha256 for each in artefacts(case) if each.path.is_file()}
    write_sums(home / SUMS, {case.path.name: digest_of(case.path), **kept, **files}, forget=forget)


def check_case(path: Path, *, today: date | None = None) -> Checked:
    """Hold the case against its seals and its files against their digests. Changes nothing, not even the audit."""
    rows = verify(path)
    with CaseFile.open(path, read_only=True) as case:
        if any(entry.startswith("SQLite: ") for entry in rows.damage):
            return Checked(rows=rows, files=(), notes=())
        return Checked(rows=rows, files=tuple(file_damage(case)), notes=tuple(_notes(case, rows, today)))


def open_to_look(path: Path) -> CaseFile:
    """A case file opened for nothing but reading. A snapshot, as in a bundle, would get other bytes by being opened for
    writing; a file in WAL mode leaves files beside it when it is opened for reading alone."""
    try:
        with path.open("rb") as file:
            snapshot = file.read(20)[18:] == b"\1\1"  # SQLite's write and read version: no WAL
    except OSError:
        snapshot = False
    return CaseFile.open(path, read_only=snapshot)


def overdue(case: CaseFile, *, today: date | None = None) -> str | None:
    """The date by which the case was to be deleted, when it has passed."""
    now = (today or date.fromtimestamp(time.time())).isoformat()
    dates = [header.delete_by for header in queries.headers(case.db) if header.delete_by]
    return dates[-1] if dates and dates[-1] < now else None


def _notes(case: CaseFile, rows: Verification, today: date | None) -> list[str]:
    notes = []
    if sealed_files(case) is not None and not unchanged_as_a_whole(case):
        notes.append(
            "the file has other bytes than when it was sealed; what is sealed in it has not"
            if not rows.damage
            else "the file has other bytes than when it was sealed"
        )
    for table, more in rows.later.items():
        notes.append(f"{more} more rows of table {table} came after the last seal and are not covered by it")
    query = "SELECT coalesce(sum(rows), 0) FROM tombstone WHERE table_name = 'artefact'"
    unlisted = case.db.execute(query).fetchone()[0]
    if unlisted:
        notes.append(f"{unlisted} artefacts are named and their files left out or purged: a tombstone says why")
    if (due := overdue(case, today=today)) is not None:
        notes.append(f"this case was to be deleted by {due}: `harness case purge FILE --all --why ...`")
    return notes


def _below(path: Path, home: Path) -> str:
    where = path.resolve()
    return str(where.relative_to(home)) if where.is_relative_to(home) else str(where)


def seal_as_json(seal: Seal) -> str:
    """A seal as it can be kept elsewhere."""
    told = {name: getattr(seal, name) for name in ("id", "at_ms", "harness_version", "operator", "reason", "sha256")}
    tables = {name: {"rows": table.rows, "sha256": table.sha256} for name, table in seal.tables.items()}
    return json.dumps({**told, "tables": tables}, indent=2) + "\n"
