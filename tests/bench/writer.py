"""How much of SQLite's own speed the case file's writer keeps."""

from __future__ import annotations

import itertools
import json
import sqlite3
import time
from pathlib import Path

from harness.store import CaseFile
from tests.rows import event, hook, started

EVENTS = 20_000
_PER_TRANSACTION = 1_000
_files = itertools.count()
_TEXT = json.dumps({"t": "string", "v": "x" * 2_000})


def ratio(folder: Path) -> float:
    return _ours(folder / f"ours-{next(_files)}.db") / _reference(folder / f"reference-{next(_files)}.db")


def _ours(path: Path) -> float:
    """Events per second from the first sink call to the last commit, with steps and books as in a run."""
    events = [event(seq, arguments=({"t": "string", "v": "x" * 2_000},)) for seq in range(1, EVENTS + 1)]
    with CaseFile.open(path, create=True) as case:
        writer = started(case)
        process = writer.start_process("com.example", how="spawned", hooks=[hook()])
        began = time.perf_counter()
        for each in events:
            process.sink(each)
        writer.flush()
        took = time.perf_counter() - began
        writer.end_run("completed", exit_code=0)
    return EVENTS / took


def _reference(path: Path) -> float:
    """The same number of rows of the same size, three indexes, in WAL mode, by executemany alone."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    db.execute("CREATE TABLE event (run, process, seq, step, hook, at_ms, arguments, PRIMARY KEY (run, process, seq))")
    db.execute("CREATE INDEX by_step ON event (step)")
    db.execute("CREATE INDEX by_hook ON event (hook)")
    rows = [("run", "process", seq, "step", 0, float(seq), _TEXT) for seq in range(EVENTS)]
    began = time.perf_counter()
    for start in range(0, EVENTS, _PER_TRANSACTION):
        with db:
            db.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", rows[start : start + _PER_TRANSACTION])
    took = time.perf_counter() - began
    db.close()
    return EVENTS / took
