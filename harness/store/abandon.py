"""Runs that a controller left without an end: who wrote them, and what is said of them afterwards."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlite_utils import Database

from harness.store.books import settle_run

WHY = "controller ended without closing"


def controller() -> str:
    """This process: host, pid and start time, which tell it from a later one with the same pid."""
    return f"{socket.gethostname()} {os.getpid()} {_started(os.getpid())}"


def alive(written_by: str) -> bool:
    """True when the controller named in a run's row still runs on this host."""
    host, pid, started = written_by.rsplit(" ", 2)
    return host == socket.gethostname() and int(pid) > 0 and _started(int(pid)) == started


def endless_runs(db: Database) -> list[tuple[str, str]]:
    """Runs without an outcome, with the controller that wrote them."""
    return [
        (run, by or "? 0 ?")
        for run, by in db.execute("SELECT id, controller FROM run WHERE outcome IS NULL ORDER BY id")
    ]


def mark_runs(db: Database, runs: Sequence[str], *, new_id: Callable[[], str]) -> None:
    """Write the end of each run as far as it is known. Its `ended_at_ms` stays empty: nobody saw it."""
    for run in runs:
        settle_run(db, run, new_id=new_id)
        db.execute("UPDATE run SET outcome = 'interrupted', reason = ? WHERE id = ?", [WHY, run])


def _started(pid: int) -> str:
    """When the process began, in the kernel's own count; "0" where there is no such process, or it is only a corpse."""
    try:
        # After the command's name, which may hold blanks and brackets: state is the first field, starttime the 20th.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return "here" if not Path("/proc/self/stat").exists() and _answers(pid) else "0"
    return "0" if fields[0] in "ZX" else fields[19]


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
