"""HAR 1.2: every request that left, written as far as the hooks saw it. Nothing of it was recorded on the network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TextIO

from harness import __version__
from harness.model.findings import Transmission
from harness.report.export.address import is_host, query_of, url_of
from harness.report.export.body import Body, body_of
from harness.report.export.chosen import Chosen, each_text
from harness.report.export.harlog import log_facts, page
from harness.store import exported, findings, queries, raw
from harness.store.queries import RunRow

_UNKNOWN = -1
_HOW = "Reconstructed from hooks inside the app; no proxy recorded it."
_NO_RESPONSE = "The response was not seen: hooks read what leaves the app."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """One run, and what its entries are made of."""

    chosen: Chosen
    run: RunRow
    blobs: raw.Payloads
    offset_ms: float  # device clock minus host clock

    def when(self, device_ms: float) -> str:
        """A moment of the device's clock, put right by the host's."""
        return iso(device_ms - self.offset_ms)


def write_har(chosen: Chosen, stream: TextIO) -> int:
    """Write the log and give the number of its entries. Entries are written one by one, run by run."""
    facts = each_text(log_facts(chosen), chosen.cover.text)
    pages = (each_text(entry, chosen.cover.text) for entry in _pages(chosen))
    stream.write('{"log":{"version":"1.2","creator":' + _json({"name": "tracker-harness", "version": __version__}))
    for name, value in facts.items():
        stream.write(f",\n{_json(name)}:{_json(value)}")
    stream.write(',\n"pages":[')
    _write_all(pages, stream)
    stream.write('],\n"entries":[')
    count = _write_all((entry for run in chosen.runs for entry in _entries(chosen, run)), stream)
    stream.write("]}}\n")
    return count


def iso(at_ms: float) -> str:
    """A moment in ISO 8601, UTC, to the millisecond."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _write_all(every: Iterator[Any], stream: TextIO) -> int:
    count = 0
    for count, entry in enumerate(every, start=1):
        stream.write(("\n" if count == 1 else ",\n") + _json(entry))
    return count


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pages(chosen: Chosen) -> Iterator[dict[str, Any]]:
    for run in chosen.runs:
        for step in queries.steps(chosen.case.db, run.id):
            yield page(step, name=chosen.names[run.id], run=run.id, started=iso(step.started_at_ms))


def _entries(chosen: Chosen, run: RunRow) -> Iterator[dict[str, Any]]:
    db = chosen.case.db
    scene = _Scene(chosen=chosen, run=run, blobs=raw.Payloads(db), offset_ms=exported.clock_offset(db, run.id))
    for made in findings.transmissions(db, run.id):
        yield _entry(scene, made)


def _entry(scene: _Scene, made: Transmission) -> dict[str, Any]:
    db = scene.chosen.case.db
    explained = findings.payload(db, made.run, *made.explained_by) if made.explained_by else None
    body = body_of(made, scene.blobs, explained, covered=not scene.chosen.cover.reveal)
    entry = {
        "startedDateTime": scene.when(made.at_ms),
        "time": 0,
        "request": _request(scene, made, body),
        "response": _response(),
        "cache": {},
        "timings": {"blocked": _UNKNOWN, "dns": _UNKNOWN, "connect": _UNKNOWN, "ssl": _UNKNOWN}
        | {"send": _UNKNOWN, "wait": _UNKNOWN, "receive": _UNKNOWN},
        "comment": f"{_HOW} {_sentence(scene, made)}",
        "_harness": _facts(scene, made, body),
    }
    return {"pageref": made.step, **entry} if made.step else entry


def _request(scene: _Scene, made: Transmission, body: Body | None) -> dict[str, Any]:
    cover = scene.chosen.cover
    said = exported.said_addresses(scene.chosen.case.db, made.run, made.process, made.seq)
    path = cover.text(made.path)
    headers = [{"name": name, "value": cover.header(name, value)} for name, value in made.headers]
    request: dict[str, Any] = {
        "method": made.method or "GET",
        "url": url_of(made, path, said=said),
        "httpVersion": "unknown",
        "cookies": _cookies(headers),
        "headers": headers,
        "queryString": [{"name": name, "value": value} for name, value in query_of(path)],
        "headersSize": _UNKNOWN,
        "bodySize": made.bytes_out,
    }
    if body is not None:
        request["postData"] = _post_data(scene, body)
    return each_text(request, str)  # type: ignore[no-any-return]


def _post_data(scene: _Scene, body: Body) -> dict[str, Any]:
    """Both `text` and `comment`: what the text is, is not to be guessed."""
    text = "" if body.text is None else scene.chosen.cover.text(body.text)
    data: dict[str, Any] = {"mimeType": scene.chosen.cover.header("Content-Type", body.mime), "text": text}
    return {**data, "params": [], "comment": f"The body is {body.how}."}


def _cookies(headers: list[dict[str, str]]) -> list[dict[str, str]]:
    every = (pair for header in headers if header["name"].lower() == "cookie" for pair in header["value"].split(";"))
    return [
        {"name": name.strip(), "value": value.strip()} for name, _, value in (each.partition("=") for each in every)
    ]


def _response() -> dict[str, Any]:
    return {
        "status": 0,
        "statusText": "",
        "httpVersion": "unknown",
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": "x-unknown", "comment": _NO_RESPONSE},
        "redirectURL": "",
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN,
        "comment": _NO_RESPONSE,
    }


def _sentence(scene: _Scene, made: Transmission) -> str:
    receiver = scene.chosen.cover.text(scene.chosen.tracker(made.tracker))
    known = made.explanation.value if made.explanation else made.blind.value if made.blind else "content not known"
    return each_text(f"To: {receiver}; {made.consent.value}; content: {known}.", str)  # type: ignore[no-any-return]


def _facts(scene: _Scene, made: Transmission, body: Body | None) -> dict[str, Any]:
    """Where this entry comes from in the case file, and what is known of it beyond HAR."""
    facts: dict[str, Any] = {
        "reconstructed": True,
        "run": made.run,
        "variant": scene.run.variant,
        "process": made.process,
        "seq": made.seq,
        "tracker": made.tracker,
        "attributedBy": made.attributed_by,
        "explanation": made.explanation.value if made.explanation else None,
        "explainedBy": list(made.explained_by) if made.explained_by else None,
        "blind": made.blind.value if made.blind else None,
        "step": made.step,
        "phase": made.phase,
        "consent": made.consent.value,
        "deviceTimeMs": made.at_ms,
        "bodySha256": made.body_sha256,
        "body": body.how if body else None,
    }
    if not is_host(made.host):
        facts["host"] = made.host
    covered: dict[str, Any] = each_text(facts, scene.chosen.cover.text)
    if body and body.base64:
        covered["bodyBase64"] = body.base64
    return covered
