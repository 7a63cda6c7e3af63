"""Writes to one object that are one payload: the parts of a gzip stream, of a digest, of a cipher."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from harness.model.findings import StoredEvent
from harness.model.hook import Hook

BIGGEST = 32 * 1024 * 1024  # bytes joined from the writes to one object


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One write; `part` went in, `output` came out. None where there was none, or it could not be read."""

    event: StoredEvent
    part: bytes | None = None
    output: bytes | None = None


@dataclass(slots=True, kw_only=True)
class Written:
    """What was written to one object since it was last complete, in order."""

    hook: Hook  # of the first write
    writes: list[Write] = field(default_factory=list)
    size: int = 0

    def add(self, write: Write) -> bool:
        """Take one write; False when what it wrote is left out, for the stream is too long."""
        fits = write.part is None or self.size + len(write.part) <= BIGGEST
        if write.part is not None and fits:
            self.size += len(write.part)
        self.writes.append(write if fits else replace(write, part=None))
        return fits

    @property
    def events(self) -> list[StoredEvent]:
        return [write.event for write in self.writes]

    @property
    def content(self) -> bytes:
        return b"".join(write.part for write in self.writes if write.part is not None)

    @property
    def output(self) -> bytes:
        return b"".join(write.output for write in self.writes if write.output is not None)


class Streams:
    """The objects that are being written to. Two of different classes may share an identity number."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int, str], dict[int, Written]] = {}

    def at(self, event: StoredEvent, hook: Hook) -> Written | None:
        """Where this event's write belongs; None when the event does not say on which object it was made."""
        if event.this_id is None:
            return None
        threads = self._open.setdefault((event.process, event.this_id, hook.class_name), {})
        return threads.setdefault(event.thread_id, Written(hook=hook))

    def end(self, event: StoredEvent, hook: Hook) -> Written | None:
        """What is complete with this event. Of an object that gives something out (a digest), what the same thread
        wrote: others may be using it too. Of any other stream all, for one thread may write and another close it."""
        if event.this_id is None:
            return None
        place = (event.process, event.this_id, hook.class_name)
        threads = self._open.get(place, {})
        alone = hook.output is not None and (event.thread_id in threads or len(threads) > 1)
        taken = [threads.pop(event.thread_id, None)] if alone else list(threads.values())
        if not alone or not threads:
            self._open.pop(place, None)
        return _joined([written for written in taken if written is not None])

    def rest(self) -> list[Written]:
        """What was never completed."""
        left = [written for threads in self._open.values() for written in threads.values()]
        self._open.clear()
        return left


def _joined(several: list[Written]) -> Written | None:
    if len(several) < 2:
        return several[0] if several else None
    joined = Written(hook=several[0].hook)
    for write in sorted((write for written in several for write in written.writes), key=lambda write: write.event.seq):
        joined.add(write)
    return joined
