"""`harness devices`: what the adb server lists, and which profile each device fits."""

from __future__ import annotations

from dataclasses import asdict

import click

from harness.cli import output
from harness.device import devices as listed_devices


@click.command(short_help="List the devices that adb sees.")
@output.as_json_option
def devices(*, as_json: bool, as_lines: bool) -> None:
    """List the devices that adb sees and the profile each fits."""
    rows = [asdict(listing) for listing in listed_devices()]
    output.show(
        rows,
        columns=("serial", "state", "model", "sdk", "profile", "summary"),
        as_json=as_json,
        as_lines=as_lines,
        empty="No device is connected. Plug one in, or start a virtual one: harness handset up",
    )
