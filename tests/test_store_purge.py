"""What is purged is gone from every byte of the file, and a tombstone says so."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from harness.report import write_html
from harness.store import CaseFile, raw
from harness.store.purge import purge_all, purge_contents, purge_runs
from harness.store.seal import write_seal
from harness.store.verify import verify
from tests.rows import blob, event, final, hook, started
from tests.synthetic import write_case

_MARK = "Kestulenholm-58819-fwbsqp"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sealed") / "case.db"
    with write_case(path) as case:
        case.clock = lambda: 1.0
        write_seal(case)
    return path


@pytest.fixture
def path(sealed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sealed, tmp_path / "case.db"))


def _tombstones(path: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as db:
        rows = db.execute("SELECT table_name, run, rows, operator, why FROM tombstone ORDER BY id").fetchall()
    db.close()
    return rows


def test_a_purged_run_is_gone_and_the_others_are_whole(path: Path) -> None:
    with CaseFile.open(path) as case:
        first, *others = raw.run_ids(case.db)
        buried = purge_runs(case, [first], operator="A. Tester", why="the consent was withdrawn")
        assert list(raw.run_ids(case.db)) == others
        for table in ("event", "step", "persona", "process", "hook", "disclosure", "verdict"):
            assert case.db.execute(f"SELECT count(*) FROM {table} WHERE run = ?", [first]).fetchone() == (0,)
            assert case.db.execute(f"SELECT count(*) FROM {table}").fetchone() != (0,)
    told = verify(path)
    assert told.damage == ()
    assert any(entry.endswith(f"table event of run {first}: purged by tombstone") for entry in told.purged)
    assert {grave.table for grave in buried} >= {"run", "event", "step", "persona"}
    for _, run, rows, operator, why in _tombstones(path):
        assert run in (first, None)
        assert rows
        assert (operator, why) == ("A. Tester", "the consent was withdrawn")


def test_a_tombstone_has_the_digest_of_what_was_there(path: Path) -> None:
    with CaseFile.open(path) as case:
        first = raw.run_ids(case.db)[0]
        columns = [row[1] for row in case.db.execute("PRAGMA table_info(step)")]
        rows = case.db.execute(
            f"SELECT {', '.join(columns)} FROM step WHERE run = ? ORDER BY run, position, id", [first]
        )
        lines = "".join(json.dumps(list(row), ensure_ascii=True, separators=(",", ":")) + "\n" for row in rows)
        purge_runs(case, [first], operator="", why="a test")
        told = case.db.execute("SELECT sha256 FROM tombstone WHERE table_name = 'step'").fetchone()
    assert told == (hashlib.sha256(lines.encode()).hexdigest(),)


def test_tampering_beside_a_purge_is_still_damage(path: Path) -> None:
    with CaseFile.open(path) as case:
        first, second, _ = raw.run_ids(case.db)
        purge_runs(case, [first], operator="", why="a test")
        case.db.execute("DELETE FROM event WHERE run = ? AND seq = 2", [second])
        case.db.conn.commit()
    assert any(entry.startswith("event 2 of process") and entry.endswith("missing") for entry in verify(path).damage)


def test_more_rows_missing_than_a_tombstone_says_is_damage(path: Path) -> None:
    with CaseFile.open(path) as case:
        first = raw.run_ids(case.db)[0]
        purge_runs(case, [first], operator="", why="a test")
        case.db.execute("UPDATE tombstone SET rows = rows - 1 WHERE table_name = 'step'")
        case.db.conn.commit()
    assert "table step: 7 rows differ, tombstones explain 6" in verify(path).damage


def test_purged_contents_leave_runs_books_and_verdicts(path: Path) -> None:
    with CaseFile.open(path) as case:
        before = case.db.execute("SELECT run, tracker, outcome FROM verdict ORDER BY 1, 2").fetchall()
        purge_contents(case, operator="", why="a test")
        assert case.db.execute("SELECT run, tracker, outcome FROM verdict ORDER BY 1, 2").fetchall() == before
        assert case.db.execute("SELECT sum(length(content)), min(masked) FROM payload").fetchone() == (0, 1)
        assert case.db.execute("SELECT count(*) FROM event WHERE arguments <> '[]'").fetchone() == (0,)
        assert case.db.execute("SELECT count(*) FROM disclosure WHERE value <> ''").fetchone() == (0,)
        write_html(case, path.with_name("report.html"))
    told = verify(path)
    assert told.damage == ()
    assert any("table payload: purged by tombstone" in entry for entry in told.purged)


def test_purging_all_leaves_header_audit_seal_and_tombstones(path: Path) -> None:
    with CaseFile.open(path) as case:
        case.audit("run", {})
        purge_all(case, operator="", why="a test")
        left = {table.name: table.count for table in case.db.tables if table.count}
    assert set(left) == {"case_header", "audit", "seal", "seal_block", "tombstone"}
    assert verify(path).damage == ()


@pytest.mark.parametrize("what", ["runs", "contents", "all"])
def test_what_was_purged_stands_in_no_byte_of_the_file_nor_beside_it(tmp_path: Path, what: str) -> None:
    path = tmp_path / "case.db"
    with CaseFile.open(path, create=True) as case:
        writer = started(case)
        process = writer.start_process("com.example", how="spawned", hooks=[hook()])
        content = (_MARK * 4_000).encode()
        kept = blob(content)
        process.sink(kept)
        for seq in range(1, 50):
            told = ({"t": "string", "v": _MARK * 50}, {"t": "bytes", "sha256": kept.sha256, "n": len(content)})
            process.sink(event(seq, arguments=told))
        process.sink(final(49))
        writer.end_run("completed", exit_code=0)
        assert _MARK.encode() in _bytes(tmp_path)
        match what:
            case "runs":
                purge_runs(case, [writer.run], operator="", why="a test")
            case "contents":
                purge_contents(case, operator="", why="a test")
            case _:
                purge_all(case, operator="", why="a test")
        assert _MARK.encode() not in _bytes(tmp_path)
    assert _MARK.encode() not in _bytes(tmp_path)


def test_what_a_connection_deletes_is_overwritten_in_freed_pages(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    with CaseFile.open(path, create=True) as case:
        with case.transaction() as db:
            db.execute("INSERT INTO payload VALUES ('a', 1, ?, 0)", [(_MARK * 4_000).encode()])
        with case.transaction() as db:
            db.execute("DELETE FROM payload")
        case.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        assert case.db.execute("PRAGMA freelist_count").fetchone()[0] > 0
        assert _MARK.encode() not in _bytes(tmp_path)


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_a_payload_that_another_run_has_too_stays(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    with CaseFile.open(path, create=True) as case:
        runs = []
        shared, own = blob(b"said by both"), blob(b"said by one")
        for content in (own, shared):
            writer = started(case)
            process = writer.start_process("com.example", how="spawned", hooks=[hook()])
            for each in {shared, content}:
                process.sink(each)
            told = tuple({"t": "bytes", "sha256": each.sha256, "n": 1} for each in (shared, content))
            process.sink(event(1, arguments=told))
            writer.end_run("completed", exit_code=0)
            runs.append(writer.run)
        purge_runs(case, runs[:1], operator="", why="a test")
        assert [row[0] for row in case.db.execute("SELECT content FROM payload")] == [b"said by both"]
