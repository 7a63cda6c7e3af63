"""Hooks in place in time, and an app that notices nothing of them."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from harness.model.records import HookStatus, Ready
from tests.jvm import (
    OBJECT,
    STRING,
    hook,
    java,
    missing_jdk,
    text,
    watched,
)

pytestmark = pytest.mark.skipif(missing_jdk() is not None, reason=str(missing_jdk()))


def test_five_calls_before_anything_else_are_five_events(classes: Path, out: Path, core: str) -> None:
    hooks = [hook("Five", "hello", "long", STRING)]
    with watched(classes, hooks, "Five", out=out, core=core) as watch:
        assert watch.wait_for_end().reason == "process-terminated"
    numbers = [event.arguments[0]["v"] for event in watch.events]
    assert numbers == ["0", *(str(2**63 - 1 - i) for i in range(1, 6))]
    assert watch.events[1].arguments == ({"t": "long", "v": "9223372036854775806"}, text("call"))
    assert watch.events[1].returned == text("9223372036854775806call")
    assert [event.seq for event in watch.events] == [1, 2, 3, 4, 5, 6]
    assert watch.final().called == (6,)
    assert not watch.faults


def test_a_class_is_hooked_before_its_own_initialiser_and_not_initialised_by_us(
    classes: Path, out: Path, core: str
) -> None:
    hooks = [hook("Five", "hello", "long", STRING), hook("Library", "getInstance")]
    with watched(classes, hooks, "Five", out=out, core=core) as watch:
        watch.wait_for_end()
    assert watch.events[0].arguments[1] == text("initialiser")
    assert watch.report(0).status is HookStatus.INSTALLED
    assert watch.report(0).initialised_by_us is False
    assert watch.report(1).status is HookStatus.PENDING, "a class the app never used is not loaded for our sake"
    assert watch.of(Ready)[0].runtime == "jvm"


def test_every_hook_gets_an_answer_with_a_reason(classes: Path, out: Path, core: str) -> None:
    hooks = [
        hook("Five", "hello", "int"),
        hook("Five", "gone"),
        hook("Library", "start", STRING),
        hook("Library", "start", STRING, runtime="art"),
        hook("Library", "start", STRING, capture=("this is nothing",)),
        hook("No.Such", "method"),
        hook("Impl", "start", STRING, by=("Library", "nothing")),
    ]
    with watched(classes, hooks, "Library", out=out, core=core) as watch:
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


def test_a_hook_may_ask_for_every_overload_there_is(classes: Path, out: Path, core: str) -> None:
    every = [
        replace(hook("Overloads$Speaker", method), parameters=None, capture=("arguments",))
        for method in ("say", "$init")
    ]
    narrow = hook("Overloads$Speaker", "say", STRING, "int")
    none = replace(hook("Overloads$Speaker", "shout"), parameters=None)
    with watched(classes, [*every, narrow, none], "Overloads", out=out, core=core) as watch:
        watch.wait_for_end()
    said = [(event.hook, len(event.arguments)) for event in watch.events]
    # Constructors and methods call each other: each call is one event, of every hook that asked for it.
    assert sorted(said) == sorted([(1, 0), (1, 1), (0, 0), (0, 2), (2, 2), (0, 1), (0, 1)])
    assert [watch.report(i).status for i in range(4)] == [HookStatus.INSTALLED] * 3 + [HookStatus.OVERLOAD_MISSING]
    assert watch.final().called == (4, 2, 1, 0)
    assert not watch.faults


def test_a_renamed_field_is_told_under_the_name_that_the_hook_file_gives_it(
    classes: Path, out: Path, core: str
) -> None:
    renamed = hook("Overloads$Speaker", "say", capture=("this.known",), read_as=(("this.known", "this.name"),))
    with watched(classes, [renamed], "Overloads", out=out, core=core) as watch:
        watch.wait_for_end()
    assert [event.captured for event in watch.events] == [{"this.known": text("nobody")}]
    assert not watch.faults


def test_a_missing_overload_names_those_that_are_there(classes: Path, out: Path, core: str) -> None:
    hooks = [hook("Five", "hello", "int"), hook("Five", "gone")]
    with watched(classes, hooks, "Five", out=out, core=core) as watch:
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


def test_the_app_gets_its_own_objects_and_exceptions_exactly_as_without_hooks(
    classes: Path, out: Path, core: str
) -> None:
    bare = out.with_name("bare.txt")
    subprocess.run([java(), f"-Dout={bare}", "-cp", str(classes), "Fidelity"], check=True)
    with watched(classes, FIDELITY, "Fidelity", out=out, core=core, lossless=True) as watch:
        watch.wait_for_end()
    assert watch.output() == bare.read_text().splitlines()
    assert all(line.endswith("[]") for line in watch.output()[: len(STRINGS)])
    assert watch.output()[len(STRINGS) :] == ["primitives true", "bytes true", "toString of the app's exception ran 0"]
    assert [watch.report(i).status for i in range(len(FIDELITY))] == [HookStatus.INSTALLED] * len(FIDELITY)
    assert not watch.faults


def test_awkward_strings_are_read_to_the_last_unit(classes: Path, out: Path, core: str) -> None:
    with watched(classes, FIDELITY, "Fidelity", out=out, core=core, lossless=True) as watch:
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


def test_a_class_learned_from_what_a_method_returns_is_hooked_before_its_first_call(
    classes: Path, out: Path, core: str
) -> None:
    by = ("Library", "getInstance")
    hooks = [hook("Library", "start", STRING, by=by), hook("Library", "inherited", STRING, by=by)]
    with watched(classes, hooks, "Library", out=out, core=core) as watch:
        watch.wait_for_end()
    calls = [(event.hook, event.arguments[0]["v"]) for event in watch.events]
    assert calls == [(0, "first"), (0, "second"), (1, "third")]
    assert watch.report(0).class_name == "Library$a1"
    assert watch.report(0).status is HookStatus.INSTALLED
    assert {event.this_class for event in watch.events} == {"Library$a1"}


def test_a_class_that_comes_late_is_hooked_in_every_loader(classes: Path, out: Path, core: str) -> None:
    hooks = [hook("Plugin", "run", "int")]
    with watched(classes, hooks, "Late", str(classes / "late"), out=out, core=core) as watch:
        watch.wait_for_end()
    numbers = [event.arguments[0]["v"] for event in watch.events]
    assert numbers[:4] == [-1, 0, -1, 1]
    assert sorted(numbers[4:]) == [-1, *range(100, 108)]
    assert watch.report(0).status is HookStatus.INSTALLED
    assert watch.report(0).seen_at_ms is not None
