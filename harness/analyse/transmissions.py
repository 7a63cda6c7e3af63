"""Who got each request, and which captured payload shows what it said."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.analyse.attribute import Attribution, Owner
from harness.analyse.decode import Decoded
from harness.analyse.payloads import Content
from harness.analyse.requests import Sent
from harness.model.findings import Blind, Explanation
from harness.model.tracker import Layer

_JUST_BEFORE_MS = 5_000.0  # from the text to the request on one thread; generous, the same thread is what counts
_REMEMBERED = 256  # payloads per thread that a request may refer back to


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """How the content of a request is known; `blind` says why it is not."""

    owner: Owner
    explanation: Explanation | None = None
    content: Content | None = None
    blind: Blind | None = None


class Linker:
    """Remembers the payloads of a run by what they contain and by thread, and explains requests with them."""

    def __init__(self, attribution: Attribution) -> None:
        self._attribution = attribution
        self._by_stage: dict[tuple[str, str], list[Content]] = {}
        self._by_thread: dict[tuple[str, int], deque[Content]] = {}

    def remember(self, content: Content) -> None:
        """A payload that a later request may be made of. Calls of the public API are not: nothing is encoded there."""
        if content.hook.layer not in (Layer.ENCODE, Layer.PLATFORM):
            return
        process = content.event.process
        for stage in dict.fromkeys((content.sha256, *content.decoded.stages[:1], *content.decoded.stages[-1:])):
            self._by_stage.setdefault((process, stage), []).append(content)
        thread = (process, content.event.thread_id)
        self._by_thread.setdefault(thread, deque(maxlen=_REMEMBERED)).append(content)

    def explain(self, sent: Sent, body: Decoded | None, frames: Sequence[str]) -> Explained:
        """The receiver and the content of one request."""
        owner = self._attribution.by_host(sent.host)
        if not owner.known and not self._attribution.is_own(sent.host):
            owner = self._attribution.by_stack(frames)
        made = self._content(sent, body, owner)
        if not made.owner.known and made.content is not None and made.content.owner.known:
            made = Explained(
                owner=Owner(tracker=made.content.owner.tracker, how="content of a captured payload"),
                explanation=made.explanation,
                content=made.content,
            )
        if self._attribution.is_own(sent.host) or made.owner.known:
            return made
        return Explained(owner=made.owner, explanation=made.explanation, content=made.content, blind=Blind.UNCLAIMED)

    def _content(self, sent: Sent, body: Decoded | None, owner: Owner) -> Explained:
        if body is None and not sent.unread:
            return Explained(owner=owner, explanation=Explanation.NO_BODY)
        if body is None:
            return self._before(sent, owner)
        same = self._same(sent, body)
        if same is None:
            return Explained(owner=owner, blind=Blind.UNEXPLAINED)
        if not same.decoded.opaque:
            return Explained(owner=owner, explanation=Explanation.SAME_CONTENT, content=same)
        text = self._text_of(same)
        if text is None:
            return Explained(owner=owner, blind=Blind.OPAQUE)
        return Explained(owner=owner, explanation=Explanation.ENCRYPTED, content=text)

    def _same(self, sent: Sent, body: Decoded) -> Content | None:
        """The latest earlier payload with the content of the body, or of what the body decodes to, outermost first."""
        for stage in body.stages:
            earlier = [
                content
                for content in self._by_stage.get((sent.event.process, stage), ())
                if content.event.seq < sent.event.seq
            ]
            if earlier:
                return max(earlier, key=lambda content: (content.hook.layer is Layer.ENCODE, content.event.seq))
        return None

    def _text_of(self, opaque: Content) -> Content | None:
        """The last readable payload of the same tracker on the thread that made the opaque bytes, since the bytes
        before those. One with the tracker's marker is the body itself; others are parts of it."""
        since: list[Content] = []
        for content in self._thread(opaque):
            if content.event.seq >= opaque.event.seq:
                break
            if content.decoded.opaque and content.owner.tracker == opaque.owner.tracker:
                since.clear()
            elif _before_by(content, opaque.event.at_ms) and content.owner.tracker == opaque.owner.tracker:
                since.append(content)
        return self._fullest(since)

    def _before(self, sent: Sent, owner: Owner) -> Explained:
        thread = self._by_thread.get((sent.event.process, sent.event.thread_id), ())
        wanted: Callable[[Content], bool] = (
            (lambda content: content.owner.tracker == owner.tracker)
            if owner.known
            else (lambda content: content.owner.known)
        )
        near = [
            content
            for content in thread
            if content.event.seq < sent.event.seq
            and _before_by(content, sent.event.at_ms)
            and not content.decoded.opaque
            and wanted(content)
        ]
        found = self._fullest(near)
        if found is None:
            return Explained(owner=owner, blind=Blind.UNEXPLAINED)
        return Explained(owner=owner, explanation=Explanation.UNREAD, content=found)

    def _fullest(self, contents: Sequence[Content]) -> Content | None:
        marked = [content for content in contents if self._attribution.by_marker(content.decoded.tree).known]
        chosen = marked or contents
        return chosen[-1] if chosen else None

    def _thread(self, content: Content) -> Sequence[Content]:
        return tuple(self._by_thread.get((content.event.process, content.event.thread_id), ()))


def _before_by(content: Content, at_ms: float) -> bool:
    return 0 <= at_ms - content.event.at_ms <= _JUST_BEFORE_MS
