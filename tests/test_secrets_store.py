"""Secrets and the case file: what a run writes in rows, in pieces, in files beside it, and what is left on the disk."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
from pathlib import Path

import pytest

from harness.evidence import Recorder
from harness.model.facts import ShellResult
from harness.model.records import AgentFault, Blob, Detached
from harness.scenario import Evidence, StepEnd, StepStart
from harness.scenario.flow import Place
from harness.scenario.observer import Outcome
from harness.secrets import Veil, sweep, veil_file
from harness.store import CaseFile, RunStart, RunWriter
from harness.store.raw import Payloads, events
from tests.leaks import traces
from tests.rows import app, blob, device, event, final, hook

SECRET = "Zgjnk-51991-scwcc!"
VEIL = Veil({"PASSWORD": SECRET})


@pytest.fixture
def case(tmp_path: Path) -> CaseFile:
    return CaseFile.open(tmp_path / "case.db", create=True)


def test_no_row_that_a_run_writes_holds_it(case: CaseFile, tmp_path: Path) -> None:
    with case:
        writer = _started(case)
        process = writer.start_process(f"app {SECRET}", how="spawned", hooks=(hook(),))
        step = writer.start_step(f"type {SECRET}", phase="start", command=f"inputText: {SECRET}")
        writer.end_step(step, "failed", reason=f"no element {SECRET}")
        writer.add_command(ShellResult(command=f"input text {SECRET}", stdout=SECRET, stderr=SECRET, exit_code=0, ms=1))
        writer.add_fault("here", f"what: {SECRET}")
        process.add_gap(from_ms=1, to_ms=2, why=SECRET)
        said = {"t": "string", "v": json.dumps({"p": SECRET})}
        process.sink(event(1, arguments=[said], returned=said, threw=said, captured={"x": said}, thread_name=SECRET))
        process.sink(AgentFault(hook=0, where=SECRET, message=SECRET, at_ms=1.0))
        process.sink(blob(gzip.compress(f"p={SECRET}".encode())))
        process.sink(final(1))
        process.sink(Detached(at_ms=2.0, reason=SECRET, crash=f"java.lang.Error: {SECRET}"))
        writer.close_books()
        sweep(case, writer.run, VEIL)
        writer.end_run("failed", reason=f"it said {SECRET}", exit_code=4)
        assert case.fold()
        (stored,) = events(case.db, writer.run)
        assert json.loads(stored.arguments[0]["v"]) == {"p": "<<PASSWORD>>"}
        hits = case.db.execute("select name, seq, sha256 is not null, chain from hit order by rowid").fetchall()
        assert hits == [("PASSWORD", 1, 0, '["raw"]')] * 4 + [("PASSWORD", None, 1, '["gzip","raw"]')]
    assert traces(tmp_path, SECRET) == []


def test_without_a_mask_the_same_look_finds_it_in_every_place(case: CaseFile, tmp_path: Path) -> None:
    with case:
        start = RunStart(flow="study", variant="", app=case.add_app(app()), device=case.add_device(device()))
        writer = case.start_run(start, device())
        writer.add_fault("here", f"what: {SECRET}")
        writer.start_process("app", how="spawned", hooks=()).sink(blob(gzip.compress(f"p={SECRET}".encode())))
        writer.end_run("completed", exit_code=0)
    assert {trace.split()[1].rstrip(":,") for trace in traces(tmp_path, SECRET)} >= {"bytes", "fault", "payload"}


def test_a_masked_payload_keeps_the_digest_of_what_it_was(case: CaseFile) -> None:
    content = json.dumps({"p": SECRET}).encode()
    with case:
        writer = _started(case)
        writer.start_process("app", how="spawned", hooks=()).sink(blob(content))
        writer.end_run("completed", exit_code=0)
        rows = case.db.execute("select sha256, content, masked from payload").fetchall()
    assert rows == [(hashlib.sha256(content).hexdigest(), b'{"p": "<<PASSWORD>>"}', 1)]


PIECES = {
    "text": [b'{"password": "Zgjn', b"k-519", b'91-scwcc!", "more": 1}'],
    "one letter at a time": [bytes([letter]) for letter in f"p={SECRET}&q=1".encode()],
    "compressed": [gzip.compress(f"p={SECRET}&q=1".encode(), mtime=0)[at : at + 11] for at in range(0, 44, 11)],
}


@pytest.mark.parametrize("name", PIECES)
def test_a_secret_written_in_pieces_is_taken_out_at_the_end(case: CaseFile, tmp_path: Path, name: str) -> None:
    pieces = PIECES[name]
    with case:
        writer = _written(case, pieces)
        writer.close_books()
        assert sweep(case, writer.run, VEIL) == 1
        writer.end_run("completed", exit_code=0)
        whole = _whole(case, writer.run)
        hits = case.db.execute("select name, seq from hit").fetchall()
    assert hits == [("PASSWORD", 1)]
    plain = gzip.decompress(whole) if name == "compressed" else whole
    expected = b"".join(pieces) if name != "compressed" else f"p={SECRET}&q=1".encode()
    assert plain == expected.replace(SECRET.encode(), b"<<PASSWORD>>")
    assert traces(tmp_path, SECRET) == []
    assert b"Zgjn" not in b"".join(path.read_bytes() for path in tmp_path.iterdir()), "no piece of it is left either"


def test_pieces_that_hold_no_secret_are_left_as_they_are(case: CaseFile) -> None:
    with case:
        writer = _written(case, [b"first", b"second", b"third"])
        writer.close_books()
        before = case.db.execute("select * from event order by seq").fetchall()
        assert sweep(case, writer.run, VEIL) == 0
        assert case.db.execute("select * from event order by seq").fetchall() == before
        writer.end_run("completed", exit_code=0)


def test_a_piece_that_another_event_names_too_stays_for_that_event(case: CaseFile) -> None:
    shared = b"91-scwcc!"
    with case:
        writer = _written(case, [b"Zgjnk-519", shared])
        process = writer.start_process("other", how="spawned", hooks=(hook(),))
        process.sink(event(1, arguments=[_bytes(shared)]))
        process.sink(final(1))
        writer.close_books()
        assert sweep(case, writer.run, VEIL) == 1
        writer.end_run("completed", exit_code=0)
        kept = Payloads(case.db)
        assert kept[hashlib.sha256(shared).hexdigest()] == shared
        with pytest.raises(KeyError):
            kept[hashlib.sha256(b"Zgjnk-519").hexdigest()]


def test_what_is_kept_of_a_failure_is_kept_without_it(case: CaseFile, tmp_path: Path) -> None:
    with case:
        writer = _started(case)
        recorder = Recorder(writer=writer, folder=tmp_path / "evidence", progress=logging.debug, mask=VEIL)
        recorder.step_started(
            StepStart(
                number=1,
                label="sign in",
                phase="start",
                command="tapOn",
                depth=0,
                place=Place(file="flow.yaml", line=1),
            )
        )
        evidence = Evidence(hierarchy=f'<node text="{SECRET}"/>', focus=f"window {SECRET}", log=f"I/app: {SECRET}")
        recorder.step_ended(StepEnd(number=1, outcome=Outcome.FAILED, reason="no", evidence=evidence))
        writer.end_run("failed", exit_code=4)
    assert traces(tmp_path, SECRET) == []
    assert "&lt;&lt;PASSWORD&gt;&gt;" in (tmp_path / "evidence" / "001.hierarchy.xml").read_text()


def test_a_witnesss_record_stays_one(tmp_path: Path) -> None:
    body = gzip.compress(f"p={SECRET}".encode())
    inner = b"4:body;%d:%s," % (len(body), body) + b"4:path;%d:%s;" % (len(SECRET) + 4, f"/?p={SECRET}".encode())
    record = tmp_path / "flows.mitm"
    record.write_bytes(b"%d:%s}" % (len(inner), inner) * 2)
    assert veil_file(record, VEIL)
    assert traces(tmp_path, SECRET) == []
    content = record.read_bytes()
    length, _, rest = content.partition(b":")
    assert rest[int(length) :].startswith(b"}" + length + b":"), "the second record begins where the first one ends"
    assert b"/?p=<<PASSWORD>>" in content
    assert not veil_file(record, VEIL)


def test_any_other_file_is_one_text(tmp_path: Path) -> None:
    log = tmp_path / "witness.log"
    log.write_text(f"POST /?p={SECRET}\n")
    assert veil_file(log, VEIL)
    assert log.read_text() == "POST /?p=<<PASSWORD>>\n"


def _started(case: CaseFile) -> RunWriter:
    start = RunStart(flow="study", variant="accept", app=case.add_app(app()), device=case.add_device(device()))
    return case.start_run(start, device(), mask=VEIL)


def _written(case: CaseFile, pieces: list[bytes]) -> RunWriter:
    """Each piece is one write to the same stream."""
    writer = _started(case)
    process = writer.start_process("app", how="spawned", hooks=(hook(method="write", class_name="java.io.Stream"),))
    for number, piece in enumerate(pieces, start=1):
        single = {"t": "int", "v": piece[0]}
        process.sink(event(number, this_id=7, arguments=[single if len(piece) == 1 else _bytes(piece)]))
        if len(piece) > 1:
            process.sink(Blob(sha256=hashlib.sha256(piece).hexdigest(), content=piece))
    process.sink(final(len(pieces)))
    return writer


def _bytes(content: bytes) -> dict[str, object]:
    return {"t": "bytes", "sha256": hashlib.sha256(content).hexdigest(), "n": len(content)}


def _whole(case: CaseFile, run: str) -> bytes:
    blobs = Payloads(case.db)
    made = b""
    for stored in events(case.db, run):
        (value,) = stored.arguments
        assert isinstance(value, dict)
        made += blobs[value["sha256"]] if value["t"] == "bytes" else bytes([value["v"]])
    return made
