"""What was seen, read back as the values that analysis takes. Nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from sqlite_utils import Database

from harness.model.facts import PersonaValue, Source
from harness.model.findings import ProcessFacts, RunFacts, StoredEvent, StoredHook, StoredStep
from harness.model.hook import Layer
from harness.model.records import HookStatus, SelfCheckOutcome
from harness.model.rest import RestStored
from harness.store.start import steady_offset


def run_ids(db: Database) -> tuple[str, ...]:
    """Every run of the case, oldest first."""
    return tuple(row[0] for row in db.execute("SELECT id FROM run ORDER BY started_at_ms, id"))


def run_facts(db: Database, run: str) -> RunFacts:
    """The run, its processes and its books. An unfinished run is one whose books are not closed."""
    package, variant, own_hosts, outcome = db.execute(
        "SELECT app.package, run.variant, run.own_hosts, run.outcome FROM run JOIN app ON app.id = run.app"
        " WHERE run.id = ?",
        [run],
    ).fetchone()
    rows = list(db.query("SELECT * FROM process WHERE run = ? ORDER BY started_at_ms, id", [run]))
    reasons = [reason for row in rows if (reason := _why_open(row))]
    return RunFacts(
        run=run,
        package=package,
        runtime=_runtime(db, run, rows),
        variant=variant,
        processes=tuple(_process(row) for row in rows),
        completed=outcome == "completed",
        books_closed=bool(rows) and not reasons,
        books_reason="; ".join(reasons) if rows else "no process was instrumented",
        gaps=tuple(gap_sentence(row) for row in db.query("SELECT * FROM gap WHERE run = ? ORDER BY id", [run])),
        own_hosts=tuple(json.loads(own_hosts or "[]")),
    )


def hooks(db: Database, run: str) -> tuple[StoredHook, ...]:
    """Every hook as armed, process by process, in the order of the plan."""
    return tuple(
        StoredHook(
            process=row["process"],
            index=row["position"],
            key=row["key"],
            tracker=row["tracker"],
            layer=Layer(row["layer"]),
            class_name=row["class_name"],
            method=row["method"],
            status=HookStatus(row["status"]),
            reason=row["reason"],
            calls=row["called"],
            dropped=row["dropped"],
            tier=row["tier"],
        )
        for row in db.query("SELECT * FROM hook WHERE run = ? ORDER BY process, position", [run])
    )


def steps(db: Database, run: str) -> tuple[StoredStep, ...]:
    """The steps in their order, with times on the device's clock."""
    row = db.execute(
        "SELECT clock_offset_ms, clock_error_ms FROM device JOIN run ON run.device = device.id WHERE run.id = ?", [run]
    ).fetchone()
    offset = steady_offset(row[0], row[1] or 0.0)
    return tuple(
        StoredStep(
            step=row["id"],
            ordinal=row["position"],
            label=row["label"],
            phase=row["phase"],
            started_ms=row["started_at_ms"] + offset,
            ended_ms=None if row["ended_at_ms"] is None else row["ended_at_ms"] + offset,
        )
        for row in db.query("SELECT * FROM step WHERE run = ? ORDER BY position", [run])
    )


def persona(db: Database, run: str) -> tuple[PersonaValue, ...]:
    """The values to look for, by name."""
    return tuple(
        PersonaValue(
            name=row["name"],
            category=row["category"],
            value=row["value"],
            source=Source(row["source"]),
            searchable=bool(row["searchable"]),
            why=row["why"] or "",
            secret=bool(row["secret"]),
        )
        for row in db.query("SELECT * FROM persona WHERE run = ? ORDER BY name", [run])
    )


def rest_files(db: Database, run: str) -> tuple[RestStored, ...]:
    """What was collected from the phone, by path."""
    names = ", ".join(entry.name for entry in fields(RestStored))
    rows = db.query(f"SELECT {names} FROM rest_file WHERE run = ? ORDER BY path, id", [run])
    return tuple(RestStored(**row) for row in rows)


