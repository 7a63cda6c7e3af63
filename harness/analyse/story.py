"""One payload on its way: said to a tracker's code, encoded, seen at the platform, sent. Each is one story.

Events are joined by equal content, by what went into a call and came out of it, and by values that turn up again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from harness.analyse.decoding.decode import Decoded, Leaf
from harness.analyse.judging.consent import Timeline
from harness.analyse.nesting import Nesting
from harness.analyse.pairs import Pairs
from harness.analyse.parts import containers, telling_values
from harness.analyse.payloads import Content
from harness.analyse.requests import Sent
from harness.analyse.transmissions import Explained
from harness.model.findings import UNATTRIBUTED, StoredEvent
from harness.model.hook import Hook
from harness.model.story import Joint, Story, StoryLink

_SHORTEST = 16  # bytes of content; less than that may be equal by chance
_MOST_VALUES = 50_000  # per tracker: values known to be in its payloads before the app says them

Key = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A request that left, decoded and explained."""

    sent: Sent
    made: Explained
    body: Decoded | None
    leaves: Sequence[Leaf]  # of address, headers and body
    core: str  # equal when everything was sent again
    again: Key | None = None  # event of the same request where it was seen before, at another place


@dataclass(slots=True, kw_only=True)
class _Node:
    """One event. Those that are one payload share a `group`; `parts` gave it a part of what it holds."""

    link: StoryLink
    sha256: str
    group: _Group
    values: frozenset[str] = frozenset()  # what a call of the public API said
    parts: dict[Key, tuple[_Node, str]] = field(default_factory=dict)
    place: tuple[str, str, str] | None = None  # of a request: host, method and path without the query


@dataclass(slots=True, kw_only=True)
class _Group:
    """What is one payload."""

    tracker: str
    nodes: list[_Node] = field(default_factory=list)


class Stories:
    """Takes what a run did, in the order of the events of each process, and tells its stories."""

    def __init__(self, *, run: str, pairs: Pairs, timeline: Timeline) -> None:
        self._run = run
        self._pairs = pairs
        self._timeline = timeline
        self._nodes: dict[Key, _Node] = {}
        self._by_stage: dict[str, dict[str, _Node]] = {}
        self._by_part: dict[tuple[str, bytes], _Node] = {}
        self._by_value: dict[tuple[str, str], list[_Node]] = {}
        self._known: dict[str, set[str]] = {}
        self._calls = Nesting()

    def said(self, content: Content) -> None:
        """The app called a tracker's public method."""
        node = self._add(content.event, content.hook, content.owner.tracker, content.sha256)
        tracker, node.values = content.owner.tracker, frozenset(telling_values(content.decoded.leaves))
        outer = self._calls.outer(content.event, tracker)
        if outer is not None:
            self._delegated(node, self._nodes[outer.process, outer.seq])
        for value in node.values - self._known.get(tracker, set()):
            self._by_value.setdefault((tracker, value), []).append(node)
        for part in containers(content.decoded.tree):
            self._by_part[tracker, part] = node

    def seen(self, content: Content) -> None:
        """A payload was seen at a tracker's encoder or at the platform."""
        node = self._add(content.event, content.hook, content.owner.tracker, content.sha256)
        decoded = content.decoded
        parts = containers(decoded.tree)
        stages = tuple(dict.fromkeys((content.sha256, *decoded.stages))) if content.size >= _SHORTEST else ()
        same = self._same(node, stages)
        if same is not None:
            _join(node, same, Joint.SAME)
        elif not self._came_out(node, decoded, before=content.ended):
            self._made_of(node, parts, decoded.leaves)
        self._register(node, stages)
        for part in parts[-1:]:
            self._by_part[content.owner.tracker, part] = node

    def sent(self, sending: Sending) -> None:
        """A request left."""
        sent, made, body = sending.sent, sending.made, sending.body
        node = self._add(sent.event, sent.hook, made.owner.tracker, sending.core)
        if sending.again is not None:
            _join(node, self._nodes[sending.again], Joint.SAME)
            return
        node.place = (sent.host, sent.method, sent.path.partition("?")[0])
        stages = body.stages if body is not None and len(sent.body or b"") >= _SHORTEST else (sending.core,)
        same = self._same(node, stages)
        trace = self._nodes.get(made.trace.key) if made.trace is not None else None
        if same is not None:
            _join(node, same, Joint.SAME)
        if trace is not None:
            _join(same or node, trace, made.how)
        elif same is None and not (body is not None and self._came_out(node, body, before=sent.event.seq)):
            self._made_of(node, containers(body.tree) if body is not None else [], sending.leaves)
        self._register(node, stages[-1:])

    def claimed(self) -> frozenset[Key]:
        """The events that are a tracker's payload, or gave a part of one, by what became of them."""
        groups = {id(node.group): node.group for node in self._nodes.values() if node.group.tracker != UNATTRIBUTED}
        whole = {_key(node) for group in groups.values() for node in group.nodes}
        return frozenset(whole | {_key(part) for group in groups.values() for part, _, _ in _parts(group)})

    def stories(self) -> tuple[Story, ...]:
        """All of them, in the order of their first events."""
        groups = {id(node.group): node.group for node in self._nodes.values()}
        within = {id(part.group) for node in self._nodes.values() for part, _ in node.parts.values()}
        told = [
            _story(self._run, group)
            for group in groups.values()
            if _left(group) or (group.tracker != UNATTRIBUTED and id(group) not in within)
        ]
        return tuple(sorted(told, key=lambda story: (story.links[0].at_ms, story.links[0].process, story.links[0].seq)))

    def _add(self, event: StoredEvent, hook: Hook, tracker: str, sha256: str) -> _Node:
        link = StoryLink(
            process=event.process,
            seq=event.seq,
            layer=hook.layer,
            hook=hook.key,
            step=self._timeline.step(event),
            at_ms=event.at_ms,
        )
        node = _Node(link=link, sha256=sha256, group=_Group(tracker=tracker))
        node.group.nodes.append(node)
        self._nodes[_key(node)] = node
        return node

    def _delegated(self, node: _Node, outer: _Node) -> None:
        """One overload calling another with the same values, or some of them, or more."""
        if node.values and node.values == outer.values:
            _join(node, outer, Joint.SAME)
        elif min(node.values, outer.values, key=len) and (node.values < outer.values or outer.values < node.values):
            _join(node, outer, Joint.CONTAINED)

    def _register(self, node: _Node, stages: Sequence[str]) -> None:
        for stage in stages:
            self._by_stage.setdefault(stage, {})[node.group.tracker] = node

    def _same(self, node: _Node, stages: Sequence[str]) -> _Node | None:
        """The last event with the same content: the same tracker's, or one whose owner nobody knows."""
        for stage in stages:
            known = self._by_stage.get(stage, {})
            tracker = node.group.tracker
            if tracker == UNATTRIBUTED and known:
                return max(known.values(), key=lambda other: other.link.at_ms)
            if found := known.get(tracker) or known.get(UNATTRIBUTED):
                return found
        return None

    def _came_out(self, node: _Node, decoded: Decoded, *, before: int) -> bool:
        """Join the calls that this content came out of; True when all of it did."""
        for source in self._pairs.sources(node.link.process, before, decoded):
            maker = self._nodes.get(source.key)
            if maker is not None and source.whole and not source.made.hashed:
                _join(node, maker, source.made.words)
                return True
            if maker is not None:
                node.parts.setdefault(_key(maker), (maker, source.made.words))
        return False

    def _made_of(self, node: _Node, parts: Sequence[bytes], leaves: Sequence[Leaf]) -> None:
        """Find what was seen before and is a part of this: other payloads of the tracker, values that the app said."""
        tracker = node.group.tracker
        if tracker == UNATTRIBUTED:
            return
        for part in parts[:-1]:
            if (other := self._by_part.get((tracker, part))) is not None:
                node.parts.setdefault(_key(other), (other, Joint.CONTAINED))
        known = self._known.setdefault(tracker, set())
        for value in telling_values(leaves):
            said = self._by_value.get((tracker, value), ())
            last = next((other for other in reversed(said) if other.link.at_ms <= node.link.at_ms), None)
            if last is not None:
                node.parts.setdefault(_key(last), (last, Joint.CONTAINED))
            elif len(known) < _MOST_VALUES:
                known.add(value)


