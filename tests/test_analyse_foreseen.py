"""What a look into the app's code changes: renamed classes on stacks, hosts that the app set, verdicts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.model.code import AppPackage
from harness.model.findings import UNATTRIBUTED, Analysis, Outcome
from harness.model.preflight import Preflight, Tier
from tests.foreseen_apps import (
    APP,
    JAVA,
    JSON,
    LOG,
    NOTE,
    PACK,
    PROXY,
    SERVER,
    TRACK,
    analysed,
    foreseen,
    renamed,
)
from tests.stored import Story, planted, text


def owner(frames: tuple[str, ...], seen: Preflight | None = None) -> tuple[str, str]:
    """Whose a request to a host that nobody knows is, by its stack, and why."""
    story = Story(PACK)
    story.request("https://somewhere.example/x", b'{"a":"a text of some length"}', frames=frames)
    (sent,) = analysed(story, seen=seen).transmissions
    return sent.tracker, sent.attributed_by


@pytest.mark.parametrize(
    ("tier", "original", "words"),
    [
        (Tier.MAPPING, "com.alpha.sdk.Sender", "stack: a.b.c.d(SourceFile:3) (com.alpha.sdk.Sender by mapping)"),
        (Tier.FINGERPRINT, None, "stack: a.b.c.d(SourceFile:3) (by fingerprint)"),
    ],
)
def test_a_renamed_class_is_its_trackers_and_the_reason_names_the_class_it_was(
    tier: Tier, original: str | None, words: str
) -> None:
    seen = foreseen(renamed=(renamed("a.b.c", original, tier=tier),))
    assert owner(("java.net.URL.x(URL.java:1)", "a.b.c.d(SourceFile:3)", APP), seen) == ("alpha", words)


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        ((APP,), f"app: {APP}"),
        (("a.b.z.q(SourceFile:1)", APP), "unknown code: a.b.z.q(SourceFile:1)"),
        (("org.library.Http.send(Http.java:9)", APP), "unknown code: org.library.Http.send(Http.java:9)"),
        (("okhttp3.RealCall.execute(RealCall.java:9)", APP), f"app: {APP}"),
        (("a.b.z.q(SourceFile:1)", "com.alpha.sdk.Api.track(Api.java:9)"), "unknown code: a.b.z.q(SourceFile:1)"),
        ((), ""),
    ],
)
def test_code_that_nobody_knows_is_neither_the_apps_own_doing_nor_the_trackers_that_called_it(
    frames: tuple[str, ...], words: str
) -> None:
    assert owner(frames) == (UNATTRIBUTED, words)


def test_a_library_of_the_trackers_own_maker_is_passed_over() -> None:
    frames = ("com.alpha.http.Client.send(Client.java:9)", "com.alpha.sdk.Api.track(Api.java:9)", APP)
    assert owner(frames) == ("alpha", "stack: com.alpha.sdk.Api.track(Api.java:9)")


def test_a_class_of_which_only_the_tracker_is_known_vouches_for_no_neighbour() -> None:
    seen = foreseen(renamed=(renamed("a.b.c", None, tier=Tier.FINGERPRINT),))
    frames = ("a.b.e.f(SourceFile:1)", "a.b.c.d(SourceFile:3)", APP)
    assert owner(frames, seen) == (UNATTRIBUTED, "unknown code: a.b.e.f(SourceFile:1)")


def test_with_a_mapping_file_the_apps_own_renamed_classes_and_libraries_are_known() -> None:
    seen = foreseen(own_names={"a.z": "com.example.doorbell.net.Uploader", "a.y": "okhttp3.RealCall"})
    assert owner(("a.y.b(SourceFile:1)", "a.z.a(SourceFile:2)"), seen) == (
        UNATTRIBUTED,
        "app: a.z.a(SourceFile:2) (com.example.doorbell.net.Uploader by mapping)",
    )


def test_a_class_that_several_trackers_could_claim_is_nobodys() -> None:
    seen = foreseen(renamed=(renamed("a.b.c", None), renamed("a.b.c", None, "beta")))
    assert owner(("a.b.c.d(SourceFile:3)",), seen) == (UNATTRIBUTED, "unknown code: a.b.c.d(SourceFile:3)")


def test_names_in_the_apps_package_prove_nothing_once_a_trackers_class_lies_there() -> None:
    flattened = renamed("com.example.doorbell.q", None, tier=Tier.FINGERPRINT)
    package = AppPackage(files=(), components=("com.example.doorbell.Main",))
    seen = foreseen(app=package, renamed=(flattened,))
    other = "com.example.doorbell.r.a(SourceFile:1)"
    assert owner((other, APP), seen) == (UNATTRIBUTED, f"unknown code: {other}")
    assert owner((APP,), seen) == (UNATTRIBUTED, f"app: {APP}")


def receivers(story: Story, **facts: Any) -> list[tuple[str, str]]:
    made = analysed(story, run=story.facts(**facts)).transmissions
    return [(sent.tracker, sent.attributed_by) for sent in made]


def test_a_host_that_the_app_gave_to_a_tracker_is_its_from_that_moment_on_and_says_when() -> None:
    story = Story(PACK)
    story.step("start")
    story.request("https://relay.example/v1/x", b"one=1&two=2")
    story.call(SERVER.key, text("https://Relay.example:443"))
    story.request("https://relay.example/v1/x", b"one=1&two=3")
    story.request("https://elsewhere.example/v1/x", b"one=1&two=4")
    learned = "host set by Api.setServer in step 'phase: start': relay.example"
    assert receivers(story) == [(UNATTRIBUTED, ""), ("alpha", learned), (UNATTRIBUTED, "")]


def test_another_process_was_told_nothing() -> None:
    story = Story(PACK)
    story.call(SERVER.key, text("relay.example"))
    story.request("https://relay.example/v1/x", b"one=1&two=2", process="process-2")
    assert receivers(story) == [(UNATTRIBUTED, "")]


def test_a_host_given_to_two_trackers_is_neithers() -> None:
    story = Story(PACK)
    story.call(SERVER.key, text("relay.example"))
    story.call(PROXY.key, text("https://relay.example/"))
    story.request("https://relay.example/v1/x", b"one=1&two=2")
    assert receivers(story) == [(UNATTRIBUTED, "")]


def test_on_the_apps_own_host_only_the_path_that_was_given_is_the_trackers() -> None:
    story = Story(PACK)
    story.call(SERVER.key, text("https://api.own.example/relay"))
    for path, frames in (("relay/track", ()), ("account", ()), ("relay/mine", (APP,))):
        story.request(f"https://api.own.example/{path}", b"one=1&two=2", frames=frames)
    found = [tracker for tracker, _ in receivers(story, own_hosts=("own[.]example$",))]
    assert found == ["alpha", UNATTRIBUTED, UNATTRIBUTED]


def test_a_path_that_only_a_tracker_has_names_it_on_hosts_that_are_nobodys() -> None:
    story = Story(PACK)
    story.request("https://gateway.own.example/capi/4711/events?v=1", b'{"one": "a text of some length"}')
    story.request("https://gateway.own.example/capi/4711/other", b'{"two": "a text of some length"}')
    story.request("https://alpha.example/capi/4711/events", b'{"three": "a text of some length"}')
    assert receivers(story, own_hosts=("own[.]example$",)) == [
        ("beta", "path: /capi/4711/events"),
        (UNATTRIBUTED, ""),
        ("alpha", "host: alpha.example"),
    ]


def nested(inner: tuple[str, ...]) -> Analysis:
    """One call of the app, from within which the tracker's code calls another of its public methods."""
    story = Story(PACK)
    story.call(TRACK.key, text(NOTE.value), elapsed_us=1_000, took_us=900)
    story.call(LOG.key, *(text(word) for word in inner), elapsed_us=1_100, took_us=100)
    return analysed(story, NOTE, planted("EMAIL", "email", "jo.4471@canary.example"))


