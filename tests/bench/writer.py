"""How much of SQLite's own speed the case file's writer keeps."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path

from harness.store import CaseFile
from tests.bench.row import Sample, Setting
from tests.rows import event, hook, started

EVENTS = 20_000
_PER_TRANSACTION = 1_000
_VALUE = {"t": "string", "v": "x" * 2_000}
_TEXT = json.dumps([_VALUE])


def against_executemany(setting: Setting) -> Sample:
    """Rows per second."""
    return Sample(ours=events_per_s(setting), limit=_reference(setting.room("reference") / "file.db", setting))


def events_per_s(setting: Setting) -> float:
    """From the first sink call to the last commit, with steps and books as in a run."""
    count = setting.count(EVENTS)
    events = [event(seq, arguments=(_VALUE,)) for seq in range(1, count + 1)]
    with CaseFile.open(setting.room("writer") / "case.db", create=True) as case:
        writer = started(case)
        process = writer.start_process("com.example", how="spawned", hooks=[hook()])
        began = time.perf_counter()
        for each in events:
            process.sink(each)
        writer.flush()
        took = time.perf_counter() - began
        writer.end_run("completed", exit_code=0)
    return count / took


def _reference(path: Path, setting: Setting) -> float:
    """The same number of rows of the same size, three indexes, in WAL mode, by executemany alone."""
    count = setting.count(EVENTS)
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    db.execute("CREATE TABLE event (run, process, seq, step, hook, at_ms, arguments, PRIMARY KEY (run, process, seq))")
    db.execute("CREATE INDEX by_step ON event (step)")
    db.execute("CREATE INDEX by_hook ON event (hook)")
    rows = [("run", "process", seq, "step", 0, float(seq), _TEXT) for seq in range(count)]
    began = time.perf_counter()
    for start in range(0, count, _PER_TRANSACTION):
        with db:
            db.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", rows[start : start + _PER_TRANSACTION])
    took = time.perf_counter() - began
    db.close()
    return count / took
