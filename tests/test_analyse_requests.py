"""Requests of whole runs, told event by event: who got each, how its content is known, and what must stay unsaid."""

from __future__ import annotations

import json
from urllib.parse import quote

from harness.model.findings import Blind, Explanation, Grade
from harness.model.hook import Layer
from tests.stored import Story, json_object, text
from tests.told import (
    APP_CODE,
    APPSFLYER_CODE,
    CIPHERTEXT,
    EMAIL,
    ENCODE,
    FACEBOOK_CODE,
    FINISH,
    GRAPH_CODE,
    GZIP,
    HEADER,
    JAVA_CODE,
    JSON,
    LABEL,
    MIXPANEL_CODE,
    NOTE,
    PACK,
    POST,
    REPORT,
    TRACK,
    coreutil,
    one,
    recognised,
)


def test_an_event_is_followed_from_the_call_to_the_wire() -> None:
    story = Story(PACK)
    story.step("sign-in")
    batch = json.dumps([{"event": "Signed In", "properties": {"$email": EMAIL.value, "$carrier": "Canary Mobile"}}])
    body = b"data=" + quote(coreutil(["base64", "-w0"], batch.encode())).encode()
    story.call(TRACK, text("Signed In"), json_object(json.dumps({"$email": EMAIL.value})), frames=(APP_CODE,))
    story.call(ENCODE, text(batch), frames=(MIXPANEL_CODE,))
    story.request("https://api.mixpanel.com/track/?ip=1", body, frames=(MIXPANEL_CODE,))
    analysis = story.analyse(EMAIL)
    assert [(made.tracker, made.layer, made.path, made.chain) for made in recognised(analysis, "EMAIL")] == [
        ("mixpanel", Layer.API, "/1/$email", ("json", "raw")),
        ("mixpanel", Layer.ENCODE, "/0/properties/$email", ("json", "raw")),
        ("mixpanel", Layer.WIRE, "/body/data/0/properties/$email", ("form", "base64", "json", "raw")),
    ]
    (carrier,) = [made for made in analysis.disclosures if made.category == "carrier"]
    assert (carrier.value, carrier.grade, carrier.property) == ("Canary Mobile", Grade.FIELD, "carrier")
    assert carrier.evidence
    sent = one(analysis)
    assert (sent.tracker, sent.explanation, sent.explained_by) == (
        "mixpanel",
        Explanation.SAME_CONTENT,
        ("process-1", 2),
    )
    assert (sent.host, sent.path, sent.method, sent.bytes_out) == (
        "api.mixpanel.com",
        "/track/?ip=1",
        "POST",
        len(body),
    )
    assert not sent.blind_spot


def test_encrypted_bytes_are_explained_by_the_text_on_the_same_thread_just_before() -> None:
    story = Story(PACK)
    inner, outer = '{"plan":"free"}', json.dumps({"appsflyerKey": "k", "af_timestamp": "17", "operator": EMAIL.value})
    ciphertext = bytes(range(200, 256)) * 3
    story.call(JSON, returned=text(inner), frames=(APPSFLYER_CODE,), thread=7)
    story.call(JSON, returned=text(outer), frames=(APPSFLYER_CODE,), thread=7)
    story.call(JSON, returned=text('{"other":"thread"}'), frames=(APPSFLYER_CODE,), thread=8)
    url = text("https://inapps.appsflyer.com/x")
    story.call(CIPHERTEXT, url, story.content(ciphertext), text("POST"), None, {"t": "boolean", "v": True}, thread=7)
    story.request("https://inapps.appsflyer.com/api/v6.9/androidevent?app_id=x", ciphertext, thread=7)
    analysis = story.analyse(EMAIL)
    sent = one(analysis)
    assert (sent.explanation, sent.explained_by) == (Explanation.ENCRYPTED, ("process-1", 2))
    assert [made.layer for made in recognised(analysis, "EMAIL")] == [Layer.PLATFORM]


