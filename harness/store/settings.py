"""What a case file tells about where a run took place: which phone, which app, and whether the app had been reset."""

from __future__ import annotations

import json

from sqlite_utils import Database

from harness.model.linkage import Setting

_TELLS_A_PHONE = ("serial_number", "android_id")  # of the persona: a port of this machine is no phone


def setting(db: Database, run: str) -> Setting:
    """Where a run took place, for comparing it with others."""
    row = next(
        db.query(
            "SELECT run.started_at_ms, app.*, device.serial, device.model FROM run JOIN app ON app.id = run.app"
            " JOIN device ON device.id = run.device WHERE run.id = ?",
            [run],
        )
    )
    persona = {
        name: (value, source)
        for name, value, source in db.execute(
            "SELECT name, value, source FROM persona WHERE run = ? ORDER BY name", [run]
        )
    }
    known = next((persona[name][0] for name in _TELLS_A_PHONE if name in persona), row["serial"])
    constants = [row[name] for name in ("package", "label", "version_name", "version_code", "sha256", "signer_sha256")]
    return Setting(
        run=run,
        app=row["package"],
        device=str(known),
        reset=_reset(db, run, row["package"]),
        constants=frozenset(str(each) for each in (*constants, *_settings(row["preflight"])) if each),
        person=tuple(f"{name}={value}" for name, (value, source) in persona.items() if source == "planted"),
    )


def _reset(db: Database, run: str, package: str) -> bool:
    """Whether the app's data was cleared at the start of the run, and not only later, by the journal of commands."""
    cleared = db.execute(
        "SELECT 1 FROM command WHERE run = ? AND command = ? AND exit_code = 0 AND stdout LIKE 'Success%'"
        " AND at_ms <= coalesce((SELECT min(started_at_ms) FROM process WHERE run = ?), at_ms)",
        [run, f"pm clear {package}", run],
    )
    return cleared.fetchone() is not None


def _settings(preflight: str | None) -> list[str]:
    """Settings of the app's manifest, as a look into its package found them."""
    told = json.loads(preflight) if preflight else {}
    return [str(switch["value"]) for switch in told.get("switches", ()) if switch.get("value")]
