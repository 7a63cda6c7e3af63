"""Batches on their way into the case file: stored in one transaction each or more, and only then said to be stored."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from harness.model.errors import CaseError
from harness.model.records import HookReport, HookStatus, Record, SelfCheck, SelfCheckOutcome
from harness.model.sink import Batch, BatchSink
from harness.store import CaseFile, queries, raw
from harness.store.drain import ROOM_BYTES
from tests.rows import START_MS, blob, event, hook, started


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "case.db"


@pytest.fixture
def case(path: Path) -> Iterator[CaseFile]:
    with CaseFile.open(path, create=True) as opened:
        yield opened


def _stored(path: Path) -> int:
    """As another process sees it: what is committed."""
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(*) FROM event").fetchone()[0])


def _installed(index: int) -> HookReport:
    return HookReport(
        index=index,
        status=HookStatus.INSTALLED,
        reason=None,
        initialised_by_us=False,
        seen_at_ms=START_MS,
        installed_at_ms=START_MS + 1,
        class_name=None,
    )


def test_a_process_takes_batches_and_single_records_alike(case: CaseFile) -> None:
    process = started(case).start_process("p", how="spawned", hooks=[hook()])
    assert isinstance(process.sink, BatchSink)


def test_a_batch_is_said_to_be_stored_when_another_process_can_read_it(case: CaseFile, path: Path) -> None:
    writer = started(case)
    process = writer.start_process("p", how="spawned", hooks=[hook()])
    seen: list[tuple[int, int]] = []

    def stored(promised: int) -> None:
        seen.append((promised, _stored(path)))

    for number in range(1, 9):
        records: list[Record] = [event(100 * number + each) for each in range(50)]
        size = ROOM_BYTES // 3  # so that not all of them fit into one transaction
        process.sink.take(Batch(records=records, size=size, stored=partial(stored, 50 * number)))
    writer.flush()
    assert seen[-1] == (400, 400)
    assert len(seen) > 1
    assert all(stored >= promised for promised, stored in seen)
    writer.end_run("completed", exit_code=0)


def test_of_a_transaction_each_process_is_told_once(case: CaseFile) -> None:
    writer = started(case)
    told: list[str] = []
    for name in ("one", "other"):
        process = writer.start_process(name, how="spawned", hooks=[hook()])
        for number in range(3):
            process.sink.take(
                Batch(records=[event(number + 1)], size=10, stored=partial(told.append, f"{name} {number}"))
            )
    writer.flush()
    assert {what.split()[0] for what in told} == {"one", "other"}
    assert {"one 2", "other 2"} <= set(told)
    assert len(told) < 6
    writer.end_run("completed", exit_code=0)


def test_nothing_is_said_to_be_stored_when_the_disk_is_full(case: CaseFile) -> None:
    writer = started(case)
    process = writer.start_process("p", how="spawned", hooks=[hook()])
    writer.flush()
    case.db.execute("PRAGMA max_page_count = 1")
    told: list[int] = []
    for _ in range(3):
        content = os.urandom(3_000_000)
        process.sink.take(Batch(records=[blob(content)], size=len(content), stored=partial(told.append, 1)))
        with pytest.raises(CaseError, match="full"):
            writer.flush()
    assert told == []
    with pytest.raises(CaseError, match="full"):
        writer.end_run("completed", exit_code=0)


def test_the_hooks_of_a_second_process_are_there_before_their_answers(case: CaseFile) -> None:
    """Rows of one statement are stored together for speed; here the first process has such a row before them."""
    writer = started(case)
    first = writer.start_process("one", how="spawned", hooks=[hook()])
    writer.flush()
    first.sink(_installed(0))
    second = writer.start_process("other", how="child", hooks=[hook(), hook("alpha/api/x")])
    second.sink.take(Batch(records=[_installed(0), event(1), _installed(1)], size=10, stored=lambda: None))
    writer.end_run("completed", exit_code=0)
    assert [row.status for row in queries.hooks(case.db, writer.run)] == ["installed"] * 3


def test_what_became_of_the_canary_stands_in_the_process(case: CaseFile) -> None:
    writer = started(case)
    process = writer.start_process("p", how="spawned", hooks=[hook()])
    check = SelfCheck(at_ms=START_MS, runtime="art", outcome=SelfCheckOutcome.CURED, detail="5 of 5 \ud800 calls")
    process.sink(check)
    writer.end_run("completed", exit_code=0)
    (facts,) = raw.run_facts(case.db, writer.run).processes
    assert (facts.self_check, facts.self_check_detail) == (SelfCheckOutcome.CURED, "5 of 5 \\ud800 calls")


_CONTROLLER = """
    import sys
    from functools import partial
    from harness.model.sink import Batch
    from harness.store import CaseFile
    from tests.rows import event, hook, started

    def stored(seq):
        sys.stdout.write(f"{seq}\\n")
        sys.stdout.flush()

    case = CaseFile.open(sys.argv[1], create=True)
    process = started(case).start_process("p", how="spawned", hooks=[hook()])
    seq = 0
    while True:
        records = [event(seq + 1), event(seq + 2), event(seq + 3)]
        seq += 3
        process.sink.take(Batch(records=records, size=6000, stored=partial(stored, seq)))
"""


def test_no_event_that_was_said_to_be_stored_is_missing_after_a_kill(path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(_CONTROLLER), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent) as controller:
        assert controller.stdout is not None
        told = [int(controller.stdout.readline()) for _ in range(5)]
        controller.send_signal(signal.SIGKILL)
        rest = controller.stdout.read().splitlines(keepends=True)
        told += [int(line) for line in rest if line.endswith(b"\n")]
    with CaseFile.open(path) as case:
        assert case.check() == ()
        (run,) = case.mark_abandoned()
        stored = [each.seq for each in raw.events(case.db, run)]
    assert stored[: told[-1]] == list(range(1, told[-1] + 1))