def test_encrypted_bytes_without_their_text_are_a_blind_spot() -> None:
    story = Story(PACK)
    ciphertext = bytes(range(200, 256)) * 3
    story.call(JSON, returned=text('{"appsflyerKey":"k"}'), frames=(APPSFLYER_CODE,), thread=8)
    story.call(CIPHERTEXT, text("u"), story.content(ciphertext), text("POST"), None, None, thread=7)
    story.request("https://inapps.appsflyer.com/x", ciphertext, thread=7)
    assert one(story.analyse()).blind is Blind.OPAQUE


def test_a_second_body_is_not_explained_by_the_text_of_the_first() -> None:
    story = Story(PACK)
    first, second = bytes(range(200, 256)), bytes(range(190, 250))
    story.call(JSON, returned=text('{"appsflyerKey":"k"}'), frames=(APPSFLYER_CODE,))
    story.call(CIPHERTEXT, text("u"), story.content(first), text("POST"), None, None)
    story.call(CIPHERTEXT, text("u"), story.content(second), text("POST"), None, None)
    story.request("https://inapps.appsflyer.com/1", first)
    story.request("https://inapps.appsflyer.com/2", second)
    assert [sent.blind for sent in story.analyse().transmissions] == [None, Blind.OPAQUE]


def test_the_writes_to_one_gzip_stream_are_one_payload() -> None:
    story = Story(PACK)
    digest = coreutil(["sha256sum"], EMAIL.value.encode()).decode().split()[0]
    form = f"format=json&event=CUSTOM_APP_EVENTS&anon_id=XZ1&ud={quote(json.dumps({'em': digest}))}"
    parts = [form[:20].encode(), form[20:60].encode(), form[60:].encode()]
    for part in parts:
        story.call(
            GZIP, captured={"slice 0": story.content(part)}, this_id=5, frames=(JAVA_CODE, GRAPH_CODE, FACEBOOK_CODE)
        )
        story.call(GZIP, captured={"slice 0": story.content(b'{"a stranger":1}')}, this_id=6, frames=(APP_CODE,))
    story.call(FINISH, this_id=5)
    story.call(FINISH, this_id=5)
    story.request("https://graph.facebook.com/v5.0/1/activities", coreutil(["gzip", "-c"], form.encode()))
    analysis = story.analyse(EMAIL)
    (payload,) = analysis.payloads
    assert (payload.parts, payload.tracker, payload.sha256) == (
        (1, 3, 5),
        "facebook",
        coreutil(["sha256sum"], form.encode()).decode().split()[0],
    )
    assert payload.attributed_by == f"stack: {FACEBOOK_CODE}"
    assert one(analysis).explained_by == ("process-1", 1)
    (em, wire) = recognised(analysis, "EMAIL")
    assert (em.path, em.chain, em.grade) == ("/ud/em", ("form", "json", "sha256"), Grade.PLANTED)
    assert wire.chain == ("gzip", "form", "json", "sha256")


def test_a_stream_that_is_never_finished_is_shown_and_said() -> None:
    story = Story(PACK)
    story.call(GZIP, captured={"slice 0": story.content(b"event=CUSTOM_APP_EVENTS&anon_id=1")}, this_id=5)
    analysis = story.analyse()
    assert [payload.tracker for payload in analysis.payloads] == ["facebook"]
    assert any("not finished" in fault.message for fault in analysis.faults)


