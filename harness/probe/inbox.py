"""From the agent's batches to records, on a thread of our own. Frida's thread only enqueues."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from harness.model.records import Counters, Detached, Record
from harness.model.sink import Batch, BatchSink
from harness.probe.wire import decode_batch, fault

_log = logging.getLogger(__name__)

_ROOM = 1024  # the agent keeps at most 64 batches unacknowledged, so this is never reached by a sound agent


class Inbox:
    """Takes Frida's messages, gives records to `sink` in order, and acknowledges a batch when the sink says that it is
    stored; at once after its last record where the sink is a plain callable."""

    def __init__(self, sink: Callable[[Record], None] | BatchSink, acknowledge: Callable[[int], None]) -> None:
        self._sink = sink
        self._take = sink.take if isinstance(sink, BatchSink) else self._take_singly
        self._acknowledge = acknowledge
        self._queue: queue.Queue[Callable[[], None] | None] = queue.Queue(_ROOM)
        self._thread = threading.Thread(target=self._run, name="harness-probe", daemon=True)
        self._passed = threading.Condition()
        self._last_batch = 0
        self._ended = False
        self._closed = False
        self.final: Counters | None = None
        self.failure: BaseException | None = None
        self._thread.start()

    def on_message(self, message: dict[str, Any], content: bytes | None) -> None:
        """Frida's callback. Must not block and must not raise."""
        if message["type"] == "send" and isinstance(message.get("payload"), dict):
            self._enqueue(partial(self._batch, message["payload"], content or b""))
        else:
            text = "\n".join(str(message[part]) for part in ("description", "stack") if part in message)
            self._enqueue(partial(self._sink, fault("script", text or str(message))))

    def on_detached(self, reason: str, crash: str | None) -> None:
        """Frida's callback: nothing comes after this, and only the first counts."""
        with self._passed:
            if self._closed:
                return
            self._closed = True
        self._enqueue(partial(self._sink, Detached(at_ms=time.time() * 1000, reason=reason, crash=crash)))
        self._enqueue(None)

    def wait_for_batch(self, number: int, *, timeout_s: float) -> bool:
        """Wait until the sink has had that batch. False when the stream ended, the sink refused, or the time was up
        before."""
        with self._passed:
            self._passed.wait_for(lambda: self._last_batch >= number or self._ended or bool(self.failure), timeout_s)
            return self._last_batch >= number

    def wait_for_end(self, *, timeout_s: float) -> bool:
        """Wait until the Detached record has been handed on."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _enqueue(self, work: Callable[[], None] | None) -> None:
        try:
            self._queue.put_nowait(work)
        except queue.Full:
            _log.error("the agent sends more than it may; a message is lost")

    def _run(self) -> None:
        try:
            while (work := self._queue.get()) is not None:
                if self.failure is None:
                    self._do(work)
        finally:
            with self._passed:
                self._ended = True
                self._passed.notify_all()

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as exc:  # whatever the sink raises belongs to the session's owner
            _log.exception("the sink refused a record; nothing more is handed on")
            with self._passed:
                self.failure = exc
                self._passed.notify_all()

    def _batch(self, header: dict[str, Any], content: bytes) -> None:
        number, size = header["no"], header["text"]
        records: list[Record] = []
        try:
            for record in decode_batch(content[:size], content[size:]):
                records.append(record)  # one by one, so that those before a bad line are kept
        except (ValueError, KeyError, TypeError) as exc:
            records.append(fault("wire", f"batch {number} cannot be read: {exc!r}"))
        self.final = next((each for each in records if isinstance(each, Counters) and each.final), self.final)
        self._take(Batch(records=records, size=len(content), stored=partial(self._stored, number)))
        with self._passed:
            self._last_batch = number
            self._passed.notify_all()

    def _take_singly(self, batch: Batch) -> None:
        for record in batch.records:
            self._sink(record)
        batch.stored()

    def _stored(self, number: int) -> None:
        """Called on whatever thread stores, which is not to suffer from a line to the agent that broke."""
        try:
            self._acknowledge(number)
        except Exception:
            _log.exception("batch %d could not be acknowledged", number)
