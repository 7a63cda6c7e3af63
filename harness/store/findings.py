"""What analysis concluded, read back as the values it was concluded in."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from sqlite_utils import Database

from harness.model.findings import (
    Blind,
    Consent,
    ConsentCall,
    Disclosure,
    Explanation,
    Grade,
    Observation,
    Observed,
    Outcome,
    Payload,
    Transmission,
    Unclaimed,
    Undone,
    Verdict,
)
from harness.model.hook import Layer
from harness.model.rest import RestValue
from harness.model.story import Story, StoryLink


def disclosures(db: Database, run: str) -> tuple[Disclosure, ...]:
    """In the order that analysis gave them."""
    return tuple(disclosure_of(row) for row in _of(db, "disclosure", run, "position"))


def payloads(db: Database, run: str) -> dict[tuple[str, int], Payload]:
    """Decoded content by (process, seq) of its first event."""
    return {(row["process"], row["seq"]): _payload(row) for row in _of(db, "decoded", run, "process, seq")}


def payload(db: Database, run: str, process: str, seq: int) -> Payload | None:
    """The decoded content of one event."""
    query = "SELECT * FROM decoded WHERE run = ? AND process = ? AND seq = ?"
    return next((_payload(row) for row in db.query(query, [run, process, seq])), None)


def request(db: Database, run: str, process: str, seq: int) -> Transmission | None:
    """The request that one event is."""
    query = "SELECT * FROM transmission WHERE run = ? AND process = ? AND seq = ?"
    return next((_transmission(row) for row in db.query(query, [run, process, seq])), None)


def transmissions(db: Database, run: str) -> tuple[Transmission, ...]:
    """Every request that left, in the order of time."""
    return tuple(_transmission(row) for row in _of(db, "transmission", run, "at_ms, process, seq"))


def stories(db: Database, run: str) -> tuple[Story, ...]:
    """Payloads on their way, in the order of their first events."""
    links: dict[int, list[StoryLink]] = {}
    for row in _of(db, "story_link", run, "story, position"):
        links.setdefault(row["story"], []).append(_story_link(row))
    return tuple(
        Story(
            run=run,
            tracker=row["tracker"],
            sha256=row["sha256"],
            links=tuple(links.get(row["position"], ())),
            hosts=tuple(json.loads(row["hosts"])),
            retries=row["retries"],
        )
        for row in _of(db, "story", run, "position")
    )


def stories_of(db: Database, run: str, process: str, seq: int, *, most: int) -> tuple[Story, ...]:
    """The stories in which one event stands, each with `most` links at most."""
    # Sorted here: asked for an order, SQLite walks all stories of the run instead of the index on events.
    query = "SELECT story FROM story_link WHERE run = ? AND process = ? AND seq = ?"
    named = sorted({position for (position,) in db.execute(query, [run, process, seq])})
    return tuple(_story(db, run, position, most) for position in named[:most])


def _story(db: Database, run: str, position: int, most: int) -> Story:
    row = next(db.query("SELECT * FROM story WHERE run = ? AND position = ?", [run, position]))
    links = db.query(
        "SELECT * FROM story_link WHERE run = ? AND story = ? ORDER BY position LIMIT ?", [run, position, most]
    )
    return Story(
        run=run,
        tracker=row["tracker"],
        sha256=row["sha256"],
        links=tuple(map(_story_link, links)),
        hosts=tuple(json.loads(row["hosts"])),
        retries=row["retries"],
    )


def consent_calls(db: Database, run: str) -> tuple[ConsentCall, ...]:
    """What the app told trackers about consent, in the order of time."""
    return tuple(
        ConsentCall(
            process=row["process"],
            seq=row["seq"],
            tracker=row["tracker"],
            hook=row["hook"],
            opts_out=None if row["opts_out"] is None else bool(row["opts_out"]),
            step=row["step"],
            at_ms=row["at_ms"],
        )
        for row in _of(db, "consent_call", run, "at_ms, process, seq")
    )


def verdicts(db: Database, run: str) -> tuple[Verdict, ...]:
    """One per tracker by its slug; the run's own, with tracker "", first."""
    return tuple(
        Verdict(
            run=run,
            tracker=row["tracker"],
            outcome=Outcome(row["outcome"]),
            reasons=tuple(json.loads(row["reasons"])),
            disclosures=row["disclosures"],
        )
        for row in _of(db, "verdict", run, "tracker")
    )


