"""The list of commands, written by hand."""

from __future__ import annotations

import click

from harness import __version__
from harness.cli.case import case
from harness.cli.case_files import bundle, purge, redact, timestamp
from harness.cli.demo import demo
from harness.cli.device import device
from harness.cli.device_prepare import prepare
from harness.cli.devices import devices
from harness.cli.diff import diff
from harness.cli.doctor import doctor
from harness.cli.export import export
from harness.cli.findings import analyse, report
from harness.cli.flow import flow
from harness.cli.handset import handset
from harness.cli.hooks import hooks
from harness.cli.links import links
from harness.cli.preflight import preflight
from harness.cli.run import run
from harness.cli.selftest import selftest
from harness.cli.serve import serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="harness")
def cli() -> None:
    """Show what an Android app hands to each tracker, when, and with whose consent."""


for command in (
    run,
    analyse,
    report,
    diff,
    links,
    export,
    serve,
    devices,
    device,
    doctor,
    hooks,
    flow,
    handset,
    selftest,
    demo,
    case,
):
    cli.add_command(command)
hooks.add_command(preflight)
device.add_command(prepare)
for command in (bundle, timestamp, redact, purge):
    case.add_command(command)
