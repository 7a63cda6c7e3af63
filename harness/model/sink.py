"""Where a probe's records go: any callable that takes one, or a BatchSink, which says when a whole batch is safe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from harness.model.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records that left the agent together, in their order."""

    records: Sequence[Record]
    size: int  # bytes on the wire
    stored: Callable[[], None]  # to be called, from any thread, when nothing up to here can be lost any more


@runtime_checkable
class BatchSink(Protocol):
    """A sink that decides when the agent may forget: it calls `stored` of a batch once that and all before it are
    committed, and may leave out those of earlier batches. For a plain callable the agent may forget what it was given
    as soon as it returns."""

    def __call__(self, record: Record) -> None:
        """Take a record that belongs to no batch: the end of the session, a fault of the script."""

    def take(self, batch: Batch) -> None:
        """Take what arrived together. May wait, which in the end makes the agent wait."""
