"""Disclosures of whole runs, told event by event: to whom, in which relation to the choices, and how often."""

from __future__ import annotations

import json

import pytest

from harness.model.findings import Consent, Grade
from tests.stored import Story, json_object, text
from tests.told import (
    APP_CODE,
    BRANCH_CODE,
    CIPHERTEXT,
    EMAIL,
    ENCODE,
    FACEBOOK_CODE,
    GRAPH_CODE,
    JAVA_CODE,
    JSON,
    LABEL,
    MIXPANEL_CODE,
    NOTE,
    PACK,
    POST,
    TRACK,
    recognised,
)


@pytest.mark.parametrize(
    ("frames", "tracker"),
    [
        ((APP_CODE,), None),
        ((JAVA_CODE, APP_CODE), None),
        ((), None),
        ((JAVA_CODE,), None),
        (("com.mixpanelish.Thing.run(Thing.java:1)",), None),
        ((APP_CODE, BRANCH_CODE), None),  # a tracker only called the app back
        (("org.json.JSONObject.toString(JSONObject.java:1)", APP_CODE, BRANCH_CODE), None),
        ((BRANCH_CODE, APP_CODE), "branch"),
        ((JAVA_CODE, GRAPH_CODE, FACEBOOK_CODE), "facebook"),  # a library between the two
        ((MIXPANEL_CODE, FACEBOOK_CODE), "mixpanel"),
    ],
)
def test_a_platform_payload_belongs_to_the_innermost_code_that_is_not_the_platform(
    frames: tuple[str, ...], tracker: str | None
) -> None:
    story = Story(PACK)
    story.call(JSON, returned=text(json.dumps({"note": NOTE.value})), frames=frames)
    found = [made.tracker for made in recognised(story.analyse(NOTE), "NOTE")]
    assert found == ([] if tracker is None else [tracker])


def test_a_marker_speaks_only_where_the_stack_is_silent() -> None:
    body = json.dumps({"branch_key": "key_live_x", "note": NOTE.value})
    for frames, trackers in (((APP_CODE,), []), ((), ["branch"]), ((GRAPH_CODE, JAVA_CODE), ["branch"])):
        story = Story(PACK)
        story.call(JSON, returned=text(body), frames=frames)
        assert [made.tracker for made in recognised(story.analyse(NOTE), "NOTE")] == trackers


def test_a_pulse_is_no_event_of_the_app() -> None:
    story = Story(PACK)
    story.call(JSON, returned=text(json.dumps({"note": NOTE.value})), frames=(MIXPANEL_CODE,), pulse="token")
    analysis = story.analyse(NOTE)
    assert (analysis.payloads, analysis.disclosures) == ((), ())


def test_consent_follows_the_choices_in_their_order() -> None:
    story = Story(PACK)
    for phase in ("start", "consent.later", "consent.accepted", "sign-in", "consent.withdrawn", "after"):
        story.step(phase)
        story.call(TRACK, text(f"in {phase}"), None)
    actions = [made for made in story.analyse().disclosures if made.category == "user_action"]
    assert [(made.phase, made.consent) for made in actions] == [
        ("start", Consent.BEFORE),
        ("consent.later", Consent.BEFORE),
        ("consent.accepted", Consent.ACCEPTED),
        ("sign-in", Consent.ACCEPTED),
        ("consent.withdrawn", Consent.WITHDRAWN),
        ("after", Consent.WITHDRAWN),
    ]


@pytest.mark.parametrize(
    ("key", "arguments", "opts_out"),
    [
        ("MixpanelAPI.optOutTracking()", [], True),
        ("MixpanelAPI.optInTracking()", [], False),
        ("Branch.disableTracking(boolean)", [True], True),
        ("Branch.disableTracking(boolean)", [False], False),
        ("FirebaseCrashlytics.setCrashlyticsCollectionEnabled(boolean)", [False], True),
        ("FirebaseCrashlytics.setCrashlyticsCollectionEnabled(boolean)", [True], False),
        ("FacebookSdk.setLimitEventAndDataUsage(android.content.Context,boolean)", [None, True], True),
        ("AppsFlyerLib.stop(boolean,android.content.Context)", [True, None], True),
        ("Branch.disableTracking(boolean)", [], None),
    ],
)
def test_what_the_app_tells_a_tracker_about_consent(
    key: str, arguments: list[bool | None], opts_out: bool | None
) -> None:
    story = Story(PACK)
    values = [None if value is None else {"t": "boolean", "v": value} for value in arguments]
    story.call(key, *values)
    (said,) = story.analyse().consent_calls
    assert said.opts_out is opts_out


