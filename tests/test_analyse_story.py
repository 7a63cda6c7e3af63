"""One payload seen at several places is one story, joined by proof; what is seen twice or sent again counts once."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from urllib.parse import urlencode

from harness.model.findings import Analysis, Disclosure, Explanation
from harness.model.hook import Layer
from tests.stored import Story, json_object, text
from tests.told import (
    APP_CODE,
    APPSFLYER_CODE,
    EMAIL,
    ENCODE,
    FINISH,
    GZIP,
    IV,
    JSON,
    KEY,
    MIXPANEL_CODE,
    PACK,
    TRACK,
    TRACK_NAME,
    TRACKING,
    encrypt,
    only_story,
    openssl,
    recognised,
    ways,
)


def emails(analysis: Analysis, layer: Layer) -> list[Disclosure]:
    return [made for made in recognised(analysis, "EMAIL") if made.layer is layer]


def test_said_encoded_and_sent_is_one_story() -> None:
    story = Story(PACK)
    story.step("sign-in")
    story.call(TRACK, text("Signed In"), json_object(json.dumps({"$email": EMAIL.value})), frames=(APP_CODE,))
    batch = json.dumps([{"event": "Signed In", "properties": {"$email": EMAIL.value, "$os": "Android"}}])
    story.call(ENCODE, text(batch), frames=(MIXPANEL_CODE,))
    story.request(TRACKING, urlencode({"data": b64encode(batch.encode()).decode()}).encode(), frames=(MIXPANEL_CODE,))
    told = only_story(story.analyse(EMAIL))
    assert ways(told) == [(1, "api", "contained"), (2, "encode", ""), (3, "wire", "same content")]
    assert (told.tracker, told.hosts, told.retries, told.layers) == (
        "mixpanel",
        ("api.mixpanel.com",),
        0,
        ("api", "encode", "wire"),
    )
    assert [(link.joined, link.part) for link in told.links] == [
        (("process-1", 2), True),
        (None, False),
        (("process-1", 2), False),
    ]
    assert told.steps == ("step-0",)


def test_two_hooks_that_see_one_payload_count_once() -> None:
    story = Story(PACK)
    form = urlencode({"event": "CUSTOM", "mail": EMAIL.value})
    body = json.dumps({"event": "CUSTOM", "mail": EMAIL.value})
    for content in (body, json.dumps(json.loads(body), indent=1)):  # toString() and toString(int)
        story.call(JSON, returned=text(content), frames=(APPSFLYER_CODE,))
    story.call(GZIP, captured={"slice 0": story.content(body.encode())}, this_id=5, frames=(APPSFLYER_CODE,))
    story.call(FINISH, this_id=5)
    analysis = story.analyse(EMAIL)
    (made,) = emails(analysis, Layer.PLATFORM)
    assert made.times == 1
    assert [how for _, _, how in ways(only_story(analysis))] == ["", "same content", "same content"]
    assert form not in made.value


def test_content_that_is_sent_again_is_a_retry_and_no_second_disclosure() -> None:
    story = Story(PACK)
    story.step("sign-in")
    body = json.dumps([{"event": "Signed In", "properties": {"$email": EMAIL.value}}])
    form = urlencode({"data": b64encode(body.encode()).decode()}).encode()
    for attempt in range(3):
        story.call(ENCODE, text(body), frames=(MIXPANEL_CODE,))
        story.request(f"{TRACKING}?ip={attempt}", form, frames=(MIXPANEL_CODE,))
    analysis = story.analyse(EMAIL)
    assert only_story(analysis).retries == 2
    assert len(analysis.transmissions) == 3, "each request is a fact"
    assert [made.times for made in emails(analysis, Layer.ENCODE)] == [1]
    assert {made.times for made in emails(analysis, Layer.WIRE)} == {1}


def test_what_is_encrypted_anew_and_sent_again_is_a_retry_too() -> None:
    story = Story(PACK)
    body = json.dumps({"operator": EMAIL.value}).encode()
    for iv in (IV, KEY):
        sent = openssl("enc", "-aes-128-cbc", "-K", KEY, "-iv", iv, content=body)
        encrypt(story, body, out=sent)
        story.request("https://inapps.appsflyer.com/x", sent)
    analysis = story.analyse(EMAIL)
    assert only_story(analysis).retries == 1
    assert [made.times for made in emails(analysis, Layer.PLATFORM)] == [1]


def test_a_retry_in_a_later_step_is_seen_in_that_step() -> None:
    story = Story(PACK)
    body = json.dumps([{"event": "Signed In", "properties": {"$email": EMAIL.value}}])
    for phase in ("sign-in", "consent.withdrawn"):
        story.step(phase)
        story.call(ENCODE, text(body), frames=(MIXPANEL_CODE,))
    analysis = story.analyse(EMAIL)
    assert [(made.phase, made.times) for made in emails(analysis, Layer.ENCODE)] == [
        ("sign-in", 1),
        ("consent.withdrawn", 1),
    ]
    assert only_story(analysis).steps == ("step-0", "step-1")


def test_the_same_content_to_two_trackers_is_two_stories() -> None:
    story = Story(PACK)
    body = json.dumps({"mail": EMAIL.value, "and": "more than a little"})
    for code in (APPSFLYER_CODE, MIXPANEL_CODE):
        story.call(JSON, returned=text(body), frames=(code,))
    analysis = story.analyse(EMAIL)
    assert sorted(told.tracker for told in analysis.stories) == ["appsflyer", "mixpanel"]


def test_an_overload_that_calls_another_is_one_hand_over() -> None:
    story = Story(PACK)
    story.call(TRACK_NAME, text("Saved a place"), elapsed_us=1000, took_us=500)
    story.call(TRACK, text("Saved a place"), None, elapsed_us=1100, took_us=200)
    story.call(TRACK_NAME, text("Saved a place"), elapsed_us=5000, took_us=500)
    story.call(TRACK, text("Saved a place"), None, elapsed_us=5100, took_us=200)
    analysis = story.analyse()
    (made,) = [made for made in analysis.disclosures if made.category == "user_action"]
    assert made.times == 2
    assert [ways(told) for told in analysis.stories] == [
        [(1, "api", ""), (2, "api", "same content")],
        [(3, "api", ""), (4, "api", "same content")],
    ]


def test_calls_one_after_the_other_or_on_two_threads_are_several_hand_overs() -> None:
    story = Story(PACK)
    story.call(TRACK_NAME, text("Saved a place"), elapsed_us=1000, took_us=500)
    story.call(TRACK_NAME, text("Saved a place"), elapsed_us=1600, took_us=10)
    story.call(TRACK_NAME, text("Saved a place"), elapsed_us=1610, took_us=5, thread=2)
    (made,) = [made for made in story.analyse().disclosures if made.category == "user_action"]
    assert made.times == 3


def test_an_api_call_is_joined_by_a_telling_value_to_payloads_of_its_own_tracker_alone() -> None:
    story = Story(PACK)
    story.call(TRACK, text("Open"), json_object(json.dumps({"note": "Spare key under pot", "short": "abc"})))
    other = json.dumps({"note": "Spare key under pot", "appsflyerKey": "k"})
    story.call(JSON, returned=text(other), frames=(APPSFLYER_CODE,))
    short = json.dumps([{"event": "Open", "properties": {"x": "abc"}}])
    story.call(ENCODE, text(short), frames=(MIXPANEL_CODE,))
    assert [ways(told) for told in story.analyse().stories] == [
        [(1, "api", "")],
        [(2, "platform", "")],
        [(3, "encode", "")],
    ]


def test_a_value_that_the_tracker_had_before_proves_nothing_about_the_call_that_says_it() -> None:
    story = Story(PACK)
    known = json.dumps([{"properties": {"$carrier": "Canary Mobile"}}])
    story.call(ENCODE, text(known), frames=(MIXPANEL_CODE,))
    story.call(TRACK, text("Open"), json_object('{"carrier":"Canary Mobile"}'))
    story.call(ENCODE, text(json.dumps([{"properties": {"$carrier": "Canary Mobile", "n": 2}}])))
    assert ["contained" in how for told in story.analyse().stories for _, _, how in ways(told)] == [False] * 3


def test_an_event_in_two_batches_stands_in_both_stories() -> None:
    story = Story(PACK)
    event = {"event": "Saved", "properties": {"note": "Spare key under pot", "time": 17}}
    story.call(JSON, returned=text(json.dumps(event)), frames=(MIXPANEL_CODE,))
    for more in ({"event": "One"}, {"event": "Two"}):
        story.call(ENCODE, text(json.dumps([event, more])), frames=(MIXPANEL_CODE,))
    first, second = story.analyse().stories
    assert ways(first) == [(1, "platform", "contained"), (2, "encode", "")]
    assert ways(second) == [(1, "platform", "contained"), (3, "encode", "")]


def test_json_in_json_is_recognised_inside_its_envelope() -> None:
    story = Story(PACK)
    report = {"installation": "aa-17", "user": {"identifier": EMAIL.value}}
    story.call(JSON, returned=text(json.dumps(report)), frames=(APPSFLYER_CODE,))
    outer = json.dumps({"log": [{"source": "x", "body": json.dumps(report), "more": list(range(60))}]})
    story.call(JSON, returned=text(outer), frames=(APPSFLYER_CODE,))
    assert ways(only_story(story.analyse(EMAIL))) == [(1, "platform", "contained"), (2, "platform", "")]


def test_a_form_in_gzip_is_the_same_content_as_the_form() -> None:
    story = Story(PACK)
    form = urlencode({"event": "CUSTOM", "mail": EMAIL.value})
    story.call(GZIP, captured={"slice 0": story.content(form.encode())}, this_id=5, frames=(APPSFLYER_CODE,))
    story.call(FINISH, this_id=5)
    story.request("https://inapps.appsflyer.com/x", gzip.compress(form.encode()))
    assert ways(only_story(story.analyse(EMAIL))) == [(1, "platform", ""), (3, "wire", "same content")]


def test_a_payload_that_another_process_sends_is_one_story() -> None:
    story = Story(PACK)
    body = json.dumps([{"event": "Signed In", "properties": {"$email": EMAIL.value}}])
    story.call(ENCODE, text(body), frames=(MIXPANEL_CODE,))
    story.request(TRACKING, body.encode(), frames=(MIXPANEL_CODE,), process="process-2")
    analysis = story.analyse(EMAIL)
    assert only_story(analysis).processes == ("process-1", "process-2")
    assert analysis.transmissions[0].explanation is Explanation.SAME_CONTENT


def test_the_same_rows_tell_the_same_stories() -> None:
    story = Story(PACK)
    body = json.dumps([{"event": "Signed In", "properties": {"$email": EMAIL.value}}])
    story.call(ENCODE, text(body), frames=(MIXPANEL_CODE,))
    story.request(TRACKING, body.encode(), frames=(MIXPANEL_CODE,))
    assert story.analyse(EMAIL) == story.analyse(EMAIL)
