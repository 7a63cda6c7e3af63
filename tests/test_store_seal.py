"""Seals name every row that was changed, and nothing that may change."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from harness.examine import analyse
from harness.model.errors import CaseError
from harness.store import CaseFile
from harness.store.canonical import LAYOUTS
from harness.store.seal import Seal, write_seal
from harness.store.tables import CASE, CIRCUMSTANCES, CUSTODY, DERIVED, FORESEEN, SEEN
from harness.store.verify import verify
from tests.rows import device, event, hook, started
from tests.synthetic import PACK, write_case


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sealed") / "case.db"
    with write_case(path) as case:
        case.audit("run", {})
        write_seal(case, operator="A. Tester", reason="a test")
    return path


@pytest.fixture
def case(sealed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sealed, tmp_path / "case.db"))


def _do(path: Path, *statements: str) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        db.execute(statement)
    db.close()


def _one(path: Path, query: str) -> tuple[object, ...]:
    db = sqlite3.connect(path)
    row: tuple[object, ...] = db.execute(query).fetchone()
    db.close()
    return row


def test_every_raw_table_is_sealed() -> None:
    assert set(LAYOUTS) == set(CASE | SEEN | FORESEEN | CUSTODY | CIRCUMSTANCES) - {"seal_block"}
    assert not set(LAYOUTS) & set(DERIVED)


def test_an_untouched_case_is_intact(case: Path) -> None:
    told = verify(case)
    assert told.intact
    assert (told.damage, told.purged, told.later) == ((), (), {})


def test_a_seal_can_be_computed_from_the_documentation_alone(case: Path) -> None:
    """As docs/case-file.md has it: lines of JSON, bytes as their SHA-256, blocks of rows, a digest over the blocks."""
    db = sqlite3.connect(case)
    row = db.execute("SELECT id, at_ms, harness_version, operator, reason, tables, sha256 FROM seal").fetchone()
    for table, told in json.loads(row[5]).items():
        over = hashlib.sha256()
        count = 0
        blocks = db.execute(
            "SELECT table_name, block, rows, first, last, sha256, marks FROM seal_block WHERE seal = ? AND"
            " table_name = ? ORDER BY block",
            [row[0], table],
        ).fetchall()
        for block in blocks:
            over.update(_line(block))
            assert _digest_between(db, table, told["columns"], block) == block[5]
            count += block[2]
        assert (over.hexdigest(), count) == (told["sha256"], told["rows"])
        only = " WHERE source <> 'analyse'" if table == "fault" else ""
        here = db.execute(f"SELECT count(*) FROM {table}{only}").fetchone()[0]
        assert count == here - (table == "seal")
    assert hashlib.sha256(_line(row[:6])).hexdigest() == row[6]
    db.close()


def _line(values: tuple[object, ...]) -> bytes:
    plain = [hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value for value in values]
    return (json.dumps(plain, ensure_ascii=True, separators=(",", ":")) + "\n").encode()


def _digest_between(db: sqlite3.Connection, table: str, columns: list[str], block: tuple[object, ...]) -> str:
    key = ", ".join(LAYOUTS[table].key)
    first, last = json.loads(str(block[3])), json.loads(str(block[4]))
    marks = ", ".join("?" * len(first))
    only = " AND source <> 'analyse'" if table == "fault" else ""
    rows = db.execute(
        f"SELECT {', '.join(columns)} FROM {table} WHERE ({key}) BETWEEN ({marks}) AND ({marks}){only} ORDER BY {key}",
        [*first, *last],
    )
    return hashlib.sha256(b"".join(map(_line, rows))).hexdigest()


def test_one_changed_byte_of_a_payload_is_named(case: Path) -> None:
    sha256, content = _one(case, "SELECT sha256, content FROM payload ORDER BY sha256 LIMIT 1 OFFSET 3")
    assert isinstance(content, bytes)
    changed = bytes([content[0] ^ 1]) + content[1:]
    _do(case, f"UPDATE payload SET content = x'{changed.hex()}' WHERE sha256 = '{sha256}'")
    assert verify(case).damage == (
        f"payload {sha256}: its content has another digest",
        f"payload {sha256}: changed",
    )


def test_one_changed_byte_of_a_masked_payload_is_named(case: Path, tmp_path: Path) -> None:
    _do(case, "UPDATE payload SET masked = 1")
    with CaseFile.open(case) as opened:
        opened.db.execute("DELETE FROM seal")
        opened.db.execute("DELETE FROM seal_block")
        opened.db.conn.commit()
        write_seal(opened)
    assert verify(case).intact
    sha256, _ = _one(case, "SELECT sha256, content FROM payload LIMIT 1")
    _do(case, f"UPDATE payload SET content = x'00' WHERE sha256 = '{sha256}'")
    assert verify(case).damage == (f"payload {sha256}: changed",)


def test_one_deleted_event_is_named_by_run_process_and_number(case: Path) -> None:
    run, process = _one(case, "SELECT run, process FROM event WHERE seq = 4 ORDER BY run DESC")
    _do(case, f"DELETE FROM event WHERE run = '{run}' AND process = '{process}' AND seq = 4")
    assert f"event 4 of process {process}, run {run}: missing" in verify(case).damage


def test_one_shifted_step_is_named(case: Path) -> None:
    run, step = _one(case, "SELECT run, id FROM step WHERE position = 3 ORDER BY run LIMIT 1")
    _do(case, f"UPDATE step SET started_at_ms = started_at_ms + 1 WHERE id = '{step}'")
    assert verify(case).damage == (f"step 3 of run {run} ({step}): changed",)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "UPDATE event SET at_ms = at_ms + 0.001 WHERE seq = 2 AND rowid = (SELECT min(rowid) + 1 FROM event)",
            "event 2",
        ),
        ("UPDATE persona SET value = 'x' WHERE rowid = 1", "persona value"),
        ("UPDATE hook SET status = 'installed' WHERE status = 'failed'", "hook 7"),
        ("DELETE FROM hook WHERE rowid = 3", "hook 2"),
        ("UPDATE run SET outcome = 'completed ' WHERE rowid = 1", "run 0"),
        ("UPDATE device SET clock_offset_ms = 1", "device 0"),
        ("UPDATE app SET signer_sha256 = ''", "app 0"),
        ("UPDATE case_header SET operator = 'B. Other'", "case header 0"),
        ("DELETE FROM audit WHERE command = 'run'", "audit 0"),
        ("UPDATE audit SET detail = '{\"x\":1}' WHERE command = 'run'", "audit 0"),
        ("DELETE FROM rest_file", "rest file 0"),
        ("UPDATE process SET dropped = 0", "process 0"),
        ("DELETE FROM stack WHERE rowid = 1", "stack "),
        ("UPDATE stack SET frames = '[]' WHERE rowid = 1", "stack "),
        ("DELETE FROM payload WHERE rowid = 1", "payload "),
        ("UPDATE seal_block SET sha256 = 'x' WHERE table_name = 'step' AND block = 1", "what seal"),
        ("UPDATE seal SET operator = 'B. Other'", "the seal's row was changed"),
        ("DELETE FROM seal_block WHERE table_name = 'payload'", "what seal"),
    ],
)
def test_any_other_change_is_named(case: Path, statement: str, named: str) -> None:
    _do(case, statement)
    told = verify(case)
    assert not told.intact
    assert any(named in entry for entry in told.damage), told.damage


def test_an_event_that_is_slipped_into_a_sealed_run_is_named(case: Path) -> None:
    run, process, last = _one(case, "SELECT run, process, max(seq) FROM event GROUP BY run, process LIMIT 1")
    assert isinstance(last, int)
    _do(
        case,
        f"INSERT INTO event (run, process, seq, hook, at_ms) VALUES ('{run}', '{process}', {last + 1}, 0, 1.0)",
    )
    assert f"event {last + 1} of process {process}, run {run}: added" in verify(case).damage


def test_a_text_that_is_no_text_any_more_is_named(case: Path) -> None:
    _do(case, "UPDATE step SET label = cast(x'ff' AS TEXT) WHERE position = 2 AND rowid < 3")
    assert [entry for entry in verify(case).damage if entry.startswith("step 2 of run ")]


def test_a_page_that_is_damaged_on_disk_is_named(case: Path) -> None:
    content = bytearray(case.read_bytes())
    half = len(content) // 2
    content[half : half + 20_000] = bytes(20_000)
    case.write_bytes(content)
    assert verify(case).damage


def test_what_may_change_changes_nothing(case: Path) -> None:
    _do(case, "PRAGMA page_size = 512", "PRAGMA journal_mode = DELETE", "VACUUM")
    _do(case, *(f"DROP TABLE {name}" for name in ("disclosure", "decoded", "verdict")))
    with CaseFile.open(case) as opened:
        opened.audit("analyse", {})
        analyse(opened, PACK)
    told = verify(case)
    assert told.intact
    assert told.later == {}


def test_a_column_that_a_later_schema_adds_breaks_no_seal(case: Path) -> None:
    _do(case, "ALTER TABLE event ADD COLUMN mood TEXT", "UPDATE event SET mood = 'good'")
    assert verify(case).intact


def test_a_run_that_comes_later_is_no_damage_and_is_counted(case: Path) -> None:
    with CaseFile.open(case) as opened:
        writer = started(opened, facts=device(serial="another"))
        process = writer.start_process("com.example", how="spawned", hooks=[hook()])
        process.sink(event(1))
        writer.end_run("completed", exit_code=0)
    told = verify(case)
    assert told.intact
    assert told.later == {"device": 1, "app": 1, "run": 1, "process": 1, "attempt": 1, "hook": 1, "event": 1}


def test_a_second_seal_covers_what_came_later_and_the_first_seal(case: Path) -> None:
    with CaseFile.open(case) as opened:
        opened.audit("report", {})
        second: Seal = write_seal(opened)
    told = verify(case)
    assert told.intact
    assert [seal.id for seal in told.seals][-1] == second.id
    assert second.tables["seal"].rows == 1
    _do(case, "DELETE FROM seal WHERE rowid = 1", "DELETE FROM audit WHERE command = 'run'")
    assert [entry.split()[0] for entry in verify(case).damage] == ["audit", "seal"]


def test_what_was_changed_between_two_seals_is_named_by_the_first(case: Path) -> None:
    _do(case, "UPDATE step SET label = 'nothing' WHERE position = 1")
    with CaseFile.open(case) as opened:
        write_seal(opened)  # as somebody would who wants to hide it
    assert any(entry.startswith("step 1 of run") for entry in verify(case).damage)


def test_a_case_that_was_never_sealed_is_held_against_itself(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    write_case(path).close()
    assert verify(path).damage == ()
    assert not verify(path).intact
    run, process = _one(path, "SELECT run, process FROM event WHERE seq = 4 ORDER BY run DESC")
    _do(path, f"DELETE FROM event WHERE run = '{run}' AND process = '{process}' AND seq = 4")
    (told,) = verify(path).damage
    assert f"process {process}, run {run}" in told
    assert "event 4 of" in told


def test_many_differences_are_counted_and_not_all_named(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    with CaseFile.open(path, create=True) as case:
        writer = started(case)
        process = writer.start_process("com.example", how="spawned", hooks=[hook()])
        for seq in range(1, 1_001):
            process.sink(event(seq))
        writer.end_run("completed", exit_code=0)
        write_seal(case)
    _do(path, "UPDATE event SET took_us = 8")
    told = verify(path).damage
    assert len(told) == 201
    assert told[-1] == "table event: 800 more rows differ"


def test_a_file_that_is_not_there_is_the_users_input(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="there is no case file here"):
        verify(tmp_path / "case.db")


def test_a_sealed_case_is_opened_in_datasette_and_is_intact(case: Path) -> None:
    pytest.importorskip("datasette")
    before = case.read_bytes()
    command = [sys.executable, "-W", "ignore", "-m", "datasette", str(case), "--get", "/case/step.json?_size=max"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert len(json.loads(told.stdout)["rows"]) == 21
    assert case.read_bytes() == before
    assert verify(case).intact