def events(db: Database, run: str) -> Iterator[StoredEvent]:
    """Every event of the run, process by process, by number."""
    keys = {
        (process, position): key
        for process, position, key in db.execute("SELECT process, position, key FROM hook WHERE run = ?", [run])
    }
    for row in db.query("SELECT * FROM event WHERE run = ? ORDER BY process, seq", [run]):
        yield StoredEvent(
            process=row["process"],
            seq=row["seq"],
            hook=keys.get((row["process"], row["hook"]), ""),
            at_ms=row["at_ms"],
            elapsed_us=row["elapsed_us"] or 0,
            took_us=row["took_us"] or 0,
            step=row["step"],
            thread_id=row["thread_id"],
            thread_name=row["thread_name"],
            stack=row["stack"],
            this_id=row["this_id"],
            this_class=row["this_class"],
            arguments=tuple(json.loads(row["arguments"])),
            returned=_value(row["returned"]),
            threw=_value(row["threw"]),
            captured=_value(row["captured"]) or {},
            pulse=row["pulse"],
        )


class Payloads(Mapping[str, bytes]):
    """Captured bytes by SHA-256, read when asked for: a case file may hold more than memory does."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def __getitem__(self, sha256: str) -> bytes:
        row = self._db.execute("SELECT content FROM payload WHERE sha256 = ?", [sha256]).fetchone()
        if row is None:
            raise KeyError(sha256)
        return bytes(row[0])

    def __iter__(self) -> Iterator[str]:
        return (row[0] for row in self._db.execute("SELECT sha256 FROM payload ORDER BY sha256"))

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM payload").fetchone()[0])


def stacks(db: Database) -> dict[str, tuple[str, ...]]:
    """Every call stack by its digest, innermost frame first."""
    return {sha256: tuple(json.loads(frames)) for sha256, frames in db.execute("SELECT sha256, frames FROM stack")}


def gap_sentence(row: Mapping[str, Any]) -> str:
    """A gap in words."""
    if row["from_seq"] is not None:
        return f"events {row['from_seq']} to {row['to_seq']} are missing: {row['why']}"
    if row["to_ms"] is None:
        return f"nothing was seen from a moment on: {row['why']}"
    return f"nothing was seen for {(row['to_ms'] - row['from_ms']) / 1000:.1f} s: {row['why']}"


def _process(row: Mapping[str, Any]) -> ProcessFacts:
    return ProcessFacts(
        process=row["id"],
        name=row["name"],
        pid=row["pid"] or 0,
        ready=row["ready_at_ms"] is not None,
        pulses_sent=row["pulses_asked"],
        pulses_seen=row["pulses_seen"],
        self_check=None if row["self_check"] is None else SelfCheckOutcome(row["self_check"]),
        self_check_detail=row["self_check_detail"] or "",
    )


def _runtime(db: Database, run: str, processes: list[dict[str, Any]]) -> str:
    """As the agent said; as the device's profile says where no agent ever spoke."""
    said = next((row["runtime"] for row in processes if row["runtime"]), None)
    if said:
        return str(said)
    row = db.execute("SELECT runtime FROM device JOIN run ON run.device = device.id WHERE run.id = ?", [run]).fetchone()
    return str(row[0])


def _why_open(row: Mapping[str, Any]) -> str | None:
    """Why a process's books do not say that everything called is stored; None when they do."""
    name = f"process {row['name']}"
    match row["books"]:
        case None:
            return f"{name}: the books were never settled"
        case "open":
            bound = "no bound is known" if row["lost_bound"] is None else f"at most {row['lost_bound']:,} more"
            return f"{name}: no final count came; unknown from event {row['unknown_from_seq']} on ({bound})"
        case "broken":
            return f"{name}: {row['called']} called, but {row['stored']} stored and {row['dropped']} dropped"
        case _ if row["dropped"] or row["lost"]:
            return f"{name}: {row['dropped']} events dropped by the agent, {row['lost']} lost on the way"
        case _:
            return None


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)
