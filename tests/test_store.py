"""The case file: what opens, what is refused, and what stands in it after a run, a crash or a kill."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.model.errors import CaseError
from harness.model.facts import PersonaValue, ShellResult, Source
from harness.model.records import AgentFault, Detached, HookReport, HookStatus, Ready, Stack
from harness.store import Books, CaseFile, CaseHeader, Hit, RunStart, findings, queries, raw, schema
from harness.store.books import State
from harness.store.mask import Masked
from tests.rows import START_MS, app, blob, device, digest, event, final, hook, numbered, started, ticking


@pytest.fixture
def case() -> Iterator[CaseFile]:
    with CaseFile.open(":memory:", clock=ticking(), new_id=numbered()) as opened:
        yield opened


def _rows(case: CaseFile, query: str) -> list[tuple[object, ...]]:
    return list(case.db.execute(query))


def test_a_new_case_file_is_readable_by_its_owner_alone_and_in_wal_mode(tmp_path: Path) -> None:
    path = tmp_path / "new" / "case.db"
    lax = os.umask(0)
    try:
        opened = CaseFile.open(path, create=True)
    finally:
        os.umask(lax)
    with opened as case:
        assert path.stat().st_mode & 0o777 == 0o600
        assert case.db.journal_mode == "wal"
        assert case.schema_version == schema.VERSION
        assert case.check() == ()


def test_a_case_file_that_others_may_read_is_closed_to_them_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    CaseFile.open(path, create=True).close()
    path.chmod(0o644)
    CaseFile.open(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_file_says_by_itself_that_it_is_a_case_file(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    CaseFile.open(path, create=True).close()
    assert path.read_bytes()[68:72] == b"HRNS"


def _not_sqlite(path: Path) -> None:
    path.write_text("A letter, not a database. " * 100, encoding="utf-8")


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE contacts (name)")
    conn.close()


def _newer(path: Path) -> None:
    CaseFile.open(path, create=True).close()
    with sqlite3.connect(path) as conn:
        conn.execute(f"PRAGMA user_version = {schema.VERSION + 5}")
    conn.close()


def _missing(path: Path) -> None:
    assert not path.exists()


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (_missing, "there is no case file here"),
        (_not_sqlite, "this is not a case file"),
        (_foreign, "not a case file"),
        (_newer, f"its schema is version {schema.VERSION + 5}"),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_no_case_file_is_refused_in_words_with_a_remedy(
    tmp_path: Path, make: object, problem: str, read_only: bool
) -> None:
    path = tmp_path / "case.db"
    assert callable(make)
    make(path)
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(CaseError, match=problem) as raised:
        CaseFile.open(path, read_only=read_only)
    assert raised.value.remedy
    assert (path.read_bytes() if path.exists() else None) == before


def test_a_file_that_another_process_holds_says_so(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    CaseFile.open(path, create=True).close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with CaseFile.open(path, busy_s=0.1) as case, pytest.raises(CaseError, match="another process is writing"):
        case.audit("report")
    holder.execute("ROLLBACK")
    holder.close()


def test_a_read_only_file_is_read_and_says_why_it_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    with CaseFile.open(path, create=True) as case:
        case.set_header(CaseHeader(reference="R-1"))
    with CaseFile.open(path, read_only=True) as case:
        assert [header.reference for header in queries.headers(case.db)] == ["R-1"]
        with pytest.raises(CaseError, match="read-only"):
            case.audit("report")


def test_a_run_is_read_back_as_it_was_written(case: CaseFile, tmp_path: Path) -> None:
    writer = started(case, hook_files=("a.yaml", "b.yaml"), own_hosts=("example[.]com$",))
    writer.add_persona([PersonaValue(name="EMAIL", category="email", value="j@x.example", source=Source.PLANTED)])
    step = writer.start_step("launch", phase="start", command="launchApp")
    writer.add_command(ShellResult(command="am start", stdout="ok", stderr="", exit_code=0, ms=12.0), step=step)
    shot = tmp_path / "1.png"
    shot.write_bytes(b"PNG")
    writer.add_artefact("screenshot", shot, step=step, media_type="image/png")
    writer.end_step(step, "ok")
    writer.end_run("completed", exit_code=1)
    run = queries.runs(case.db)[0]
    assert (run.outcome, run.exit_code, run.hook_files) == ("completed", 1, ("a.yaml", "b.yaml"))
    assert [(row.label, row.phase, row.outcome) for row in queries.steps(case.db, run.id)] == [
        ("launch", "start", "ok")
    ]
    assert queries.artefacts(case.db, run.id)[0].sha256 == digest(b"PNG")
    assert queries.apps(case.db)[run.app].sha256 == digest(b"the package")
    assert queries.devices(case.db)[run.device].virtual is True
    assert raw.persona(case.db, run.id)[0].value == "j@x.example"
    assert raw.run_facts(case.db, run.id).own_hosts == ("example[.]com$",)
    assert findings.disclosures(case.db, run.id) == ()


def test_every_record_of_the_probe_finds_its_place(case: CaseFile) -> None:
    writer = started(case)
    process = writer.start_process("com.example.doorbell", how="spawned", hooks=[hook(), hook("alpha/api/x")])
    process.sink(Ready(at_ms=START_MS, runtime="jvm", pid=77))
    report = HookReport(
        index=0,
        status=HookStatus.INSTALLED,
        reason=None,
        initialised_by_us=True,
        seen_at_ms=1.0,
        installed_at_ms=2.0,
        class_name="com.alpha.a",
    )
    process.sink(report)
    process.sink(Stack(sha256="s1", frames=("com.alpha.Encoder.encode(E.java:1)", "com.example.Main.on(M.java:2)")))
    process.sink(blob(b"\x00body"))
    value = {"t": "bytes", "sha256": digest(b"\x00body"), "n": 5}
    process.sink(event(1, stack="s1", arguments=(value,), returned={"t": "int", "v": 3}))
    process.sink(AgentFault(at_ms=START_MS, where="read", message="no field x", hook=1))
    process.sink(Detached(at_ms=START_MS + 9, reason="process-terminated", crash=None))
    writer.end_run("died", reason="the app ended", exit_code=6)
    run = writer.run
    row = queries.processes(case.db, run)[0]
    assert (row.pid, row.runtime, row.reason, row.ended_at_ms) == (77, "jvm", "process-terminated", START_MS + 9)
    first, second = queries.hooks(case.db, run)
    assert (first.status, first.initialised_by_us, first.class_found) == ("installed", True, "com.alpha.a")
    assert second.status == "unanswered"
    stored = next(raw.events(case.db, run))
    assert (stored.hook, stored.arguments, stored.returned) == (hook().key, (value,), {"t": "int", "v": 3})
    assert raw.Payloads(case.db)[digest(b"\x00body")] == b"\x00body"
    seen = queries.event(case.db, run, process.id, 1)
    assert seen is not None and seen.stack[0].startswith("com.alpha.Encoder.encode")
    assert [(fault.source, fault.message) for fault in queries.faults(case.db, run)] == [("agent", "no field x")]


def test_lone_surrogates_and_strange_names_are_stored_and_read_back(case: CaseFile) -> None:
    writer = started(case)
    process = writer.start_process("p", how="spawned", hooks=[hook()])
    value = {"t": "string", "v": "a\ud800b\x00c</script>\u2028"}
    process.sink(event(1, arguments=(value,), thread_name="th\udfffread"))
    writer.end_run("completed", exit_code=0)
    stored = next(raw.events(case.db, writer.run))
    assert stored.arguments == (value,)
    assert stored.thread_name == "th\\udfffread"


def test_the_same_bytes_and_stacks_are_stored_once(case: CaseFile) -> None:
    for _ in range(2):
        writer = started(case)
        process = writer.start_process("p", how="spawned", hooks=[hook()])
        for _ in range(3):
            process.sink(blob(b"again"))
            process.sink(Stack(sha256="s", frames=("a.b(C.java:1)",)))
        writer.end_run("completed", exit_code=0)
    counts = queries.counts(case.db)
    assert (counts["payload"], counts["stack"]) == (1, 1)


def test_an_event_belongs_to_the_step_of_its_own_time_and_not_of_its_arrival(case: CaseFile) -> None:
    now = [0.0]
    case.clock = lambda: START_MS + now[0]
    writer = started(case, facts=device(clock_offset_ms=500_000.0, clock_error_ms=5.0))
    now[0] = 1000.0
    first = writer.start_step("launch", phase="start")
    now[0] = 2000.0
    second = writer.start_step("accept", phase="consent.accepted")
    process = writer.start_process("p", how="spawned", hooks=[hook()])
    for seq, host_ms in enumerate((999.0, 1000.0, 1999.9, 2000.0), start=1):
        process.sink(event(seq, at_ms=START_MS + host_ms + 500_000.0))
    writer.end_run("completed", exit_code=0)
    assert [stored.step for stored in raw.events(case.db, writer.run)] == [None, first, first, second]
    device_starts = [step.started_ms for step in raw.steps(case.db, writer.run)]
    assert device_starts == [START_MS + 501_000.0, START_MS + 502_000.0]


def test_an_offset_smaller_than_its_error_moves_nothing(case: CaseFile) -> None:
    writer = started(case, facts=device(clock_offset_ms=4.0, clock_error_ms=4.0))
    writer.start_step("launch", phase="start")
    writer.end_run("completed", exit_code=0)
    assert raw.steps(case.db, writer.run)[0].started_ms == queries.steps(case.db, writer.run)[0].started_at_ms


def test_a_mask_blots_secrets_out_of_payloads_and_values_and_says_where(case: CaseFile) -> None:
    def mask(content: bytes) -> Masked:
        at = content.find(b"hunter2")
        hits = (Hit(name="PASSWORD", offset=at),) if at >= 0 else ()
        return Masked(content=content.replace(b"hunter2", b"*******"), hits=hits)

    facts = device()
    start = RunStart(flow="f", variant="", app=case.add_app(app()), device=case.add_device(facts))
    writer = case.start_run(start, facts, mask=mask)
    process = writer.start_process("p", how="spawned", hooks=[hook()])
    process.sink(blob(b"pw=hunter2"))
    process.sink(event(1, arguments=({"t": "string", "v": "hunter2"},)))
    writer.end_run("completed", exit_code=0)
    assert raw.Payloads(case.db)[digest(b"pw=hunter2")] == b"pw=*******"
    assert next(raw.events(case.db, writer.run)).arguments == ({"t": "string", "v": "*******"},)
    assert _rows(case, "SELECT name, sha256, seq, place FROM hit ORDER BY place") == [
        ("PASSWORD", digest(b"pw=hunter2"), None, 3),
        ("PASSWORD", None, 1, 20),
    ]
    assert _rows(case, "SELECT masked FROM payload") == [(1,)]


def _settled(case: CaseFile, seqs: list[int], *records: object, bound: int | None = 2048) -> tuple[Books, list[str]]:
    writer = started(case)
    process = writer.start_process("p", how="spawned", hooks=[hook()], in_flight_bound=bound)
    for seq in seqs:
        process.sink(event(seq))
    for record in records:
        process.sink(record)  # type: ignore[arg-type]
    (books,) = writer.close_books()
    assert writer.end_run("completed", exit_code=0) == (books,)
    return books, list(queries.gaps(case.db, writer.run))


def test_books_close_when_everything_called_is_stored(case: CaseFile) -> None:
    books, gaps = _settled(case, [1, 2, 3], final(3))
    assert (books.state, books.called, books.stored, books.lost) == (State.CLOSED, 3, 3, 0)
    assert books.complete and gaps == []


def test_books_close_with_what_the_agent_dropped_and_counted(case: CaseFile) -> None:
    books, gaps = _settled(case, [1, 2, 5], final(5, dropped=2))
    assert (books.state, books.called, books.stored, books.dropped, books.lost) == (State.CLOSED, 5, 3, 2, 0)
    assert not books.complete and gaps == []


def test_what_was_numbered_and_never_came_is_lost_and_named(case: CaseFile) -> None:
    books, gaps = _settled(case, [1, 4], final(6))
    assert (books.state, books.called, books.stored, books.lost) == (State.CLOSED, 6, 2, 4)
    assert [gap.split(":")[0] for gap in gaps] == ["events 2 to 3 are missing", "events 5 to 6 are missing"]
    assert not books.complete


def test_books_without_a_final_count_say_from_where_nothing_is_known(case: CaseFile) -> None:
    books, gaps = _settled(case, [1, 2, 4])
    assert (books.state, books.unknown_from_seq, books.lost_bound) == (State.OPEN, 5, 2048)
    assert (books.called, books.stored, books.lost) == (4, 3, 1)
    assert len(gaps) == 1


def test_books_whose_numbers_contradict_each_other_are_broken(case: CaseFile) -> None:
    books, _ = _settled(case, [1, 2, 3], final(2))
    assert books.state is State.BROKEN


def test_only_pulses_that_were_asked_for_count_and_each_once(case: CaseFile) -> None:
    writer = started(case)
    process = writer.start_process("p", how="spawned", hooks=[hook()])
    for token in ("a", "b"):
        process.ask_pulse(token)
    for seq, token in enumerate(("a", "a", "stranger"), start=1):
        process.sink(event(seq, pulse=token))
    process.sink(final(3))
    (books,) = writer.end_run("completed", exit_code=0)
    assert (books.pulses_asked, books.pulses_seen) == (2, 1)


def test_ending_a_run_twice_changes_nothing(case: CaseFile) -> None:
    writer = started(case)
    writer.end_run("interrupted", reason="Ctrl-C", exit_code=130)
    assert writer.end_run("completed", exit_code=0) == ()
    assert queries.runs(case.db)[0].reason == "Ctrl-C"


def test_many_threads_may_write_at_once(case: CaseFile) -> None:
    writer = started(case)
    process = writer.start_process("p", how="spawned", hooks=[hook()])

    def emit(first: int) -> None:
        for seq in range(first, 4001, 4):
            process.sink(event(seq))

    threads = [threading.Thread(target=emit, args=(first,)) for first in range(1, 5)]
    for thread in threads:
        thread.start()
    for number in range(20):
        writer.end_step(writer.start_step(f"step {number}", phase=""), "ok")
    for thread in threads:
        thread.join()
    process.sink(final(4000))
    (books,) = writer.end_run("completed", exit_code=0)
    assert books.complete and books.stored == 4000


def test_a_disk_that_fails_is_reported_once_and_hangs_nobody(tmp_path: Path) -> None:
    case = CaseFile.open(tmp_path / "case.db", create=True)
    writer = started(case)
    process = writer.start_process("p", how="spawned", hooks=[hook()])
    case.db.execute("PRAGMA max_page_count = 1")
    for seq in range(200):
        process.sink(blob(os.urandom(1_000_000) if seq < 3 else bytes([seq]) * 1_000_000))
    with pytest.raises(CaseError, match="full"):
        writer.flush()
    with pytest.raises(CaseError, match="full"):
        writer.end_run("completed", exit_code=0)
    case.close()


_CONTROLLER = """
    import sys, time
    from harness.store import CaseFile
    from tests.rows import started, hook, event
    case = CaseFile.open(sys.argv[1], create=True)
    writer = started(case)
    step = writer.start_step("launch", phase="start")
    process = writer.start_process("p", how="spawned", hooks=[hook()], in_flight_bound=512)
    seq = 0
    while True:
        seq += 1
        process.sink(event(seq))
        if seq == 500:
            writer.flush()
            sys.stdout.write("go\\n")
            sys.stdout.flush()
        time.sleep(0.0005)
