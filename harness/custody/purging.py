"""Deletes what a case need not keep: its rows, and the files beside it. Tombstones say so, and a new seal follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from harness.custody.files import SUMS, Kept, artefacts, home_of, reports
from harness.custody.sealing import refresh_sums, seal_case
from harness.model.errors import CaseError, InputError
from harness.store import CaseFile, raw
from harness.store.purge import Buried, bury_files, purge_all, purge_contents, purge_runs
from harness.store.seal import seals
from harness.store.verify import verify_open


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What went: rows by table and run, files by name; whether the rest was sealed anew, and why not."""

    rows: tuple[Buried, ...]
    files: tuple[str, ...]
    sealed: bool
    not_sealed: str = ""


def purge(
    case: CaseFile, rows: Callable[[], tuple[Buried, ...]], files: tuple[Kept, ...], *, operator: str, why: str
) -> Purged:
    """Delete these rows and files, then every report, for it shows what is gone. A case that was sealed is sealed
    again, unless it was damaged before."""
    sealed = bool(seals(case.db))
    damage = verify_open(case.db).damage if sealed else ()
    home = home_of(case)
    case.audit("case purge", {"operator": operator, "why": why, "damaged_before": list(damage[:5])})
    buried = rows()
    gone = [kept.name for kept in files if _removed(kept.path, home)]
    gone += [path.name for path in reports(case) if _removed(path, home)]
    if sealed and not damage:
        seal_case(case, operator=operator, reason=f"after a purge: {why}")
    if (home / SUMS).exists():
        refresh_sums(case, {}, forget=gone)
    return Purged(rows=buried, files=tuple(gone), sealed=sealed and not damage, not_sealed=next(iter(damage), ""))


def purge_some_runs(case: CaseFile, runs: tuple[str, ...], *, operator: str, why: str) -> Purged:
    """Everything of these runs. Raises InputError when the case has no such run."""
    unknown = sorted(set(runs) - set(raw.run_ids(case.db)))
    if unknown or not runs:
        problem = f"{case.path}: no run {unknown[0]}" if unknown else f"{case.path}: no run is that old"
        raise InputError(problem, remedy="`harness case show FILE` lists the runs.")
    _idle(case)
    files = tuple(kept for kept in artefacts(case) if kept.run in runs)
    return purge(case, lambda: purge_runs(case, runs, operator=operator, why=why), files, operator=operator, why=why)


def purge_captured(case: CaseFile, *, operator: str, why: str) -> Purged:
    """Contents and artefacts of every run; what is left says that there was something, and what it showed."""
    _idle(case)
    files = tuple(kept for kept in artefacts(case) if kept.path.is_file())
    by_run: dict[str, list[str]] = {}
    for kept in files:
        by_run.setdefault(kept.run, []).append(kept.sha256)

    def rows() -> tuple[Buried, ...]:
        bury_files(case, by_run, operator=operator, why=why)
        return purge_contents(case, operator=operator, why=why)

    return purge(case, rows, files, operator=operator, why=why)


def purge_everything(case: CaseFile, *, operator: str, why: str) -> Purged:
    """All but header, audit, seals and tombstones."""
    _idle(case)
    files = artefacts(case)
    return purge(case, lambda: purge_all(case, operator=operator, why=why), files, operator=operator, why=why)


def runs_before(case: CaseFile, date: datetime) -> tuple[str, ...]:
    """Runs that began before a day, in UTC."""
    limit = date.replace(tzinfo=UTC).timestamp() * 1000
    return tuple(row[0] for row in case.db.execute("SELECT id FROM run WHERE started_at_ms < ? ORDER BY id", [limit]))


def _idle(case: CaseFile) -> None:
    if row := case.db.execute("SELECT id FROM run WHERE outcome IS NULL LIMIT 1").fetchone():
        raise CaseError(f"{case.path}: run {row[0]} is being written", remedy="Purge when the run has ended.")


def _removed(path: Path, home: Path) -> bool:
    """Remove a file, and the folders below `home` that are empty then."""
    if not path.is_file():
        return False
    path.unlink()
    for folder in path.resolve().parents:
        if not folder.is_relative_to(home) or any(folder.iterdir()):
            break
        folder.rmdir()
    return True
