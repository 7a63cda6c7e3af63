"""From events to payloads: the content of each call, or of all writes to one stream, decoded and attributed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.analyse.attribute import Attribution, Owner
from harness.analyse.decode import Decoded, decode, digest
from harness.analyse.steps import from_json
from harness.analyse.values import Plain, Tree, plain
from harness.model.findings import AnalysisFault, StoredEvent
from harness.model.records import Value
from harness.model.tracker import Hook, Role

_BIGGEST_STREAM = 32 * 1024 * 1024  # bytes joined from the writes to one stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One payload as analysis sees it. `event` is the first of `parts`."""

    event: StoredEvent
    parts: tuple[int, ...]
    hook: Hook
    owner: Owner
    decoded: Decoded
    sha256: str
    size: int  # bytes

    @property
    def key(self) -> tuple[str, int]:
        return self.event.process, self.event.seq


@dataclass(slots=True, kw_only=True)
class _Stream:
    """Writes to one object, not finished yet."""

    events: list[StoredEvent] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)
    size: int = 0


class Assembler:
    """Takes the events of one run in order and gives each payload when it is complete."""

    def __init__(
        self, *, blobs: Mapping[str, bytes], stacks: Mapping[str, Sequence[str]], attribution: Attribution
    ) -> None:
        self.faults: list[AnalysisFault] = []
        self._blobs = blobs
        self._stacks = stacks
        self._attribution = attribution
        self._streams: dict[tuple[str, int], tuple[Hook, _Stream]] = {}

    def take(self, event: StoredEvent, hook: Hook) -> Content | None:
        """The payload that this event completes, if any."""
        match hook.role:
            case Role.CONTENT:
                return self._single(event, hook)
            case Role.PART:
                self._append(event, hook)
                return None
            case Role.END:
                return self._finish(event.process, event.this_id)
            case _:
                return None

    def rest(self) -> Iterator[Content]:
        """The streams that were never finished."""
        for process, this_id in list(self._streams):
            made = self._finish(process, this_id)
            if made is not None:
                self._fault(made.event, "the stream was not finished: what was written until then is shown")
                yield made

    def plain(self, event: StoredEvent, value: Value) -> Tree:
        """A captured value as a plain tree; what is missing of it becomes a fault."""
        made: Plain = plain(value, self._blobs)
        for note in made.notes:
            self._fault(event, note)
        return made.tree

    def frames(self, event: StoredEvent) -> Sequence[str]:
        """The event's call stack, innermost first; empty when none was kept."""
        return self._stacks.get(event.stack, ()) if event.stack is not None else ()

    def _single(self, event: StoredEvent, hook: Hook) -> Content | None:
        if hook.payload is None:
            return None
        names = hook.payload.split(" + ")
        trees = [self.plain(event, captured(event, name)) for name in names]
        tree = trees[0] if len(trees) == 1 else _joined(trees)
        return None if tree is None else self._content([event], hook, tree)

    def _append(self, event: StoredEvent, hook: Hook) -> None:
        if event.this_id is None or hook.payload is None:
            self._fault(event, "a write without its stream's identity cannot be joined")
            return
        part = self.plain(event, captured(event, hook.payload))
        _, stream = self._streams.setdefault((event.process, event.this_id), (hook, _Stream()))
        stream.events.append(event)
        if not isinstance(part, bytes):
            return
        if stream.size + len(part) > _BIGGEST_STREAM:
            self._fault(event, f"the stream is longer than {_BIGGEST_STREAM} bytes: the rest is left out")
            return
        stream.parts.append(part)
        stream.size += len(part)

    def _finish(self, process: str, this_id: int | None) -> Content | None:
        if this_id is None:
            return None
        hook, stream = self._streams.pop((process, this_id), (None, None))
        if hook is None or stream is None or not stream.size:
            return None
        return self._content(stream.events, hook, b"".join(stream.parts))

    def _content(self, events: list[StoredEvent], hook: Hook, tree: Tree) -> Content:
        decoded = decode(tree, hints=hook.decode)
        first = events[0]
        for note in decoded.notes:
            self._fault(first, note)
        raw = tree if isinstance(tree, (bytes, str)) else decoded.as_json()
        return Content(
            event=first,
            parts=tuple(event.seq for event in events),
            hook=hook,
            owner=self._owner(events, hook, decoded),
            decoded=decoded,
            sha256=digest(raw),
            size=len(raw) if isinstance(raw, bytes) else len(raw.encode("utf-8", "surrogatepass")),
        )

    def _owner(self, events: list[StoredEvent], hook: Hook, decoded: Decoded) -> Owner:
        if hook.tracker is not None:
            return Owner(tracker=hook.tracker, how="hook")
        by_code = [self._attribution.by_stack(self.frames(event)) for event in events]
        for owner in by_code:
            if owner.known:
                return owner
        own_doing = next((owner for owner in by_code if owner.how), None)
        return own_doing or self._attribution.by_marker(decoded.tree)

    def _fault(self, event: StoredEvent, message: str) -> None:
        self.faults.append(AnalysisFault(process=event.process, seq=event.seq, where=event.hook, message=message))


def _joined(trees: Sequence[Tree]) -> Tree:
    """The keys of several mappings, JSON text among them; None when there is nothing in any."""
    mappings = [from_json(tree) if isinstance(tree, str) else tree for tree in trees]
    joined = {key: value for mapping in mappings if isinstance(mapping, dict) for key, value in mapping.items()}
    return joined or None


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