def unclaimed(db: Database, run: str) -> tuple[Unclaimed, ...]:
    """Payloads that are nobody's, those that occurred most often first."""
    return tuple(
        Unclaimed(
            why=row["why"],
            code=row["code"],
            hook=row["hook"],
            payloads=row["payloads"],
            bytes=row["bytes"],
            personas=tuple(json.loads(row["personas"])),
        )
        for row in _of(db, "unclaimed", run, "position")
    )


def rest_values(db: Database, run: str) -> tuple[RestValue, ...]:
    """What trackers keep on the phone, in the order that analysis gave."""
    names = [entry.name for entry in fields(RestValue)]
    return tuple(RestValue(**{name: row[name] for name in names}) for row in _of(db, "rest_value", run, "position"))


def observations(db: Database, run: str) -> tuple[Observation, ...]:
    """What is worth a look and proves nothing, in the order that analysis gave."""
    return tuple(map(observation_of, _of(db, "observation", run, "position")))


def observation_of(row: dict[str, Any]) -> Observation:
    """A row of `observation` as the value it was."""
    return Observation(
        **{name: row[name] for name in _OBSERVED_AS_THEY_ARE},
        kind=Observed(row["kind"]),
        chain=tuple(json.loads(row["chain"])),
        layer=Layer(row["layer"]),
        consent=Consent(row["consent"]),
    )


_OBSERVED_AS_THEY_ARE = ("run", "process", "seq", "tracker", "what", "value", "path", "step", "phase", "at_ms", "times")


def _of(db: Database, table: str, run: str, order: str) -> list[dict[str, Any]]:
    return list(db.query(f"SELECT * FROM {table} WHERE run = ? ORDER BY {order}", [run]))


def disclosure_of(row: dict[str, Any]) -> Disclosure:
    """A row of `disclosure` as the value it was."""
    return Disclosure(
        run=row["run"],
        process=row["process"],
        seq=row["seq"],
        tracker=row["tracker"],
        category=row["category"],
        property=row["property"],
        value=row["value"],
        persona=row["persona"],
        chain=tuple(json.loads(row["chain"])),
        path=row["path"],
        layer=Layer(row["layer"]),
        step=row["step"],
        phase=row["phase"],
        consent=Consent(row["consent"]),
        at_ms=row["at_ms"],
        grade=Grade(row["grade"]),
        times=row["times"],
        evidence=row["evidence"],
    )


def _story_link(row: dict[str, Any]) -> StoryLink:
    return StoryLink(
        process=row["process"],
        seq=row["seq"],
        layer=Layer(row["layer"]),
        hook=row["hook"],
        step=row["step"],
        at_ms=row["at_ms"],
        how=row["how"],
        joined=None if row["joined_process"] is None else (row["joined_process"], row["joined_seq"]),
        part=bool(row["part"]),
    )


def _payload(row: dict[str, Any]) -> Payload:
    return Payload(
        process=row["process"],
        seq=row["seq"],
        parts=tuple(json.loads(row["parts"])),
        hook=row["hook"],
        layer=Layer(row["layer"]),
        tracker=row["tracker"],
        attributed_by=row["attributed_by"],
        meaning=row["meaning"],
        step=row["step"],
        at_ms=row["at_ms"],
        sha256=row["sha256"],
        size=row["size"],
        decoded=row["tree"],
        chain=tuple(json.loads(row["chain"])),
        undone=tuple(Undone(**step) for step in json.loads(row["undone"] or "[]")),
    )


def _transmission(row: dict[str, Any]) -> Transmission:
    by = None if row["explained_process"] is None else (row["explained_process"], row["explained_seq"])
    return Transmission(
        run=row["run"],
        process=row["process"],
        seq=row["seq"],
        at_ms=row["at_ms"],
        step=row["step"],
        phase=row["phase"],
        consent=Consent(row["consent"]),
        host=row["host"],
        path=row["path"],
        method=row["method"],
        headers=tuple((name, value) for name, value in json.loads(row["headers"])),
        body_sha256=row["body_sha256"],
        bytes_out=row["bytes_out"],
        tracker=row["tracker"],
        attributed_by=row["attributed_by"],
        explanation=None if row["explanation"] is None else Explanation(row["explanation"]),
        explained_by=by,
        blind=None if row["blind"] is None else Blind(row["blind"]),
    )
