"""What counts as seen leaving: what a story proves, whole or as a part; never a call of the public API."""

from __future__ import annotations

import pytest

from harness.model.findings import Analysis, Consent, Explanation, Transmission
from harness.model.hook import Layer
from harness.model.story import Joint, Story, StoryLink
from harness.report.reading import Call, Run, read_study
from harness.store import CaseFile, derived
from tests.rows import final, hook, started
from tests.synthetic import PACK


def _link(seq: int, layer: Layer, how: str = "", *, part: bool = False) -> StoryLink:
    joined = ("p", 3) if how else None
    return StoryLink(
        process="p", seq=seq, layer=layer, hook="k", step=None, at_ms=float(seq), how=how, joined=joined, part=part
    )


def _run(*links: StoryLink, requests: tuple[int, ...]) -> Run:
    """A run with one story, in which these events are requests."""
    with CaseFile.open(":memory:") as case:
        writer = started(case)
        writer.start_process("com.example.doorbell", how="spawned", hooks=[hook()]).sink(final(0))
        writer.end_run("completed", exit_code=0)
        story = Story(run=writer.run, tracker="alpha", sha256="0" * 64, links=links, hosts=("h",))
        every = tuple(_request(writer.run, seq) for seq in requests)
        with case.transaction() as db:
            derived.replace(db, {writer.run: Analysis(stories=(story,), transmissions=every)}, PACK)
        (run,) = read_study(case).runs
        return run


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


def _left(run: Run) -> dict[Call, list[int]]:
    return {call: [request.seq for request in requests] for call, requests in run.sent.items()}


def test_everything_with_the_content_of_a_request_left_with_it_and_with_its_retries() -> None:
    run = _run(
        _link(3, Layer.ENCODE),
        _link(4, Layer.PLATFORM, Joint.SAME),
        _link(5, Layer.WIRE, Joint.SAME),
        _link(9, Layer.WIRE, Joint.SAME),
        requests=(5, 9),
    )
    assert _left(run) == {("p", 3): [5, 9], ("p", 4): [5, 9], ("p", 5): [5], ("p", 9): [9]}
    assert run.within == frozenset()


@pytest.mark.parametrize(
    ("layer", "how", "left"),
    [
        (Layer.PLATFORM, Joint.CONTAINED, True),
        (Layer.API, Joint.CONTAINED, False),  # at most a value of it left
        (Layer.PLATFORM, "in -> out MessageDigest.digest (SHA-256)", False),  # its hash did
    ],
)
def test_a_part_left_only_where_it_is_the_content_itself(layer: Layer, how: str, left: bool) -> None:
    run = _run(_link(1, layer, how, part=True), _link(3, Layer.ENCODE), _link(5, Layer.WIRE, Joint.SAME), requests=(5,))
    assert (("p", 1) in run.sent, ("p", 1) in run.within) == (left, left)


def test_a_story_without_a_request_shows_nothing_leaving() -> None:
    run = _run(_link(3, Layer.ENCODE), _link(4, Layer.PLATFORM, Joint.SAME), requests=())
    assert run.sent == {}
    assert [len(run.stories["p", seq]) for seq in (3, 4)] == [1, 1]