def test_a_wrapped_report_is_recognised_by_its_marker() -> None:
    story = Story(PACK)
    report = json.dumps({"installationUuid": "aa", "session": {"user": {"identifier": EMAIL.value}}})
    outer = {
        "logRequest": [
            {"logSourceName": "FIREBASE_CRASHLYTICS_REPORT", "logEvent": [{"sourceExtensionJsonProto3": report}]}
        ]
    }
    wrapped = json.dumps(outer).encode()
    shared = "com.google.android.datatransport.cct.CctTransportBackend.doSend(CctTransportBackend.java:360)"
    story.call(REPORT, returned=text(report))
    story.call(GZIP, captured={"slice 0": story.content(wrapped)}, this_id=5, frames=(shared,))
    story.call(FINISH, this_id=5)
    url = "https://crashlyticsreports-pa.googleapis.com/v1/firelog/legacy/batchlog"
    story.request(url, coreutil(["gzip", "-c"], wrapped), frames=(shared,))
    analysis = story.analyse(EMAIL)
    assert [(payload.tracker, payload.attributed_by.split(":")[0]) for payload in analysis.payloads] == [
        ("crashlytics", "hook"),
        ("crashlytics", "marker"),
    ]
    assert one(analysis).explained_by == ("process-1", 2)


def test_headers_of_a_request_without_a_body_are_disclosures() -> None:
    story = Story(PACK)
    story.call(HEADER, text("X-CRASHLYTICS-INSTALLATION-ID"), text("0123abcd"), this_id=5)
    story.call(HEADER, text("Accept"), text("of another connection"), this_id=6)
    url = "https://firebase-settings.crashlytics.com/spi/v2/platforms/android/gmp/1/settings?display_version=3.21.1"
    story.request(url, None, method="GET", this_id=5)
    analysis = story.analyse()
    assert [(made.path, made.value) for made in analysis.disclosures] == [
        ("/query/display_version", "3.21.1"),
        ("/headers/X-CRASHLYTICS-INSTALLATION-ID", "0123abcd"),
    ]
    sent = one(analysis)
    assert (sent.headers, sent.explanation) == ((("X-CRASHLYTICS-INSTALLATION-ID", "0123abcd"),), Explanation.NO_BODY)


def test_a_second_look_at_the_answer_is_not_a_second_request() -> None:
    story = Story(PACK)
    for body in (b'{"a":1}', b'{"a":1}', None):
        story.request("https://api2.branch.io/v1/open", body, this_id=5)
    story.request("https://api2.branch.io/v1/open", b'{"a":1}', this_id=6)
    assert len(story.analyse().transmissions) == 2


def test_a_request_without_a_connection_has_not_left_and_is_a_fault() -> None:
    story = Story(PACK)
    refused = {"t": "throwable", "c": "java.net.UnknownHostException", "v": "api2.branch.io"}
    missing = {"t": "throwable", "c": "java.io.FileNotFoundException", "v": "404"}
    story.request("https://api2.branch.io/v1/open", EMAIL.value.encode(), threw=refused, this_id=3)
    story.request("https://api2.branch.io/v1/open", None, threw=refused, this_id=3)
    story.request("https://cdn.branch.io/settings", None, method="GET", threw=missing, this_id=4)
    analysis = story.analyse(EMAIL)
    assert one(analysis).host == "cdn.branch.io", "an answer that says no is an answer"
    assert analysis.disclosures == ()
    assert [fault.message for fault in analysis.faults] == [
        "POST api2.branch.io did not leave the device: java.net.UnknownHostException"
    ]


def test_a_new_connection_with_an_old_number_is_a_new_request() -> None:
    story = Story(PACK)
    for value in ("one", "two"):
        story.call(HEADER, text("X"), text(value), this_id=5)
        story.request("https://api2.branch.io/v1/open", b'{"a":1}', this_id=5)
    assert [sent.headers for sent in story.analyse().transmissions] == [(("X", "one"),), (("X", "two"),)]


def test_a_request_that_no_hook_file_claims_is_a_blind_spot_and_its_values_are_nobody_s() -> None:
    story = Story(PACK)
    body = json.dumps({"custom_data": {"device_label": LABEL.value}})
    story.call(POST, text("https://api2.branch.io/v2/event/custom"), json_object(body))
    story.call(JSON, returned=text(body), frames=("io.branch.referral.network.X.doRestfulPost(X.java:1)",))
    story.request("https://api2.branch.io/v2/event/custom", body.encode(), frames=("io.branch.X.y(X.java:1)",))
    without = [tracker for tracker in PACK.trackers if tracker.slug != "branch"]
    smaller = type(PACK)(trackers=tuple(without), platform=PACK.platform, sha256="", categories=PACK.categories)
    analysis = story.analyse(LABEL, pack=smaller)
    sent = one(analysis)
    assert (sent.tracker, sent.blind) == ("unattributed", Blind.UNCLAIMED)
    assert {made.tracker for made in recognised(analysis, "DEVICE_LABEL")} == {"unattributed"}
    assert any("no hook file has" in fault.message for fault in analysis.faults)
    whole = one(story.analyse(LABEL))
    assert (whole.tracker, whole.blind) == ("branch", None)