def _join(node: _Node, other: _Node, how: str) -> None:
    """Make two events one payload, unless they are two trackers'."""
    mine, theirs = node.group, other.group
    known = UNATTRIBUTED not in (mine.tracker, theirs.tracker)
    if mine is theirs or (known and mine.tracker != theirs.tracker):
        return
    first = next(one for one in mine.nodes if not one.link.how)
    first.link = replace(first.link, how=str(how), joined=_key(other))
    if theirs.tracker == UNATTRIBUTED:
        theirs.tracker = mine.tracker
    theirs.nodes.extend(mine.nodes)
    for moved in mine.nodes:
        moved.group = theirs


def _story(run: str, group: _Group) -> Story:
    nodes = sorted(group.nodes, key=_time)
    links = [node.link for node in nodes]
    links += [replace(node.link, how=str(how), joined=into, part=True) for node, how, into in _parts(group)]
    places = [node.place for node in nodes if node.place is not None]
    return Story(
        run=run,
        tracker=group.tracker,
        sha256=nodes[0].sha256,
        links=tuple(sorted(links, key=lambda link: (link.at_ms, link.process, link.seq))),
        hosts=tuple(dict.fromkeys(host for host, _, _ in places)),
        retries=len(places) - len(set(places)),
    )


def _parts(group: _Group) -> Iterator[tuple[_Node, str, Key]]:
    """Every event that gave a part of this payload, or a part of such a part, with what it is joined to by what."""
    told = {id(node) for node in group.nodes}
    waiting = [(part, how, _key(node)) for node in group.nodes for part, how in node.parts.values()]
    for node, how, into in waiting:  # grows on the way
        if id(node) in told:
            continue
        told.add(id(node))
        yield node, how, into
        waiting += [
            (other, other.link.how or Joint.SAME.value, other.link.joined or _key(node)) for other in node.group.nodes
        ]
        waiting += [(part, by, _key(node)) for part, by in node.parts.values()]


def _key(node: _Node) -> Key:
    return node.link.process, node.link.seq


def _time(node: _Node) -> tuple[float, str, int]:
    return node.link.at_ms, node.link.process, node.link.seq


def _left(group: _Group) -> bool:
    return any(node.place is not None for node in group.nodes)
