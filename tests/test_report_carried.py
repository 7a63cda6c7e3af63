"""What left inside other content is recognised by equality, and by nothing weaker."""

from __future__ import annotations

import json
from typing import Any

from harness.model.findings import Payload
from harness.model.tracker import Layer
from harness.report.carried import carriers

_REPORT = {"device": {"model": "Virtual Handset", "ram": 2048}, "events": ["a", "b"]}


def _payload(seq: int, tree: Any, *, tracker: str = "alpha", process: str = "p") -> Payload:
    return Payload(
        process=process,
        seq=seq,
        parts=(seq,),
        hook="k",
        layer=Layer.ENCODE,
        tracker=tracker,
        attributed_by="hook",
        meaning="",
        step=None,
        at_ms=float(seq),
        sha256="0" * 64,
        size=1,
        decoded=json.dumps(tree, indent=2),
        chain=(),
    )


def test_a_report_in_an_envelope_left_with_the_first_envelope_that_holds_it() -> None:
    report = _payload(1, _REPORT)
    envelopes = [_payload(5, {"log": [{"body": _REPORT}]}), _payload(9, [_REPORT])]
    assert carriers([report], envelopes) == {("p", 1): ("p", 5)}


def test_the_order_of_keys_does_not_matter() -> None:
    turned = dict(reversed(_REPORT.items()))
    assert carriers([_payload(1, turned)], [_payload(2, {"body": _REPORT})]) == {("p", 1): ("p", 2)}


def test_content_sent_before_by_another_process_or_to_another_tracker_proves_nothing() -> None:
    sent = [
        _payload(1, {"body": _REPORT}),
        _payload(8, {"body": _REPORT}, tracker="beta"),
        _payload(9, {"body": _REPORT}, process="q"),
    ]
    assert carriers([_payload(5, _REPORT)], sent) == {}


def test_a_content_that_differs_in_one_value_did_not_leave() -> None:
    other = {**_REPORT, "events": ["a", "c"]}
    assert carriers([_payload(1, other)], [_payload(2, {"body": _REPORT})]) == {}


def test_what_is_too_short_to_tell_is_not_told() -> None:
    assert carriers([_payload(1, ["Door"])], [_payload(2, {"body": ["Door"]})]) == {}


def test_an_undecoded_content_carries_nothing() -> None:
    opaque = _payload(1, _REPORT)
    undecoded = Payload(**{name: getattr(opaque, name) for name in opaque.__slots__} | {"decoded": "", "seq": 2})
    assert carriers([undecoded], [undecoded]) == {}