def test_a_body_that_nobody_captured_is_a_blind_spot_of_its_tracker() -> None:
    story = Story(PACK)
    story.request("https://api2.branch.io/v1/open", b'{"identity":"user-42"}')
    sent = one(story.analyse())
    assert (sent.tracker, sent.blind) == ("branch", Blind.UNEXPLAINED)


def test_a_payload_captured_after_the_request_explains_nothing() -> None:
    story = Story(PACK)
    story.request("https://api2.branch.io/v1/open", b'{"identity":"user-42"}')
    story.call(POST, text("u"), json_object('{"identity":"user-42"}'))
    assert one(story.analyse()).blind is Blind.UNEXPLAINED


def test_a_tracker_behind_another_host_is_known_by_its_code_or_its_content() -> None:
    story = Story(PACK)
    body = '{"identity":"user-42","branch_key":"key_live_x"}'
    story.call(POST, text("u"), json_object(body))
    story.request("https://metrics.example.org/collect", body.encode(), frames=(APP_CODE,))
    story.request("https://metrics.example.org/collect", body.encode(), frames=(JAVA_CODE, MIXPANEL_CODE))
    by_content, by_code = story.analyse().transmissions
    assert (by_content.tracker, by_content.attributed_by) == ("branch", "content of a captured payload")
    assert (by_code.tracker, by_code.attributed_by) == ("mixpanel", f"stack: {MIXPANEL_CODE}")


def test_the_app_s_own_backend_is_neither_a_blind_spot_nor_a_disclosure() -> None:
    story = Story(PACK)
    story.request("https://api.doorbell.example/notes", NOTE.value.encode(), frames=(APP_CODE,))
    analysis = story.analyse(NOTE, own_hosts=(r"(^|\.)doorbell\.example$",))
    assert (one(analysis).blind_spot, analysis.disclosures) == (False, ())


def test_where_the_runtime_hides_the_body_the_payload_just_before_explains_it() -> None:
    story = Story(PACK, runtime="art")
    story.call(POST, text("u"), json_object('{"identity":"user-42"}'), thread=3)
    captured = {"this.url": text("https://api2.branch.io/v1/open"), "this.method": text("POST")}
    story.call("HttpURLConnectionImpl.getInputStream()", captured=captured, this_id=1, thread=3)
    story.call("HttpURLConnectionImpl.getInputStream()", captured=captured, this_id=2, thread=4)
    same_thread, other_thread = story.analyse().transmissions
    assert (same_thread.explanation, same_thread.explained_by) == (Explanation.UNREAD, ("process-1", 1))
    assert other_thread.blind is Blind.UNEXPLAINED


def test_where_the_runtime_hides_an_encrypted_body_its_text_explains_it() -> None:
    story = Story(PACK, runtime="art")
    story.call(JSON, returned=text('{"appsflyerKey":"k"}'), frames=(APPSFLYER_CODE,))
    story.call(CIPHERTEXT, text("u"), story.content(bytes(range(190, 250))), text("POST"), None, None)
    captured = {"this.url": text("https://inapps.appsflyer.com/x"), "this.method": text("POST")}
    story.call("HttpURLConnectionImpl.getInputStream()", captured=captured, this_id=1)
    sent = one(story.analyse())
    assert (sent.explanation, sent.explained_by) == (Explanation.UNREAD, ("process-1", 1))
