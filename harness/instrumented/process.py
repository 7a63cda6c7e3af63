"""One process under watch: its session, its rows, its pulses."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable

from harness.model.errors import HarnessError
from harness.model.ports import Session
from harness.model.records import Detached, Ready, Record
from harness.model.sink import Batch
from harness.store import ProcessWriter, RunWriter

PULSE_EVERY_S = 60.0
SIGNS_S = 3.0  # an agent without Java needs half a second to be sure of that; a gate holds for ten


class WatchedProcess:
    """Made before the process is, so that its first record has a place: it is the probe's sink. `begin` when there is a
    session."""

    def __init__(self, rows: ProcessWriter) -> None:
        self.ended: Detached | None = None
        self.rows = rows
        self._session: Session | None = None
        self._heart: _Heart | None = None
        self._beats = itertools.count(1)
        self._told = threading.Event()  # that the agent is ready, or that there is no session any more

    def __call__(self, record: Record) -> None:
        """What belongs to no batch; the end of the session is one of these. With `take` a model.sink.BatchSink."""
        if isinstance(record, Detached):
            self.ended = record
        if isinstance(record, (Ready, Detached)):
            self._told.set()
        self.rows.sink(record)

    def take(self, batch: Batch) -> None:
        """Hand a batch on; the rows say when it is stored."""
        self.rows.sink.take(batch)
        if not self._told.is_set() and any(isinstance(record, Ready) for record in batch.records):
            self._told.set()

    def begin(self, session: Session) -> None:
        self._session = session
        self._heart = _Heart(self._beat)

    def wait_for_signs(self) -> None:
        """Until the agent has reported and the first pulse is through, within limits: a process that is let go sooner
        may have ended by then, and would look as if nothing in it had worked."""
        deadline = time.monotonic() + SIGNS_S
        if self._heart is not None:
            self._heart.first.wait(SIGNS_S)
        self._told.wait(max(0.0, deadline - time.monotonic()))

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
        self.first = threading.Event()  # the first beat has been tried
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
            finally:
                self.first.set()
            if self._stopped.wait(PULSE_EVERY_S):
                return
