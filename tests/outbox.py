"""A case file of requests as tests of exports want them: plain, compressed, encrypted, not read. What is compressed or
encrypted was so by gzip and openssl."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.model.facts import PersonaValue, Source
from harness.model.findings import (
    Analysis,
    Blind,
    Consent,
    Explanation,
    Payload,
    Transmission,
)
from harness.model.hook import Layer
from harness.store import CaseFile, derived
from tests.rows import START_MS, blob, device, digest, event, final, hook, numbered, started, ticking
from tests.synthetic import PACK

EMAIL = "jo.4471@canary.example"
ANDROID_ID = "8ddc7afca5fccd7e"
OFFSET_MS = 5000.0  # the device's clock is ahead

BRANCH = {"hardware_id": ANDROID_ID, "google_advertising_id": "", "os": "Android", "model": "Virtual Handset"}
FACEBOOK = (
    f"format=json&sdk=android&event=CUSTOM_APP_EVENTS&anon_id=XZ{ANDROID_ID}"
    "&extinfo=%5B%22a2%22%2C%22com.example.doorbell%22%2C3211%2C%223.21.1%22%2C%2214%22%2C%22Virtual%20Handset%22%5D"
)
TOLD = json.dumps({"email": EMAIL, "android_id": ANDROID_ID})


@dataclass(kw_only=True)
class Request:
    """One request, and what explains it."""

    host: str
    path: str
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "POST"
    explained: str | None = None
    explanation: Explanation | None = Explanation.SAME_CONTENT
    blind: Blind | None = None
    said: dict[str, Any] = field(default_factory=dict)


def gzipped(content: bytes) -> bytes:
    return subprocess.run(["gzip", "-nc"], input=content, capture_output=True, check=True).stdout


def encrypted(content: bytes) -> bytes:
    command = ["openssl", "enc", "-aes-128-cbc", "-K", "00" * 16, "-iv", "01" * 16]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout


def in_base64(content: bytes) -> bytes:
    return subprocess.run(["base64", "-w0"], input=content, capture_output=True, check=True).stdout


def requests() -> Iterator[Request]:
    yield Request(
        host="api2.branch.io",
        path="/v1/install",
        body=json.dumps(BRANCH).encode(),
        headers=(("Content-Type", "application/json"), ("Cookie", "sid=s3cr3tcookievalue; theme=dark")),
    )
    yield Request(
        host="graph.facebook.com",
        path="/v5.0/100200300400500/activities",
        body=gzipped(FACEBOOK.encode()),
        headers=(("Content-Type", "application/x-www-form-urlencoded"), ("Content-Encoding", "gzip")),
    )
    yield Request(
        host="in.alpha.example",
        path="/e?app_id=com.example.doorbell&q=a%20b",
        body=encrypted(TOLD.encode()),
        headers=(("Content-Type", "application/octet-stream"),),
        explained=TOLD,
        explanation=Explanation.IN_OUT,
    )
    yield Request(
        host="api.alpha.example",
        path="/track",
        body=b"data=" + in_base64(TOLD.encode()),
        headers=(("Content-Type", "application/x-www-form-urlencoded"),),
    )
    yield Request(
        host="plain.example",
        path="/",
        method="GET",
        explanation=Explanation.NO_BODY,
        said={"this.url": {"t": "string", "v": "http://plain.example/"}},
    )
    yield Request(host="", path="", method="", body=b"\x16\x03\x01\x8f", explanation=None, blind=Blind.NOT_HTTP)


def write_outbox(path: Path | str) -> CaseFile:
    """Write the case and leave it open."""
    case = CaseFile.open(path, create=True, clock=ticking(), new_id=numbered())
    writer = started(case, facts=device(clock_offset_ms=OFFSET_MS))
    writer.add_persona(
        [
            PersonaValue(name="EMAIL", category="email", value=EMAIL, source=Source.PLANTED),
            PersonaValue(name="android_id", category="android_id", value=ANDROID_ID, source=Source.DEVICE),
        ]
    )
    step = writer.start_step("tap Sign in", phase="sign-in")
    process = writer.start_process("com.example.doorbell", how="spawned", hooks=[hook()], in_flight_bound=64)
    transmissions, payloads = [], []
    for seq, sent in enumerate(requests(), start=1):
        kept = [blob(content) for content in (sent.body, (sent.explained or "").encode()) if content]
        for each in kept:
            process.sink(each)
        process.sink(event(seq, captured=sent.said or None))
        if sent.explained:
            payloads.append(_payload(process.id, seq, sent.explained, step))
        transmissions.append(_transmission(writer.run, process.id, seq, sent, step))
    process.sink(final(len(transmissions)))
    process.end("application-requested")
    writer.end_step(step, "ok")
    writer.end_run("completed", exit_code=0)
    analysis = Analysis(payloads=tuple(payloads), transmissions=tuple(transmissions))
    with case.transaction() as db:
        derived.replace(db, {writer.run: analysis}, PACK)
    return case


def _payload(process: str, seq: int, text: str, step: str) -> Payload:
    return Payload(
        process=process,
        seq=seq,
        parts=(seq,),
        hook="platform/org.json.JSONObject.toString()",
        layer=Layer.PLATFORM,
        tracker="alpha",
        attributed_by="hook",
        meaning="request body",
        step=step,
        at_ms=START_MS + OFFSET_MS + seq,
        sha256=digest(text.encode()),
        size=len(text),
        decoded=json.dumps(json.loads(text), indent=1),
        chain=("json",),
    )


def _transmission(run: str, process: str, seq: int, sent: Request, step: str) -> Transmission:
    return Transmission(
        run=run,
        process=process,
        seq=seq,
        at_ms=START_MS + OFFSET_MS + 1000 * seq,
        step=step,
        phase="sign-in",
        consent=Consent.BEFORE,
        host=sent.host,
        path=sent.path,
        method=sent.method,
        headers=sent.headers,
        body_sha256=digest(sent.body) if sent.body else None,
        bytes_out=len(sent.body or b""),
        tracker="alpha",
        attributed_by=f"host: {sent.host}",
        explanation=sent.explanation,
        explained_by=(process, seq) if sent.explained else None,
        blind=sent.blind,
    )
