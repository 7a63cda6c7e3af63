"""How `harness case show` puts the facts of a case on a page."""

from __future__ import annotations

import json
from typing import Any

import click

from harness.cli import output

Facts = dict[str, Any]


def print_json(facts: Facts) -> None:
    """For machines."""
    click.echo(json.dumps(facts, ensure_ascii=False, indent=2))


def print_facts(facts: Facts) -> None:
    """For people: one paragraph per thing."""
    _heading(f"{facts['file']} (schema {facts['schema_version']})")
    if facts["overdue"]:
        output.out.print(f"[bold red]to be deleted by {facts['overdue']}[/]: `harness case purge FILE --all --why ...`")
    for header in facts["headers"][-1:]:
        _pairs({name.replace("_", " "): text for name, text in header.items() if text})
    for device in _once(facts["devices"]):
        _device(device)
    for app in _once(facts["apps"]):
        _app(app)
    for pack in facts["packs"]:
        _heading(f"hook files of {pack['runs']} runs")
        _pairs({"digest": pack["sha256"], "files": ", ".join(pack["files"])})
    for policy in facts["policies"]:
        _heading(f"policy {policy['name']}")
        _pairs({"file": policy["file"], "digest": policy["sha256"], "expectations": policy["expectations"]})
    for run in facts["runs"]:
        _run(run)
    for seal in facts["seals"]:
        _heading(f"seal {seal['id']}")
        _pairs({name: seal[name] for name in ("at", "operator", "reason", "rows", "sha256")})
    if facts["tombstones"]:
        _heading("purged")
        columns = ("at", "table_name", "run", "rows", "operator", "why")
        output.out.print(output.table(facts["tombstones"], columns))


def _device(device: Facts) -> None:
    kind = "virtual handset (not Android)" if device["virtual"] else "device"
    _heading(f"{kind} {device['serial']}")
    off, error = device["clock_offset_ms"], device["clock_error_ms"]
    _pairs(
        {
            "measured": device["measured_at"],
            "model": f"{device['manufacturer']} {device['model']}, Android {device['release']} (API {device['sdk']})",
            "build": device["fingerprint"],
            "root, Frida": f"{device['root_style']}, {device['frida_version']}; {device['runtime']}, {device['abi']}",
            "clock": f"{off:+.1f} ms against the host, give or take {error or 0:.1f} ms; {device['timezone']}",
            "network": f"{device['network']}; {device['locale']}",
        }
    )


def _app(app: Facts) -> None:
    _heading(f"app {app['package']} {app['version_name']} ({app['version_code']})")
    _pairs(
        {
            "measured": app["measured_at"],
            "installer": app["installer"] or "none is known",
            "signer": ", ".join(app["signers"]) or "not read",
            "trackers": _trackers(app),
        }
    )
    rows = [{"file": file["path"], "size": f"{file['size']:,}", "sha256": file["sha256"]} for file in app["files"]]
    output.out.print(output.table(rows, ("file", "size", "sha256")))


def _trackers(app: Facts) -> str:
    if not app["looked_into"]:
        return "nobody looked into its code"
    return ", ".join(app["trackers"]) or "none in its code"


def _once(rows: list[Facts]) -> list[Facts]:
    """What is measured before every run, once for the times at which it was the same."""
    times: dict[str, list[Facts]] = {}
    for row in rows:
        same = {name: entry for name, entry in row.items() if name not in ("id", "measured_at")}
        times.setdefault(json.dumps(same, sort_keys=True), []).append(row)
    return [{**same[0], "measured_at": ", ".join(row["measured_at"] for row in same)} for same in times.values()]


def _run(run: Facts) -> None:
    _heading(f"run {run['id']}: {run['flow']}, {run['variant'] or 'no variant'}: {run['outcome'] or 'being written'}")
    _pairs(
        {
            "time": f"{run['started']} to {run['ended'] or 'nobody saw the end'}",
            "reason": run["reason"],
            "flow file": f"{run['flow_file']} {run['flow_sha256']}",
            "agent": f"{run['agent_sha256']}; harness {run['harness_version']}, Frida {run['frida_version']}",
            "hook files": run["pack_sha256"],
            "witness": run["witness"],
            "artefacts": run["artefacts"],
        }
    )
    columns = ("name", "how", "books", "called", "stored", "dropped", "lost")
    output.out.print(output.table(run["processes"], columns))
    for gap in run["gaps"]:
        output.out.print(f"  gap: {output.plain(gap)}")


def _heading(text: str) -> None:
    output.out.print(f"\n[bold]{output.plain(text)}[/]")


def _pairs(pairs: dict[str, Any]) -> None:
    for name, entry in pairs.items():
        if entry not in (None, "", "; "):
            output.out.print(f"  {name:14}{output.plain(str(entry))}")
