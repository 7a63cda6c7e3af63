"""From the agent's batches to records, on a thread of our own. Frida's thread only enqueues."""

from __future__ import annotations

import hashlib
import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from harness.model.records import (
    AgentFault,
    Blob,
    Counters,
    Detached,
    Event,
    HookReport,
    HookStatus,
    Ready,
    Record,
    Stack,
)

_log = logging.getLogger(__name__)

_ROOM = 1024  # the agent keeps at most 64 batches unacknowledged, so this is never reached by a sound agent


class Inbox:
    """Takes Frida's messages, gives records to `sink` in order, acknowledges each batch after its last record."""

    def __init__(self, sink: Callable[[Record], None], acknowledge: Callable[[int], None]) -> None:
        self._sink = sink
        self._acknowledge = acknowledge
        self._queue: queue.Queue[Callable[[], Iterator[Record]] | None] = queue.Queue(_ROOM)
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
            header = message["payload"]
            self._enqueue(lambda: self._batch(header, content or b""))
        else:
            text = "\n".join(str(message[part]) for part in ("description", "stack") if part in message)
            self._enqueue(lambda: iter([_fault("script", text or str(message))]))

    def on_detached(self, reason: str, crash: str | None) -> None:
        """Frida's callback: nothing comes after this, and only the first counts."""
        with self._passed:
            if self._closed:
                return
            self._closed = True
        record = Detached(at_ms=time.time() * 1000, reason=reason, crash=crash)
        self._enqueue(lambda: iter([record]))
        self._enqueue(None)

    def wait_for_batch(self, number: int, *, timeout_s: float) -> bool:
        """Wait until the sink has had that batch. False when the stream ended or the time was up before."""
        with self._passed:
            self._passed.wait_for(lambda: self._last_batch >= number or self._ended, timeout_s)
            return self._last_batch >= number

    def wait_for_end(self, *, timeout_s: float) -> bool:
        """Wait until the Detached record has been handed on."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _enqueue(self, work: Callable[[], Iterator[Record]] | None) -> None:
        try:
            self._queue.put_nowait(work)
        except queue.Full:
            _log.error("the agent sends more than it may; a message is lost")

    def _run(self) -> None:
        try:
            while (work := self._queue.get()) is not None:
                for record in work():
                    if self.failure is None:
                        self._hand_on(record)
        finally:
            with self._passed:
                self._ended = True
                self._passed.notify_all()

    def _hand_on(self, record: Record) -> None:
        try:
            self._sink(record)
        except BaseException as exc:  # whatever the sink raises belongs to the session's owner
            _log.exception("the sink refused a record; nothing more is handed on")
            self.failure = exc

    def _batch(self, header: dict[str, Any], content: bytes) -> Iterator[Record]:
        size = header["text"]
        try:
            yield from decode_batch(content[:size], content[size:], self._keep_final)
        except (ValueError, KeyError, TypeError) as exc:
            yield _fault("wire", f"batch {header['no']} cannot be read: {exc!r}")
        with self._passed:
            self._last_batch = header["no"]
            self._passed.notify_all()
        if self.failure is None:
            self._acknowledge(header["no"])

    def _keep_final(self, counters: Counters) -> None:
        self.final = counters


def decode_batch(text: bytes, blobs: bytes, on_final: Callable[[Counters], None]) -> Iterator[Record]:
    """The records of one batch: `text` is one JSON object a line, `blobs` the bytes of its blob lines in order."""
    at = 0
    for line in text.split(b"\n"):
        fields = json.loads(line)
        kind = fields.pop("k")
        if kind == "blob":
            content = blobs[at : at + fields["n"]]
            at += fields["n"]
            yield _blob(fields["sha256"], content)
            continue
        record = _RECORDS[kind](fields)
        if isinstance(record, Counters) and record.final:
            on_final(record)
        yield record


def _blob(sha256: str, content: bytes) -> Record:
    if hashlib.sha256(content).hexdigest() != sha256:
        return _fault("wire", f"blob {sha256} arrived damaged")
    return Blob(sha256=sha256, content=content)


def _fault(where: str, message: str) -> AgentFault:
    return AgentFault(at_ms=time.time() * 1000, where=where, message=message)


def _event(fields: dict[str, Any]) -> Event:
    fields["arguments"] = tuple(fields["arguments"])
    return Event(**fields)


def _hook(fields: dict[str, Any]) -> HookReport:
    fields["status"] = HookStatus(fields["status"])
    return HookReport(**fields)


def _counters(fields: dict[str, Any]) -> Counters:
    fields["called"], fields["dropped"] = tuple(fields["called"]), tuple(fields["dropped"])
    return Counters(**fields)


_RECORDS: dict[str, Callable[[dict[str, Any]], Record]] = {
    "event": _event,
    "hook": _hook,
    "stack": lambda fields: Stack(sha256=fields["sha256"], frames=tuple(fields["frames"])),
    "fault": lambda fields: AgentFault(**fields),
    "ready": lambda fields: Ready(**fields),
    "counters": _counters,
}
