"""A case file as three runs of the study leave it, made by the real writer; what analysis concludes is written by hand,
so that the report is judged on its own. Deterministic: fixed clock, counted ids."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.model.findings import (
    Analysis,
    AnalysisFault,
    Consent,
    ConsentCall,
    Disclosure,
    Explanation,
    Outcome,
    Payload,
    Transmission,
    Verdict,
)
from harness.model.records import Blob, Event, HookReport, HookStatus, Ready, Stack
from harness.model.tracker import Hook, Layer
from harness.store import CaseFile, CaseHeader, ProcessWriter, RunStart, RunWriter, derived
from tests.rows import START_MS, app, blob, device, digest, event, final, hook, numbered
from tests.synthetic.study import CHOICES, FRAMES, PACK, PERSONA, SENDS, STEPS, TRACKERS, Datum, Send


@dataclass(slots=True)
class _Clock:
    """Time as the test sets it."""

    now_ms: float = START_MS

    def __call__(self) -> float:
        return self.now_ms


@dataclass(slots=True, kw_only=True)
class _Playing:
    """One run being made."""

    variant: str
    writer: RunWriter
    process: ProcessWriter
    start_ms: float
    steps: list[tuple[str, str]] = field(default_factory=list)  # id, phase
    seq: int = 0
    payloads: list[Payload] = field(default_factory=list)
    disclosures: list[Disclosure] = field(default_factory=list)
    transmissions: list[Transmission] = field(default_factory=list)
    consent_calls: list[ConsentCall] = field(default_factory=list)

    def at(self, seconds: float) -> float:
        return self.start_ms + seconds * 1000


def write_case(path: Path | str, *, variants: tuple[str, ...] = ("no choice", "reject", "accept")) -> CaseFile:
    """Write the case and leave it open. Any variant but `reject` is seen whole; `reject` has a blind spot, a hook that
    failed, events that were dropped and a sign of life that never came."""
    clock = _Clock()
    case = CaseFile.open(path, create=True, clock=clock, new_id=numbered())
    case.set_header(
        CaseHeader(reference="DEMO-1", operator="A. Tester", purpose="demonstration", test_account="invented")
    )
    facts = device()
    installed, held = case.add_app(app(), label="Doorbell"), case.add_device(facts)
    analyses = {}
    for number, variant in enumerate(variants):
        clock.now_ms = START_MS + number * 60_000
        start = RunStart(
            flow="study",
            variant=variant,
            app=installed,
            device=held,
            flow_file="scenarios/doorbell/study.yaml",
            flow_sha256=digest(b"flow"),
            harness_version="0.1.0",
            frida_version="17.26.2",
            pack_sha256=PACK.sha256,
            witness="mitmproxy 11.0.2",
        )
        writer = case.start_run(start, facts)
        writer.add_persona(PERSONA)
        analyses[writer.run] = _play(writer, variant, clock)
    with case.transaction() as db:
        derived.replace(db, analyses, PACK)
    return case


def _play(writer: RunWriter, variant: str, clock: _Clock) -> Analysis:
    process = writer.start_process("com.example.doorbell", how="spawned", hooks=list(_plan()), in_flight_bound=2048)
    playing = _Playing(variant=variant, writer=writer, process=process, start_ms=clock.now_ms)
    process.sink(Ready(at_ms=clock.now_ms, runtime="jvm", pid=4711))
    for report in _reports(variant):
        process.sink(report)
    _walk(playing, clock)
    for send in SENDS:
        if variant in send.variants:
            _send(playing, send)
    _consent(playing)
    for token in ("first", "last"):
        process.ask_pulse(token)
        playing.seq += 1
        came = token if variant != "reject" or token == "first" else None
        process.sink(event(playing.seq, at_ms=playing.at(19.5), pulse=came))
    dropped = 12 if variant == "reject" else 0
    process.sink(final(playing.seq + dropped, dropped=dropped))
    clock.now_ms = playing.at(20.5)
    process.end("application-requested")
    writer.end_run("completed", exit_code=0)
    return _analysis(playing)


def _plan() -> Iterator[Hook]:
    for slug in TRACKERS:
        yield hook(f"{slug}/encode/com.{slug}.sdk.internal.Encoder.encodeString(java.lang.String)", tracker=slug)
        yield hook(
            f"{slug}/api/com.{slug}.sdk.Api.track(java.lang.String)", tracker=slug, layer=Layer.API, method="track"
        )
    yield hook("platform/org.json.JSONObject.toString()", tracker=None, layer=Layer.PLATFORM, method="toString")


def _reports(variant: str) -> Iterator[HookReport]:
    for index, _ in enumerate(_plan()):
        status, reason = HookStatus.INSTALLED, None
        if index == 5:
            status, reason = HookStatus.PENDING, None
        if index == 7 and variant == "reject":
            status, reason = HookStatus.FAILED, "expected 1 argument, found none"
        at = START_MS if status is HookStatus.INSTALLED else None
        yield HookReport(
            index=index,
            status=status,
            reason=reason,
            initialised_by_us=index == 0,
            seen_at_ms=at,
            installed_at_ms=at,
            class_name=None,
        )


def _walk(playing: _Playing, clock: _Clock) -> None:
    choice, phase, _ = CHOICES[playing.variant]
    after = "after sign-in" if playing.variant == "no choice" else phase
    for label, in_phase, begins, ends in STEPS:
        clock.now_ms = playing.at(begins)
        named = in_phase.format(phase=phase, after=after)
        step = playing.writer.start_step(label.format(choice=choice), phase=named)
        playing.steps.append((step, named))
        clock.now_ms = playing.at(ends)
        playing.writer.end_step(step, "ok")


def _send(playing: _Playing, send: Send) -> None:
    content = json.dumps(send.tree).encode() if send.tree is not None else b"\x8f\x01\x02opaque"
    at_ms = playing.at(STEPS[send.step][2] + send.after_s)
    seq = _record(playing, send, content, at_ms)
    step, phase = playing.steps[send.step]
    if send.tree is not None:
        playing.payloads.append(_payload(playing, send, content, seq, at_ms))
    consent = CHOICES[playing.variant][2] if send.step >= 2 else Consent.BEFORE
    for datum in send.found:
        playing.disclosures.append(_disclosure(playing, send, datum, (seq, step, phase, consent, at_ms)))
    if send.host is not None:
        wire = _record(playing, send, content, at_ms + 60)
        by = None if send.blind else (playing.process.id, seq)
        playing.transmissions.append(
            _transmission(playing, send, (wire, step, phase, consent, at_ms + 60), content, by)
        )


def _record(playing: _Playing, send: Send, content: bytes, at_ms: float) -> int:
    playing.seq += 1
    frames = tuple(frame.format(slug=send.tracker) for frame in FRAMES)
    stack = Stack(sha256=digest("\n".join(frames).encode()), frames=frames)
    kept: Blob = blob(content)
    slot = 8 if send.layer is Layer.PLATFORM else 2 * TRACKERS.index(send.tracker) + (send.layer is Layer.API)
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


def _payload(playing: _Playing, send: Send, content: bytes, seq: int, at_ms: float) -> Payload:
    by = "hook" if send.layer is not Layer.PLATFORM else f"stack: {FRAMES[0].format(slug=send.tracker)}"
    return Payload(
        process=playing.process.id,
        seq=seq,
        parts=(seq,),
        hook=f"{send.tracker}/{send.layer.value}/com.{send.tracker}.sdk.internal.Encoder.encodeString(java.lang.String)",
        layer=send.layer,
        tracker=send.tracker,
        attributed_by=by,
        meaning="request body",
        step=playing.steps[send.step][0],
        at_ms=at_ms,
        sha256=digest(content),
        size=len(content),
        decoded=json.dumps(send.tree, indent=2),
        chain=send.chain,
    )


_Where = tuple[int, str, str, Consent, float]


def _disclosure(playing: _Playing, send: Send, datum: Datum, where: _Where) -> Disclosure:
    seq, step, phase, consent, at_ms = where
    return Disclosure(
        run=playing.writer.run,
        process=playing.process.id,
        seq=seq,
        tracker=send.tracker,
        category=datum.category,
        property=datum.known_as,
        value=datum.value,
        persona=datum.persona,
        chain=(*send.chain, datum.written),
        path=datum.path,
        layer=send.layer,
        step=step,
        phase=phase,
        consent=consent,
        at_ms=at_ms,
        grade=datum.grade,
        times=send.times,
        evidence="SDK 5.9.6, Encoder.java line 48: the key is written from the device's own value",
    )


def _transmission(
    playing: _Playing, send: Send, where: _Where, content: bytes, by: tuple[str, int] | None
) -> Transmission:
    seq, step, phase, consent, at_ms = where
    return Transmission(
        run=playing.writer.run,
        process=playing.process.id,
        seq=seq,
        at_ms=at_ms,
        step=step,
        phase=phase,
        consent=consent,
        host=send.host or "",
        path=send.path,
        method="POST",
        headers=(("Content-Type", "application/json"),),
        body_sha256=digest(content),
        bytes_out=len(content),
        tracker=send.tracker,
        attributed_by=f"host: {send.host}",
        explanation=Explanation.SAME_CONTENT if by else None,
        explained_by=by,
        blind=send.blind,
    )


def _consent(playing: _Playing) -> None:
    if playing.variant == "no choice":
        return
    playing.seq += 1
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


def _analysis(playing: _Playing) -> Analysis:
    broken = playing.variant == "reject"
    reasons = (
        "1 request went to a host that no hook file claims",
        "1 sign of life of 2 never came",
        "12 events dropped",
    )
    run = Verdict(
        run=playing.writer.run,
        tracker="",
        outcome=Outcome.FINDING,
        reasons=reasons if broken else (),
        disclosures=len(playing.disclosures),
    )
    each = []
    for slug in TRACKERS:
        count = sum(found.tracker == slug for found in playing.disclosures)
        each.append(replace(run, tracker=slug, outcome=Outcome.FINDING, disclosures=count, reasons=()))
    fault = AnalysisFault(
        process=playing.process.id, seq=1, where="decode", message="2 bytes after the end of the JSON"
    )
    return Analysis(
        payloads=tuple(playing.payloads),
        disclosures=tuple(playing.disclosures),
        transmissions=tuple(playing.transmissions),
        consent_calls=tuple(playing.consent_calls),
        verdicts=(run, *each),
        faults=(fault,) if broken else (),
    )
