"""One process under watch: its session, its rows, its pulses."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable

from harness.model.errors import HarnessError
from harness.model.ports import Session
from harness.model.records import Detached, Record
from harness.model.sink import Batch
from harness.store import ProcessWriter, RunWriter

PULSE_EVERY_S = 60.0


class WatchedProcess:
    """Made before the process is, so that its first record has a place: it is the probe's sink. `begin` when there is a
    session."""

    def __init__(self, rows: ProcessWriter) -> None:
        self.ended: Detached | None = None
        self.rows = rows
        self._session: Session | None = None
        self._heart: _Heart | None = None
        self._beats = itertools.count(1)

    def __call__(self, record: Record) -> None:
        """What belongs to no batch; the end of the session is one of these. With `take` a model.sink.BatchSink."""
        if isinstance(record, Detached):
            self.ended = record
        self.rows.sink(record)

    def take(self, batch: Batch) -> None:
        """Hand a batch on; the rows say when it is stored."""
        self.rows.sink.take(batch)

    def begin(self, session: Session) -> None:
        self._session = session
        self._heart = _Heart(self._beat)

    def close(self, writer: RunWriter) -> None:
        """Take a last pulse and the final counts; the process goes on unhooked."""
        if self._heart is not None:
            self._heart.stop()
        if self._session is None:
            return
        was_alive = self.ended is None
        try:
            self._beat()
        except HarnessError:  # it is ending: what it leaves behind in the books says so
            was_alive = self.ended is None and self._session.alive
        if not self._session.close() and was_alive:
            silence = "the agent did not answer when asked for its final counts"
            writer.add_fault("close", silence, process=self.rows.id)

    def _beat(self) -> None:
        if self._session is None or self.ended is not None:
            return
        token = f"{self.rows.id}.{next(self._beats)}"
        self.rows.ask_pulse(token)
        self._session.pulse(token)


class _Heart:
    """Beats at once, then every minute, on a thread of its own, until stopped. A beat that fails is simply missing:
    the books then show fewer pulses seen than asked."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat = beat
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=5.0)

    def _run(self) -> None:
        while True:
            try:
                self._beat()
            except HarnessError:
                return
            if self._stopped.wait(PULSE_EVERY_S):
                return
