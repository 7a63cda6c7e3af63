"""A case file as three runs of the study leave it, made by the real writer; what analysis concludes is written by hand,
so that the report is judged on its own. Deterministic: fixed clock, counted ids."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from harness.model.findings import (
    Analysis,
    Consent,
    ConsentCall,
)
from harness.model.hook import Hook, Layer, Role
from harness.model.preflight import Tier
from harness.model.records import (
    Blob,
    Counters,
    Event,
    HookReport,
    HookStatus,
    Ready,
    SelfCheck,
    SelfCheckOutcome,
    Stack,
)
from harness.model.rest import RestStored
from harness.store import CaseFile, CaseHeader, RunStart, RunWriter, derived
from tests.rows import START_MS, app, blob, device, digest, event, final, hook, numbered
from tests.synthetic.concluded import Playing, analysis, disclosure, payload, story, transmission
from tests.synthetic.foreseen import FORESEEN
from tests.synthetic.study import CHOICES, FRAMES, PACK, PERSONA, SENDS, STEPS, TRACKERS, Send
from tests.synthetic.together import judgements, linkage, observations

_START = RunStart(
    flow="study",
    variant="",
    app="",
    device="",
    flow_file="scenarios/doorbell/study.yaml",
    flow_sha256=digest(b"flow"),
    harness_version="0.1.0",
    frida_version="17.26.2",
    pack_sha256=PACK.sha256,
    witness="mitmproxy 11.0.2",
)


@dataclass(slots=True)
class _Clock:
    """Time as the test sets it."""

    now_ms: float = START_MS

    def __call__(self) -> float:
        return self.now_ms


def write_case(
    path: Path | str, *, variants: tuple[str, ...] = ("no choice", "reject", "accept"), together: bool = False
) -> CaseFile:
    """Write the case and leave it open. Any variant but `reject` is seen whole; `reject` has a blind spot, a hook that
    failed, events that were dropped and a sign of life that never came. `together` adds observations, and what is said
    of all runs at once."""
    clock = _Clock()
    case = CaseFile.open(path, create=True, clock=clock, new_id=numbered())
    header = CaseHeader(reference="DEMO-1", operator="A. Tester", purpose="demonstration", test_account="invented")
    case.set_header(header)
    facts = device()
    installed, held = case.add_app(app(), label="Doorbell", foreseen=FORESEEN), case.add_device(facts)
    analyses = {}
    for number, variant in enumerate(variants):
        clock.now_ms = START_MS + number * 60_000
        writer = case.start_run(replace(_START, variant=variant, app=installed, device=held), facts)
        writer.add_persona(PERSONA)
        writer.add_renamed(FORESEEN)
        analyses[writer.run] = _play(writer, variant, clock)
        if variant == "accept":
            _collect(case, writer.run)
    with case.transaction() as db:
        if together:
            analyses = {run: replace(one, observations=observations(one.disclosures)) for run, one in analyses.items()}
        derived.replace(
            db,
            analyses,
            PACK,
            linkage=linkage(analyses) if together else None,
            judgements=judgements(analyses, dict(zip(analyses, variants, strict=True))) if together else (),
        )
    return case


def _collect(case: CaseFile, run: str) -> None:
    content = b"SQLite format 3"
    stored = RestStored(
        id="",
        tracker="alpha",
        path="databases/alpha",
        device_path="/data/data/com.example.doorbell/databases/alpha",
        size=len(content),
        sha256=digest(content),
        modified_ms=START_MS,
        collected_ms=START_MS,
        meaning="events waiting to be sent",
    )
    case.add_rest_file(stored, run, content)


def _play(writer: RunWriter, variant: str, clock: _Clock) -> Analysis:
    process = writer.start_process("com.example.doorbell", how="spawned", hooks=list(_plan()), in_flight_bound=2048)
    playing = Playing(variant=variant, writer=writer, process=process, start_ms=clock.now_ms)
    process.sink(Ready(at_ms=clock.now_ms, runtime="jvm", pid=4711))
    check = SelfCheckOutcome.BLIND if variant == "reject" else SelfCheckOutcome.SOUND
    detail = "2 of 4 calls were seen" if variant == "reject" else ""
    process.sink(SelfCheck(at_ms=clock.now_ms, runtime="jvm", outcome=check, detail=detail))
    for report in _reports(variant, clock.now_ms - 350):
        process.sink(report)
    _walk(playing, clock)
    for send in SENDS:
        if variant in send.variants:
            _send(playing, send)
    _consent(playing)
    for token in ("first", "last"):
        process.ask_pulse(token)
        playing.seq += 1
        playing.calls[0] += 1
        came = token if variant != "reject" or token == "first" else None
        process.sink(event(playing.seq, at_ms=playing.at(19.5), pulse=came))
    if variant == "accept":
        _child(writer, clock)
    dropped = 12 if variant == "reject" else 0
    playing.calls[0] += dropped
    process.sink(_counted(playing, dropped))
    clock.now_ms = playing.at(20.5)
    process.end("application-requested")
    writer.end_run("completed", exit_code=0)
    return analysis(playing)


def _counted(playing: Playing, dropped: int) -> Counters:
    places = range(len(tuple(_plan())))
    return Counters(
        at_ms=playing.at(20),
        last_seq=playing.seq + dropped,
        called=tuple(playing.calls[place] for place in places),
        dropped=tuple(dropped if place == 0 else 0 for place in places),
        final=True,
    )


def _child(writer: RunWriter, clock: _Clock) -> None:
    """A second process, which did nothing."""
    process = writer.start_process("com.example.doorbell:remote", how="child", hooks=list(_plan()))
    process.sink(Ready(at_ms=clock.now_ms, runtime="jvm", pid=4790))
    process.sink(SelfCheck(at_ms=clock.now_ms, runtime="jvm", outcome=SelfCheckOutcome.CURED, detail=""))
    for report in _reports("accept", clock.now_ms - 90):
        process.sink(report)
    process.ask_pulse("child")
    process.sink(event(1, at_ms=clock.now_ms, pulse="child"))
    process.sink(final(1))
    process.end("application-requested")


def _plan() -> Iterator[Hook]:
    for slug in TRACKERS:
        here = {"class_name": "a.b.d", "method": "e"} if slug == "beta" else {}
        yield hook(
            f"{slug}/encode/com.{slug}.sdk.internal.Encoder.encodeString(java.lang.String)",
            tracker=slug,
            tier=Tier.FINGERPRINT.value if slug == "beta" else Tier.EXACT.value,
            resolution=("the only class with its strings",) if slug == "beta" else (),
            **here,
        )
        yield hook(
            f"{slug}/api/com.{slug}.sdk.Api.track(java.lang.String)",
            tracker=slug,
            layer=Layer.API,
            method="track",
            tier=Tier.PLATFORM.value if slug == "beta" else Tier.EXACT.value,
        )
    yield hook("platform/org.json.JSONObject.toString()", tracker=None, layer=Layer.PLATFORM, method="toString")
    yield hook(
        "blind/wire/WebView: module x",
        tracker=None,
        layer=Layer.WIRE,
        class_name="WebView",
        method="",
        role=Role.PRESENCE,
        meaning="a WebView is in use: what its pages send is not read",
    )


def _reports(variant: str, at_ms: float) -> Iterator[HookReport]:
    for index, _ in enumerate(_plan()):
        status, reason = HookStatus.INSTALLED, None
        if index == 5 or (index == 9 and variant != "accept"):
            status, reason = HookStatus.PENDING, None
        if index == 7 and variant == "reject":
            status, reason = HookStatus.FAILED, "expected 1 argument, found none"
        at = at_ms if status is HookStatus.INSTALLED else None
        yield HookReport(
            index=index,
            status=status,
            reason=reason,
            initialised_by_us=index == 0,
            seen_at_ms=at,
            installed_at_ms=at,
            class_name=None,
        )


def _walk(playing: Playing, clock: _Clock) -> None:
    choice, phase, _ = CHOICES[playing.variant]
    after = "after sign-in" if playing.variant == "no choice" else phase
    for label, in_phase, begins, ends in STEPS:
        clock.now_ms = playing.at(begins)
        named = in_phase.format(phase=phase, after=after)
        step = playing.writer.start_step(label.format(choice=choice), phase=named)
        playing.steps.append((step, named))
        clock.now_ms = playing.at(ends)
        playing.writer.end_step(step, "ok")


def _send(playing: Playing, send: Send) -> None:
    content = json.dumps(send.tree).encode() if send.tree is not None else b"\x8f\x01\x02opaque"
    at_ms = playing.at(STEPS[send.step][2] + send.after_s)
    events = []
    if send.said is not None:
        events.append(
            (Layer.API, _record(playing, send, send.said.encode(), at_ms - 250, layer=Layer.API), at_ms - 250)
        )
    seq = _record(playing, send, content, at_ms)
    events.append((send.layer, seq, at_ms))
    step, phase = playing.steps[send.step]
    if send.tree is not None:
        playing.payloads.append(payload(playing, send, content, seq, at_ms))
    consent = CHOICES[playing.variant][2] if send.step >= 2 else Consent.BEFORE
    for datum in send.found:
        playing.disclosures.append(disclosure(playing, send, datum, (seq, step, phase, consent, at_ms)))
    for attempt in range(1 + send.again if send.host is not None else 0):
        sent_ms = at_ms + 60 + 700 * attempt
        wire = _record(playing, send, content, sent_ms)
        events.append((Layer.WIRE, wire, sent_ms))
        by = None if send.blind else (playing.process.id, seq)
        playing.transmissions.append(transmission(playing, send, (wire, step, phase, consent, sent_ms), content, by))
    if send.layer is not Layer.API:
        playing.stories.append(story(playing, send, content, events))


def _record(playing: Playing, send: Send, content: bytes, at_ms: float, *, layer: Layer | None = None) -> int:
    layer = layer or send.layer
    playing.seq += 1
    frames = tuple(frame.format(slug=send.tracker) for frame in FRAMES)
    stack = Stack(sha256=digest("\n".join(frames).encode()), frames=frames)
    kept: Blob = blob(content)
    slot = 8 if layer is Layer.PLATFORM else 2 * TRACKERS.index(send.tracker) + (layer is Layer.API)
    playing.calls[slot] += 1
    seen: Event = event(
        playing.seq,
        at_ms=at_ms,
        hook=slot,
        thread_name=f"{send.tracker}-worker",
        stack=stack.sha256,
        arguments=({"t": "bytes", "sha256": kept.sha256, "n": len(content)},),
    )
    for record in (stack, kept, seen):
        playing.process.sink(record)
    return playing.seq


def _consent(playing: Playing) -> None:
    if playing.variant == "no choice":
        return
    playing.seq += 1
    playing.calls[1] += 1
    playing.process.sink(event(playing.seq, at_ms=playing.at(4.6), hook=1))
    call = ConsentCall(
        process=playing.process.id,
        seq=playing.seq,
        tracker="alpha",
        hook="alpha/api/com.alpha.sdk.Api.optOut()",
        opts_out=playing.variant == "reject",
        step=playing.steps[2][0],
        at_ms=playing.at(4.6),
    )
    playing.consent_calls.append(call)
