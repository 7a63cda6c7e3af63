"""Who got each request, and which captured payload shows what it said."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.analyse.attribute import Attribution, Destination
from harness.analyse.decoding.decode import Decoded
from harness.analyse.owner import Owner
from harness.analyse.pairs import Pairs, into
from harness.analyse.payloads import Content
from harness.analyse.requests import Sent
from harness.model.findings import UNATTRIBUTED, Blind, Explanation
from harness.model.hook import Layer, Role
from harness.model.story import Joint

_JUST_BEFORE_MS = 5_000.0  # from the text to the request on one thread; generous, the same thread is what counts
_MOST = 4  # so much longer than its encrypted part a body may be: Base64 or hex, an envelope around it
_BIGGEST_UNOWNED = 64 * 1024  # bytes of what nobody claims and somebody hashed, encoded or encrypted: files, mostly
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
    made_of: tuple[str, int] | None  # of opaque content: the readable payload that is known to have become it
    makes: bool  # something came out of it that the hook tells
    words: str  # what call it went into


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """How the content of a request is known; `blind` says why it is not."""

    owner: Owner
    explanation: Explanation | None = None
    trace: Trace | None = None
    blind: Blind | None = None
    words: str = ""  # by what call the content became the body, when that is known

    @property
    def how(self) -> str:
        """How request and payload are joined in a story."""
        match self.explanation:
            case Explanation.SAME_CONTENT:
                return Joint.SAME
            case Explanation.IN_OUT:
                return self.words
            case _:
                return Joint.BEFORE


class Linker:
    """Remembers the payloads of a run by what they contain and by thread, and explains requests with them."""

    def __init__(self, attribution: Attribution, pairs: Pairs) -> None:
        self._attribution = attribution
        self._pairs = pairs
        self._by_stage: dict[str, list[Trace]] = {}
        self._by_key: dict[tuple[str, int], Trace] = {}
        self._by_thread: dict[tuple[str, int], deque[Trace]] = {}

    def remember(self, content: Content) -> None:
        """A payload that a later request may be made of. Calls of the public API are not: nothing is encoded there."""
        if content.hook.layer not in (Layer.ENCODE, Layer.PLATFORM):
            return
        trace = self._trace(content)
        for stage in dict.fromkeys((content.sha256, *content.decoded.stages[:1], *content.decoded.stages[-1:])):
            self._by_stage.setdefault(stage, []).append(trace)
        self._by_key[trace.key] = trace
        if content.made is None or content.made.unreadable:
            place = (content.event.process, trace.thread)
            self._by_thread.setdefault(place, deque(maxlen=_REMEMBERED)).append(trace)

    def explain(self, sent: Sent, body: Decoded | None, frames: Sequence[str]) -> Explained:
        """The receiver and the content of one request."""
        process, at_ms = sent.event.process, sent.event.at_ms
        to = Destination(process=process, at_ms=at_ms, host=sent.host, path=sent.path)
        owner = self._attribution.receiver(to, frames)
        made = self._content(sent, body, owner)
        if not made.owner.known and made.trace is not None and made.trace.owner.known:
            made = replace(made, owner=Owner(tracker=made.trace.owner.tracker, how="content of a captured payload"))
        if made.owner.known:
            return made
        return replace(made, blind=None if self._attribution.is_own(sent.host) else Blind.UNCLAIMED)

    def _trace(self, content: Content) -> Trace:
        owner = content.owner
        source, big = None, content.made is not None and content.size > _BIGGEST_UNOWNED
        if content.decoded.opaque:
            source = next(self._pairs.sources(content.event.process, content.ended, content.decoded), None)
        return Trace(
            key=content.key,
            thread=content.event.thread_id,
            at_ms=content.event.at_ms,
            layer=content.hook.layer,
            owner=owner,
            opaque=content.decoded.opaque,
            marked=owner.known and self._attribution.by_marker(content.decoded.tree).tracker == owner.tracker,
            content=None if owner.known or big else _bare(content),
            made_of=source.origin if source else None,
            makes=content.made is not None,
            words=into(content.hook),
        )

    def _content(self, sent: Sent, body: Decoded | None, owner: Owner) -> Explained:
        return self._without_body(sent, owner) if body is None else self._of_body(sent, body, owner)

    def _without_body(self, sent: Sent, owner: Owner) -> Explained:
        """There is none, or it could not be read."""
        if sent.carried in self._by_key:
            trace = self._by_key[sent.carried]
            return Explained(owner=owner, explanation=Explanation.IN_OUT, trace=trace, words=trace.words)
        if not sent.unread:
            return Explained(owner=owner, explanation=Explanation.NO_BODY)
        return _by(self._just_before(sent, owner), owner, Explanation.UNREAD, Blind.UNEXPLAINED)

    def _of_body(self, sent: Sent, body: Decoded, owner: Owner) -> Explained:
        same = self._same(sent, body.stages)
        if same is not None and not same.opaque:
            return _by(same, owner, Explanation.SAME_CONTENT, Blind.UNEXPLAINED)
        proven = self._proven(sent, body)
        if proven is not None:
            trace, words = proven
            return Explained(owner=owner, explanation=Explanation.IN_OUT, trace=trace, words=words)
        if same is None and sent.hook.role is Role.CONTENT and not body.opaque:
            return Explained(owner=owner, explanation=Explanation.READ)
        if same is None:
            return Explained(owner=owner, blind=Blind.UNEXPLAINED)
        process, seq = same.key
        near = self._since(process, same.thread, seq, same.at_ms, same.owner)
        return _by(near, owner, Explanation.ENCRYPTED, Blind.OPAQUE)

    def _proven(self, sent: Sent, body: Decoded) -> tuple[Trace, str] | None:
        """What went into the call by which most of the body came out, however unreadable that is."""
        for source in self._pairs.sources(sent.event.process, sent.event.seq, body):
            most = source.whole or len(sent.body or b"") <= _MOST * source.size
            if source.made.hashed or source.origin is None or not most:
                continue
            trace = self._same(sent, source.stages[::-1]) or self._by_key.get(source.origin)
            if trace is not None and not trace.opaque:
                return trace, source.made.words
        return None

    def _same(self, sent: Sent, stages: Sequence[str]) -> Trace | None:
        """The latest earlier payload with the content of the body, or of what the body decodes to, outermost first;
        a tracker's encoder before the platform, and those before a call that only makes something of it."""
        for stage in stages:
            earlier = [trace for trace in self._by_stage.get(stage, ()) if _is_before(trace, sent)]
            if earlier:
                return max(earlier, key=_nearness)
        return None

    def _just_before(self, sent: Sent, owner: Owner) -> Trace | None:
        """The text of what the sending thread prepared last, be it readable or encrypted since."""
        process, thread, seq, at_ms = sent.event.process, sent.event.thread_id, sent.event.seq, sent.event.at_ms
        for trace in reversed(self._by_thread.get((process, thread), ())):
            if trace.opaque and trace.key[1] < seq and owner.tracker in (trace.owner.tracker, UNATTRIBUTED):
                known = self._by_key.get(trace.made_of) if trace.made_of is not None else None
                text = known or self._since(process, thread, trace.key[1], trace.at_ms, trace.owner)
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


def _bare(content: Content) -> Content:
    """What is needed to show it later: a long run remembers very many."""
    event = replace(content.event, arguments=(), returned=None, captured={})
    return replace(content, event=event, decoded=replace(content.decoded, leaves=()))


def _is_before(trace: Trace, sent: Sent) -> bool:
    process, seq = trace.key
    return seq < sent.event.seq if process == sent.event.process else trace.at_ms <= sent.event.at_ms


def _nearness(trace: Trace) -> tuple[bool, bool, float, int]:
    return trace.layer is Layer.ENCODE, not trace.makes, trace.at_ms, trace.key[1]


def _by(trace: Trace | None, owner: Owner, explanation: Explanation, otherwise: Blind) -> Explained:
    if trace is None:
        return Explained(owner=owner, blind=otherwise)
    return Explained(owner=owner, explanation=explanation, trace=trace)
