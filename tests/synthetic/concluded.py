"""What analysis would conclude from the study, by hand."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace

from harness.model.findings import (
    Analysis,
    AnalysisFault,
    Blind,
    Consent,
    ConsentCall,
    Disclosure,
    Explanation,
    Outcome,
    Payload,
    Transmission,
    Unclaimed,
    Undone,
    Verdict,
)
from harness.model.hook import Layer
from harness.model.rest import RestValue
from harness.model.story import Joint, Story, StoryLink
from harness.store import ProcessWriter, RunWriter
from tests.rows import digest
from tests.synthetic.study import FRAMES, TRACKERS, Datum, Send


@dataclass(slots=True, kw_only=True)
class Playing:
    """One run being made."""

    variant: str
    writer: RunWriter
    process: ProcessWriter
    start_ms: float
    steps: list[tuple[str, str]] = field(default_factory=list)  # id, phase
    seq: int = 0
    calls: Counter[int] = field(default_factory=Counter)  # by place in the plan
    payloads: list[Payload] = field(default_factory=list)
    disclosures: list[Disclosure] = field(default_factory=list)
    transmissions: list[Transmission] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    consent_calls: list[ConsentCall] = field(default_factory=list)

    def at(self, seconds: float) -> float:
        return self.start_ms + seconds * 1000


def payload(playing: Playing, send: Send, content: bytes, seq: int, at_ms: float) -> Payload:
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
        undone=tuple(
            Undone(path="", step=step, start=0, end=len(content), gave=len(content) - 1) for step in send.chain
        ),
    )


Where = tuple[int, str, str, Consent, float]


def disclosure(playing: Playing, send: Send, datum: Datum, where: Where) -> Disclosure:
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


def transmission(
    playing: Playing, send: Send, where: Where, content: bytes, by: tuple[str, int] | None
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


def story(playing: Playing, send: Send, content: bytes, events: list[tuple[Layer, int, float]]) -> Story:
    """`events` in the order of time: what the app said, if it did, the payload, the requests."""
    place = next(seq for layer, seq, _ in events if layer in (Layer.ENCODE, Layer.PLATFORM))
    links = []
    for layer, seq, at_ms in events:
        method = "Api.track" if layer is Layer.API else "internal.Encoder.encodeString"
        how = {Layer.API: Joint.CONTAINED.value, Layer.WIRE: Joint.SAME.value}.get(layer, "")
        links.append(
            StoryLink(
                process=playing.process.id,
                seq=seq,
                layer=layer,
                hook=f"{send.tracker}/{layer.value}/com.{send.tracker}.sdk.{method}(java.lang.String)",
                step=playing.steps[send.step][0],
                at_ms=at_ms,
                how=how,
                joined=(playing.process.id, place) if how else None,
                part=layer is Layer.API,
            )
        )
    return Story(
        run=playing.writer.run,
        tracker=send.tracker,
        sha256=digest(content),
        links=tuple(links),
        hosts=(send.host,) if send.host else (),
        retries=send.again,
    )


_MODEL = RestValue(
    run="",
    tracker="alpha",
    path="databases/alpha",
    place="events.data, row 1 /properties/model",
    category="device_model",
    property="model",
    value="Virtual Handset",
    persona=None,
)
_NOBODYS = Unclaimed(
    why="made by code that no hook file knows",
    code="a.b.c",
    hook="platform/content/org.json.JSONObject.toString()",
    payloads=7,
    bytes=2314,
    personas=("android_id",),
)


def kept(playing: Playing) -> tuple[RestValue, ...]:
    """What was found on the phone after the run: one value that was seen, one that was not."""
    if playing.variant != "accept":
        return ()
    seen = replace(_MODEL, run=playing.writer.run, process=playing.process.id, seq=1)
    unseen = replace(
        seen,
        place="events.data, row 2 /properties/$email",
        category="email",
        property="emailAddress",
        value="jo.4471@canary.example",
        persona="EMAIL",
        process=None,
        seq=None,
        note="no hook saw the tracker being given it in this run",
    )
    return seen, unseen


def nobodys(playing: Playing) -> tuple[Unclaimed, ...]:
    """What passed the platform's functions and is nobody's."""
    more = replace(_NOBODYS, why="no call stack was kept", code="", payloads=1, bytes=90, personas=())
    return (_NOBODYS, more) if playing.variant == "reject" else (more,)


def analysis(playing: Playing) -> Analysis:
    broken = playing.variant == "reject"
    reasons = (
        "1 of 2 signs of life from process 4711 did not arrive",
        "the books do not close: process com.example.doorbell: 12 events dropped by the agent, 0 lost on the way",
        "com.alpha.Encoder.track could not be hooked: expected 1 argument, found none",
        f"blind spot: 1 request to collect.unknown.example: {Blind.UNCLAIMED.value}",
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
        stories=tuple(playing.stories),
        consent_calls=tuple(playing.consent_calls),
        unclaimed=nobodys(playing),
        rest=kept(playing),
        verdicts=(run, *each),
        faults=(fault,) if broken else (),
    )
