"""What a HAR log says as a whole: the runs behind it, the device and the apps, and its pages, which are steps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from harness.report.export.chosen import Chosen
from harness.store import findings, queries
from harness.store.queries import AppRow, DeviceRow, RunRow, StepRow

_WHAT = (
    "Requests as hooks inside the app saw them, before encryption. No proxy recorded them: responses, timings and"
    " versions of HTTP were not seen. An entry's _harness names its rows in the case file."
)
_COVERED = " Values that would identify a device or an account are covered."
_UNKNOWN = -1


def log_facts(chosen: Chosen) -> dict[str, Any]:
    """The comment, and two groups of facts of our own: `_harness` and, where all runs are of one device, `_tweasel`."""
    runs = {"_harness": {"covered": not chosen.cover.reveal, "runs": [_run(chosen, row) for row in chosen.runs]}}
    tweasel = _tweasel(chosen)
    comment = _WHAT + ("" if chosen.cover.reveal else _COVERED)
    return {"comment": comment, **runs, **({"_tweasel": tweasel} if tweasel else {})}


def page(step: StepRow, *, name: str, run: str, started: str) -> dict[str, Any]:
    """A step as a page of the log."""
    return {
        "startedDateTime": started,
        "id": step.id,
        "title": f"{name}: {step.label}",
        "pageTimings": {"onContentLoad": _UNKNOWN, "onLoad": _UNKNOWN},
        "_harness": {"run": run, "position": step.position, "phase": step.phase, "outcome": step.outcome},
    }


def _run(chosen: Chosen, row: RunRow) -> dict[str, Any]:
    db = chosen.case.db
    whole = next((verdict for verdict in findings.verdicts(db, row.id) if not verdict.tracker), None)
    app = queries.apps(db)[row.app]
    return {
        "run": row.id,
        "name": chosen.names[row.id],
        "flow": row.flow,
        "variant": row.variant,
        "app": app.package,
        "version": app.version_name,
        "outcome": row.outcome,
        "verdict": whole.outcome.value if whole else None,
        "limits": list(whole.reasons) if whole else [],
    }


def _tweasel(chosen: Chosen) -> dict[str, Any] | None:
    """The facts that the tools around TrackHAR keep, under their names; what a case does not know is left out."""
    db = chosen.case.db
    devices = {row.device: queries.devices(db)[row.device] for row in chosen.runs}
    kinds = {(each.serial, each.fingerprint) for each in devices.values()}
    if len(kinds) != 1:
        return None
    device, apps = next(iter(devices.values())), queries.apps(db)
    used = {app.package: app for app in (apps[row.app] for row in chosen.runs)}
    ended = [row.ended_at_ms for row in chosen.runs if row.ended_at_ms is not None]
    return {
        "startDate": _iso(min(row.started_at_ms for row in chosen.runs)),
        **({"endDate": _iso(max(ended))} if ended else {}),
        "options": {"mode": "allowed-apps", "apps": sorted(used)},
        "device": _device(device),
        "versions": {"tracker-harness": chosen.runs[0].harness_version, "frida": chosen.runs[0].frida_version},
        "apps": [_app(app) for app in used.values()],
        "metaVersion": "1.0",
    }


def _device(device: DeviceRow) -> dict[str, Any]:
    return {
        "platform": "android",
        "runTarget": "emulator" if device.virtual else "device",
        "osVersion": device.release,
        "osBuild": device.fingerprint,
        "manufacturer": device.manufacturer,
        "model": device.model,
        "architectures": device.abi,
    }


def _app(app: AppRow) -> dict[str, Any]:
    return {
        "platform": "android",
        "id": app.package,
        "name": app.label,
        "version": app.version_name,
        "versionCode": str(app.version_code),
    }


def _iso(at_ms: float) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
