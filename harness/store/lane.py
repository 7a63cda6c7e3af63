"""The one way rows of a run take into the file: turned into statements and stored, batch by batch, on one thread."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, assert_never

from sqlite_utils import Database

from harness.model.records import (
    AgentFault,
    Blob,
    Counters,
    Detached,
    Event,
    HookReport,
    Ready,
    Record,
    SelfCheck,
    Stack,
)
from harness.model.sink import Batch
from harness.store import rows
from harness.store.drain import Drain
from harness.store.mask import Mask, keep_all
from harness.store.rows import Row
from harness.store.statements import Statements
from harness.store.text import clean_row

KNOWN = 200_000  # digests remembered, so that a repeated payload or stack costs a look-up and no statement
EVENT_BYTES = 2_000  # what an event's values weigh in memory, about; blobs weigh what they are


class _Arrival(NamedTuple):  # a frozen dataclass costs a microsecond more, on the probe's thread, for every record
    process: str
    records: Sequence[Record]
    received_ms: float
    stored: Callable[[], None] | None = None


class Lane:
    """Takes statements and records from any thread; what it stores is committed in the order of arrival."""

    def __init__(
        self,
        run: str,
        *,
        transaction: Callable[[], AbstractContextManager[Database]],
        clock: Callable[[], float],
        new_id: Callable[[], str],
        device_offset_ms: float,
        mask: Mask,
    ) -> None:
        self.run = run
        self.clock = clock
        self._new_id = new_id
        self._transaction = transaction
        self._offset_ms = device_offset_ms
        self._mask = mask
        self._known: set[str] = set()
        self._pulses: set[tuple[str, str | None]] = set()
        self._step_times: list[float] = []
        self._steps: list[str] = []
        self.drain: Drain[Row | _Arrival] = Drain(self._store, name=f"case-writer-{run}")

    def put(self, row: Row) -> None:
        """Queue a statement."""
        self.drain.put(row)

    def insert(self, table: str, row: dict[str, Any], *, with_id: bool = True) -> str:
        """Queue a new row of the run and give its id ("" where the table has none)."""
        row_id = self._new_id() if with_id else ""
        full = clean_row({**({"id": row_id} if with_id else {}), "run": self.run, **row})
        statement = f"INSERT INTO {table} ({', '.join(full)}) VALUES ({','.join('?' * len(full))})"
        self.put((statement, tuple(full.values())))
        return row_id

    def begin_step(self, row: dict[str, Any]) -> str:
        """Queue a step that begins now; events from this moment on are its own."""
        now = self.clock()
        step = self.insert("step", {**row, "position": len(self._steps) + 1, "started_at_ms": now})
        self._steps.append(step)
        self._step_times.append(now)  # last: it is what the writing thread looks at
        return step

    def expect(self, process: str, token: str) -> None:
        """A sign of life is due."""
        self._pulses.add((process, token))
        self.put((rows.PULSE_ASKED, (process,)))

    def arrived(self, process: str, record: Record) -> None:
        """Queue a record of the probe."""
        size = len(record.content) if isinstance(record, Blob) else EVENT_BYTES
        self.drain.put(_Arrival(process, (record,), self.clock()), size=size)

    def arrived_together(self, process: str, batch: Batch) -> None:
        """Queue a batch of the probe."""
        self.drain.put(_Arrival(process, batch.records, self.clock(), batch.stored), size=batch.size)

    def _store(self, items: Sequence[Row | _Arrival]) -> None:
        statements = Statements()
        stored: dict[str, Callable[[], None]] = {}
        for item in items:
            if not isinstance(item, _Arrival):
                statements.add(self._masked(item))
                continue
            for record in item.records:
                for row in self._rows(item, record):
                    statements.add(row)
            if item.stored is not None:
                stored[item.process] = item.stored  # the last one of a process stands for those before it
        with self._transaction() as db:
            statements.execute(db)
        for tell in stored.values():
            tell()

    def _rows(self, arrival: _Arrival, record: Record) -> Iterable[Row]:
        process = arrival.process
        match record:
            case Event():
                found: Iterable[Row] = self._event(arrival, record)
            case Blob():
                found = self._payload(record)
            case Stack():
                found = (rows.stack_row(record),) if self._is_new(record.sha256) else ()
            case HookReport():
                found = (rows.report_row(process, record),)
            case Counters():
                found = rows.counter_rows(process, record)
            case Ready():
                found = (rows.ready_row(process, record),)
            case SelfCheck():
                found = (rows.self_check_row(process, record),)
            case AgentFault():
                found = (rows.fault_row(self._new_id(), self.run, process, record),)
            case Detached():
                found = (rows.end_row(process, record.at_ms, record.reason, record.crash),)
            case _:
                assert_never(record)
        # Events and payloads are masked where their hits are known; frames and our own plan are names in code.
        return found if isinstance(record, Event | Blob | Stack) else [self._masked(row) for row in found]

    def _masked(self, row: Row) -> Row:
        if self._mask is keep_all or row[0] in (rows.HOOK, rows.HOOK_COUNT):
            return row
        return rows.masked_row(row, self._mask)

    def masked_text(self, text: str) -> str:
        """A text without the run's secrets."""
        return rows.masked_text(text, self._mask)

    def _event(self, arrival: _Arrival, event: Event) -> tuple[Row, ...]:
        process, step = arrival.process, self._step_at(event.at_ms - self._offset_ms)
        if self._mask is keep_all and event.pulse is None:
            return (rows.event_row(self.run, process, event, step=step, received_ms=arrival.received_ms),)
        event, hits = rows.masked_event(event, self._mask)
        every = [rows.event_row(self.run, process, event, step=step, received_ms=arrival.received_ms)]
        every += [rows.hit_row(self._new_id(), self.run, hit, event=(process, event.seq)) for hit in hits]
        if (process, event.pulse) in self._pulses:
            self._pulses.discard((process, event.pulse))
            every.append((rows.PULSE_SEEN, (process,)))
        return tuple(every)

    def _step_at(self, host_ms: float) -> str | None:
        position = bisect_right(self._step_times, host_ms)
        return self._steps[position - 1] if position else None

    def _payload(self, blob: Blob) -> Iterator[Row]:
        if not self._is_new(blob.sha256):
            return
        masked = self._mask(blob.content)
        yield rows.payload_row(blob, masked)
        yield from (rows.hit_row(self._new_id(), self.run, hit, sha256=blob.sha256) for hit in masked.hits)

    def _is_new(self, sha256: str) -> bool:
        if sha256 in self._known:
            return False
        if len(self._known) >= KNOWN:
            self._known.clear()  # INSERT OR IGNORE keeps it right, only slower for a while
        self._known.add(sha256)
        return True
