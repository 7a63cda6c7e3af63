"""A payload's story in the evidence: said here, by this code, in this step; encoded so; sent there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.findings import Transmission
from harness.model.hook import Layer
from harness.model.story import Joint, Story, StoryLink
from harness.report.calls import Call
from harness.report.matrix import Cited, entry_anchor
from harness.report.reading import Run
from harness.report.words import LAYERS, action, counted, joint, place, since

MOST_HOPS = 8  # events of one story that are shown; the rest are counted

_ELSEWHERE = (
    *("java.", "javax.", "jdk.", "sun.", "android.", "dalvik.", "libcore.", "com.android."),
    *("org.json.", "kotlin."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One event of a story. `here` is the one that the entry shows; `anchor` leads to another that is shown."""

    when: str
    layer: str
    what: str  # the method, or the request
    by: str  # the frame that made it do so
    step: str
    how: str
    here: bool
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A story as far as it is shown."""

    hops: tuple[Hop, ...]
    more: str  # what is left out, and that it was sent again


def journey(item: Cited, code: tuple[str, ...], shown: dict[str, Cited]) -> Journey | None:
    """The story of an event that the report shows; None when it was seen nowhere else."""
    told = item.run.calls.stories(item.call)
    if not told:
        return None
    story = max(told, key=lambda one: (bool(one.hosts), len(one.links)))
    links = _kept(story, item.call)
    if len(story.links) < 2:
        return None
    hops = tuple(_hop(item, link, code, shown) for link in links)
    return Journey(hops=hops, more="; ".join(_more(story, len(story.links) - len(links), len(told) - 1)))


def _kept(story: Story, here: Call) -> list[StoryLink]:
    """The payload itself, this event, the request it left by; then what else there is room for, calls of the public
    API before others. What was sent again is counted, not shown."""

    def weight(link: StoryLink) -> tuple[bool, bool, bool]:
        return (
            (link.process, link.seq) != here,
            bool(link.how) and link.layer is not Layer.WIRE,
            link.layer is not Layer.API,
        )

    first_wire = next((link for link in story.links if link.layer is Layer.WIRE), None)
    every = [link for link in story.links if _at(link) == here or link is first_wire or not _repeats(link)]
    kept = sorted(every, key=weight)[:MOST_HOPS]
    return [link for link in story.links if link in kept]


def _repeats(link: StoryLink) -> bool:
    """Another request with the same content, or an overload that another one called with the same values."""
    return link.layer is Layer.WIRE or (link.layer is Layer.API and link.how == Joint.SAME)


def _more(story: Story, left_out: int, others: int) -> Iterator[str]:
    if story.retries:
        yield f"sent again with the same content {counted(story.retries, 'time')}"
    if left_out - story.retries > 0:
        yield f"{counted(left_out, 'more event')} of this story in the case file, table story_link"
    if others:
        yield f"part of {counted(others, 'more story', 'more stories')}"


def _hop(item: Cited, link: StoryLink, code: tuple[str, ...], shown: dict[str, Cited]) -> Hop:
    run = item.run
    call = _at(link)
    step = run.step(link.step)
    request = run.calls.request(call) if link.layer is Layer.WIRE else None
    did = action(step)
    anchor = entry_anchor(run, *call)
    return Hop(
        when=since(run.began_ms, link.at_ms),
        layer=LAYERS[link.layer],
        what=_request(request) if request is not None else _method(link.hook),
        by=_by(run, link, code, _stack(run, call)),
        step=f"{place(step)} ({did})" if did else place(step),
        how=joint(link),
        here=call == item.call,
        anchor=anchor if anchor in shown and call != item.call else "",
    )


def _stack(run: Run, call: Call) -> tuple[str, ...]:
    """Of the event; of the last of its payload's events where the first kept none, as the parts of a digest."""
    process, seq = call
    payload = run.calls.payload(call)
    for number in (seq, *(payload.parts[-1:] if payload else ())):
        seen = run.calls.event((process, number))
        if seen is not None and seen.stack:
            return seen.stack
    return ()


def _at(link: StoryLink) -> Call:
    return link.process, link.seq


def _request(request: Transmission) -> str:
    return f"{request.method} https://{request.host}{request.path.partition('?')[0]}" if request.host else "not HTTP/1"


def _method(key: str) -> str:
    """`Class.method` out of a hook's key."""
    name = key.rpartition("/")[2].partition("(")[0]
    return ".".join(name.split(".")[-2:])


def _by(run: Run, link: StoryLink, code: tuple[str, ...], frames: tuple[str, ...]) -> str:
    """Who made the call: of a public method the app's own code, of others the tracker's; else the nearest."""
    wanted = (f"{run.app.package}.",) if link.layer is Layer.API else code
    for prefixes in (wanted, code):
        for frame in frames:
            if prefixes and frame.startswith(prefixes):
                return frame
    return next((frame for frame in frames if not frame.startswith(_ELSEWHERE)), "")