def test_a_call_that_only_repeats_what_the_call_around_it_said_discloses_nothing_a_second_time() -> None:
    found = nested(("event", NOTE.value))
    assert [(made.persona, made.path, made.times) for made in found.disclosures] == [("NOTE", "/0", 1)]
    assert [payload.hook for payload in found.payloads] == [TRACK.key, LOG.key], "both events are kept"


def test_what_the_inner_call_adds_is_disclosed() -> None:
    found = nested((NOTE.value, "jo.4471@canary.example"))
    assert [(made.persona, made.times) for made in found.disclosures] == [("NOTE", 1), ("EMAIL", 1)]


def test_the_same_value_said_again_afterwards_is_a_second_time() -> None:
    story = Story(PACK)
    for _ in range(2):
        story.call(TRACK.key, text(NOTE.value))
    (made,) = analysed(story, NOTE).disclosures
    assert made.times == 2


def test_readable_payloads_of_unknown_code_are_counted_and_assigned_to_nobody() -> None:
    story = Story(PACK)
    unknown = "a.b.z.q(SourceFile:1)"
    for number in range(3):
        tree = {"note": NOTE.value, "number": number}
        story.call(JSON, returned=text(json.dumps(tree)), frames=(JAVA, unknown, APP))
    story.call(JSON, returned=text(json.dumps({"other": "content"})), frames=(JAVA, APP))
    found = analysed(story, NOTE)
    (row,) = found.unclaimed
    assert (row.code, row.payloads, row.personas) == ("a.b.z", 3, ("NOTE",))
    assert found.disclosures == ()
    (verdict, *_) = found.verdicts
    assert verdict.reasons == ("limit: 3 payloads that are nobody's, among them some with NOTE, made by a.b.z",)
    assert verdict.outcome is Outcome.CLEAN


def test_a_payload_that_left_to_a_known_tracker_is_not_nobodys() -> None:
    story = Story(PACK)
    body = json.dumps({"note": NOTE.value, "more": "than sixteen bytes"})
    story.call(JSON, returned=text(body), frames=(JAVA, "a.b.z.q(SourceFile:1)"))
    story.request("https://api.alpha.example/x", body.encode())
    found = analysed(story, NOTE)
    assert found.unclaimed == ()
    assert {made.tracker for made in found.disclosures} == {"alpha"}
