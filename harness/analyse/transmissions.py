"""Who got each request, and which captured payload shows what it said."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.analyse.attribute import Attribution, Owner
from harness.analyse.decode import Decoded
from harness.analyse.payloads import Content
from harness.analyse.requests import Sent
from harness.model.findings import UNATTRIBUTED, Blind, Explanation
from harness.model.tracker import Layer

_JUST_BEFORE_MS = 5_000.0  # from the text to the request on one thread; generous, the same thread is what counts
_REMEMBERED = 256  # payloads per thread that a request may refer back to


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What is remembered of a payload. `content` is kept where nobody else keeps it: its tracker is not known."""

    key: tuple[str, int]
    thread: int
    at_ms: float
    layer: Layer
    owner: Owner
    opaque: bool
    marked: bool  # carries its tracker's marker: the whole body, not a part of it
    content: Content | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """How the content of a request is known; `blind` says why it is not."""

    owner: Owner
    explanation: Explanation | None = None
    trace: Trace | None = None
    blind: Blind | None = None


class Linker:
    """Remembers the payloads of a run by what they contain and by thread, and explains requests with them."""

    def __init__(self, attribution: Attribution) -> None:
        self._attribution = attribution
        self._by_stage: dict[tuple[str, str], list[Trace]] = {}
        self._by_thread: dict[tuple[str, int], deque[Trace]] = {}

    def remember(self, content: Content) -> None:
        """A payload that a later request may be made of. Calls of the public API are not: nothing is encoded there."""
        if content.hook.layer not in (Layer.ENCODE, Layer.PLATFORM):
            return
        trace = self._trace(content)
        process = content.event.process
        for stage in dict.fromkeys((content.sha256, *content.decoded.stages[:1], *content.decoded.stages[-1:])):
            self._by_stage.setdefault((process, stage), []).append(trace)
        self._by_thread.setdefault((process, trace.thread), deque(maxlen=_REMEMBERED)).append(trace)

    def explain(self, sent: Sent, body: Decoded | None, frames: Sequence[str]) -> Explained:
        """The receiver and the content of one request."""
        owner = self._attribution.by_host(sent.host)
        if not owner.known and not self._attribution.is_own(sent.host):
            owner = self._attribution.by_stack(frames)
        made = self._content(sent, body, owner)
        if not made.owner.known and made.trace is not None and made.trace.owner.known:
            made = replace(made, owner=Owner(tracker=made.trace.owner.tracker, how="content of a captured payload"))
        if made.owner.known:
            return made
        return replace(made, blind=None if self._attribution.is_own(sent.host) else Blind.UNCLAIMED)

    def _trace(self, content: Content) -> Trace:
        owner = content.owner
        return Trace(
            key=content.key,
            thread=content.event.thread_id,
            at_ms=content.event.at_ms,
            layer=content.hook.layer,
            owner=owner,
            opaque=content.decoded.opaque,
            marked=owner.known and self._attribution.by_marker(content.decoded.tree).tracker == owner.tracker,
            content=None if owner.known else replace(content, decoded=replace(content.decoded, leaves=())),
        )

    def _content(self, sent: Sent, body: Decoded | None, owner: Owner) -> Explained:
        if body is None and not sent.unread:
            return Explained(owner=owner, explanation=Explanation.NO_BODY)
        if body is None:
            return _by(self._just_before(sent, owner), owner, Explanation.UNREAD, Blind.UNEXPLAINED)
        same = self._same(sent, body)
        if same is None or not same.opaque:
            return _by(same, owner, Explanation.SAME_CONTENT, Blind.UNEXPLAINED)
        process, seq = same.key
        near = self._since(process, same.thread, seq, same.at_ms, same.owner)
        return _by(near, owner, Explanation.ENCRYPTED, Blind.OPAQUE)

    def _same(self, sent: Sent, body: Decoded) -> Trace | None:
        """The latest earlier payload with the content of the body, or of what the body decodes to, outermost first."""
        for stage in body.stages:
            known = self._by_stage.get((sent.event.process, stage), ())
            earlier = [trace for trace in known if trace.key[1] < sent.event.seq]
            if earlier:
                return max(earlier, key=lambda trace: (trace.layer is Layer.ENCODE, trace.key[1]))
        return None

    def _just_before(self, sent: Sent, owner: Owner) -> Trace | None:
        """The text of what the sending thread prepared last, be it readable or encrypted since."""
        process, thread, seq, at_ms = sent.event.process, sent.event.thread_id, sent.event.seq, sent.event.at_ms
        for trace in reversed(self._by_thread.get((process, thread), ())):
            if trace.opaque and trace.key[1] < seq and owner.tracker in (trace.owner.tracker, UNATTRIBUTED):
                text = self._since(process, thread, trace.key[1], trace.at_ms, trace.owner)
                return text if 0 <= at_ms - trace.at_ms <= _JUST_BEFORE_MS else None
            if not trace.opaque and trace.owner.known:
                break
        return self._since(process, thread, seq, at_ms, owner)

    def _since(self, process: str, thread: int, seq: int, at_ms: float, owner: Owner) -> Trace | None:
        """The last readable payload of the tracker (any tracker's, when it is not known) on a thread before event
        `seq`, and after the opaque bytes before that: they were made of what came before them. One that carries the
        tracker's marker is the body itself, the others are parts of it."""
        since: list[Trace] = []
        for trace in self._by_thread.get((process, thread), ()):
            wanted = trace.owner.tracker == owner.tracker if owner.known else trace.owner.known
            if trace.key[1] >= seq or not wanted:
                continue
            if trace.opaque:
                since.clear()
            elif 0 <= at_ms - trace.at_ms <= _JUST_BEFORE_MS:
                since.append(trace)
        chosen = [trace for trace in since if trace.marked] or since
        return chosen[-1] if chosen else None


def _by(trace: Trace | None, owner: Owner, explanation: Explanation, otherwise: Blind) -> Explained:
    if trace is None:
        return Explained(owner=owner, blind=otherwise)
    return Explained(owner=owner, explanation=explanation, trace=trace)
