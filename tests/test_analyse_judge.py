"""Verdicts: clean needs proof, and every doubt is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.analyse import analyse_run
from harness.model.findings import Analysis, Outcome, ProcessFacts, StoredHook
from harness.model.records import HookStatus, SelfCheckOutcome
from harness.trackers import load_pack
from tests.stored import Story, text

PACK = load_pack()
TRACK = "MixpanelAPI.track(java.lang.String)"


def judged(story: Story, hooks: list[StoredHook], **facts: Any) -> Analysis:
    return analyse_run(
        run=story.facts(**facts),
        events=story.events,
        blobs=story.blobs,
        stacks=story.stacks,
        hooks=hooks,
        steps=story.steps,
        persona=(),
        pack=PACK,
    )


def outcomes(analysis: Analysis) -> dict[str, Outcome]:
    return {verdict.tracker: verdict.outcome for verdict in analysis.verdicts}


def reasons(analysis: Analysis, tracker: str = "") -> tuple[str, ...]:
    (verdict,) = [verdict for verdict in analysis.verdicts if verdict.tracker == tracker]
    return verdict.reasons


def changed(hooks: list[StoredHook], status: HookStatus, *, tracker: str, only: str = "") -> list[StoredHook]:
    return [
        replace(hook, status=status, reason="why") if hook.tracker == tracker and only in hook.key else hook
        for hook in hooks
    ]


def test_a_run_in_which_nothing_happened_and_nothing_was_missing_is_clean() -> None:
    story = Story(PACK)
    analysis = judged(story, story.armed())
    assert set(outcomes(analysis).values()) == {Outcome.CLEAN}
    assert reasons(analysis) == ()


def test_a_disclosure_is_a_finding_for_its_tracker_and_the_run_alone() -> None:
    story = Story(PACK)
    story.call(TRACK, text("Seen"))
    found = outcomes(judged(story, story.armed()))
    assert {tracker for tracker, outcome in found.items() if outcome is Outcome.FINDING} == {"", "mixpanel"}
    assert found["branch"] is Outcome.CLEAN


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"processes": ()}, "no process of the app was instrumented"),
        ({"completed": False}, "not played to its end"),
        ({"books_closed": False, "books_reason": "3 events lost"}, "the books do not close: 3 events lost"),
        ({"gaps": ("events 4 to 9 are missing: killed",)}, "events 4 to 9 are missing"),
    ],
)
def test_a_doubt_about_the_run_makes_every_verdict_inconclusive(facts: dict[str, Any], words: str) -> None:
    story = Story(PACK)
    analysis = judged(story, story.armed(), **facts)
    assert set(outcomes(analysis).values()) == {Outcome.INCONCLUSIVE}
    assert any(words in reason for reason in reasons(analysis))


@pytest.mark.parametrize(
    ("ready", "sent", "seen", "words"),
    [
        (False, 3, 3, "the agent in process 71 did not report"),
        (True, 3, 0, "no sign of life arrived from process 71"),
        (True, 0, 0, "no sign of life arrived from process 71"),
        (True, 3, 2, "1 of 3 signs of life from process 71 did not arrive"),
    ],
)
def test_without_its_pulses_a_run_is_inconclusive(ready: bool, sent: int, seen: int, words: str) -> None:
    story = Story(PACK)
    silent = ProcessFacts(process="process-1", pid=71, ready=ready, pulses_sent=sent, pulses_seen=seen)
    analysis = judged(story, story.armed(), processes=(silent,))
    assert outcomes(analysis)[""] is Outcome.INCONCLUSIVE
    assert words in reasons(analysis)


@pytest.mark.parametrize(
    ("sign", "status", "calls", "there"),
    [
        ("blind/wire/Cronet: module", HookStatus.INSTALLED, None, True),
        ("blind/wire/Cronet: class", HookStatus.PENDING, None, False),
        ("blind/wire/WebView bridge: call", HookStatus.INSTALLED, 0, False),
        ("blind/wire/WebView bridge: call", HookStatus.INSTALLED, 2, True),
    ],
)
def test_what_no_hook_sees_into_forbids_clean_where_it_is(
    sign: str, status: HookStatus, calls: int | None, there: bool
) -> None:
    story = Story(PACK, runtime="art")
    armed = story.armed()
    assert any(hook.key.startswith(sign) for hook in armed)
    hooks = [replace(hook, status=status, calls=calls) if hook.key.startswith(sign) else hook for hook in armed]
    analysis = judged(story, hooks)
    assert set(outcomes(analysis).values()) == {Outcome.INCONCLUSIVE if there else Outcome.CLEAN}
    assert [reason.startswith("blind spot: ") for reason in reasons(analysis)] == [True] * there


@pytest.mark.parametrize(
    ("check", "outcome", "words"),
    [
        (SelfCheckOutcome.SOUND, Outcome.CLEAN, ""),
        (SelfCheckOutcome.CURED, Outcome.CLEAN, ""),
        (SelfCheckOutcome.FALLBACK, Outcome.CLEAN, ""),
        (None, Outcome.CLEAN, ""),
        (SelfCheckOutcome.BLIND, Outcome.CLEAN, "limit: in process 71, calls from within"),
        (SelfCheckOutcome.UNAVAILABLE, Outcome.CLEAN, "limit: in process 71, it is not known"),
        (SelfCheckOutcome.REFUSED, Outcome.INCONCLUSIVE, "hooks cannot be trusted in process 71"),
    ],
)
def test_the_self_check_of_one_process_counts_for_the_run(
    check: SelfCheckOutcome | None, outcome: Outcome, words: str
) -> None:
    story = Story(PACK)
    facts: dict[str, Any] = {"ready": True, "pulses_sent": 1, "pulses_seen": 1}
    checked = ProcessFacts(process="process-1", pid=71, self_check=check, self_check_detail="2 of 4", **facts)
    child = ProcessFacts(process="process-2", pid=72, name="com.example.doorbell:remote", **facts)
    analysis = judged(story, story.armed(), processes=(checked, child))
    assert set(outcomes(analysis).values()) == {outcome}
    assert [reason.startswith(words) and reason.endswith("(2 of 4)") for reason in reasons(analysis)] == [True] * bool(
        words
    )


def test_a_finding_stays_one_and_keeps_its_reservations() -> None:
    story = Story(PACK)
    story.call(TRACK, text("Seen"))
    analysis = judged(story, story.armed(), completed=False)
    assert outcomes(analysis)["mixpanel"] is Outcome.FINDING
    assert outcomes(analysis)["branch"] is Outcome.INCONCLUSIVE
    assert reasons(analysis, "mixpanel") == ("the scenario was not played to its end",)


def test_a_hook_that_failed_leaves_only_its_tracker_inconclusive() -> None:
    story = Story(PACK)
    analysis = judged(story, changed(story.armed(), HookStatus.FAILED, tracker="mixpanel", only="track("))
    assert outcomes(analysis)["mixpanel"] is Outcome.INCONCLUSIVE
    assert outcomes(analysis)["branch"] is Outcome.CLEAN
    assert "MixpanelAPI.track could not be hooked: why" in reasons(analysis, "mixpanel")[0]


def test_a_failed_platform_hook_leaves_everybody_inconclusive() -> None:
    story = Story(PACK)
    hooks = [replace(hook, status=HookStatus.FAILED) if hook.tracker is None else hook for hook in story.armed()]
    assert set(outcomes(judged(story, hooks)).values()) == {Outcome.INCONCLUSIVE}


def test_without_a_look_into_the_code_a_tracker_of_which_no_hook_was_installed_is_not_proven_absent() -> None:
    story = Story(PACK)
    hooks = changed(story.armed(), HookStatus.PENDING, tracker="facebook")
    analysis = judged(story, hooks)
    assert outcomes(analysis)["facebook"] is Outcome.INCONCLUSIVE
    assert reasons(analysis, "facebook") == (
        "Facebook App Events: no hook of it was installed, and nobody looked whether its code is in the app",
    )


def test_code_that_was_never_loaded_is_no_hole() -> None:
    story = Story(PACK)
    hooks = changed(story.armed(), HookStatus.PENDING, tracker="facebook", only="AppEventsLogger")
    assert outcomes(judged(story, hooks))["facebook"] is Outcome.CLEAN


def test_a_method_of_other_versions_is_no_hole() -> None:
    story = Story(PACK)
    hooks = changed(story.armed(), HookStatus.OVERLOAD_MISSING, tracker="mixpanel", only="trackScreenView")
    hooks = changed(hooks, HookStatus.OVERLOAD_MISSING, tracker="mixpanel", only="MixpanelAPI.alias")
    assert outcomes(judged(story, hooks))["mixpanel"] is Outcome.CLEAN


def test_a_class_that_has_none_of_its_methods_was_renamed_inside() -> None:
    story = Story(PACK)
    hooks = changed(story.armed(), HookStatus.OVERLOAD_MISSING, tracker="mixpanel", only="Base64Coder")
    analysis = judged(story, hooks)
    assert outcomes(analysis)["mixpanel"] is Outcome.INCONCLUSIVE
    assert "Base64Coder is there, but without the methods" in reasons(analysis, "mixpanel")[0]


def test_hooks_that_were_never_armed_are_missed() -> None:
    story = Story(PACK)
    analysis = judged(story, [hook for hook in story.armed() if hook.tracker != "branch"])
    assert reasons(analysis, "branch") == ("the hooks of Branch were not armed",)


def test_a_blind_spot_is_counted_by_receiver() -> None:
    story = Story(PACK)
    story.request("https://api2.branch.io/v1/open", bytes(range(128, 250)))
    story.request("https://api2.branch.io/v1/close", bytes(range(128, 240)))
    story.request("https://collect.example.net/x", bytes(range(128, 230)))
    analysis = judged(story, story.armed())
    assert [(verdict.tracker, verdict.outcome) for verdict in analysis.verdicts if verdict.reasons] == [
        ("", Outcome.INCONCLUSIVE),
        ("branch", Outcome.INCONCLUSIVE),
    ]
    assert reasons(analysis, "branch") == (
        "blind spot: 2 requests to api2.branch.io: no captured payload has the content of this body",
    )
    assert any("1 request to collect.example.net: no hook file claims" in reason for reason in reasons(analysis))
