"""What a look into an app's package found out before a run, kept as text beside the app and read back as it was.

Names are not in that text: trackers' renamed classes are rows of `renamed`; those of all the rest of a large app, many
thousands and the same in every run, are one payload.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from harness.model.code import AppPackage, PackageFile
from harness.model.preflight import Found, HookForecast, Preflight, RenamedClass, SdkFound, SwitchFound, Tier
from harness.store.text import to_json

_FOR_SETTING = ("read_as", "found_by", "skip_callers")


def own_names_text(found: Preflight) -> str | None:
    """Name in the app -> own name of every class that is no tracker's, as JSON; None when no mapping file told any."""
    theirs = {name.class_name for name in found.renamed}
    told = {name: own for name, own in found.own_names.items() if name not in theirs}
    return to_json(told) if told else None


def to_text(found: Preflight, *, own_names_sha256: str | None = None) -> str:
    """A preflight as JSON. Hooks of the system are left out: nothing was asked about them. The names are the payload of
    that digest."""
    package = found.app
    asked = [_told(hook) for hook in found.hooks if hook.found is not Found.NOT_ASKED]
    told = {
        "sdks": [asdict(sdk) for sdk in found.sdks],
        "switches": [asdict(switch) for switch in found.switches],
        "warnings": found.warnings,
        "native_libraries": package.native_libraries,
        "permissions": package.permissions,
        "components": package.components,
        "signers": package.signers,
        "files": [asdict(file) for file in package.files],
        "faults": package.faults,
        "mapping_sha256": found.mapping_sha256,
        "own_names_sha256": own_names_sha256,
        "package": package.package,
        "version_name": package.version_name,
        "version_code": package.version_code,
        "hooks": asked,
    }
    return to_json(told)


def sdk_words(found: Preflight) -> tuple[str, ...]:
    """For app.sdks: `slug`, with the version where it is known."""
    return tuple(f"{sdk.tracker} {sdk.version}" if sdk.version else sdk.tracker for sdk in found.sdks)


def renamed_rows(found: Preflight) -> Iterator[dict[str, str | None]]:
    """Rows of `renamed`, without their run."""
    for name in found.renamed:
        whose = {"tracker": name.tracker, "tier": name.tier.value, "evidence": name.evidence}
        yield {"class_name": name.class_name, "original": name.original, **whose}


def foreseen(db: Database, run: str) -> Preflight | None:
    """What was known of the run's app before it ran; None where nobody looked."""
    query = "SELECT app.preflight FROM run JOIN app ON app.id = run.app WHERE run.id = ?"
    text = db.execute(query, [run]).fetchone()[0]
    if not text:
        return None
    told = json.loads(text)
    renamed = db.query("SELECT * FROM renamed WHERE run = ? ORDER BY class_name, tracker", [run])
    return _read(told, renamed=tuple(map(_renamed, renamed)), own_names=_own_names(db, told.get("own_names_sha256")))


def _own_names(db: Database, sha256: str | None) -> dict[str, str]:
    row = db.execute("SELECT content FROM payload WHERE sha256 = ?", [sha256]).fetchone() if sha256 else None
    names: dict[str, str] = json.loads(row[0]) if row else {}
    return names


def _told(hook: HookForecast) -> dict[str, Any]:
    """What people want to know of it. The rest is for setting the hook, and stands in hook.definition."""
    return {name: entry for name, entry in asdict(hook).items() if name not in _FOR_SETTING}


def _renamed(row: Mapping[str, Any]) -> RenamedClass:
    return RenamedClass(
        class_name=row["class_name"],
        original=row["original"],
        tracker=row["tracker"],
        tier=Tier(row["tier"]),
        evidence=row["evidence"] or "",
    )


def _read(told: Mapping[str, Any], *, renamed: tuple[RenamedClass, ...], own_names: dict[str, str]) -> Preflight:
    package = AppPackage(
        files=tuple(PackageFile(**file) for file in told["files"]),
        package=told["package"],
        version_name=told["version_name"],
        version_code=told["version_code"],
        signers=tuple(told["signers"]),
        permissions=tuple(told["permissions"]),
        components=tuple(told["components"]),
        native_libraries=tuple(told["native_libraries"]),
        faults=tuple(told["faults"]),
    )
    return Preflight(
        app=package,
        sdks=tuple(SdkFound(**_typed(sdk)) for sdk in told["sdks"]),
        hooks=tuple(HookForecast(**_typed(hook)) for hook in told["hooks"]),
        renamed=renamed,
        switches=tuple(SwitchFound(**switch) for switch in told["switches"]),
        warnings=tuple(told["warnings"]),
        mapping_sha256=told["mapping_sha256"],
        own_names=own_names,
    )


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Lists as tuples, words as what they stand for."""
    typed: dict[str, Any] = {name: tuple(entry) if isinstance(entry, list) else entry for name, entry in row.items()}
    typed["tier"] = Tier(typed["tier"])
    if "found" in typed:
        typed["found"] = Found(typed["found"])
    return typed
