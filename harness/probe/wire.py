"""The agent's batches as records: what a line says, and which bytes belong to it."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from harness.model.records import (
    AgentFault,
    Blob,
    Counters,
    Event,
    HookReport,
    HookStatus,
    Ready,
    Record,
    SelfCheck,
    SelfCheckOutcome,
    Stack,
)


def decode_batch(text: bytes, content: bytes) -> Iterator[Record]:
    """The records of one batch: lines of `text`, and the bytes of its blob lines, in order."""
    blobs = _Blobs(content)
    for line in text.decode("ascii").split("\n"):
        if line.startswith("E\t"):
            yield _event(line, blobs)
        elif line.startswith("B\t"):
            yield blobs.numbered(line)
        else:
            yield _record(json.loads(line))


class _Blobs:
    """The binary part of a batch, cut blob by blob."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0
        self._digests: dict[str, str] = {}

    @property
    def unnamed(self) -> bool:
        """True while no event can refer to a blob by its id."""
        return not self._digests

    def numbered(self, line: str) -> Blob:
        """A line `B <id> <n>`; events of the batch name the blob by its id."""
        _, name, size = line.split("\t")
        content = self._cut(int(size))
        digest = hashlib.sha256(content).hexdigest()
        self._digests[name] = digest
        return Blob(sha256=digest, content=content)

    def named(self, values: str) -> str:
        """The values with every blob's id replaced by its digest."""
        return values if _REFERENCE not in values else _REFERENCES.sub(self._digest, values)

    def _digest(self, reference: re.Match[str]) -> str:
        return f'"t":"bytes","sha256":"{self._digests[reference[1]]}"'

    def _cut(self, size: int) -> bytes:
        begin, self._at = self._at, self._at + size
        if self._at > len(self._content):
            raise ValueError(f"{self._at - len(self._content)} bytes are missing")
        return self._content[begin : self._at]


# Quotes inside the app's own text are escaped, so this can only be the agent's.
_REFERENCE = '"t":"bytes","blob":'
_REFERENCES = re.compile(_REFERENCE + r"(\d+)")


def _event(line: str, blobs: _Blobs) -> Event:
    """A line of 15 columns behind its `E`; an empty column is null."""
    (_, seq, hook, at_us, elapsed_us, took_us, thread, thread_name, stack, this, this_class, *values, pulse) = (
        line.split("\t")
    )
    arguments, returned, threw, captured = values if blobs.unnamed else map(blobs.named, values)
    return Event(
        int(seq),
        int(hook),
        int(at_us) / 1000,
        int(elapsed_us),
        int(took_us),
        int(thread),
        _name(thread_name),
        stack or None,
        int(this) if this else None,
        _name(f'"{this_class}"') if this_class else None,
        arguments,
        returned or None,
        threw or None,
        captured or None,
        pulse or None,
    )


@lru_cache(maxsize=1024)
def _name(text: str) -> str:
    """A thread's or a class's name: a few of them come again and again."""
    return str(json.loads(text))


def _record(fields: dict[str, Any]) -> Record:
    return _RECORDS[fields.pop("k")](fields)


def fault(where: str, message: str) -> AgentFault:
    """Something that went wrong on this side of the line, now."""
    return AgentFault(at_ms=time.time() * 1000, where=where, message=message)


def _hook(fields: dict[str, Any]) -> HookReport:
    fields["status"] = HookStatus(fields["status"])
    return HookReport(**fields)


def _self_check(fields: dict[str, Any]) -> SelfCheck:
    fields["outcome"] = SelfCheckOutcome(fields["outcome"])
    return SelfCheck(**fields)


def _counters(fields: dict[str, Any]) -> Counters:
    fields["called"], fields["dropped"] = tuple(fields["called"]), tuple(fields["dropped"])
    return Counters(**fields)


_RECORDS: dict[str, Callable[[dict[str, Any]], Record]] = {
    "hook": _hook,
    "stack": lambda fields: Stack(sha256=fields["sha256"], frames=tuple(fields["frames"])),
    "fault": lambda fields: AgentFault(**fields),
    "ready": lambda fields: Ready(**fields),
    "selfcheck": _self_check,
    "counters": _counters,
}
