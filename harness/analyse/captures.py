"""What was captured of an event, as plain values; which objects stand for content; and what could not be had of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.analyse.values import Tree, octets, plain
from harness.model.findings import AnalysisFault, StoredEvent
from harness.model.hook import Hook
from harness.model.records import Value

_MOST_CARRIED = 32  # objects that may become the body of a request


class Captures:
    """Reads events of one run. What is missing becomes a fault, never a silent skip."""

    def __init__(self, *, blobs: Mapping[str, bytes], stacks: Mapping[str, Sequence[str]]) -> None:
        self.faults: list[AnalysisFault] = []
        self._blobs = blobs
        self._stacks = stacks

    def read(self, event: StoredEvent, name: str) -> Tree:
        """One capture of an event; None when it is not there."""
        made = plain(captured(event, name), self._blobs)
        for note in made.notes:
            self.fault(event, note)
        return made.tree

    def frames(self, event: StoredEvent) -> Sequence[str]:
        """The event's call stack, innermost first; empty when none was kept."""
        return self._stacks.get(event.stack, ()) if event.stack is not None else ()

    def fault(self, event: StoredEvent, message: str) -> None:
        """Note what could not be read or used of an event."""
        self.faults.append(AnalysisFault(process=event.process, seq=event.seq, where=event.hook, message=message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Content that an object stands for; `raw` where it is bytes or text."""

    key: tuple[str, int]
    raw: bytes | None


class Carriers:
    """The objects that were made last of some content, or written to: they may be given to a request as its body."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Carried] = {}

    def remember(self, events: Sequence[StoredEvent], hook: Hook, tree: Tree) -> None:
        """Content of these events, the last of which is a call of this hook."""
        last = events[-1]
        output = captured(last, hook.output) if hook.output is not None else None
        for identity in (last.this_id, output.get("id") if isinstance(output, dict) else None):
            if isinstance(identity, int):
                self._known.pop((last.process, identity), None)
                key = (events[0].process, events[0].seq)
                self._known[last.process, identity] = Carried(key=key, raw=octets(tree))
        while len(self._known) > _MOST_CARRIED:
            del self._known[next(iter(self._known))]

    def of(self, process: str, identity: int) -> Carried | None:
        """The content that this object stands for."""
        return self._known.get((process, identity))


def captured(event: StoredEvent, name: str) -> Value:
    """The Value of one capture of an event; None when it is not there."""
    if name in event.captured:
        return event.captured[name]
    if name == "arguments":
        return {"t": "list", "v": list(event.arguments)}
    if name == "returned":
        return event.returned
    word, _, number = name.partition(" ")
    if word == "argument" and number.isdigit() and int(number) < len(event.arguments):
        return event.arguments[int(number)]
    return None
