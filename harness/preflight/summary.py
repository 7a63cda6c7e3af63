"""A preflight as plain JSON values: what a case file keeps of it, and what `--json` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from harness.model.preflight import HookForecast, Preflight


def summary(preflight: Preflight) -> dict[str, Any]:
    """Everything but the hooks, the renamed classes and the app's own names, which are many. Sorted where unordered."""
    app = preflight.app
    return {
        "package": app.package,
        "version_name": app.version_name,
        "version_code": app.version_code,
        "files": [asdict(file) for file in app.files],
        "signers": list(app.signers),
        "native_libraries": list(app.native_libraries),
        "sdks": [{**asdict(sdk), "tier": str(sdk.tier), "evidence": list(sdk.evidence)} for sdk in preflight.sdks],
        "switches": [asdict(switch) for switch in preflight.switches],
        "warnings": list(preflight.warnings),
        "faults": list(app.faults),
        "mapping_sha256": preflight.mapping_sha256,
    }


def hook_row(row: HookForecast) -> dict[str, Any]:
    """One forecast as plain JSON values."""
    return {
        "hook": row.key,
        "tracker": row.tracker,
        "found": str(row.found),
        "tier": str(row.tier),
        "expected": row.expected,
        "class_name": row.class_name,
        "method": row.method,
        "parameters": list(row.parameters),
        "evidence": list(row.evidence),
        "others": list(row.others),
        "read_as": dict(row.read_as),
    }
