"""Which call was made from within which: an overload that delegates to another is one call of the app, not two."""

from __future__ import annotations

from collections.abc import Hashable

from harness.model.findings import StoredEvent


class Nesting:
    """Remembers, for each kind of call, the outermost one under way. Events come in the order of their numbers."""

    def __init__(self) -> None:
        self._under_way: dict[tuple[Hashable, str, int], StoredEvent] = {}

    def outer(self, event: StoredEvent, kind: Hashable) -> StoredEvent | None:
        """The outermost call of this kind from within which this one was made; None when it is outermost itself."""
        place = (kind, event.process, event.thread_id)
        before = self._under_way.get(place)
        if before is not None and before.encloses(event):
            return before
        self._under_way[place] = event
        return None
