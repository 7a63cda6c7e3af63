"""`harness device prepare`: frida-server onto a device."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli import output
from harness.cli.run import serial_option
from harness.device import open_device
from harness.device.server import Source
from harness.device.server import prepare as prepare_server
from harness.device.serverlock import LOCK_NAME
from harness.model.errors import ExitCode
from harness.probe import FridaProbe


@click.command("prepare")
@serial_option
@click.option("--server", type=click.Path(path_type=Path), help="The binary, as released (.xz) or unpacked.")
@click.option("--mirror", metavar="URL", help="Where releases lie, in folders by version.")
@click.option(
    "--lock", type=click.Path(path_type=Path), default=LOCK_NAME, show_default=True, help="Which binaries are allowed."
)
@click.option("--pin", "may_pin", is_flag=True, help="Add the binary's digest to the lock file when it is not there.")
@click.option("--replace", is_flag=True, help="Also when one that fits runs already.")
def prepare(
    *, serial: str | None, server: Path | None, mirror: str | None, lock: Path, may_pin: bool, replace: bool
) -> ExitCode:
    """See that the frida-server which fits this computer's Frida runs on the device.

    One that runs and answers with full access is left as it is. Otherwise the binary is taken from --server, from the
    cache folder or from --mirror, compared with its pinned SHA-256, put in place at once, and started so that it lives
    on without this connection.
    """
    device = open_device(serial)
    probe = FridaProbe(device.serial, port=device.frida_port)
    source = Source(lock=lock, file=server, mirror=mirror, may_pin=may_pin)
    done = prepare_server(device, version=probe.version(), source=source, ready=probe.ready, replace=replace)
    where = f" as {done.path}" if done.path else ""
    output.out.print(output.plain(f"{device.serial}: frida-server {done.version} {done.how}{where}, port {done.port}"))
    return ExitCode.CLEAN
