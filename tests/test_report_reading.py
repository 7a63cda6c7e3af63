"""What counts as seen leaving: what a story proves, whole or as a part; never a call of the public API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from harness.model.findings import Analysis, Consent, Disclosure, Explanation, Grade, Transmission
from harness.model.hook import Layer
from harness.model.story import Joint, Story, StoryLink
from harness.report.calls import Call, Calls
from harness.report.reading import MOST_ALIKE, read_study
from harness.store import CaseFile, derived
from tests.rows import final, hook, started
from tests.synthetic import PACK


def _link(seq: int, layer: Layer, how: str = "", *, part: bool = False) -> StoryLink:
    joined = ("p", 3) if how else None
    return StoryLink(
        process="p", seq=seq, layer=layer, hook="k", step=None, at_ms=float(seq), how=how, joined=joined, part=part
    )


@contextmanager
def _calls(*links: StoryLink, requests: tuple[int, ...]) -> Iterator[Calls]:
    """The events of a run with one story, in which these are requests."""
    with CaseFile.open(":memory:") as case:
        writer = started(case)
        writer.start_process("com.example.doorbell", how="spawned", hooks=[hook()]).sink(final(0))
        writer.end_run("completed", exit_code=0)
        story = Story(run=writer.run, tracker="alpha", sha256="0" * 64, links=links, hosts=("h",))
        every = tuple(_request(writer.run, seq) for seq in requests)
        found = tuple(_disclosure(writer.run, link) for link in links)
        with case.transaction() as db:
            told = Analysis(stories=(story,), transmissions=every, disclosures=found)
            derived.replace(db, {writer.run: told}, PACK)
        (run,) = read_study(case).runs
        asked = frozenset((link.process, link.seq) for link in links)
        assert run.left == {call for call in asked if run.calls.sent(call)}, "the sums say the same as each event"
        yield run.calls


def _disclosure(run: str, link: StoryLink) -> Disclosure:
    return Disclosure(
        run=run,
        process=link.process,
        seq=link.seq,
        tracker="alpha",
        category="email",
        property=None,
        value=str(link.seq),
        persona=None,
        chain=("raw",),
        path="",
        layer=link.layer,
        step=None,
        phase="",
        consent=Consent.BEFORE,
        at_ms=link.at_ms,
        grade=Grade.FIELD,
    )


def _request(run: str, seq: int) -> Transmission:
    return Transmission(
        run=run,
        process="p",
        seq=seq,
        at_ms=float(seq),
        step=None,
        phase="",
        consent=Consent.BEFORE,
        host="h",
        path="/",
        method="POST",
        headers=(),
        body_sha256=None,
        bytes_out=0,
        tracker="alpha",
        attributed_by="host: h",
        explanation=Explanation.SAME_CONTENT,
        explained_by=None,
        blind=None,
    )


def _left(calls: Calls, *seqs: int) -> dict[Call, list[int]]:
    sent = {("p", seq): calls.sent(("p", seq)) for seq in seqs}
    return {call: [request.seq for request in requests] for call, requests in sent.items() if requests}


def test_everything_with_the_content_of_a_request_left_with_it_and_with_its_retries() -> None:
    links = (
        _link(3, Layer.ENCODE),
        _link(4, Layer.PLATFORM, Joint.SAME),
        _link(5, Layer.WIRE, Joint.SAME),
        _link(9, Layer.WIRE, Joint.SAME),
    )
    with _calls(*links, requests=(5, 9)) as calls:
        assert _left(calls, 3, 4, 5, 9) == {("p", 3): [5, 9], ("p", 4): [5, 9], ("p", 5): [5], ("p", 9): [9]}
        assert not any(calls.is_part(("p", seq)) for seq in (3, 4, 5, 9))


@pytest.mark.parametrize(
    ("layer", "how", "left"),
    [
        (Layer.PLATFORM, Joint.CONTAINED, True),
        (Layer.API, Joint.CONTAINED, False),  # at most a value of it left
        (Layer.PLATFORM, "in -> out MessageDigest.digest (SHA-256)", False),  # its hash did
    ],
)
def test_a_part_left_only_where_it_is_the_content_itself(layer: Layer, how: str, left: bool) -> None:
    links = (_link(1, layer, how, part=True), _link(3, Layer.ENCODE), _link(5, Layer.WIRE, Joint.SAME))
    with _calls(*links, requests=(5,)) as calls:
        assert (("p", 1) in _left(calls, 1), calls.is_part(("p", 1))) == (left, left)


def test_a_story_without_a_request_shows_nothing_leaving() -> None:
    with _calls(_link(3, Layer.ENCODE), _link(4, Layer.PLATFORM, Joint.SAME), requests=()) as calls:
        assert _left(calls, 3, 4) == {}
        assert [len(calls.stories(("p", seq))) for seq in (3, 4)] == [1, 1]


def test_of_very_many_findings_the_first_of_each_sort_are_read_and_all_are_counted() -> None:
    links = tuple(_link(seq, Layer.ENCODE) for seq in range(1, 500))
    with CaseFile.open(":memory:") as case:
        writer = started(case)
        writer.start_process("p", how="spawned", hooks=[hook()]).sink(final(0))
        writer.end_run("completed", exit_code=0)
        found = tuple(_disclosure(writer.run, link) for link in links)
        with case.transaction() as db:
            derived.replace(db, {writer.run: Analysis(disclosures=found)}, PACK)
        (run,) = read_study(case).runs
    assert [one.seq for one in run.disclosures] == list(range(1, MOST_ALIKE + 1))
    assert [(one.times, one.values) for one in run.handed.values()] == [(1, 499)]
    assert run.payloads == {"alpha": 499}
