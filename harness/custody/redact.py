"""A copy of a case that can be handed on: what identifies a real phone, person or account is replaced or left out.

Planted values stay, for they are invented and are the proof. What is packed is packed again; what stands in a form that
cannot be rewritten, or read, is left out, and its digest stays. The copy says of which sealed original it is, and is
sealed itself; its times are those of that seal, so that the same original gives the same copy.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from harness.custody.files import SEALED_BY
from harness.custody.rewriting import Rewriter, covered_row
from harness.model.errors import CaseError
from harness.report.cover import Cover
from harness.store import CaseFile, CaseHeader, queries
from harness.store.copying import Change, bury, rewrite, snapshot
from harness.store.seal import Seal, seals, write_seal
from harness.store.tables import DERIVED

_TEXTS: dict[str, tuple[str, ...]] = {  # of raw tables, besides those below
    "run": ("reason",),
    "step": ("label", "command", "reason"),
    "process": ("reason", "crash"),
    "command": ("command",),
    "fault": ("place", "message"),
    "gap": ("why",),
    "rest_file": ("path", "device_path"),
    "device": ("network",),
    "circumstance": ("value", "why"),
    "change": ("before", "after", "why"),
    "reset": ("verified", "detail"),
    "seen": ("name", "detail"),
    "failure": ("text", "outcome"),
}
_VALUES = ("arguments", "returned", "threw", "captured")


def redact(case: CaseFile, target: Path) -> Counter[str]:
    """Write the copy and give the number of rows changed by table. Raises CaseError for a case without a seal, and for
    a target that is there already."""
    every = seals(case.db)
    if not every:
        raise CaseError(f"{case.path}: it has no seal that a copy could name", remedy="`harness case seal` first.")
    if target.exists():
        raise CaseError(f"{target}: is there already", remedy="Name a file that is not there.")
    cover = Cover.of(case)
    with TemporaryDirectory(dir=target.resolve().parent) as folder:
        work = Path(folder) / target.name
        snapshot(case, work)
        ids = _ids(every[-1])
        with CaseFile.open(work, clock=lambda: every[-1].at_ms, new_id=lambda: next(ids)) as copy:
            changed = _rewrite(copy, cover, every[-1])
            write_seal(copy, reason=f"redacted copy of {every[-1].sha256}")
            snapshot(copy, target)
    return changed


def _rewrite(copy: CaseFile, cover: Cover, seal: Seal) -> Counter[str]:
    raw = _changes(cover)
    changed = rewrite(copy, {**raw, **{table: _of_findings(cover, table) for table in DERIVED}})
    why = f"redacted copy of the case that was sealed as {seal.sha256}"
    headers = queries.headers(copy.db)
    copy.set_header(replace(headers[-1] if headers else CaseHeader(), purpose=why))
    rows = {table: changed[table] for table in raw if changed[table]} | {"artefact": copy.db.table("artefact").count}
    for table, number in rows.items():
        bury(copy, table, number, operator=seal.operator, why=why)
    copy.audit("case redact", {"original": seal.sha256})
    copy.audit(SEALED_BY, {"reason": why})
    return Counter({table: changed[table] for table in raw})


def _of_findings(cover: Cover, table: str) -> Change:
    return lambda row: covered_row(cover, table, row)


def _changes(cover: Cover) -> dict[str, Change]:
    def texts(columns: tuple[str, ...]) -> Change:
        return lambda row: {name: cover.text(row[name]) for name in columns if row[name]}

    rewriter = Rewriter(cover=cover)
    plain = {table: texts(columns) for table, columns in _TEXTS.items()}
    return {
        **plain,
        "event": lambda row: {name: rewriter.json(row[name]) for name in _VALUES if row[name]},
        "payload": lambda row: _payload(rewriter, row),
        "persona": _persona,
        "command": lambda row: {"command": cover.text(row["command"]), "stdout": "", "stderr": ""},
        "device": lambda row: {"serial": _short(row["serial"]), "network": cover.text(row["network"] or "")},
        "run": lambda row: {"controller": None, "reason": cover.text(row["reason"] or "")},
        "audit": lambda row: {"detail": _without_serial(rewriter.json(row["detail"] or "{}"))},
    }


def _payload(rewriter: Rewriter, row: dict[str, Any]) -> dict[str, Any]:
    content = rewriter.content(bytes(row["content"]))
    return {} if content == row["content"] else {"content": content, "masked": 1}


def _persona(row: dict[str, Any]) -> dict[str, Any]:
    if row["source"] != "device":
        return {}
    return {"value": "", "searchable": 0, "why": "left out: this is a redacted copy"}


def _without_serial(detail: str) -> str:
    told = json.loads(detail)
    if isinstance(told, dict) and isinstance(told.get("serial"), str):
        told["serial"] = _short(told["serial"])
    return json.dumps(told)


def _short(serial: str) -> str:
    return serial if serial.startswith("[") else f"[serial {hashlib.sha256(serial.encode()).hexdigest()[:6]}]"


def _ids(seal: Seal) -> Iterator[str]:
    """Ids that follow from the original alone, and are after all of its own."""
    stem = hashlib.sha256(f"copy of {seal.sha256}".encode()).hexdigest()[:10].upper()
    return (f"7R{stem}{number:014}" for number in count(1))
