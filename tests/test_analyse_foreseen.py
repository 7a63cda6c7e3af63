"""What a look into the app's code changes: renamed classes on stacks, hosts that the app set, verdicts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from harness.analyse import analyse_run
from harness.model.code import AppPackage
from harness.model.facts import PersonaValue
from harness.model.findings import UNATTRIBUTED, Analysis, Outcome
from harness.model.hook import Hook, Layer
from harness.model.preflight import Found, HookForecast, Preflight, RenamedClass, SdkFound, Tier
from harness.model.records import HookStatus
from harness.model.rest import RestStored
from harness.model.tracker import Effect, Pack, RestFile, RestFormat, Tracker
from harness.trackers import load_pack
from tests.rows import digest
from tests.stored import Story, planted, text

JSON = "JSONObject.toString()"
POST = "HttpURLConnection.getInputStream()"
NOTE = planted("NOTE", "custom", "Kestrel note 4471")
APP = "com.example.doorbell.Main.save(Main.java:12)"
JAVA = "org.json.JSONObject.toString(JSONObject.java:1)"


def _hook(tracker: str, name: str, *, layer: Layer = Layer.API, **more: Any) -> Hook:
    class_name, _, method = name.rpartition(".")
    return Hook(
        key=f"{tracker}/{layer.value}/{name}()",
        tracker=tracker,
        layer=layer,
        class_name=class_name,
        method=method,
        parameters=None,
        payload="arguments",
        **more,
    )


def _tracker(slug: str, *hooks: Hook, **more: Any) -> Tracker:
    return Tracker(
        slug=slug,
        name=slug.capitalize(),
        legal_entity="",
        country="",
        code=(f"com.{slug}.sdk.",),
        hosts=(f"{slug}[.]example$",),
        sdk_versions="1",
        hooks=hooks,
        **more,
    )


TRACK = _hook("alpha", "com.alpha.sdk.Api.track")
LOG = _hook("alpha", "com.alpha.sdk.Api.log")
SERVER = _hook("alpha", "com.alpha.sdk.Api.setServer", host="argument 0")
PROXY = _hook("beta", "com.beta.sdk.Api.proxy", host="argument 0")
PACK = Pack(
    trackers=(
        _tracker("alpha", TRACK, LOG, SERVER),
        _tracker("beta", PROXY, paths=("/capi/[^/]+/events$",)),
    ),
    platform=load_pack().platform,
    sha256="",
)


def foreseen(**more: Any) -> Preflight:
    empty = {"app": AppPackage(files=()), "sdks": (), "hooks": ()}
    return Preflight(**{**empty, **more})


def renamed(class_name: str, original: str | None, tracker: str = "alpha", tier: Tier = Tier.MAPPING) -> RenamedClass:
    return RenamedClass(class_name=class_name, original=original, tracker=tracker, tier=tier, evidence="")


def analysed(story: Story, *persona: PersonaValue, seen: Preflight | None = None, **more: Any) -> Analysis:
    facts = {"run": story.facts(), "hooks": story.armed(), "pack": PACK, **more}
    return analyse_run(
        **facts,
        events=story.events,
        blobs=story.blobs,
        stacks=story.stacks,
        steps=story.steps,
        persona=persona,
        foreseen=seen,
    )


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
    misspelt = _hook("alpha", "com.alpha.sdk.Sendr.send", layer=Layer.ENCODE)
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
