"""Field maps, pointers, and the time line of consent."""

from __future__ import annotations

from typing import Any

import pytest

from harness.analyse.decoding.decode import decode
from harness.analyse.detecting.fields import FieldMap, find, rows_for, without_indices
from harness.analyse.judging.consent import Timeline
from harness.analyse.values import plain
from harness.model.findings import Consent, StoredEvent, StoredStep
from harness.model.hook import Layer
from harness.model.tracker import Field


def row(path: str, category: str = "carrier", **more: Any) -> Field:
    return Field(path=path, category=category, evidence="read", **more)


def labelled(rows: list[Field], tree: object) -> list[tuple[str, str]]:
    decoded = decode(tree)
    return [(item.leaf.path, item.leaf.text) for item in FieldMap(rows).labelled(decoded.leaves, decoded.tree)]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/a/0/c", [("/a/0/c", "x")]),
        ("/a/*/c", [("/a/0/c", "x"), ("/a/1/c", "y")]),
        ("/*/0/c", [("/a/0/c", "x")]),
        ("/*/*/*", [("/a/0/c", "x"), ("/a/1/c", "y")]),
        ("/a/*", []),  # a container is no value
        ("/a/2/c", []),
        ("/a", []),
        ("", []),
        ("/n", [("/n", "false")]),
        ("/e", []),  # empty text says nothing
        ("/z", []),  # null says nothing
        ("/s~1t", [("/s~1t", "slash")]),
    ],
)
def test_a_path_with_stars_finds_the_values_it_fits(path: str, found: list[tuple[str, str]]) -> None:
    tree = {"a": [{"c": "x"}, {"c": "y"}], "n": False, "e": "", "z": None, "s/t": "slash"}
    assert labelled([row(path)], tree) == found


def test_a_condition_looks_elsewhere_in_the_payload() -> None:
    conditional = row("/v", when=("/kind/*", "phone"))
    assert labelled([conditional], {"kind": ["mail", "phone"], "v": "1"}) == [("/v", "1")]
    assert labelled([conditional], {"kind": ["mail"], "v": "1"}) == []


def test_rows_of_a_method_apply_to_it_alone_and_others_by_layer() -> None:
    own, wire, usual = row("/0", hooks=("a/api/X.y()",)), row("/1", layers=(Layer.WIRE,)), row("/2")
    rows = [own, wire, usual]
    assert rows_for(rows, hook="a/api/X.y()", layer=Layer.API) == [own]
    assert rows_for(rows, hook="a/encode/X.z()", layer=Layer.ENCODE) == [usual]
    assert rows_for(rows, hook="http/wire/X.z()", layer=Layer.WIRE) == [wire]


def test_find_gives_every_value_at_a_pointer() -> None:
    assert find({"a": [{"b": 1}, {"c": 2}, "text"]}, "/a/*/b") == [1]
    assert find([5], "") == [[5]]


def test_places_in_a_batch_are_one_place() -> None:
    assert without_indices("/0/properties/3/x1/44") == "/*/properties/*/x1/*"


@pytest.mark.parametrize(
    ("value", "tree"),
    [
        (None, None),
        ({"t": "string", "v": "x"}, "x"),
        ({"t": "boolean", "v": True}, True),
        ({"t": "int", "v": 5}, 5),
        ({"t": "long", "v": "9007199254740993"}, 9007199254740993),
        ({"t": "double", "v": "NaN"}, "NaN"),
        ({"t": "json", "c": "org.json.JSONObject", "v": '{"a":1}'}, '{"a":1}'),
        ({"t": "map", "c": "java.util.HashMap", "v": [[{"t": "int", "v": 1}, {"t": "string", "v": "x"}]]}, {"1": "x"}),
        ({"t": "map", "c": "java.util.HashMap", "v": [[{"t": "cut", "why": "size"}, {"t": "cut", "why": "size"}]]}, {}),
        ({"t": "set", "c": "java.util.HashSet", "v": [{"t": "string", "v": "x"}, None]}, ["x", None]),
        ({"t": "throwable", "c": "java.io.IOException", "v": "gone"}, "gone"),
        ({"t": "throwable", "c": "java.io.IOException", "v": None}, "java.io.IOException"),
        ({"t": "object", "c": "java.util.UUID", "id": 1, "v": "5e3c6f0e"}, "5e3c6f0e"),
        ({"t": "object", "c": "android.content.Context", "id": 1}, None),
        ({"t": "bytes", "sha256": "aa", "n": 2}, b"hi"),
    ],
)
def test_captured_values_become_plain_trees(value: Any, tree: Any) -> None:
    assert plain(value, {"aa": b"hi"}).tree == tree


def moment(at_ms: float, step: str | None = None) -> StoredEvent:
    return StoredEvent(
        process="p",
        seq=1,
        hook="h",
        at_ms=at_ms,
        step=step,
        thread_id=1,
        thread_name="main",
        stack=None,
        this_id=None,
        this_class=None,
        arguments=(),
        returned=None,
        threw=None,
        captured={},
    )


def test_an_event_without_a_step_belongs_to_the_last_one_begun() -> None:
    phases = [("one", "start", 100.0), ("two", "consent.rejected", 200.0), ("three", "sign-in", 300.0)]
    timeline = Timeline(
        StoredStep(step=step, ordinal=number, label="", phase=phase, started_ms=started)
        for number, (step, phase, started) in enumerate(phases)
    )
    assert [timeline.step(moment(at)) for at in (50, 100, 250, 999)] == [None, "one", "two", "three"]
    assert timeline.step(moment(999, step="one")) == "one"
    assert timeline.step(moment(250, step="of another run")) == "two"
    assert [timeline.consent(step) for step in (None, "one", "two", "three")] == [
        Consent.BEFORE,
        Consent.BEFORE,
        Consent.REJECTED,
        Consent.REJECTED,
    ]