"""


def _killed(path: Path) -> tuple[str, ...]:
    """A run whose controller is killed in the middle; gives the runs that were taken for abandoned before that."""
    command = [sys.executable, "-c", textwrap.dedent(_CONTROLLER), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent) as controller:
        assert controller.stdout is not None and controller.stdout.readline() == b"go\n"
        with CaseFile.open(path) as case:
            marked_alive = case.mark_abandoned()
        controller.send_signal(signal.SIGKILL)
    return marked_alive


def test_a_killed_controller_leaves_a_readable_file_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    assert _killed(path) == ()
    with CaseFile.open(path, new_id=numbered()) as case:
        assert case.check() == ()
        assert queries.runs(case.db)[0].outcome is None
        (run,) = case.mark_abandoned()
        row = queries.runs(case.db)[0]
        assert (row.outcome, row.reason, row.ended_at_ms) == ("interrupted", "controller ended without closing", None)
        process = queries.processes(case.db, run)[0]
        assert (process.stored or 0) >= 500
        assert (process.books, process.unknown_from_seq, process.lost_bound) == ("open", (process.stored or 0) + 1, 512)
        facts = raw.run_facts(case.db, run)
        assert not facts.completed and not facts.books_closed and "no final count came" in facts.books_reason
        assert case.mark_abandoned() == ()
