"""`harness device ...`: things to do with one device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from harness.cli import output
from harness.cli.hooks import hooks_option
from harness.cli.run import serial_option
from harness.collect import Collected, collect
from harness.device import open_device
from harness.examine import analyse
from harness.model.errors import ExitCode, InputError
from harness.model.rest import RestValue
from harness.store import CaseFile, findings, queries
from harness.trackers import load_pack


@click.group(short_help="Things to do with one device.")
def device() -> None:
    """Things to do with one device."""


@device.command("collect")
@click.argument("package")
@click.option("--case", "case_file", required=True, type=click.Path(path_type=Path), help="The case file to add to.")
@click.option("--run", "run_id", help="The run that the files belong to; by default the last one of this app.")
@serial_option
@hooks_option
def collect_files(
    *, package: str, case_file: Path, run_id: str | None, serial: str | None, hooks_folder: Path | None
) -> ExitCode:
    """Pull the files that trackers keep in PACKAGE's folders (as root) and compare them with what the hooks saw.

    A queue, preferences or an identifier on the phone is a check from the other side: what is kept there and was never
    seen being handed over may have been missed. The app should be stopped. Exit code 3 when a file cannot be read.
    """
    pack = load_pack(hooks_folder)
    phone = open_device(serial)
    with CaseFile.open(case_file) as case:
        case.mark_abandoned()
        run = _run_of(case, package, run_id)
        case.audit("device collect", {"serial": phone.serial, "package": package, "run": run})
        with output.err.status("reading") as status:
            collected = collect(
                case, run, device=phone, package=package, trackers=pack.trackers,
                progress=lambda file: status.update(output.plain(file)),
            )  # fmt: skip
            analyse(case, pack)
            values = findings.rest_values(case.db, run)
    tell(collected, values)
    return ExitCode.DEVICE if collected.missed else ExitCode.CLEAN


@device.command("restore")
@serial_option
@output.as_json_option
def put_back(*, serial: str | None, as_json: bool, as_lines: bool) -> ExitCode:
    """Put back what a run that was killed has left changed on the device; the next run would do the same.

    What was changed is kept on this computer, not in a case file. Exit code 3 when something could not be put back.
    """
    phone = open_device(serial)
    changes = phone.put_back()
    rows = [asdict(change) for change in changes]
    output.show(
        rows, columns=("what", "before", "after", "restored", "why"), as_json=as_json, as_lines=as_lines,
        empty=f"Nothing is left to put back on {phone.serial}.",
    )  # fmt: skip
    return ExitCode.CLEAN if all(change.restored for change in changes) else ExitCode.DEVICE


def _run_of(case: CaseFile, package: str, run: str | None) -> str:
    apps = {row for row, app in queries.apps(case.db).items() if app.package == package}
    runs = [row.id for row in queries.runs(case.db) if row.app in apps]
    if not runs:
        raise InputError(f"the case file has no run of {package}", remedy="Run it first: harness run FLOW --case ...")
    if run is not None and run not in runs:
        raise InputError(f"{run} is no run of {package} in this case file", remedy=f"Its runs: {', '.join(runs)}.")
    return run or runs[-1]


def tell(collected: Collected, values: Sequence[RestValue]) -> None:
    """What was collected, one line a file: how much of it was seen being handed over."""
    rows = [_row(file.tracker, file.path, file.size, values) for file in collected.files]
    output.show(
        rows, columns=("tracker", "file", "bytes", "values", "seen_handed_over", "not_seen"), as_json=False,
        as_lines=False, empty="No file that a hook file describes is there.",
    )  # fmt: skip
    for path, why in collected.missed:
        output.err.print(f"[red]not read[/] {output.plain(path)}: {output.plain(why)}")


def _row(tracker: str, path: str, size: int, values: Sequence[RestValue]) -> dict[str, Any]:
    own = [value for value in values if (value.tracker, value.path) == (tracker, path)]
    unseen = [value for value in own if value.seq is None]
    kinds = ", ".join(sorted({value.category for value in unseen}))
    return {
        "tracker": tracker,
        "file": path,
        "bytes": size,
        "values": len(own),
        "seen_handed_over": len(own) - len(unseen),
        "not_seen": f"{len(unseen)} ({kinds})" if unseen else 0,
    }
