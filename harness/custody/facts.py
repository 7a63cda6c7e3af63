"""What a case says of itself: header, devices with clock and network, apps with their files, runs with their books."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from harness.custody.sealing import overdue
from harness.report.cover import Cover
from harness.store import CaseFile, queries
from harness.store.overall import policies
from harness.store.seal import seals

_BOOKS = ("id", "name", "how", "books", "called", "stored", "dropped", "lost", "unknown_from_seq", "lost_bound")
_OF_RUN = (
    *("flow", "flow_file", "flow_sha256", "variant", "outcome", "reason", "exit_code", "mode", "witness"),
    *("harness_version", "frida_version", "agent_sha256", "pack_sha256", "hook_files"),
)


def case_facts(case: CaseFile, cover: Cover) -> dict[str, Any]:
    """Everything as plain values, in a stable order, through `cover`."""
    db = case.db
    told = {
        "file": case.path.name,
        "schema_version": case.schema_version,
        "headers": [asdict(header) for header in queries.headers(db)],
        "overdue": overdue(case),
        "devices": [_device(row) for row in db.query("SELECT * FROM device ORDER BY measured_at_ms, id")],
        "apps": [_app(row) for row in db.query("SELECT * FROM app ORDER BY measured_at_ms, id")],
        "packs": _packs(case),
        "policies": [
            {
                "name": policy.name,
                "file": policy.file,
                "sha256": policy.sha256,
                "expectations": len(policy.expectations),
            }
            for policy in policies(db).values()
        ],
        "runs": [_run(case, run) for run in queries.runs(db)],
        "seals": [
            {"id": seal.id, "at": moment(seal.at_ms), "operator": seal.operator, "reason": seal.reason}
            | {"sha256": seal.sha256, "rows": sum(table.rows for table in seal.tables.values())}
            for seal in seals(db)
        ],
        "tombstones": tombstones(case),
    }
    covered: dict[str, Any] = _covered(told, cover)
    return covered


def tombstones(case: CaseFile) -> list[dict[str, Any]]:
    """What was deleted on purpose, oldest first."""
    return [
        {**row, "at": moment(row.pop("at_ms"))}
        for row in case.db.query(
            "SELECT at_ms, table_name, run, rows, sha256, operator, why FROM tombstone ORDER BY at_ms, id"
        )
    ]


def audit_rows(case: CaseFile, cover: Cover) -> list[dict[str, Any]]:
    """Every command that touched the file, oldest first."""
    rows = case.db.query("SELECT at_ms, command, detail, harness_version FROM audit ORDER BY at_ms, id")
    return [
        _covered({**row, "at": moment(row.pop("at_ms")), "detail": json.loads(row["detail"] or "{}")}, cover)
        for row in rows
    ]


def moment(at_ms: float | None) -> str | None:
    """Unix milliseconds as people write them, in UTC."""
    return None if at_ms is None else f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3] + " UTC"


def _device(row: Mapping[str, Any]) -> dict[str, Any]:
    names = (
        *("id", "serial", "profile", "manufacturer", "model", "release", "sdk", "abi", "fingerprint", "root_style"),
        *("frida_version", "runtime", "timezone", "locale", "network", "clock_offset_ms", "clock_error_ms"),
    )
    return {"measured_at": moment(row["measured_at_ms"]), **{name: row[name] for name in names}} | {
        "virtual": bool(row["virtual"])
    }


def _app(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "package", "label", "version_name", "version_code", "installer", "sha256")
    return {
        "measured_at": moment(row["measured_at_ms"]),
        **{name: row[name] for name in names},
        "signers": (row["signer_sha256"] or "").split(),
        "files": json.loads(row["apks"]),
        "looked_into": row["preflight"] is not None,
        "trackers": json.loads(row["sdks"] or "[]"),
    }


def _packs(case: CaseFile) -> list[dict[str, Any]]:
    query = "SELECT pack_sha256, hook_files, count(*) FROM run GROUP BY pack_sha256, hook_files ORDER BY 1"
    rows = case.db.execute(query)
    return [{"sha256": sha256, "files": json.loads(files or "[]"), "runs": runs} for sha256, files, runs in rows]


def _run(case: CaseFile, run: queries.RunRow) -> dict[str, Any]:
    db = case.db
    processes = [{name: getattr(each, name) for name in _BOOKS} for each in queries.processes(db, run.id)]
    return {
        "id": run.id,
        "started": moment(run.started_at_ms),
        "ended": moment(run.ended_at_ms),
        **{name: getattr(run, name) for name in ("app", "device", *_OF_RUN) if name != "hook_files"},
        "processes": processes,
        "gaps": list(queries.gaps(db, run.id)),
        "artefacts": len(queries.artefacts(db, run.id)),
    }


def _covered(told: Any, cover: Cover) -> Any:
    match told:
        case str():
            return cover.text(told)
        case dict():
            return {name: _covered(entry, cover) for name, entry in told.items()}
        case list() | tuple():
            return [_covered(entry, cover) for entry in told]
    return told
