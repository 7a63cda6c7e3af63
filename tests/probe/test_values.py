"""What a hook reads: values, fields, stacks, nested calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.model.records import Stack
from tests.jvm import (
    OBJECT,
    STRING,
    Watch,
    hook,
    integer,
    missing_jdk,
    text,
    watched,
)

pytestmark = pytest.mark.skipif(missing_jdk() is not None, reason=str(missing_jdk()))


@pytest.fixture(scope="module")
def values(classes: Path, tmp_path_factory: pytest.TempPathFactory) -> Watch:
    hooks = [
        hook("Values", "take", STRING, OBJECT, stack=False),
        hook("Values", "write", "[B", "int", "int", capture=("slice 0", "returned")),
    ]
    out = tmp_path_factory.mktemp("values") / "out.txt"
    with watched(classes, hooks, "Values", out=out) as watch:
        watch.wait_for_end()
    return watch


def taken(watch: Watch, name: str) -> object:
    return next(e.arguments[1] for e in watch.events if e.hook == 0 and e.arguments[0] == text(name))


MAP = [
    [text("text"), text("a\0\ud800")],
    [text("none"), None],
    [
        text("list"),
        {
            "t": "list",
            "c": "java.util.Arrays$ArrayList",
            "v": [
                integer(1),
                {"t": "long", "v": "2"},
                {"t": "short", "v": 3},
                {"t": "byte", "v": 4},
                {"t": "char", "v": "c"},
                {"t": "boolean", "v": True},
                {"t": "float", "v": 0.5},
                {"t": "double", "v": "NaN"},
            ],
        },
    ],
    [
        text("inner"),
        {
            "t": "map",
            "c": "java.util.Collections$SingletonMap",
            "v": [[text("deep"), {"t": "list", "c": "java.util.ImmutableCollections$List12", "v": [text("x")]}]],
        },
    ],
]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("map", {"t": "map", "c": "java.util.LinkedHashMap", "v": MAP}),
        ("unmodifiable", {"t": "map", "c": "java.util.LinkedHashMap", "v": MAP}),
        ("trap map", {"t": "map", "c": "Values$TrapMap", "v": [[text("k"), integer(1)]]}),
        ("trap list", {"t": "list", "c": "Values$TrapList", "v": [text("in a trap")]}),
        ("set", {"t": "set", "c": "java.util.TreeSet", "v": [text("a"), text("b")]}),
        ("exception", {"t": "throwable", "c": "Values$TrapException", "v": "told"}),
        ("json", {"t": "json", "c": "org.json.JSONObject", "v": '{"a":1}'}),
        ("ints", {"t": "array", "c": "[I", "v": [integer(1), integer(-1)]}),
        ("longs", {"t": "array", "c": "[J", "v": [{"t": "long", "v": "-9223372036854775808"}]}),
        ("chars", {"t": "array", "c": "[C", "v": [{"t": "char", "v": "a"}, {"t": "char", "v": "\ud800"}]}),
        ("strings", {"t": "array", "c": "[Ljava.lang.String;", "v": [text("a"), None]}),
        (
            "nested array",
            {
                "t": "array",
                "c": "[[I",
                "v": [{"t": "array", "c": "[I", "v": [integer(1)]}, {"t": "array", "c": "[I", "v": []}],
            },
        ),
        ("builder", text("built")),
        ("cycle", {"t": "array", "c": "[Ljava.lang.Object;", "v": [{"t": "cut", "why": "cycle"}]}),
    ],
)
def test_values_keep_their_type_and_content(values: Watch, name: str, expected: object) -> None:
    assert taken(values, name) == expected


@pytest.mark.parametrize(
    ("name", "class_name", "shown"),
    [
        ("url", "java.net.URL", "https://example.com/p?q=1"),
        ("uuid", "java.util.UUID", "00000000-0000-0001-0000-000000000002"),
        ("enum", "Values$Colour", "RED"),
    ],
)
def test_objects_of_boot_classes_have_their_text(values: Watch, name: str, class_name: str, shown: str) -> None:
    value = taken(values, name)
    assert isinstance(value, dict)
    assert (value["t"], value["c"], value["v"]) == ("object", class_name, shown)
    assert isinstance(value["id"], int)


def test_reading_never_runs_the_apps_code(values: Watch) -> None:
    assert values.output() == ["done"]
    for name, class_name in [("trap", "Values$Trap"), ("own map", "Values$OwnMap")]:
        value = taken(values, name)
        assert isinstance(value, dict)
        assert (value["t"], value["c"]) == ("object", class_name)
        assert "v" not in value


def test_bytes_of_arrays_streams_bundles_and_slices_arrive_as_blobs(values: Watch) -> None:
    assert values.content(taken(values, "bytes")) == b"\x00\xff"
    assert values.content(taken(values, "stream")) == b"\x07\x08"
    assert values.content(taken(values, "stream after")) == b"\x07\x08", "the stream was not consumed"
    bundle = taken(values, "bundle")
    assert isinstance(bundle, dict)
    assert bundle["t"] == "bundle"
    assert bundle["v"][0] == [text("n"), integer(1)]
    assert values.content(bundle["v"][1][1]) == b"\x01\x02"


def test_arguments_are_read_before_the_original_changes_them(values: Watch) -> None:
    write = next(event for event in values.events if event.hook == 1)
    assert values.content(write.captured["slice 0"]) == b"cde"
    assert values.content(write.returned) == b"abXdef"
    assert write.arguments == ()


def test_what_is_too_deep_or_too_wide_is_cut_and_says_so(values: Watch) -> None:
    value = taken(values, "deep")
    for _ in range(8):
        assert isinstance(value, dict)
        value = value["v"][0]
    assert value == {"t": "cut", "why": "depth"}
    wide = taken(values, "wide")
    assert isinstance(wide, dict)
    assert wide["v"][0] == integer(0)
    assert wide["v"][-1] == {"t": "cut", "why": "size"}
    assert len(wide["v"]) < 5_000


def test_field_paths_reach_inherited_fields_results_and_bytes(classes: Path, out: Path, core: str) -> None:
    capture = (
        "this.url",
        "this.poster",
        "this.retries",
        "this.size",
        "this.nothing",
        "this.missing",
        "returned.parameters",
    )
    hooks = [
        hook("Request", "send", capture=capture, payload="this.poster"),
        hook("Request", "$init", STRING, capture=("this.retries", "argument 0")),
    ]
    with watched(classes, hooks, "Request", out=out, core=core) as watch:
        watch.wait_for_end()
    made, sent = watch.events
    assert made.captured == {"argument 0": text("https://example.com/track"), "this.retries": integer(3)}
    captured = sent.captured
    assert captured["this.url"]["v"] == "https://example.com/track"
    assert watch.content(captured["this.poster"]) == b"body"
    assert captured["this.retries"] == integer(3)
    assert captured["this.size"] == {"t": "long", "v": "9223372036854775807"}
    assert captured["this.nothing"] is None
    assert captured["this.missing"] == {"t": "cut", "why": "fault: Request has no field missing"}
    assert captured["returned.parameters"]["v"] == [[text("event"), text("opened")]]
    assert sent.arguments == ()
    assert sent.returned is None


def test_nested_calls_are_all_there_and_what_was_thrown_is_kept(classes: Path, out: Path, core: str) -> None:
    hooks = [hook("Nested", "outer", "int"), hook("Nested", "inner", "int"), hook("Nested", "fails")]
    with watched(classes, hooks, "Nested", out=out, core=core) as watch:
        watch.wait_for_end()
    assert [(event.hook, event.seq) for event in watch.events] == [(1, 2), (0, 1), (2, 3)]
    assert watch.events[1].returned == integer(3)
    assert watch.events[2].threw == {"t": "throwable", "c": "java.lang.IllegalStateException", "v": "as always"}
    assert watch.output() == ["caught as always"]


def test_stacks_begin_with_the_caller_and_name_file_and_line(classes: Path, out: Path, core: str) -> None:
    with watched(classes, [hook("Nested", "inner", "int")], "Nested", out=out, core=core) as watch:
        watch.wait_for_end()
    stacks = {stack.sha256: stack.frames for stack in watch.of(Stack)}
    frames = stacks[str(watch.events[0].stack)]
    assert frames == ("Nested.outer(Nested.java:4)", "Nested.main(Nested.java:20)")
    assert watch.events[0].thread_name == "main"