def test_the_same_datum_in_one_step_is_one_disclosure_with_a_count() -> None:
    story = Story(PACK)
    event = {"event": "Seen", "properties": {"$carrier": "Canary Mobile"}}
    for phase in ("start", "sign-in"):
        story.step(phase)
        story.call(ENCODE, text(json.dumps([event, event])))
        story.call(ENCODE, text(json.dumps([event])))
    carriers = [made for made in story.analyse().disclosures if made.category == "carrier"]
    assert [(made.step, made.seq, made.times) for made in carriers] == [("step-0", 1, 3), ("step-1", 3, 3)]


def test_a_planted_value_in_a_labelled_field_is_said_once_with_both_proofs() -> None:
    story = Story(PACK)
    story.call(ENCODE, text(json.dumps([{"$set": {"$email": EMAIL.value}}])))
    (made,) = story.analyse(EMAIL).disclosures
    assert (made.grade, made.persona, bool(made.evidence)) == (Grade.PLANTED, "EMAIL", True)


def test_a_value_under_a_field_of_another_kind_is_both() -> None:
    story = Story(PACK)
    story.call(POST, text("u"), json_object(json.dumps({"identity": EMAIL.value})))
    made = story.analyse(EMAIL).disclosures
    assert sorted((one.category, one.grade) for one in made) == [("email", Grade.PLANTED), ("user_id", Grade.FIELD)]


def test_a_value_used_as_a_key_is_found_too() -> None:
    story = Story(PACK)
    story.call(POST, text("u"), json_object(json.dumps({"metadata": {EMAIL.value: "1"}})))
    (made,) = recognised(story.analyse(EMAIL), "EMAIL")
    assert made.chain == ("json", "key", "raw")


def test_an_api_call_is_read_argument_by_argument() -> None:
    story = Story(PACK)
    bundle = {
        "t": "bundle",
        "c": "android.os.Bundle",
        "v": [[text("fb_city"), text("x")], [text("m"), text(EMAIL.value)]],
    }
    story.call("appevents.AppEventsLogger.logEvent(java.lang.String,android.os.Bundle)", text("Saved"), bundle)
    made = {(one.category, one.path) for one in story.analyse(EMAIL).disclosures}
    assert made == {("user_action", "/0"), ("email", "/1/m")}


def test_the_two_halves_of_a_request_are_one_payload() -> None:
    story = Story(PACK)
    parameters = {
        "t": "bundle",
        "c": "android.os.Bundle",
        "v": [[text("custom_events"), text('[{"_eventName":"Saved"}]')]],
    }
    captured = {
        "returned.parameters": parameters,
        "returned.graphObject": json_object('{"anon_id":"XZ1","extinfo":"[\\"a2\\"]"}'),
    }
    story.call("com.facebook.appevents.FlushStatistics)", captured=captured)
    made = {(one.category, one.value, one.path) for one in story.analyse().disclosures}
    assert made == {("user_action", "Saved", "/custom_events/0/_eventName"), ("persistent_id", "XZ1", "/anon_id")}


def test_bytes_missing_from_the_case_file_are_a_fault() -> None:
    story = Story(PACK)
    missing = {"t": "bytes", "sha256": "0" * 64, "n": 12}
    story.call(CIPHERTEXT, text("u"), missing, text("POST"), None, None)
    (fault,) = story.analyse().faults
    assert (fault.seq, "12 bytes are not in the case file" in fault.message) == (1, True)


def test_what_the_agent_could_not_read_is_a_fault() -> None:
    story = Story(PACK)
    story.call(TRACK, text("Seen"), {"t": "cut", "why": "depth"})
    (fault,) = story.analyse().faults
    assert "depth" in fault.message


def test_the_same_rows_give_the_same_findings() -> None:
    story = Story(PACK)
    story.step("start")
    story.call(ENCODE, text(json.dumps([{"event": "Seen", "properties": {"$email": EMAIL.value}}])))
    story.request("https://api.mixpanel.com/track/", b"data=x")
    assert story.analyse(EMAIL, LABEL) == story.analyse(EMAIL, LABEL)
