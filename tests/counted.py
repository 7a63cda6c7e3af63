"""The program tests/probe_fixtures/Counted.java under watch, and its own books: true however it, or we, died."""

from __future__ import annotations

import sqlite3
import struct
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from harness.model.records import Counters, Detached, Event, Record
from harness.model.sink import Batch, BatchSink
from harness.probe import FridaProbe
from harness.probe.session import FridaSession
from harness.store import CaseFile, Mask, ProcessWriter, RunStart, RunWriter, keep_all
from tests.jvm import STRING, hook, java, wait_until
from tests.rows import app, device

GIVE = hook("Counted", "give", STRING, "int", stack=False)
RUNNING, CALLED, ENDED = 1, 2, 3

_SLOT = struct.Struct("=4q32x")
# Growth must not be the program's own heap, nor a wait that for the threads of a collector.
_MEMORY = ("-XX:+UseSerialGC", "-Xms48m", "-Xmx48m", "-XX:+AlwaysPreTouch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The program's books at a moment. A call it has begun may or may not have reached the hook."""

    state: int
    pid: int  # as the program knows it
    begun: int
    returned: int
    slowest_ms: float  # of one call, by the clock on the wall, each thread's first apart
    asleep_ms: float  # the same without the time it ran or was ready to run: what it was made to wait


def tally(file: Path) -> Tally:
    """Read the mapped file; all nought before the program has made it."""
    content = file.read_bytes() if file.exists() else b""
    state, *threads = _SLOT.iter_unpack(content) if content else [(0, 0, 0, 0)]
    return Tally(
        state=state[0],
        pid=state[2],
        begun=sum(thread[0] for thread in threads),
        returned=sum(thread[1] for thread in threads),
        slowest_ms=max((thread[2] for thread in threads), default=0) / 1e6,
        asleep_ms=max((thread[3] for thread in threads), default=0) / 1e6,
    )


def stop(file: Path) -> None:
    """Tell the program that it is enough: its threads end after the call they are in."""
    with file.open("r+b") as opened:
        opened.seek(8)
        opened.write(struct.pack("=q", 1))


def goes_on(file: Path, *, seconds: float) -> None:
    """The program calls and calls, all of the time."""
    there = tally(file).returned
    for _ in range(round(seconds / 0.5)):
        time.sleep(0.5)  # shorter, and a busy machine stands still by itself
        now = tally(file).returned
        assert now > there
        there = now


def ends_well(folder: Path) -> None:
    """The program comes to its end in order: it links one more class, and its VM does not crash."""
    crash = folder / "crash"
    wait_until(lambda: tally(folder / "counts").state == ENDED or crash.exists(), "the program's end")
    assert not crash.exists(), crash.read_text()[:1500]


def program(classes: Path, folder: Path, **said: object) -> tuple[str, ...]:
    """The command line of a Counted that keeps its books in folder/counts; a crash of the VM leaves folder/crash."""
    options = (*_MEMORY, f"-XX:ErrorFile={folder / 'crash'}", "-cp", str(classes))
    words = (f"{name}={value}" for name, value in said.items())
    return java(), *options, "Counted", f"file={folder / 'counts'}", *words


@dataclass
class Burst:
    """A Counted under watch, and what the sink was given."""

    folder: Path
    session: FridaSession = field(init=False)
    seqs: list[int] = field(default_factory=list)
    final: Counters | None = None
    detached: Detached | None = None

    @property
    def tally(self) -> Tally:
        return tally(self.folder / "counts")

    def wait_for(self, state: int, *, timeout_s: float = 60) -> None:
        wait_until(lambda: self.tally.state >= state, f"the program's state {state}", timeout_s=timeout_s)

    def wait_for_calls(self, calls: int, *, timeout_s: float = 30) -> None:
        wait_until(lambda: self.tally.returned >= calls, f"{calls} calls", timeout_s=timeout_s)

    def wait_for_end(self, *, timeout_s: float = 60) -> Detached:
        wait_until(lambda: self.detached is not None, "the end of the program", timeout_s=timeout_s)
        assert self.detached is not None
        return self.detached

    def note(self, record: Record) -> None:
        match record:
            case Event():
                self.seqs.append(record.seq)
            case Counters(final=True):
                self.final = record
            case Detached():
                self.detached = record


Sink = Callable[[Record], None] | BatchSink


class Overheard:
    """A sink that hands everything on, notes it, and hears which events the agent is told to forget."""

    def __init__(
        self, sink: Sink, note: Callable[[Record], None], forgotten: Callable[[list[int]], None] | None
    ) -> None:
        self._sink = sink
        self._note = note
        self._forgotten = forgotten
        self._kept: deque[tuple[Batch, list[int]]] = deque()

    def __call__(self, record: Record) -> None:
        self._sink(record)
        self._note(record)

    def take(self, batch: Batch) -> None:
        events = [record.seq for record in batch.records if isinstance(record, Event)]
        self._kept.append((batch, events))
        passed_on = replace(batch, stored=partial(self._stored, batch))
        if isinstance(self._sink, BatchSink):
            self._sink.take(passed_on)
        else:
            for record in batch.records:
                self._sink(record)
            passed_on.stored()
        for record in batch.records:
            self._note(record)

    def _stored(self, batch: Batch) -> None:
        """This one and all before it are safe."""
        known = False
        while not known:
            first, events = self._kept.popleft()
            if self._forgotten is not None:
                self._forgotten(events)
            known = first is batch
        batch.stored()


@contextmanager
def burst(
    target: tuple[str, ...],
    folder: Path,
    *,
    sink: Sink = lambda _: None,
    lossless: bool = False,
    core: str = "native",
    forgotten: Callable[[list[int]], None] | None = None,
) -> Iterator[Burst]:
    """Start the program, hooked and counted; `sink` may be as slow as it likes. `forgotten` is told the numbers of the
    events of a batch just before the agent is."""
    seen = Burst(folder)
    overheard = Overheard(sink, seen.note, forgotten)
    seen.session = FridaProbe("local", lossless=lossless, core=core).spawn(target, [GIVE], overheard)
    try:
        seen.session.resume()
        yield seen
    finally:
        seen.session.close()
        subprocess.run(["kill", "-9", str(seen.session.pid)], check=False, capture_output=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a case file says of the only process in it."""

    stored: int
    first: int
    last: int
    books: str
    lost: int
    dropped: int
    unknown_from_seq: int | None
    lost_bound: int | None
    reason: str | None

    @property
    def contiguous(self) -> bool:
        return self.stored == self.last and self.first == 1


def account(case: Path) -> Account:
    """Read with sqlite3 alone, after the run's end."""
    with closing(sqlite3.connect(case)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        stored, first, last = db.execute("select count(*), min(seq), max(seq) from event").fetchone()
        ((books, lost, dropped, unknown, bound, reason),) = db.execute(
            "select books, lost, dropped, unknown_from_seq, lost_bound, reason from process"
        ).fetchall()
    return Account(
        stored=stored,
        first=first or 0,
        last=last or 0,
        books=books,
        lost=lost,
        dropped=dropped,
        unknown_from_seq=unknown,
        lost_bound=bound,
        reason=reason,
    )


def stored(case: Path) -> set[int]:
    """The numbers of the events in it."""
    with closing(sqlite3.connect(case)) as db:
        return {seq for (seq,) in db.execute("select seq from event")}


@contextmanager
def written(path: Path, *, mask: Mask = keep_all) -> Iterator[tuple[RunWriter, ProcessWriter]]:
    """A case file with one run of one process in it; the run ends with the block. A slow `mask` is a slow disk: it
    holds up the thread that writes."""
    with CaseFile.open(path, create=True) as case:
        facts = device()
        start = RunStart(flow="burst", variant="", app=case.add_app(app()), device=case.add_device(facts))
        run = case.start_run(start, facts, mask=mask)
        try:
            yield run, run.start_process("counted", how="spawned", hooks=[GIVE])
        finally:
            run.end_run("completed", exit_code=0)
