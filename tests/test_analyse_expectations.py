"""Policies judged over runs, and the consent time line: a finding needs one run, clean needs proof from every run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.analyse.judging.beforehand import NO_TRACE
from harness.analyse.judging.consent import Timeline
from harness.analyse.judging.expectations import Heard, hear, judge_policies
from harness.model.findings import (
    UNATTRIBUTED,
    Analysis,
    Blind,
    Consent,
    ConsentCall,
    Disclosure,
    Grade,
    Outcome,
    ProcessFacts,
    RunFacts,
    StoredStep,
    Transmission,
    Verdict,
)
from harness.model.hook import Layer
from harness.model.policy import Expectation, Hearing, Judgement, Means, Policy, Scope
from harness.model.story import Joint, Story, StoryLink
from harness.trackers import load_pack
from tests.stored import Story as Played

SHIPPED = load_pack()
PHASES = ("start", "consent.rejected", "sign-in")
STEPS = tuple(
    StoredStep(step=f"step-{number}", ordinal=number, label=phase, phase=phase, started_ms=1000.0 * number)
    for number, phase in enumerate(PHASES)
)


def datum(at_ms: float, tracker: str = "alpha", category: str = "email", **changes: Any) -> Disclosure:
    """Handed over at a moment; its step and consent follow from that."""
    step = STEPS[int(at_ms // 1000)]
    facts: dict[str, Any] = {
        "run": "run-1",
        "process": "process-1",
        "seq": int(at_ms),
        "tracker": tracker,
        "category": category,
        "property": None,
        "value": "jo@example.org",
        "persona": "EMAIL",
        "chain": ("json", "raw"),
        "path": "/email",
        "layer": Layer.ENCODE,
        "step": step.step,
        "phase": step.phase,
        "consent": Timeline(STEPS).consent(step.step),
        "at_ms": at_ms,
        "grade": Grade.PLANTED,
    }
    return Disclosure(**{**facts, **changes})


def request(at_ms: float, tracker: str = "alpha", **changes: Any) -> Transmission:
    step = STEPS[int(at_ms // 1000)]
    facts: dict[str, Any] = {
        "run": "run-1",
        "process": "process-1",
        "seq": int(at_ms),
        "at_ms": at_ms,
        "step": step.step,
        "phase": step.phase,
        "consent": Timeline(STEPS).consent(step.step),
        "host": f"{tracker}.example",
        "path": "/",
        "method": "POST",
        "headers": (),
        "body_sha256": None,
        "bytes_out": 100,
        "tracker": tracker,
        "attributed_by": "host",
        "explanation": None,
        "explained_by": None,
        "blind": None,
    }
    return Transmission(**{**facts, **changes})


def told(at_ms: float, opts_out: bool | None, tracker: str = "alpha") -> ConsentCall:
    step = STEPS[int(at_ms // 1000)].step
    return ConsentCall(
        process="process-1", seq=int(at_ms), tracker=tracker, hook="h", opts_out=opts_out, step=step, at_ms=at_ms
    )


def run_facts(run: str = "run-1", **changes: Any) -> RunFacts:
    alive = ProcessFacts(process="process-1", pid=71, ready=True, pulses_sent=3, pulses_seen=3)
    facts: dict[str, Any] = {
        "run": run,
        "package": "com.example",
        "runtime": "jvm",
        "variant": "reject",
        "processes": (alive,),
        "completed": True,
        "books_closed": True,
    }
    return RunFacts(**{**facts, **changes})


def verdicts(**reasons: tuple[str, ...]) -> tuple[Verdict, ...]:
    """Of alpha, beta and the run: the run has all reasons, but not that somebody is absent."""
    every = {"alpha": (), "beta": (), **reasons}
    whole = tuple(dict.fromkeys(reason for each in every.values() for reason in each if reason != NO_TRACE))
    return tuple(
        Verdict(run="run-1", tracker=slug, outcome=Outcome.CLEAN, reasons=tuple(said))
        for slug, said in {"": whole, **every}.items()
    )


def found(*made: Disclosure | Transmission | ConsentCall, **changes: Any) -> Analysis:
    return Analysis(
        disclosures=tuple(each for each in made if isinstance(each, Disclosure)),
        transmissions=tuple(each for each in made if isinstance(each, Transmission)),
        consent_calls=tuple(each for each in made if isinstance(each, ConsentCall)),
        **{"verdicts": verdicts(), **changes},
    )


def policy(scope: Scope, **more: Any) -> Policy:
    one = Expectation(name="one", says="One thing.", forbid=scope, **more)
    return Policy(name="P", file="p.yaml", sha256="0", expectations=(one,))


def heard(scope: Scope, analysis: Analysis, *, run: RunFacts | None = None, **more: Any) -> Heard:
    return hear(policy(scope, **more), run=run or run_facts(), steps=STEPS, found=analysis)


def judged(scope: Scope, analysis: Analysis, *, run: RunFacts | None = None, **more: Any) -> Judgement:
    (one,) = judge_policies([heard(scope, analysis, run=run, **more)])
    return one


def test_one_occurrence_in_scope_is_a_finding_with_its_evidence() -> None:
    one = judged(Scope(consents=(Consent.BEFORE,)), found(datum(10), datum(20), datum(2100)))
    assert (one.outcome, one.found, one.runs, one.variant) == (Outcome.FINDING, 1, ("run-1",), "reject")
    (broken,) = one.broken
    assert (broken.seq, broken.tracker, broken.category, broken.consent) == (10, "alpha", "email", Consent.BEFORE)


@pytest.mark.parametrize(
    "scope",
    [
        Scope(trackers=("beta",)),
        Scope(but_trackers=("alpha",)),
        Scope(categories=("name",)),
        Scope(consents=(Consent.REJECTED,)),
        Scope(phases=("sign-in",)),
        Scope(grades=(Grade.FIELD,)),
        Scope(trackers=("alpha",), categories=("name",)),
    ],
)
def test_what_is_out_of_scope_breaks_nothing(scope: Scope) -> None:
    assert judged(scope, found(datum(10))).outcome is Outcome.CLEAN


def test_what_is_allowed_breaks_nothing() -> None:
    allow = (Scope(trackers=("alpha",), categories=("email",)),)
    assert judged(Scope(), found(datum(10)), allow=allow).outcome is Outcome.CLEAN
    one = judged(Scope(), found(datum(10), datum(11, category="name")), allow=allow)
    assert [broken.category for broken in one.broken] == ["name"]


def test_a_variant_that_is_not_named_is_not_judged() -> None:
    assert judge_policies([heard(Scope(variants=("accept",)), found(datum(10)))]) == ()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"processes": ()}, "no process of the app was instrumented"),
        ({"completed": False}, "not played to its end"),
        ({"books_closed": False, "books_reason": "3 events lost"}, "the books do not close: 3 events lost"),
        ({"gaps": ("attached after the app had started",)}, "attached after the app had started"),
    ],
)
def test_a_doubt_about_the_run_is_inconclusive_and_named(facts: dict[str, Any], words: str) -> None:
    one = judged(Scope(trackers=("alpha",)), found(), run=run_facts(**facts))
    assert one.outcome is Outcome.INCONCLUSIVE
    assert any(words in reason for reason in one.reasons)


def test_a_run_without_verdicts_of_the_trackers_in_scope_is_no_proof() -> None:
    one = judged(Scope(trackers=("gamma",)), found())
    assert (one.outcome, one.reasons) == (Outcome.INCONCLUSIVE, ("no hook file knows gamma: nobody looked",))


def test_only_doubts_about_trackers_in_scope_count() -> None:
    failed = found(verdicts=verdicts(alpha=("alpha.Encoder could not be hooked: why",)))
    assert judged(Scope(trackers=("beta",)), failed).outcome is Outcome.CLEAN
    assert judged(Scope(but_trackers=("alpha",)), failed).outcome is Outcome.CLEAN
    one = judged(Scope(trackers=("alpha",)), failed)
    assert (one.outcome, one.reasons) == (Outcome.INCONCLUSIVE, ("alpha.Encoder could not be hooked: why",))
    assert judged(Scope(), failed).outcome is Outcome.INCONCLUSIVE


def test_a_doubt_about_the_platform_counts_whoever_is_in_scope() -> None:
    shared = ("the hooks of the platform were not armed",)
    analysis = found(verdicts=verdicts(alpha=shared, beta=shared))
    assert judged(Scope(but_trackers=("alpha",)), analysis).outcome is Outcome.INCONCLUSIVE
    assert judged(Scope(but_trackers=("alpha", "beta")), analysis).outcome is Outcome.INCONCLUSIVE


def test_a_limit_is_named_and_leaves_it_clean() -> None:
    one = judged(Scope(), found(verdicts=verdicts(alpha=("limit: something is not seen",))))
    assert (one.outcome, one.reasons) == (Outcome.CLEAN, ("limit: something is not seen",))


def test_an_app_without_the_trackers_is_clean_and_says_absent() -> None:
    absent = found(verdicts=verdicts(alpha=(NO_TRACE,), beta=(NO_TRACE,)))
    one = judged(Scope(), absent)
    assert one.outcome is Outcome.CLEAN and one.reasons[0].startswith("absent, all 2 trackers")
    told_no = judged(Scope(trackers=("alpha",), hearings=(Hearing.OPTED_OUT,)), absent)
    assert (told_no.outcome, told_no.reasons) == (Outcome.CLEAN, (f"alpha is absent: {NO_TRACE}",))


def test_a_finding_keeps_its_reservations() -> None:
    one = judged(Scope(), found(datum(10)), run=run_facts(completed=False))
    assert one.outcome is Outcome.FINDING and "not played to its end" in one.reasons[0]


def test_found_in_k_of_n_runs() -> None:
    runs = [
        heard(Scope(), found(datum(10, run="a")), run=run_facts("a")),
        heard(Scope(), found(), run=run_facts("b")),
        heard(Scope(), found(), run=run_facts("c", completed=False)),
    ]
    (one,) = judge_policies(runs)
    assert (one.outcome, one.found, one.runs) == (Outcome.FINDING, 1, ("a", "b", "c"))
    assert one.reasons == ("1 of 3 runs: the scenario was not played to its end",)
    (unclear,) = judge_policies(runs[1:])
    assert (unclear.outcome, unclear.found) == (Outcome.INCONCLUSIVE, 0)
    (clean,) = judge_policies(runs[1:2])
    assert clean.outcome is Outcome.CLEAN


def test_variants_are_judged_apart() -> None:
    every = [
        heard(Scope(), found(datum(10)), run=run_facts("a", variant="accept")),
        heard(Scope(), found(), run=run_facts("b", variant="reject")),
    ]
    assert [(one.variant, one.outcome) for one in judge_policies(every)] == [
        ("accept", Outcome.FINDING),
        ("reject", Outcome.CLEAN),
    ]


def test_a_variant_that_never_comes_to_the_moment_is_left_out() -> None:
    after = policy(Scope(consents=(Consent.REJECTED,)))
    accept = hear(after, run=run_facts("a", variant="accept"), steps=STEPS[:1], found=found())
    reject = hear(after, run=run_facts("b", variant="reject"), steps=STEPS, found=found())
    assert [one.variant for one in judge_policies([accept, reject])] == ["reject"]
    (untried,) = judge_policies([accept])
    assert untried.outcome is Outcome.INCONCLUSIVE
    assert untried.reasons == ("the run came to no moment that is meant: after reject",)


def test_an_incomplete_run_is_not_left_out_for_what_it_never_came_to() -> None:
    scope = Scope(phases=("sign-in",))
    broken_off = hear(policy(scope), run=run_facts("a", completed=False), steps=STEPS[:1], found=found())
    whole = hear(policy(scope), run=run_facts("b", variant="accept"), steps=STEPS, found=found())
    outcomes = {one.variant: one.outcome for one in judge_policies([broken_off, whole])}
    assert outcomes == {"reject": Outcome.INCONCLUSIVE, "accept": Outcome.CLEAN}


AFTER_NO = Scope(hearings=(Hearing.OPTED_OUT,))


def test_what_comes_after_a_no_breaks_that_it_is_obeyed_and_what_came_before_does_not() -> None:
    assert judged(AFTER_NO, found(datum(10), told(1000, True))).outcome is Outcome.CLEAN
    assert judged(AFTER_NO, found(datum(2000), told(1000, True))).outcome is Outcome.FINDING
    assert judged(AFTER_NO, found(datum(2000), told(1000, True), told(1500, False))).outcome is Outcome.CLEAN
    other = found(datum(2000, tracker="beta"), told(1000, True))
    assert judged(AFTER_NO, other).outcome is Outcome.CLEAN


def test_a_switch_that_could_not_be_read_is_a_doubt() -> None:
    one = judged(AFTER_NO, found(told(1000, True), told(1100, None)))
    assert one.outcome is Outcome.INCONCLUSIVE and "could not be read" in one.reasons[0]


def test_a_datum_that_came_again_in_the_step_of_the_no_is_a_doubt() -> None:
    one = judged(AFTER_NO, found(datum(1000, times=2), told(1100, True)))
    assert one.outcome is Outcome.INCONCLUSIVE and "not told apart" in one.reasons[0]


def test_without_any_no_nothing_is_known_of_what_would_follow_it() -> None:
    one = judged(AFTER_NO, found(datum(2000)))
    assert one.outcome is Outcome.INCONCLUSIVE
    assert one.reasons == ("the run came to no moment that is meant: a tracker being told no",)


def test_what_counts_as_sent() -> None:
    sent: dict[str, Any] = {"means": Means.SENT}
    unrelated = found(datum(10), request(20), datum(11, tracker="beta"), request(30, tracker="beta"))
    assert judged(Scope(), unrelated, **sent).outcome is Outcome.CLEAN
    assert judged(Scope(), found(datum(10, layer=Layer.WIRE)), **sent).outcome is Outcome.FINDING
    by = found(datum(10), request(20, explained_by=("process-1", 10)))
    assert judged(Scope(), by, **sent).outcome is Outcome.FINDING
    links = [
        StoryLink(process="process-1", seq=seq, layer=layer, hook="h", step=None, at_ms=1.0, how=how)
        for seq, layer, how in ((10, Layer.ENCODE, ""), (20, Layer.WIRE, Joint.CONTAINED))
    ]
    story = Story(run="run-1", tracker="alpha", sha256="0", links=tuple(links), hosts=(), retries=0)
    assert judged(Scope(), found(datum(10), request(20), stories=(story,)), **sent).outcome is Outcome.FINDING
    said = replace(story, links=(replace(links[0], layer=Layer.API), links[1]))
    call = datum(10, layer=Layer.API)
    assert judged(Scope(), found(call, request(20), stories=(said,)), **sent).outcome is Outcome.CLEAN


@pytest.mark.parametrize("means", [Means.SENT, Means.REQUEST])
def test_where_nothing_could_leave_it_is_not_known_what_would_have(means: Means) -> None:
    offline = judged(Scope(), found(datum(10)), means=means)
    assert offline.outcome is Outcome.INCONCLUSIVE
    assert offline.reasons == (
        "no request of the app left the phone in this run: what it would send was not to be seen",
    )
    blocked = found(datum(10), request(20, tracker="beta"))
    one = judged(Scope(trackers=("alpha",)), blocked, means=means)
    assert one.outcome is Outcome.INCONCLUSIVE and one.reasons[0].startswith("alpha was handed data, and no request")
    assert (
        judged(Scope(trackers=("beta",), consents=(Consent.REJECTED,)), blocked, means=means).outcome is Outcome.CLEAN
    )


def test_what_was_handed_before_the_choice_and_left_after_it_was_sent_after_it() -> None:
    late = found(datum(10), request(1500, explained_by=("process-1", 10)))
    before = Scope(consents=(Consent.BEFORE,))
    assert judged(before, late).outcome is Outcome.FINDING
    assert judged(before, late, means=Means.SENT).outcome is Outcome.CLEAN


def test_any_request_counts_but_those_to_the_apps_own_servers() -> None:
    asked: dict[str, Any] = {"means": Means.REQUEST}
    assert judged(Scope(), found(request(10)), **asked).outcome is Outcome.FINDING
    assert judged(Scope(), found(request(10, tracker=UNATTRIBUTED)), **asked).outcome is Outcome.CLEAN
    unknown = found(request(10, tracker=UNATTRIBUTED, blind=Blind.UNCLAIMED))
    assert judged(Scope(), unknown, **asked).outcome is Outcome.FINDING


def test_two_overloads_of_a_switch_that_call_each_other_are_one_statement() -> None:
    switch = "FacebookSdk.setLimitEventAndDataUsage(android.content.Context,boolean)"
    played = Played(SHIPPED)
    yes, no = {"t": "boolean", "v": False}, {"t": "boolean", "v": True}
    context = {"t": "object", "c": "android.content.Context", "id": 1, "v": None}
    played.call(switch, context, no, elapsed_us=100, took_us=1000)
    played.call(switch, context, no, elapsed_us=300, took_us=100)
    played.call(switch, context, no, elapsed_us=5000, took_us=100)
    played.call(switch, context, yes, elapsed_us=6000, took_us=1000)
    played.call(switch, context, no, elapsed_us=6300, took_us=100)
    assert [call.opts_out for call in played.analyse().consent_calls] == [True, True, False, True]
