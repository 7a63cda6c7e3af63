"""Requests that are put together from writes: to the TLS of native code, to a streamed body."""

from __future__ import annotations

import hashlib
import json

import pytest

from harness.model.findings import Analysis, Blind, Disclosure, Explanation
from harness.model.hook import Layer
from tests.stored import Story, text
from tests.told import EMAIL, PACK, TLS, aes, number, only_story, recognised, ways


def emails(analysis: Analysis, layer: Layer) -> list[Disclosure]:
    return [made for made in recognised(analysis, "EMAIL") if made.layer is layer]


def test_a_request_of_native_code_is_read_from_its_writes() -> None:
    story = Story(PACK)
    body = json.dumps({"mail": EMAIL.value}).encode()
    head = (
        f"POST /v1/open?a=1 HTTP/1.1\r\nHost: api2.branch.io\r\nContent-Length: {len(body)}\r\nX-Id: 7\r\n\r\n".encode()
    )
    for part in (head[:30], head[30:] + body[:5], body[5:]):
        story.call(TLS, captured={"bytes argument 1 length returned": story.content(part)}, this_id=4)
        story.call(
            TLS, captured={"bytes argument 1 length returned": story.content(b"PRI * HTTP/2.0\r\n\r\n")}, this_id=5
        )
    analysis = story.analyse(EMAIL)
    read, unread = analysis.transmissions
    assert (read.seq, read.method, read.host, read.path) == (1, "POST", "api2.branch.io", "/v1/open?a=1")
    assert (read.tracker, read.bytes_out, read.headers[-1]) == ("branch", len(body), ("X-Id", "7"))
    assert [made.path for made in emails(analysis, Layer.WIRE)] == ["/body/mail"]
    assert (unread.seq, unread.host, unread.blind, unread.bytes_out) == (2, "", Blind.NOT_HTTP, 54)


def written(story: Story, body: bytes, *, this_id: int = 4) -> None:
    head = f"POST /v2/event/custom HTTP/1.1\r\nHost: api2.branch.io\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    story.call(TLS, captured={"bytes argument 1 length returned": story.content(head + body)}, this_id=this_id)


def test_a_readable_body_that_nothing_else_shows_explains_itself_and_its_fields_have_their_meaning() -> None:
    story = Story(PACK)
    written(story, json.dumps({"branch_key": "key_live_x", "user_data": {"android_id": "9774d56d682e549c"}}).encode())
    analysis = story.analyse(EMAIL)
    (request,) = analysis.transmissions
    assert (request.tracker, request.explanation, request.blind) == ("branch", Explanation.READ, None)
    found = {(made.category, made.path, made.layer, made.value) for made in analysis.disclosures}
    assert ("android_id", "/body/user_data/android_id", Layer.WIRE, "9774d56d682e549c") in found


def test_an_encrypted_body_that_nothing_else_shows_stays_a_blind_spot() -> None:
    story = Story(PACK)
    written(story, aes(b'{"identity":"user-42"}'))
    (request,) = story.analyse(EMAIL).transmissions
    assert (request.explanation, request.blind) == (None, Blind.UNEXPLAINED)


def test_a_request_seen_in_java_and_again_in_tls_is_one_request() -> None:
    story = Story(PACK, runtime="art")
    body = json.dumps({"mail": EMAIL.value, "identity": "user-42"}).encode()
    captured = {"this.url": text("https://api2.branch.io/v1/open"), "this.method": text("POST")}
    story.call("HttpURLConnectionImpl.getInputStream()", captured=captured, this_id=1)
    head = f"POST /v1/open HTTP/1.1\r\nHost: api2.branch.io\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    story.call(TLS, captured={"bytes argument 1 length returned": story.content(head + body)}, this_id=2)
    analysis = story.analyse(EMAIL)
    (request,) = analysis.transmissions
    assert (request.seq, request.bytes_out, request.body_sha256) == (1, len(body), hashlib.sha256(body).hexdigest())
    assert ways(only_story(analysis)) == [(1, "wire", ""), (2, "wire", "same content")]
    assert (only_story(analysis).retries, [made.times for made in emails(analysis, Layer.WIRE)]) == (0, [1])


def test_a_streamed_body_is_what_was_written_to_its_stream() -> None:
    story = Story(PACK)
    body = json.dumps({"identity": "user-42", "mail": EMAIL.value}).encode()
    stream = "HttpURLConnection$StreamingOutputStream"
    story.call(f"{stream}.write([B,int,int)", captured={"slice 0": story.content(body[:9])}, this_id=31)
    story.call(f"{stream}.write(int)", number(body[9] - 256), this_id=31)
    story.call(f"{stream}.write([B,int,int)", captured={"slice 0": story.content(body[10:])}, this_id=31)
    story.call(f"{stream}.close()", this_id=31)
    where = {"this.url": text("https://api2.branch.io/v1/open"), "this.method": text("POST")}
    carrier = {"this.strOutputStream": {"t": "object", "c": "x", "id": 31}}
    story.call("HttpURLConnection.getInputStream()", captured=where | carrier, this_id=1)
    (request,) = story.analyse(EMAIL).transmissions
    assert (request.bytes_out, request.explanation, request.explained_by) == (
        len(body),
        Explanation.SAME_CONTENT,
        ("process-1", 1),
    )


@pytest.mark.parametrize("kind", ["text", "form"])
def test_a_body_that_is_an_object_is_what_the_object_was_made_of(kind: str) -> None:
    story = Story(PACK)
    body = {"t": "object", "c": "okhttp3.RequestBody", "id": 61}
    if kind == "text":
        made = story.content(b'{"identity":"user-42"}')
        create = "RequestBody.create(okhttp3.MediaType,[B,int,int)"
        story.call(create, captured={"slice 1": made}, returned=body)
    else:
        names, values = ({"t": "list", "v": [text(word)]} for word in ("mail", EMAIL.value))
        story.call("FormBody.$init(java.util.List,java.util.List)", names, values, this_id=61)
    words = [text(word) for word in ("Accept", "*/*", "X-Id", "7")]
    captured = {
        "argument 0.request.url.url": text("https://api2.branch.io/v1/open"),
        "argument 0.request.method": text("POST"),
        "argument 0.request.headers.namesAndValues": {"t": "array", "v": words},
        "argument 0.request.body": body,
    }
    story.call("CallServerInterceptor.intercept(okhttp3.Interceptor$Chain)", captured=captured, thread=9)
    analysis = story.analyse(EMAIL)
    (request,) = analysis.transmissions
    assert request.headers == (("Accept", "*/*"), ("X-Id", "7"))
    assert request.explained_by == ("process-1", 1)
    how = {"text": "same content", "form": "in -> out FormBody.$init"}[kind]
    assert ways(only_story(analysis)) == [(1, "platform", ""), (2, "wire", how)]


def test_preferences_and_what_is_read_from_tls_are_no_hand_over() -> None:
    story = Story(PACK, runtime="art")
    put = "SharedPreferencesImpl$EditorImpl.putString(java.lang.String,java.lang.String)"
    story.call(put, text("mail"), text(EMAIL.value), frames=("io.branch.X.y(X.java:1)",))
    read = "libssl.SSL_read(SSL *,void *,int)"
    story.call(read, captured={"bytes argument 1 length returned": story.content(EMAIL.value.encode())}, this_id=4)
    analysis = story.analyse(EMAIL)
    assert (analysis.payloads, analysis.disclosures, analysis.transmissions) == ((), (), ())
