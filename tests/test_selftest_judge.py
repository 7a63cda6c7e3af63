"""How the self-test judges: made-up outputs and observations, no device."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from harness.model.hook import Hook, Layer
from harness.model.records import (
    AgentFault,
    Counters,
    Detached,
    Event,
    HookReport,
    HookStatus,
    Ready,
    Record,
    SelfCheck,
    SelfCheckOutcome,
)
from harness.selftest import Difference, Observed, Outcome, Plan, boot_plan, compare, judge, program_plan, read_lines
from harness.selftest.observe import Sink

SOUND = Observed(
    runtime="jvm",
    captured=3,
    dropped=0,
    closed=True,
    in_place=2,
    unproven=(),
    faults=(),
    self_check=None,
    ended="process-terminated",
)


def _judged(without: dict[str, str], hooked: dict[str, str], **observed: Any) -> Outcome:
    return judge("native", without, hooked, dataclasses.replace(SOUND, **observed), 2)


def _check(outcome: SelfCheckOutcome) -> SelfCheck:
    return SelfCheck(at_ms=1.0, runtime="art", outcome=outcome, detail="")


def test_equal_outputs_are_sound() -> None:
    outcome = _judged({"a: b": "1", "c: d": "2"}, {"c: d": "2", "a: b": "1"})
    assert (outcome.sound, outcome.equal, outcome.reasons) == (True, 2, ())


def test_a_changed_case_is_named_with_both_results() -> None:
    outcome = _judged({"a: b": "1", "c: d": "2"}, {"a: b": "1", "c: d": "3"})
    assert outcome.differences == (Difference(case="c: d", without="2", hooked="3"),)
    assert (outcome.sound, outcome.equal, outcome.reasons) == (False, 1, ("1 cases differ",))


def test_a_case_that_never_came_differs_so_does_one_that_came_of_itself() -> None:
    assert compare({"a: b": "1"}, {"e: f": "1"}) == (
        Difference(case="a: b", without="1", hooked=None),
        Difference(case="e: f", without=None, hooked="1"),
    )


def test_a_limit_is_told_and_judges_nothing() -> None:
    outcome = _judged({"a: b": "1", "limit: l": "x"}, {"a: b": "1", "limit: l": "y"})
    assert [one.case for one in outcome.limits] == ["limit: l"]
    assert (outcome.sound, outcome.cases) == (True, ("a: b",))


def test_what_a_core_cannot_do_is_named_and_not_counted_as_equal() -> None:
    case = "number: signalling NaN"
    outcome = judge("plain", {"a: b": "1", case: "x"}, {"a: b": "1"}, SOUND, 2)
    assert (outcome.beyond, outcome.cases, outcome.sound) == ((case,), ("a: b",), True)
    assert judge("plain", {case: "x"}, {case: "y"}, SOUND, 2).differences, "it was run all the same"
    assert judge("native", {case: "x"}, {}, SOUND, 2).differences, "the other core has no such excuse"


@pytest.mark.parametrize(
    ("observed", "reason"),
    [
        ({"closed": False}, "the books do not close"),
        ({"unproven": ("x.y(): not called",)}, "1 hooks were not in place or not called"),
        ({"faults": ("call: x", "art: y")}, "2 faults of the agent"),
        ({"self_check": _check(SelfCheckOutcome.REFUSED)}, "the session's own check: refused"),
    ],
)
def test_equal_outputs_prove_nothing_when(observed: dict[str, Any], reason: str) -> None:
    outcome = _judged({"a: b": "1"}, {"a: b": "1"}, **observed)
    assert outcome.reasons == (reason,)
    assert not outcome.sound


def test_no_case_at_all_is_not_sound() -> None:
    assert _judged({}, {}).reasons == ("no case was run",)


def test_a_self_check_that_needed_a_cure_is_sound() -> None:
    assert _judged({"a: b": "1"}, {"a: b": "1"}, self_check=_check(SelfCheckOutcome.CURED)).sound


def test_lines_are_read_by_the_first_tab_and_the_last_word_is_no_case() -> None:
    assert read_lines("text: a\tx\tstill x\nb\t\nend\n") == {"text: a": "x\tstill x", "b": ""}


def _hook(name: str) -> Hook:
    return Hook(key=f"A.{name}()", tracker=None, layer=Layer.API, class_name="A", method=name, parameters=())


def _report(index: int, status: HookStatus, *, reason: str | None = None, by_us: bool | None = False) -> HookReport:
    return HookReport(
        index=index,
        status=status,
        reason=reason,
        initialised_by_us=by_us,
        seen_at_ms=None,
        installed_at_ms=None,
        class_name="A",
    )


def _event(seq: int, pulse: str | None = None) -> Event:
    return Event(
        seq=seq,
        hook=0,
        at_ms=1.0,
        elapsed_us=1,
        took_us=1,
        thread_id=1,
        thread_name="main",
        stack=None,
        this_id=None,
        this_class=None,
        pulse=pulse,
    )


def _counters(called: tuple[int, ...], *, dropped: tuple[int, ...], final: bool = True) -> Counters:
    return Counters(at_ms=1.0, last_seq=1, called=called, dropped=dropped, final=final)


def _observed(plan: Plan, *records: Record) -> Observed:
    sink = Sink()
    for record in records:
        sink(record)
    return sink.observed(plan)


def test_the_books_close_when_calls_are_events_and_drops() -> None:
    plan = Plan(hooks=(_hook("a"),), never=frozenset())
    report = _report(0, HookStatus.INSTALLED)
    seen = _observed(
        plan,
        Ready(at_ms=1.0, runtime="jvm", pid=1),
        report,
        _event(1),
        _event(2, pulse="not a call of the app"),
        _counters((2,), dropped=(1,)),
        Detached(at_ms=2.0, reason="process-terminated", crash=None),
    )
    assert (seen.runtime, seen.captured, seen.dropped, seen.closed, seen.in_place) == ("jvm", 1, 1, True, 1)
    assert (seen.unproven, seen.ended) == ((), "process-terminated")


@pytest.mark.parametrize("counters", [_counters((2,), dropped=(0,)), _counters((1,), dropped=(0,), final=False), None])
def test_the_books_do_not_close_with_a_call_missing_or_without_last_counts(counters: Counters | None) -> None:
    plan = Plan(hooks=(_hook("a"),), never=frozenset())
    records: list[Record] = [_report(0, HookStatus.INSTALLED), _event(1), *([counters] if counters else [])]
    assert not _observed(plan, *records).closed


def test_a_hook_that_was_not_set_not_called_or_not_answered_for_is_not_proven() -> None:
    plan = Plan(hooks=(_hook("a"), _hook("b"), _hook("c")), never=frozenset())
    seen = _observed(
        plan,
        _report(0, HookStatus.OVERLOAD_MISSING, reason="there is a(I)"),
        _report(1, HookStatus.INSTALLED),
        _counters((0, 0, 0), dropped=(0, 0, 0)),
    )
    assert seen.unproven == ("A.a(): there is a(I)", "A.b(): not called", "A.c(): no answer")


def test_a_class_that_the_program_never_uses_may_wait_but_not_be_initialised_for_our_sake() -> None:
    plan = Plan(hooks=(_hook("a"), _hook("b")), never=frozenset({"A.a()", "A.b()"}))
    seen = _observed(
        plan,
        _report(0, HookStatus.PENDING, reason="class A not seen yet"),
        _report(1, HookStatus.INSTALLED, by_us=True),
    )
    assert seen.unproven == ("A.b(): initialised for our sake",)


def test_faults_and_the_sessions_own_check_are_kept() -> None:
    check = _check(SelfCheckOutcome.CURED)
    seen = _observed(Plan(hooks=(), never=frozenset()), AgentFault(at_ms=1.0, where="call", message="x"), check)
    assert (seen.faults, seen.self_check) == (("call: x",), check)


def test_both_lists_of_hooks_can_be_read() -> None:
    assert len(program_plan("native").hooks) > 140
    assert {hook.method for hook in program_plan("native").hooks} >= {"$init", "lambda$of$0", "echo"}
    assert program_plan("native").never == {
        "selftest.app.Mentioned.$init()",
        "selftest.app.Mentioned.never()",
        "selftest.app.Unused.$init()",
        "selftest.app.Unused.never()",
    }
    assert program_plan("plain").never - program_plan("native").never == {"selftest.app.Shared.endless(int)"}
    assert boot_plan().hooks[0].parameters == ("java.lang.String", "java.lang.String")
    assert all(hook.class_name.startswith("java.") for hook in boot_plan().hooks)
