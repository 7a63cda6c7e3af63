"""The list of commands, written by hand."""

from __future__ import annotations

import click

from harness import __version__
from harness.cli.case import analyse, report
from harness.cli.demo import demo
from harness.cli.device import device
from harness.cli.devices import devices
from harness.cli.flow import flow
from harness.cli.handset import handset
from harness.cli.hooks import hooks
from harness.cli.preflight import preflight
from harness.cli.run import run
from harness.cli.selftest import selftest


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="harness")
def cli() -> None:
    """Show what an Android app hands to each tracker, when, and with whose consent."""


for command in (run, analyse, report, devices, device, hooks, flow, handset, selftest, demo):
    cli.add_command(command)
hooks.add_command(preflight)
