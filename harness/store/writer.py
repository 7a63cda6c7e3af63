"""The rows of one run and of its processes, as run.py writes them. Everything is queued; one thread stores it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from sqlite_utils import Database

from harness.model.facts import PersonaValue, ShellResult
from harness.model.hook import Hook
from harness.model.preflight import Preflight
from harness.model.records import IN_FLIGHT_BOUND, Record
from harness.model.sink import Batch
from harness.store import rows
from harness.store.books import Books, settle_run
from harness.store.foreseen import renamed_rows
from harness.store.lane import Lane
from harness.store.met import MetWriter
from harness.store.text import clean


class ProcessSink:
    """Where the probe puts a process's records (a model.sink.BatchSink). Both ways enqueue and return; they wait only
    while 64 MB are unwritten, which makes the probe's acknowledgement window close. Neither raises: a failure of the
    disk is raised by the run's next flush, and from then on nothing is acknowledged.

    Ready fills pid and runtime; Counters the books; Detached the end and its reason; an Event is given the step that
    was running at its own time (device clock minus the device's offset), not at its arrival."""

    def __init__(self, lane: Lane, process: str) -> None:
        self._lane = lane
        self._process = process

    def __call__(self, record: Record) -> None:
        """Take one record."""
        self._lane.arrived(self._process, record)

    def take(self, batch: Batch) -> None:
        """Take a batch; it is said to be stored when the transaction that holds its last row is committed."""
        self._lane.arrived_together(self._process, batch)


class ProcessWriter:
    """The rows of one instrumented process. Made before the process exists, so that its first record has a place."""

    def __init__(self, lane: Lane, process: str) -> None:
        self.id = process
        self.sink = ProcessSink(lane, process)
        self._lane = lane

    def ask_pulse(self, token: str) -> None:
        """Say, just before Session.pulse(token), that this sign of life is due."""
        self._lane.expect(self.id, token)

    def add_gap(self, *, from_ms: float, to_ms: float | None, why: str) -> None:
        """Say that nothing could be seen between two moments of the host's clock (detached, re-attaching, paused)."""
        self._lane.insert("gap", {"process": self.id, "from_ms": from_ms, "to_ms": to_ms, "why": why})

    def end(self, reason: str, *, crash: str | None = None) -> None:
        """Say why the process is no longer watched; the first reason told, here or by Detached, is kept."""
        self._lane.put(rows.end_row(self.id, self._lane.clock(), reason, crash))


class RunWriter:
    """The rows of one run. Made by CaseFile.start_run."""

    def __init__(
        self,
        run: str,
        *,
        lane: Lane,
        transaction: Callable[[], AbstractContextManager[Database]],
        new_id: Callable[[], str],
        home: Path,
    ) -> None:
        self.run = run
        self._lane = lane
        self._transaction = transaction
        self._new_id = new_id
        self._home = home
        self._guard = threading.Lock()
        self._ended = False

    def add_persona(self, values: Sequence[PersonaValue]) -> None:
        """Store what will be looked for in this run."""
        for value in values:
            row = {"name": value.name, "category": value.category, "value": value.value, "source": value.source.value}
            self._lane.insert(
                "persona",
                {**row, "searchable": int(value.searchable), "why": value.why, "secret": int(value.secret)},
                with_id=False,
            )

    def start_step(self, label: str, *, phase: str, command: str = "") -> str:
        """Begin a step now and give its id. `phase` is the word after "phase: " that is in force, "" before the first;
        `command` the flow command as text, masked. Events from now on belong to it until the next step starts."""
        with self._guard:
            return self._lane.begin_step({"label": label, "phase": phase, "command": command})

    def end_step(self, step: str, outcome: str, reason: str = "") -> None:
        """`outcome` is "ok", "failed" or "skipped"."""
        statement = "UPDATE step SET ended_at_ms = ?, outcome = ?, reason = ? WHERE id = ?"
        self._lane.put((statement, (self._lane.clock(), outcome, clean(reason), step)))

    def add_artefact(self, kind: str, path: Path, *, step: str | None = None, media_type: str = "") -> None:
        """Record a file that was written (screenshot, hierarchy, witness-flows, har, log): digested now, its path kept
        relative to the case file's folder when it lies below it."""
        content, where = path.read_bytes(), path.resolve()
        known_as = where.relative_to(self._home) if where.is_relative_to(self._home) else where
        row = {"step": step, "at_ms": self._lane.clock(), "kind": kind, "path": str(known_as), "size": len(content)}
        self._lane.insert("artefact", {**row, "sha256": hashlib.sha256(content).hexdigest(), "media_type": media_type})

    def add_command(self, result: ShellResult, *, step: str | None = None) -> None:
        """Journal a device command; `result` is masked already."""
        row = {"step": step, "at_ms": self._lane.clock(), "command": result.command, "stdout": result.stdout}
        failure = result.failure.name if result.failure is not None else None
        said = {"stderr": result.stderr, "exit_code": result.exit_code, "ms": result.ms, "failure": failure}
        self._lane.insert("command", {**row, **said})

    @property
    def met(self) -> MetWriter:
        """Where what the run meets on its device is written: circumstances, changes, resets, witnesses, failures."""
        return MetWriter(self._lane)

    def start_process(
        self, name: str, *, how: str, hooks: Sequence[Hook], in_flight_bound: int | None = IN_FLIGHT_BOUND
    ) -> ProcessWriter:
        """Announce a process to be "spawned" or "attached", with its plan in the order given to the agent. Every hook
        is stored as `unanswered` until the agent answers. `in_flight_bound` is how many calls the agent may hold that
        are not committed here: the bound of the loss when it is killed."""
        row = {"name": name, "how": how, "started_at_ms": self._lane.clock(), "in_flight_bound": in_flight_bound}
        process = self._lane.insert("process", {**row, "pulses_asked": 0, "pulses_seen": 0, "counted_final": 0})
        for hook_row in rows.hook_rows(self.run, process, hooks):
            self._lane.put(hook_row)
        return ProcessWriter(self._lane, process)

    def add_fault(self, where: str, message: str, *, process: str | None = None) -> None:
        """Something of ours that went wrong and did not stop the run."""
        row = {"process": process, "at_ms": self._lane.clock(), "source": "harness", "place": where, "message": message}
        self._lane.insert("fault", row)

    def add_renamed(self, foreseen: Preflight) -> None:
        """Store which classes of trackers have other names in the app than their own, as was found out before."""
        for row in renamed_rows(foreseen):
            self._lane.insert("renamed", row, with_id=False)

    def flush(self) -> None:
        """Wait until everything queued is committed. Raises CaseError when the file could not be written."""
        self._lane.drain.settle()

    def close_books(self) -> tuple[Books, ...]:
        """Wait for the last row, then settle called = stored + dropped + lost for every process and store it."""
        self.flush()
        with self._transaction() as db:
            return settle_run(db, self.run, new_id=self._new_id)

    def end_run(self, outcome: str, *, reason: str = "", exit_code: int) -> tuple[Books, ...]:
        """Close the books, write the end, stop the thread. A second call changes nothing. `outcome` is "completed",
        "failed", "died", "lost" (the device), "interrupted" or "inconclusive"."""
        if self._ended:
            return ()
        self._ended = True
        self._lane.drain.close()
        with self._transaction() as db:
            books = settle_run(db, self.run, new_id=self._new_id)
            statement = "UPDATE run SET ended_at_ms = ?, outcome = ?, reason = ?, exit_code = ? WHERE id = ?"
            told = clean(self._lane.masked_text(reason))
            db.execute(statement, [self._lane.clock(), outcome, told, exit_code, self.run])
        return books
