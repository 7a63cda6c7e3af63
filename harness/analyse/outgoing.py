"""What left the app: each request once, explained by what was captured before, disclosed to whoever got it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.analyse.attribute import Attribution
from harness.analyse.captures import Captures, Carriers
from harness.analyse.decoding.decode import Decoded, Leaf, decode
from harness.analyse.decoding.steps import pairs
from harness.analyse.detecting.disclose import Material
from harness.analyse.judging.consent import Timeline
from harness.analyse.owner import Owner
from harness.analyse.payloads import Content
from harness.analyse.requests import Requests, Sent
from harness.analyse.story import Sending, Stories
from harness.analyse.tls import TlsWrites, Unread
from harness.analyse.transmissions import Explained, Linker
from harness.analyse.values import Tree
from harness.model.findings import Blind, Explanation, StoredEvent, Transmission
from harness.model.hook import Hook, Layer, Role

_SAME_REQUEST_MS = 10_000.0  # from a request seen in Java to its bytes in TLS

Key = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Once:
    """What is remembered of a request until it is seen again at another place."""

    key: Key
    at_ms: float
    body_sha256: str | None
    unread: bool
    made: Explained
    core: str


class Outgoing:
    """The requests of one run."""

    def __init__(
        self,
        *,
        run: str,
        attribution: Attribution,
        captures: Captures,
        carriers: Carriers,
        timeline: Timeline,
        linker: Linker,
        stories: Stories,
        disclose: Callable[[Material], None],
    ) -> None:
        self._run = run
        self._attribution = attribution
        self._captures = captures
        self._timeline = timeline
        self._linker = linker
        self._stories = stories
        self._disclose = disclose
        self._requests = Requests(captures, carriers)
        self._tls = TlsWrites(captures)
        self._transmissions: dict[Key, Transmission] = {}
        self._once: dict[tuple[str, ...], dict[str, list[_Once]]] = {}  # by where they went, by the class that sent
        self.to_own: set[Key] = set()  # payloads that went to the app's own backends
        self.unclaimed: list[Content] = []  # payloads whose tracker nobody knew, and which explain a request

    @staticmethod
    def takes(hook: Hook) -> bool:
        """Whether the events of this hook belong here."""
        return hook.role in (Role.HEADER, Role.REQUEST) or (hook.layer is Layer.WIRE and hook.role is Role.CONTENT)

    def take(self, event: StoredEvent, hook: Hook) -> None:
        """One event of a hook that `takes` says yes to."""
        if hook.role is Role.CONTENT:
            self._tls.take(event, hook)
        elif (sent := self._requests.take(event, hook)) is not None:
            self._sent(sent)

    def finish(self) -> tuple[Transmission, ...]:
        """All requests, in the order of time."""
        for made in self._tls.finish():
            if isinstance(made, Unread):
                self._unread(made)
            else:
                self._sent(made)
        return tuple(sorted(self._transmissions.values(), key=lambda made: (made.at_ms, made.process, made.seq)))

    def _sent(self, sent: Sent) -> None:
        key = (sent.event.process, sent.event.seq)
        if sent.not_connected:
            self._captures.fault(
                sent.event, f"{sent.method} {sent.host} did not leave the device: {sent.not_connected}"
            )
            return
        if key in self._transmissions:
            self._captures.fault(sent.event, f"{sent.method} {sent.host}: a second request in one write is not listed")
            return
        sending, tree = self._explained(sent)
        before = self._before(sent)
        if before is not None:
            sending = self._again(sending, before)
        else:
            self._transmissions[key] = self._transmission(sent, sending.made)
            seen_here = self._once.setdefault(_address(sent), {}).setdefault(sent.hook.class_name, [])
            seen_here.append(_once(sending))
        if sending.made.owner.known or not self._attribution.is_own(sent.host):
            self._disclosed(sending, tree)
        elif sending.made.trace is not None:
            self.to_own.add(sending.made.trace.key)

    def _explained(self, sent: Sent) -> tuple[Sending, Tree]:
        body = decode(sent.body) if sent.body is not None else None
        for note in body.notes if body else ():
            self._captures.fault(sent.event, note)
        made = self._linker.explain(sent, body, self._captures.frames(sent.event))
        if made.trace is not None and made.trace.content is not None:
            self.unclaimed.append(made.trace.content)
        tree, leaves = _request_tree(sent, body)
        return Sending(sent=sent, made=made, body=body, leaves=leaves, core=sent.core(body)), tree

    def _disclosed(self, sending: Sending, tree: Tree) -> None:
        self._stories.sent(sending)
        material = Material(
            event=sending.sent.event,
            hand_over=sending.core,
            owner=sending.made.owner,
            layer=Layer.WIRE,
            leaves=sending.leaves,
            tree=tree,
            body_at="/body" if sending.made.explanation is Explanation.READ else "",
        )
        self._disclose(material)

    def _before(self, sent: Sent) -> _Once | None:
        """The same request as seen at another place, if it was: in Java, then in the TLS below it."""
        for place, others in self._once.get(_address(sent), {}).items():
            if place == sent.hook.class_name:
                continue
            first = bisect_left(others, sent.event.at_ms - _SAME_REQUEST_MS, key=_at_ms)
            for other in others[first:]:
                if other.at_ms > sent.event.at_ms + _SAME_REQUEST_MS:
                    break
                if other.unread or sent.unread or other.body_sha256 == sent.body_sha256:
                    others.remove(other)
                    return other
        return None

    def _again(self, sending: Sending, first: _Once) -> Sending:
        """A second look at one request: it may show a body that was hidden at the first."""
        before = first.key
        owner = first.made.owner if first.made.owner.known else sending.made.owner
        earlier = self._transmissions[before]
        better = replace(first.made, owner=owner)
        if first.unread and not sending.sent.unread and sending.sent.body is not None:
            better = replace(sending.made, owner=owner)
            earlier = replace(earlier, body_sha256=sending.sent.body_sha256, bytes_out=len(sending.sent.body))
        self._transmissions[before] = replace(
            earlier,
            headers=earlier.headers or sending.sent.headers,
            tracker=owner.tracker,
            attributed_by=owner.how,
            explanation=better.explanation,
            explained_by=better.trace.key if better.trace is not None else None,
            blind=better.blind if owner.known else earlier.blind,
        )
        return replace(sending, made=better, core=first.core, again=before)

    def _unread(self, unread: Unread) -> None:
        """Bytes to nobody knows whom; whose code wrote them may be known."""
        frames = self._captures.frames(unread.event)
        owner: Owner = self._attribution.by_stack(frames)
        made = Explained(owner=owner, blind=Blind.NOT_HTTP)
        sent = Sent(
            event=unread.event,
            hook=unread.hook,
            url="",
            host="",
            path="",
            method="",
            headers=(),
            body=None,
            unread=True,
        )
        key = (unread.event.process, unread.event.seq)
        if key not in self._transmissions:
            self._transmissions[key] = replace(self._transmission(sent, made), bytes_out=unread.size)

    def _transmission(self, sent: Sent, made: Explained) -> Transmission:
        step = self._timeline.step(sent.event)
        return Transmission(
            run=self._run,
            process=sent.event.process,
            seq=sent.event.seq,
            at_ms=sent.event.at_ms,
            step=step,
            phase=self._timeline.phase(step),
            consent=self._timeline.consent(step),
            host=sent.host,
            path=sent.path,
            method=sent.method,
            headers=sent.headers,
            body_sha256=sent.body_sha256,
            bytes_out=len(sent.body) if sent.body is not None else 0,
            tracker=made.owner.tracker,
            attributed_by=made.owner.how,
            explanation=made.explanation,
            explained_by=made.trace.key if made.trace is not None else None,
            blind=made.blind,
        )


def _once(sending: Sending) -> _Once:
    sent = sending.sent
    return _Once(
        key=(sent.event.process, sent.event.seq),
        at_ms=sent.event.at_ms,
        body_sha256=sent.body_sha256,
        unread=sent.unread,
        made=sending.made,
        core=sending.core,
    )


def _at_ms(once: _Once) -> float:
    return once.at_ms


def _address(sent: Sent) -> tuple[str, ...]:
    return sent.event.process, sent.method, sent.host, sent.path


def _request_tree(sent: Sent, body: Decoded | None) -> tuple[Tree, list[Leaf]]:
    """A request as one tree: /path, /query/NAME, /headers/NAME and, decoded, /body."""
    path, _, query = sent.path.partition("?")
    address = decode({"path": path, "query": pairs(query), "headers": dict(sent.headers)})
    leaves = list(address.leaves)
    tree: Tree = dict(address.tree)
    if body is not None:
        tree["body"] = body.tree
        leaves += [
            Leaf(path=f"/body{leaf.path}", text=leaf.text, chain=leaf.chain, is_key=leaf.is_key) for leaf in body.leaves
        ]
    return tree, leaves
