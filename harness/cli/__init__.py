"""The command line: parse, call one function, print. The only code that prints or exits."""

from __future__ import annotations

import sys
import traceback

import click

from harness import __version__
from harness.cli import output
from harness.cli.case import analyse, report
from harness.cli.demo import demo
from harness.cli.devices import devices
from harness.cli.flow import flow
from harness.cli.handset import handset
from harness.cli.hooks import hooks
from harness.cli.run import run
from harness.model.errors import ExitCode, HarnessError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="harness")
def cli() -> None:
    """Show what an Android app hands to each tracker, when, and with whose consent."""


for command in (run, analyse, report, devices, hooks, flow, handset, demo):
    cli.add_command(command)


def main() -> None:
    """Run the command line and exit with design section 6's code. Bugs keep their traceback and exit 70."""
    sys.exit(int(_code()))


def _code() -> ExitCode:
    try:
        outcome = cli.main(standalone_mode=False)
    except HarnessError as error:
        output.problem(error)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return ExitCode.INPUT
    except (click.Abort, KeyboardInterrupt):
        output.err.print("interrupted")
        return ExitCode.INTERRUPTED
    except Exception:
        traceback.print_exc()
        output.err.print("This is a bug in the harness; the text above belongs in its report.")
        return ExitCode.BUG
    return outcome if isinstance(outcome, ExitCode) else ExitCode.CLEAN
