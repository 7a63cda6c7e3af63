"""What was known of an app before it ran, in the verdicts: absent, unseen, misspelt, or kept on the phone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.model.code import AppPackage
from harness.model.findings import Analysis, Outcome
from harness.model.hook import Hook, Layer
from harness.model.preflight import Found, HookForecast, Preflight, SdkFound, Tier
from harness.model.records import HookStatus
from harness.model.rest import RestStored
from harness.model.tracker import Effect, RestFile, RestFormat, Tracker
from harness.trackers import load_pack
from tests.foreseen_apps import (
    LOG,
    NOTE,
    PACK,
    SERVER,
    TRACK,
    analysed,
    foreseen,
    made_hook,
    renamed,
)
from tests.rows import digest
from tests.stored import Story


def verdict(found: Analysis, tracker: str) -> tuple[Outcome, tuple[str, ...]]:
    (one,) = [each for each in found.verdicts if each.tracker == tracker]
    return one.outcome, one.reasons


def pending(story: Story) -> list[Any]:
    return [replace(hook, status=HookStatus.PENDING) if hook.tracker else hook for hook in story.armed()]


NO_TRACE = "no trace of it in the app's code (preflight)"


def test_a_tracker_of_which_the_code_has_no_trace_is_clean_and_says_why() -> None:
    story = Story(PACK)
    found = analysed(story, seen=foreseen(), hooks=pending(story))
    assert verdict(found, "beta") == (Outcome.CLEAN, (NO_TRACE,))
    assert verdict(found, "") == (Outcome.CLEAN, ())


@pytest.mark.parametrize(
    "seen",
    [
        None,
        foreseen(app=AppPackage(files=(), faults=("classes2.dex cannot be read",))),
        foreseen(renamed=(renamed("a.b", None, "beta"),)),
    ],
)
def test_absence_is_said_only_where_it_was_looked_for_and_all_code_was_read(seen: Preflight | None) -> None:
    story = Story(PACK)
    assert NO_TRACE not in verdict(analysed(story, seen=seen, hooks=pending(story)), "beta")[1]


def test_a_class_that_came_late_and_a_request_are_traces() -> None:
    story = Story(PACK)
    assert NO_TRACE not in verdict(analysed(story, seen=foreseen()), "beta")[1], "its hooks are in place"
    story.request("https://api.beta.example/x", b"one=1&two=2")
    assert NO_TRACE not in verdict(analysed(story, seen=foreseen(), hooks=pending(story)), "beta")[1]


def test_absence_does_not_mend_a_run_that_shows_nothing() -> None:
    story = Story(PACK)
    found = analysed(story, seen=foreseen(), hooks=pending(story), run=story.facts(processes=()))
    assert verdict(found, "beta") == (Outcome.INCONCLUSIVE, ("no process of the app was instrumented", NO_TRACE))


def forecast(hook: Hook, found: Found, tier: Tier = Tier.PLATFORM) -> HookForecast:
    return HookForecast(
        key=hook.key,
        tracker=hook.tracker,
        found=found,
        tier=tier,
        class_name=hook.class_name,
        method=hook.method,
        parameters=(),
    )


def sdk(tier: Tier) -> SdkFound:
    return SdkFound(tracker="alpha", version=None, tier=tier, classes=4, evidence=())


def test_an_sdk_under_other_names_says_how_much_of_it_is_hooked() -> None:
    hooks = (
        forecast(TRACK, Found.RENAMED, Tier.FINGERPRINT),
        forecast(LOG, Found.CANDIDATES),
        forecast(SERVER, Found.ABSENT),
    )
    story = Story(PACK)
    found = analysed(story, seen=foreseen(sdks=(sdk(Tier.FINGERPRINT),), hooks=hooks))
    words = (
        "limit: Alpha is in the app under other names: 1 of 3 hooks found; the rest is seen only in the platform layer"
    )
    assert verdict(found, "alpha") == (Outcome.CLEAN, (words,))
    assert verdict(found, "") == (Outcome.CLEAN, (words,))


def test_methods_that_an_sdk_with_its_own_names_does_not_have_limit_nothing_but_are_said() -> None:
    hooks = (forecast(TRACK, Found.FOUND, Tier.EXACT), forecast(LOG, Found.ABSENT))
    story = Story(PACK)
    found = analysed(story, seen=foreseen(sdks=(sdk(Tier.EXACT),), hooks=hooks))
    absent = "limit: 1 of 2 hooks are armed for methods that are not in the app's code"
    assert verdict(found, "alpha") == (Outcome.CLEAN, (absent,))
    assert verdict(found, "") == (Outcome.CLEAN, ())


def test_an_encode_hook_for_code_that_a_present_sdk_does_not_have_forbids_to_call_it_clean() -> None:
    misspelt = made_hook("alpha", "com.alpha.sdk.Sendr.send", layer=Layer.ENCODE)
    pack = replace(PACK, trackers=(replace(PACK.trackers[0], hooks=(TRACK, misspelt)), PACK.trackers[1]))
    hooks = (forecast(TRACK, Found.FOUND, Tier.EXACT), forecast(misspelt, Found.ABSENT))
    found = analysed(Story(pack), seen=foreseen(sdks=(sdk(Tier.EXACT),), hooks=hooks), pack=pack)
    outcome, reasons = verdict(found, "alpha")
    assert outcome is Outcome.INCONCLUSIVE
    assert reasons[0] == (
        "Alpha is in the app, but not where hooks expect it: no com.alpha.sdk.Sendr.send; misspelt, or renamed"
    )
    assert verdict(found, "")[0] is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(("other", "limited"), [(Found.FOUND, False), (Found.NOT_ASKED, True)])
def test_another_overload_limits_its_tracker_where_no_hook_has_it(other: Found, limited: bool) -> None:
    hooks = (forecast(TRACK, Found.OTHER_OVERLOAD), forecast(TRACK, other, Tier.EXACT))
    story = Story(PACK)
    found = analysed(story, seen=foreseen(sdks=(sdk(Tier.EXACT),), hooks=hooks))
    words = ("limit: there with other parameters than any hook has, and so not seen: Api.track",)
    assert verdict(found, "alpha") == (Outcome.CLEAN, words if limited else ())
    assert verdict(found, "") == (Outcome.CLEAN, ())


@pytest.mark.parametrize("lost", [Found.CANDIDATES, Found.INLINED])
def test_code_that_is_elsewhere_limits_the_run(lost: Found) -> None:
    hooks = (forecast(TRACK, Found.RENAMED, Tier.MAPPING), forecast(LOG, lost))
    story = Story(PACK)
    found = analysed(story, seen=foreseen(sdks=(sdk(Tier.MAPPING),), hooks=hooks))
    (words,) = verdict(found, "")[1]
    assert words.startswith("limit: Alpha: 1 of 2 hooks found, 1 more are uncertain or inlined; the rest is seen only")


def test_hooks_of_other_versions_are_not_missed() -> None:
    absent = replace(forecast(LOG, Found.ABSENT), expected=False)
    story = Story(PACK)
    seen = foreseen(sdks=(sdk(Tier.FINGERPRINT),), hooks=(forecast(TRACK, Found.RENAMED, Tier.FINGERPRINT), absent))
    assert verdict(analysed(story, seen=seen), "alpha") == (Outcome.CLEAN, ())


def test_a_value_kept_on_the_phone_that_no_hook_saw_forbids_to_call_its_tracker_clean() -> None:
    row = RestFile(path="shared_prefs/alpha.xml", format=RestFormat.PREFERENCES, meaning="", evidence="")
    pack = replace(PACK, trackers=(replace(PACK.trackers[0], at_rest=(row,)), PACK.trackers[1]))
    content = f'<map><string name="note">{NOTE.value}</string></map>'.encode()
    story = Story(PACK)
    story.content(content)
    stored = RestStored(
        id="1",
        tracker="alpha",
        path=row.path,
        device_path=f"/data/data/com.example.doorbell/{row.path}",
        size=len(content),
        sha256=digest(content),
        modified_ms=9e12,
        collected_ms=9e12,
        meaning="",
    )
    found = analysed(story, NOTE, pack=pack, rest=(stored,))
    unseen = f"{row.path} on the phone holds NOTE, and no hook saw the tracker being given it"
    assert verdict(found, "alpha") == (Outcome.INCONCLUSIVE, (unseen,))
    assert verdict(found, "beta") == (Outcome.CLEAN, ())


SHIPPED = load_pack()


@pytest.mark.parametrize(
    "tracker", [tracker for tracker in SHIPPED.trackers if tracker.consent], ids=lambda one: one.slug
)
def test_every_call_about_consent_that_a_hook_file_names_is_told_as_one(tracker: Tracker) -> None:
    hooks = {hook.key: hook for hook in SHIPPED.hooks("art")}
    switches = [switch for switch in tracker.consent if switch.hook in hooks]
    story = Story(SHIPPED, runtime="art")
    for switch in switches:
        given = {"t": "boolean", "v": bool(switch.opts_out_when)}
        story.call(switch.hook, *[given] * (switch.argument + 1))
    told = analysed(story, pack=SHIPPED, hooks=()).consent_calls
    assert [(call.tracker, call.hook) for call in told] == [(tracker.slug, switch.hook) for switch in switches]
    assert switches
    assert [call.opts_out for call in told] == [switch.effect is not Effect.OPT_IN for switch in switches]
