"""The agent on this machine's own HotSpot: what is captured, and that the app notices nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from harness.model.errors import AppDied
from harness.model.records import Counters, Event, HookStatus, Ready, Record, Stack
from harness.probe import FridaProbe
from tests.jvm import SOURCES, Watch, compile_fixtures, hook, java, missing_jdk, wait_until, watched

pytestmark = pytest.mark.skipif(missing_jdk() is not None, reason=str(missing_jdk()))


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_fixtures(tmp_path_factory.mktemp("fixtures") / "classes")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.txt"


STRING = "java.lang.String"
OBJECT = "java.lang.Object"


def text(value: object) -> dict[str, object]:
    return {"t": "string", "v": value}


def test_five_calls_before_anything_else_are_five_events(classes: Path, out: Path) -> None:
    hooks = [hook("Five", "hello", "long", STRING)]
    with watched(classes, hooks, "Five", out=out) as watch:
        assert watch.wait_for_end().reason == "process-terminated"
    numbers = [event.arguments[0]["v"] for event in watch.events]
    assert numbers == ["0", *(str(2**63 - 1 - i) for i in range(1, 6))]
    assert watch.events[1].arguments == ({"t": "long", "v": "9223372036854775806"}, text("call"))
    assert watch.events[1].returned == text("9223372036854775806call")
    assert [event.seq for event in watch.events] == [1, 2, 3, 4, 5, 6]
    assert watch.final().called == (6,)
    assert not watch.faults


def test_a_class_is_hooked_before_its_own_initialiser_and_not_initialised_by_us(classes: Path, out: Path) -> None:
    hooks = [hook("Five", "hello", "long", STRING), hook("Library", "getInstance")]
    with watched(classes, hooks, "Five", out=out) as watch:
        watch.wait_for_end()
    assert watch.events[0].arguments[1] == text("initialiser")
    assert watch.report(0).status is HookStatus.INSTALLED
    assert watch.report(0).initialised_by_us is False
    assert watch.report(1).status is HookStatus.PENDING, "a class the app never used is not loaded for our sake"
    assert watch.of(Ready)[0].runtime == "jvm"


def test_every_hook_gets_an_answer_with_a_reason(classes: Path, out: Path) -> None:
    hooks = [
        hook("Five", "hello", "int"),
        hook("Five", "gone"),
        hook("Library", "start", STRING),
        hook("Library", "start", STRING, runtime="art"),
        hook("Library", "start", STRING, capture=("this is nothing",)),
        hook("No.Such", "method"),
        hook("Impl", "start", STRING, by=("Library", "nothing")),
    ]
    with watched(classes, hooks, "Library", out=out) as watch:
        watch.wait_for_end()
    answers = [(watch.report(i).status, watch.report(i).reason) for i in range(len(hooks))]
    assert answers == [
        (HookStatus.PENDING, "class Five not seen yet"),
        (HookStatus.PENDING, "class Five not seen yet"),
        (HookStatus.FAILED, "the method is abstract"),
        (HookStatus.FAILED, "for art only"),
        (HookStatus.FAILED, "Error: not a capture: this is nothing"),
        (HookStatus.PENDING, "class No.Such not seen yet"),
        (HookStatus.FAILED, "Library has no method nothing to learn the class from"),
    ]
    assert not watch.events


def test_a_missing_overload_names_those_that_are_there(classes: Path, out: Path) -> None:
    hooks = [hook("Five", "hello", "int"), hook("Five", "gone")]
    with watched(classes, hooks, "Five", out=out) as watch:
        watch.wait_for_end()
    assert watch.report(0).status is HookStatus.OVERLOAD_MISSING
    assert watch.report(0).reason == "there is hello(JLjava/lang/String;)"
    assert watch.report(1).reason == "no method of that name"


FIDELITY = [
    hook("Fidelity", "instance", STRING),
    hook("Fidelity", "fixed", STRING),
    hook("Fidelity", "many", "[Ljava.lang.String;"),
    hook("Fidelity", "mixed", "long", "double", STRING, "float", "boolean", "char", "short", "byte"),
    hook("Fidelity", "loose", "java.lang.CharSequence"),
    hook("Fidelity", "anything", OBJECT),
    hook("Fidelity", "locked", STRING),
    hook("Fidelity", "hidden", STRING),
    hook("Fidelity", "generic", OBJECT),
    hook("Greeter", "greet", STRING),
    hook("Fidelity", "overloaded", STRING),
    hook("Fidelity", "cry", "Fidelity$Cry"),
    hook("Fidelity", "bytes", "[B"),
    hook("Fidelity$Holder", "$init", STRING, "[Ljava.lang.Object;"),
    *(hook("Fidelity", name[0], name) for name in ("char", "short", "int", "float", "double")),
    hook("Fidelity", "z", "boolean"),
    hook("Fidelity", "b", "byte"),
    hook("Fidelity", "j", "long"),
    hook("Fidelity", "v"),
]
STRINGS = ["plain", "", "a\0b", "\ud83d\ude00", "\ud800", "x\udc00y", "\uffff\ufffe", None, "\u00e9" * 70_000]


def test_the_app_gets_its_own_objects_and_exceptions_exactly_as_without_hooks(classes: Path, out: Path) -> None:
    bare = out.with_name("bare.txt")
    subprocess.run([java(), f"-Dout={bare}", "-cp", str(classes), "Fidelity"], check=True)
    with watched(classes, FIDELITY, "Fidelity", out=out) as watch:
        watch.wait_for_end()
    assert watch.output() == bare.read_text().splitlines()
    assert all(line.endswith("[]") for line in watch.output()[: len(STRINGS)])
    assert watch.output()[len(STRINGS) :] == ["primitives true", "bytes true", "toString of the app's exception ran 0"]
    assert [watch.report(i).status for i in range(len(FIDELITY))] == [HookStatus.INSTALLED] * len(FIDELITY)
    assert not watch.faults


def test_awkward_strings_are_read_to_the_last_unit(classes: Path, out: Path) -> None:
    with watched(classes, FIDELITY, "Fidelity", out=out) as watch:
        watch.wait_for_end()
    joined = [join_surrogates(s) for s in STRINGS]
    for index in (1, 4, 5, 6, 7, 8, 9, 10):
        read = [event.arguments[0] for event in watch.events if event.hook == index]
        assert read == [None if s is None else text(s) for s in joined], FIDELITY[index].key
    thrown = [event.threw for event in watch.events if event.hook == 11]
    assert [value["v"] for value in thrown] == joined
    assert {value["c"] for value in thrown} == {"Fidelity$Cry"}


def join_surrogates(s: str | None) -> str | None:
    """Python writes a pair as one character in JSON, but these are written as two escapes above."""
    return None if s is None else s.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def test_a_class_learned_from_what_a_method_returns_is_hooked_before_its_first_call(classes: Path, out: Path) -> None:
    by = ("Library", "getInstance")
    hooks = [hook("Library", "start", STRING, by=by), hook("Library", "inherited", STRING, by=by)]
    with watched(classes, hooks, "Library", out=out) as watch:
        watch.wait_for_end()
    calls = [(event.hook, event.arguments[0]["v"]) for event in watch.events]
    assert calls == [(0, "first"), (0, "second"), (1, "third")]
    assert watch.report(0).class_name == "Library$a1"
    assert watch.report(0).status is HookStatus.INSTALLED
    assert {event.this_class for event in watch.events} == {"Library$a1"}


def test_a_class_that_comes_late_is_hooked_in_every_loader(classes: Path, out: Path) -> None:
    hooks = [hook("Plugin", "run", "int")]
    with watched(classes, hooks, "Late", str(classes / "late"), out=out) as watch:
        watch.wait_for_end()
    numbers = [event.arguments[0]["v"] for event in watch.events]
    assert numbers[:4] == [-1, 0, -1, 1]
    assert sorted(numbers[4:]) == [-1, *range(100, 108)]
    assert watch.report(0).status is HookStatus.INSTALLED
    assert watch.report(0).seen_at_ms is not None


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


def integer(number: int) -> dict[str, object]:
    return {"t": "int", "v": number}


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


def test_field_paths_reach_inherited_fields_results_and_bytes(classes: Path, out: Path) -> None:
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
    with watched(classes, hooks, "Request", out=out) as watch:
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


def test_nested_calls_are_all_there_and_what_was_thrown_is_kept(classes: Path, out: Path) -> None:
    hooks = [hook("Nested", "outer", "int"), hook("Nested", "inner", "int"), hook("Nested", "fails")]
    with watched(classes, hooks, "Nested", out=out) as watch:
        watch.wait_for_end()
    assert [(event.hook, event.seq) for event in watch.events] == [(1, 2), (0, 1), (2, 3)]
    assert watch.events[1].returned == integer(3)
    assert watch.events[2].threw == {"t": "throwable", "c": "java.lang.IllegalStateException", "v": "as always"}
    assert watch.output() == ["caught as always"]


def test_stacks_begin_with_the_caller_and_name_file_and_line(classes: Path, out: Path) -> None:
    with watched(classes, [hook("Nested", "inner", "int")], "Nested", out=out) as watch:
        watch.wait_for_end()
    stacks = {stack.sha256: stack.frames for stack in watch.of(Stack)}
    frames = stacks[str(watch.events[0].stack)]
    assert frames == ("Nested.outer(Nested.java:4)", "Nested.main(Nested.java:20)")
    assert watch.events[0].thread_name == "main"


def test_the_books_close_when_a_session_ends_while_calls_go_on(classes: Path, out: Path) -> None:
    hooks = [hook("Busy", "tick", STRING, "int")]
    with watched(classes, hooks, "Busy", "1000000", "stay", "1", out=out, lossless=True) as watch:
        wait_until(lambda: len(watch.events) > 500, "some events")
        assert watch.session.close()
        final = watch.final()
        assert final.called[0] == len(watch.events) + final.dropped[0]
        assert sorted(event.seq for event in watch.events) == list(range(1, final.last_seq + 1))
        assert not watch.faults
        assert not watch.session.alive


def test_the_app_goes_on_after_the_session_and_its_garbage_is_collected(classes: Path, out: Path) -> None:
    with watched(classes, [hook("Busy", "tick", STRING, "int")], "Busy", "100", "stay", out=out) as watch:
        watch.wait_for_line("alive")
        assert watch.session.close()
        there = watch.output().count("alive")
        wait_until(lambda: watch.output().count("alive") > there + 5, "signs of life after the session")


@pytest.mark.parametrize("lossless", [False, True])
def test_a_slow_harness_costs_counted_drops_or_the_apps_time_but_never_a_silent_loss(
    classes: Path, out: Path, lossless: bool
) -> None:
    records: list[Record] = []

    def slow(record: Record) -> None:
        if isinstance(record, Event) and record.seq <= 8:
            time.sleep(0.3)
        records.append(record)

    target = (java(), f"-Dout={out}", "-cp", str(classes), "Blob", "300", "100000")
    capture = ("argument 0",)
    hooks = [hook("Blob", "give", "[B", capture=capture, stack=False)]
    session = FridaProbe("local", lossless=lossless).spawn(target, hooks, slow)
    session.resume()
    wait_until(lambda: out.exists() and "done" in out.read_text(), "the program's last line", timeout_s=60)
    assert session.close(timeout_s=30)
    final = next(record for record in records if isinstance(record, Counters) and record.final)
    events = sum(isinstance(record, Event) for record in records)
    assert final.called == (300,)
    assert events + final.dropped[0] == 300
    assert (final.dropped[0] == 0) is lossless


def test_a_call_that_has_not_returned_at_the_end_is_recorded_as_it_stands(classes: Path, out: Path) -> None:
    with watched(classes, [hook("Nested", "forEver")], "Nested", "wait", out=out) as watch:
        watch.wait_for_line("waiting")
        wait_until(lambda: watch.session.alive, "the session")
        assert watch.session.close()
    assert watch.wait_for_end().reason == "application-requested"
    assert [event.returned for event in watch.events] == [{"t": "cut", "why": "fault: had not returned at the end"}]
    assert watch.final().called == (1,)


def test_a_pulse_goes_through_a_hook_of_ours(classes: Path, out: Path) -> None:
    hooks = [hook("java.util.zip.GZIPOutputStream", "write", "[B", "int", "int", capture=("slice 0",))]
    with watched(classes, hooks, "Busy", "100", "stay", out=out) as watch:
        watch.session.pulse("token-1")
        watch.session.close()
    event = next(event for event in watch.events if event.pulse is not None)
    assert event.pulse == "token-1"
    assert watch.content(event.captured["slice 0"]) == b'{"harness.pulse":"token-1"}'
    assert watch.report(0).initialised_by_us is True


def test_a_killed_app_ends_the_session_with_the_reason(classes: Path, out: Path) -> None:
    with watched(classes, [hook("Busy", "tick", STRING, "int")], "Busy", "100", "stay", out=out) as watch:
        wait_until(lambda: bool(watch.events), "an event")
        os.kill(watch.session.pid, signal.SIGKILL)
        assert watch.wait_for_end().reason == "process-terminated"
        assert isinstance(watch.records[-1], type(watch.wait_for_end()))
        with pytest.raises(AppDied):
            watch.session.pulse("nobody hears it")
        assert watch.session.close() is False


def test_an_attached_app_is_hooked_while_it_runs(classes: Path, out: Path) -> None:
    app = subprocess.Popen([java(), f"-Dout={out}", "-cp", str(classes), "Busy", "1000000", "stay", "1"])
    try:
        wait_until(out.exists, "the app")
        records: list[Record] = []
        session = FridaProbe("local").attach(app.pid, [hook("Busy", "tick", STRING, "int")], records.append)
        wait_until(lambda: sum(isinstance(record, Event) for record in records) > 100, "events")
        assert session.close()
        assert app.poll() is None
    finally:
        app.kill()
        app.wait()


@pytest.mark.parametrize("cycles", [2, pytest.param(20, marks=pytest.mark.long)])
def test_hooks_come_and_go_under_full_load_with_every_call_accounted_for(classes: Path, out: Path, cycles: int) -> None:
    tick = hook("Busy", "tick", STRING, "int")
    app = subprocess.Popen([java(), "-Xmx64m", f"-Dout={out}", "-cp", str(classes), "Busy", "2000000000", "stay"])
    try:
        wait_until(out.exists, "the app")
        for cycle in range(cycles):
            records: list[Record] = []
            session = FridaProbe("local", lossless=cycle % 2 == 1).attach(app.pid, [tick], records.append)
            wait_for(records, 300)
            assert session.close()
            final = next(record for record in records if isinstance(record, Counters) and record.final)
            events = sum(isinstance(record, Event) for record in records)
            assert final.called[0] == events + final.dropped[0]
            assert app.poll() is None
    finally:
        app.kill()
        app.wait()


def test_eight_threads_that_bring_in_classes_at_once_lose_no_call(tmp_path: Path, out: Path) -> None:
    """The bridge leaves a thread that exchanged methods "in VM" for HotSpot: two at once stood still for seconds."""
    count = 96
    for i in range(count):
        source = f"public class P{i} implements Runnable {{ public void run() {{ a({i}); b({i}); }}\n"
        source += "  static int a(int n) { return n; }\n  int b(int n) { return n; }\n}\n"
        (tmp_path / f"P{i}.java").write_text(source)
    sources = sorted(str(path) for path in tmp_path.glob("P*.java"))
    subprocess.run(["javac", "-d", str(tmp_path), str(SOURCES / "Storm.java"), *sources], check=True)
    hooks = [hook(f"P{i}", name, "int", stack=False) for i in range(count) for name in "ab"]
    with watched(tmp_path, hooks, "Storm", str(count), out=out) as watch:
        watch.wait_for_end()
    assert sorted(event.hook for event in watch.events) == list(range(2 * count))
    assert {watch.report(i).status for i in range(2 * count)} == {HookStatus.INSTALLED}
    delays = [watch.report(i).installed_at_ms - watch.report(i).seen_at_ms for i in range(2 * count)]  # type: ignore[operator]
    assert max(delays) < 1500


def test_an_app_whose_main_returns_ends_while_it_is_watched_and_after(classes: Path, out: Path) -> None:
    hooks = [hook("Busy", "tick", STRING, "int")]
    with watched(classes, hooks, "Busy", "400", "go", "10", out=out) as watch:
        wait_until(lambda: bool(watch.events), "an event")
        assert watch.session.close()
        wait_until(lambda: "called 400" in watch.output(), "the app's last line")
        wait_until(lambda: has_ended(watch.session.pid), "the app's end")


def wait_for(records: list[Record], count: int) -> None:
    wait_until(lambda: len(records) > count, f"{count} records")


def has_ended(pid: int) -> bool:
    """Gone, or a zombie that Frida has not waited for yet."""
    try:
        return not Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return True
