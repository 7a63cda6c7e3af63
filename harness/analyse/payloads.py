"""From events to payloads: the content of each call, or of all writes to one stream, decoded and attributed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.analyse.attribute import Attribution
from harness.analyse.captures import Captures, Carriers
from harness.analyse.decoding.decode import Decoded, decode, digest
from harness.analyse.decoding.steps import from_json
from harness.analyse.nesting import Nesting
from harness.analyse.owner import Owner
from harness.analyse.pairs import Made, is_undoing, made_by
from harness.analyse.streams import BIGGEST, Streams, Write, Written
from harness.analyse.values import Tree, octets
from harness.model.findings import StoredEvent
from harness.model.hook import Hook, Role


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
    ended: int = 0  # number of its last event
    made: Made | None = None  # what came out, when the hook tells

    @property
    def core(self) -> str:
        """Equal for everything that says the same, however it is written."""
        return self.decoded.stages[-1] if self.decoded.stages else self.sha256

    @property
    def key(self) -> tuple[str, int]:
        return self.event.process, self.event.seq


class Assembler:
    """Takes the events of one run in order and gives each payload when it is complete."""

    def __init__(self, *, captures: Captures, carriers: Carriers, attribution: Attribution) -> None:
        self._captures = captures
        self._carriers = carriers
        self._attribution = attribution
        self._streams = Streams()
        self._calls = Nesting()

    def take(self, event: StoredEvent, hook: Hook) -> Content | None:
        """The payload that this event completes, if any."""
        match hook.role:
            case Role.CONTENT:
                return self._single(event, hook)
            case Role.PART | Role.END if self._within(event, hook):
                return None
            case Role.PART:
                self._append(event, hook)
                return None
            case Role.END:
                return self._finish(event, hook)
            case _:
                return None

    def rest(self) -> Iterator[Content]:
        """The streams that were never finished."""
        for written in self._streams.rest():
            if written.size:
                made = self._content(written.events, written.hook, written.content)
                if made.owner.known or not made.decoded.opaque:
                    self._captures.fault(
                        made.event, "the stream was not finished: what was written until then is shown"
                    )
                yield made

    def _single(self, event: StoredEvent, hook: Hook) -> Content | None:
        if hook.payload is None:
            return None
        names = hook.payload.split(" + ")
        trees = [self._captures.read(event, name) for name in names]
        tree = trees[0] if len(trees) == 1 else _joined(trees)
        return None if tree is None else self._content([event], hook, tree, output=self._output(event, hook))

    def _within(self, event: StoredEvent, hook: Hook) -> bool:
        """Whether a call on the same object is under way that has been taken already: digest(bytes) calls update()."""
        return self._calls.outer(event, (event.this_id, hook.class_name)) is not None

    def _append(self, event: StoredEvent, hook: Hook) -> None:
        written = self._streams.at(event, hook) if hook.payload is not None else None
        if written is None:
            self._captures.fault(event, "a write without its stream's identity cannot be joined")
        elif not written.add(self._write(event, hook)):
            self._captures.fault(event, f"the stream is longer than {BIGGEST} bytes: the rest is left out")

    def _finish(self, event: StoredEvent, hook: Hook) -> Content | None:
        written = self._streams.end(event, hook) or Written(hook=hook)
        if is_undoing(event) or (event.threw is not None and hook.output is not None):
            return None
        last = self._write(event, hook)
        if last.part or last.output:
            written.add(last)
        if not written.size:
            return None
        return self._content(written.events, written.hook, written.content, output=written.output or None, by=hook)

    def _write(self, event: StoredEvent, hook: Hook) -> Write:
        part = None if hook.payload is None else self._captures.read(event, hook.payload)
        output = self._output(event, hook)
        return Write(event=event, part=octets(part), output=octets(output))

    def _output(self, event: StoredEvent, hook: Hook) -> Tree:
        return None if hook.output is None else self._captures.read(event, hook.output)

    def _content(
        self, events: list[StoredEvent], hook: Hook, tree: Tree, *, output: Tree = None, by: Hook | None = None
    ) -> Content:
        """`by` is the hook whose call gave the output, where it is another than that of the first event."""
        decoded = decode(tree, hints=hook.decode)
        first = events[0]
        for note in decoded.notes:
            self._captures.fault(first, note)
        raw = tree if isinstance(tree, (bytes, str)) else decoded.as_json()
        self._carriers.remember(events, by or hook, tree)
        return Content(
            event=first,
            parts=tuple(event.seq for event in events),
            hook=hook,
            owner=self._owner(events, hook, decoded),
            decoded=decoded,
            sha256=digest(raw),
            size=len(raw) if isinstance(raw, bytes) else len(raw.encode("utf-8", "surrogatepass")),
            ended=events[-1].seq,
            made=self._made(events, by or hook, tree, output),
        )

    def _made(self, events: list[StoredEvent], hook: Hook, given: Tree, output: Tree) -> Made | None:
        try:
            return made_by(hook, events, given, output)
        except ValueError as exc:
            self._captures.fault(events[0], str(exc))
            return None

    def _owner(self, events: list[StoredEvent], hook: Hook, decoded: Decoded) -> Owner:
        if hook.tracker is not None:
            return Owner(tracker=hook.tracker, how="hook")
        by_code = [self._attribution.by_stack(self._captures.frames(event)) for event in events]
        for owner in by_code:
            if owner.known:
                return owner
        own_doing = next((owner for owner in by_code if owner.own_doing), None)
        by_marker = self._attribution.by_marker(decoded.tree) if own_doing is None else own_doing
        return by_marker if by_marker.how else next((owner for owner in by_code if owner.how), by_marker)


def _joined(trees: Sequence[Tree]) -> Tree:
    """The keys of several mappings, JSON text among them; None when there is nothing in any."""
    mappings = [from_json(tree) if isinstance(tree, str) else tree for tree in trees]
    joined = {key: value for mapping in mappings if isinstance(mapping, dict) for key, value in mapping.items()}
    return joined or None
