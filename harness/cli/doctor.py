"""`harness doctor`: everything that could spoil a run on this device, each with its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from harness.cli import output
from harness.cli.run import serial_option
from harness.cli.selftest import reasons_against
from harness.device import open_device
from harness.doctor import Line, Patient, Verdict, examine, record, unopened
from harness.model.errors import DeviceError, ExitCode
from harness.probe import FridaProbe

_STYLES = {Verdict.FINE: "green", Verdict.NOTE: "green", Verdict.WARNING: "yellow", Verdict.FAULT: "red"}


@click.command(short_help="Check a device for all that spoils runs.")
@serial_option
@click.option("--quick", is_flag=True, help="Without the self-test, which takes longer than all the rest.")
@click.option(
    "-f", "--package", metavar="PACKAGE", default="com.android.settings", show_default=True,
    help="On Android: the app in which the self-test runs.",
)  # fmt: skip
@click.option(
    "--record", "folder", type=click.Path(path_type=Path, file_okay=False),
    help="Also keep the raw outputs of the device's commands there, as samples for tests.",
)  # fmt: skip
@output.as_json_option
def doctor(
    *, serial: str | None, quick: bool, package: str, folder: Path | None, as_json: bool, as_lines: bool
) -> ExitCode:
    """Check everything that is known to spoil runs: what was measured, and what to do about it.

    Nothing is changed. A remedy's commands are for you to run. The exit code is 3 when a run would fail (a fault); a
    warning leaves it 0: a run works, and may mislead.
    """
    told: list[Line] = []
    with output.err.status("looking at the device") as status:
        for line in _lines(serial, quick=quick, package=package, folder=folder):
            status.update(f"{output.plain(line.what)} done")
            told.append(line)
            if not (as_json or as_lines):
                _tell(line)
    if as_json or as_lines:
        rows = [asdict(line) for line in told]
        output.show(rows, columns=(), as_json=as_json, as_lines=as_lines, empty="")
    else:
        _conclude(told)
    return ExitCode.DEVICE if any(line.verdict is Verdict.FAULT for line in told) else ExitCode.CLEAN


def _lines(serial: str | None, *, quick: bool, package: str, folder: Path | None) -> Iterable[Line]:
    try:
        device = open_device(serial, unready=True)
        probe = FridaProbe(device.serial, port=device.frida_port)
    except DeviceError as error:
        yield unopened(error)
        return
    self_test = None if quick else lambda: reasons_against(device, package)
    patient = Patient(device, probe, self_test=self_test)
    yield from examine(patient)
    if folder is not None:
        yield Line(what="recorded", measured=str(record(patient, folder)))


def _tell(line: Line) -> None:
    style = _STYLES[line.verdict]
    mark = f"[{style}]{line.verdict:<8}[/]"
    output.out.print(f"{mark} {output.plain(line.what):<20} {output.plain(line.measured)}")
    if line.remedy:
        output.out.print(f"{'':<9}{'':<20} {output.plain(line.remedy)}")
    for command in line.commands:
        output.out.print(f"{'':<9}{'':<20} [bold]$[/] {output.plain(command)}")


def _conclude(told: list[Line]) -> None:
    faults = sum(line.verdict is Verdict.FAULT for line in told)
    warnings = sum(line.verdict is Verdict.WARNING for line in told)
    if faults or warnings:
        output.out.print(f"{faults} faults, {warnings} warnings in {len(told)} checks")
    else:
        output.out.print(f"[green]all {len(told)} checks are green[/]")
