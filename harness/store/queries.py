"""The case as a reader sees it: runs with their device, app, steps, processes and hooks, as typed rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from sqlite_utils import Database

from harness.model.facts import ApkFile
from harness.store.raw import gap_sentence
from harness.store.start import CaseHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """A device as found before a run; offsets are device clock minus host clock."""

    id: str
    serial: str
    profile: str
    model: str
    manufacturer: str
    abi: str
    sdk: int
    release: str
    fingerprint: str
    virtual: bool
    root_style: str
    frida_version: str
    clock_offset_ms: float
    clock_error_ms: float
    timezone: str
    locale: str
    network: str
    runtime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRow:
    """The app as installed. `sha256` is the base APK's."""

    id: str
    package: str
    label: str
    version_name: str
    version_code: int
    installer: str | None
    signer_sha256: str | None
    sha256: str | None
    apks: tuple[ApkFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run. Times on the host's clock. `outcome` is None while it is being written."""

    id: str
    flow: str
    flow_file: str
    flow_sha256: str
    variant: str
    app: str
    device: str
    started_at_ms: float
    ended_at_ms: float | None
    outcome: str | None
    reason: str | None
    exit_code: int | None
    harness_version: str
    frida_version: str
    agent_sha256: str
    pack_sha256: str
    hook_files: tuple[str, ...]
    mode: str
    witness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRow:
    """One instrumented process and its books; `books` is "closed", "open", "broken" or None when never settled."""

    id: str
    name: str
    pid: int | None
    how: str
    runtime: str | None
    started_at_ms: float
    ready_at_ms: float | None
    ended_at_ms: float | None
    reason: str | None
    crash: str | None
    pulses_asked: int
    pulses_seen: int
    books: str | None
    called: int | None
    stored: int | None
    dropped: int | None
    lost: int | None
    unknown_from_seq: int | None
    lost_bound: int | None
    self_check: str | None
    self_check_detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step of the flow as played; times on the host's clock."""

    id: str
    position: int
    label: str
    phase: str
    command: str
    started_at_ms: float
    ended_at_ms: float | None
    outcome: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRow:
    """One hook's life in one process; times on the device's clock, None for what did not happen."""

    process: str
    position: int
    key: str
    tracker: str | None
    layer: str
    class_name: str
    method: str
    parameters: tuple[str, ...] | None  # None for every overload there is
    meaning: str
    tier: str | None  # how the names to hook were found; None where nobody looked into the app's code
    resolution: tuple[str, ...]
    status: str
    reason: str | None
    initialised_by_us: bool | None
    seen_at_ms: float | None
    installed_at_ms: float | None
    first_call_ms: float | None  # of the events that are stored; the agent's own signs of life are none
    class_found: str | None
    called: int | None
    dropped: int | None
    presence: bool  # nothing is hooked: a sign that something is there into which no hook sees


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRow:
    """Something that could not be done or read; `source` is "agent", "harness" or "analyse"."""

    source: str
    place: str
    message: str
    process: str | None
    seq: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtefactRow:
    """A file written beside the case file."""

    kind: str
    path: str
    sha256: str
    size: int
    media_type: str
    step: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """The circumstances of one call: who made it, from where. Its values stay in the raw table."""

    process: str
    seq: int
    hook: str
    step: str | None
    at_ms: float
    thread_name: str
    stack: tuple[str, ...]


ROW = TypeVar("ROW")


def headers(db: Database) -> tuple[CaseHeader, ...]:
    """What was said about the case, oldest first."""
    return tuple(_row(CaseHeader, row) for row in db.query("SELECT * FROM case_header ORDER BY created_at_ms, id"))


def runs(db: Database) -> tuple[RunRow, ...]:
    """Every run, oldest first."""
    return typed_rows(db, RunRow, "SELECT * FROM run ORDER BY started_at_ms, id")


def devices(db: Database) -> dict[str, DeviceRow]:
    """Every device by its id."""
    return {row.id: row for row in typed_rows(db, DeviceRow, "SELECT * FROM device ORDER BY id")}


def apps(db: Database) -> dict[str, AppRow]:
    """Every app by its id."""
    rows = db.query("SELECT * FROM app ORDER BY id")
    every = [{**row, "apks": tuple(ApkFile(**apk) for apk in json.loads(row["apks"]))} for row in rows]
    return {row["id"]: _row(AppRow, row) for row in every}


def processes(db: Database, run: str) -> tuple[ProcessRow, ...]:
    """In the order in which they were started."""
    return typed_rows(db, ProcessRow, "SELECT * FROM process WHERE run = ? ORDER BY started_at_ms, id", run)


def steps(db: Database, run: str) -> tuple[StepRow, ...]:
    """In the order in which they were played."""
    return typed_rows(db, StepRow, "SELECT * FROM step WHERE run = ? ORDER BY position", run)


def hooks(db: Database, run: str) -> tuple[HookRow, ...]:
    """Process by process, in the order of the plan."""
    query = (
        "SELECT hook.*, first_call_ms, coalesce(json_extract(definition, '$.role') = 'presence', 0) AS presence"
        " FROM hook LEFT JOIN"
        " (SELECT process, hook AS position, min(at_ms) AS first_call_ms"
        " FROM event WHERE run = ? AND pulse IS NULL GROUP BY process, hook) USING (process, position)"
        " WHERE run = ? ORDER BY process, position"
    )
    return typed_rows(db, HookRow, query, run, run)


def faults(db: Database, run: str) -> tuple[FaultRow, ...]:
    """Everything that went wrong in the run and did not stop it."""
    return typed_rows(db, FaultRow, "SELECT * FROM fault WHERE run = ? ORDER BY source, place, message, id", run)


def artefacts(db: Database, run: str) -> tuple[ArtefactRow, ...]:
    """Files written in the run, oldest first."""
    return typed_rows(db, ArtefactRow, "SELECT * FROM artefact WHERE run = ? ORDER BY at_ms, id", run)


def gaps(db: Database, run: str) -> tuple[str, ...]:
    """What is known to be missing, in words."""
    return tuple(gap_sentence(row) for row in db.query("SELECT * FROM gap WHERE run = ? ORDER BY id", [run]))


def event(db: Database, run: str, process: str, seq: int) -> EventRow | None:
    """Who made one call, and from where."""
    query = (
        "SELECT event.*, hook.key AS hook_key, stack.frames AS frames FROM event"
        " LEFT JOIN hook ON hook.process = event.process AND hook.position = event.hook"
        " LEFT JOIN stack ON stack.sha256 = event.stack WHERE event.run = ? AND event.process = ? AND event.seq = ?"
    )
    for row in db.query(query, [run, process, seq]):
        return _row(EventRow, {**row, "hook": row["hook_key"] or "", "stack": tuple(json.loads(row["frames"] or "[]"))})
    return None


def counts(db: Database) -> dict[str, int]:
    """How many rows each table has."""
    return {name: db.table(name).count for name in sorted(db.table_names())}


def typed_rows(db: Database, kind: type[ROW], query: str, *arguments: Any) -> tuple[ROW, ...]:
    """The rows of a query as values of this dataclass, whose fields name the columns."""
    return tuple(_row(kind, row) for row in db.query(query, list(arguments)))


def _row(kind: type[ROW], row: Mapping[str, Any]) -> ROW:
    """A row as a value: JSON lists become tuples, 0 and 1 booleans, where the value's type says so."""
    return kind(**{entry.name: _as(str(entry.type), row[entry.name]) for entry in fields(kind)})  # type: ignore[arg-type]


def _as(annotation: str, value: Any) -> Any:
    if annotation.startswith("tuple") and isinstance(value, str):
        listed = json.loads(value)
        return None if listed is None else tuple(listed)
    if annotation.startswith("tuple") and value is None:
        return ()
    if annotation.startswith("bool") and value is not None:
        return bool(value)
    return "" if annotation == "str" and value is None else value
