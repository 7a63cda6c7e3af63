"""The command line: parse, call one function, print. The only code that prints or exits."""

from __future__ import annotations

import sys
import traceback

from harness.model.errors import ExitCode, HarnessError


def main() -> None:
    """Run the command line and exit with design section 6's code. Bugs keep their traceback and exit 70."""
    sys.exit(int(_code()))


def _code() -> ExitCode:
    try:
        return _run()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return ExitCode.INTERRUPTED
    except Exception:
        traceback.print_exc()
        sys.stderr.write("This is a bug in the harness; the text above belongs in its report.\n")
        return ExitCode.BUG


def _run() -> ExitCode:
    # Here, not above: half a second passes in imports, and Ctrl-C during it is no bug either.
    import click  # noqa: PLC0415

    from harness.cli import output  # noqa: PLC0415
    from harness.cli.commands import cli  # noqa: PLC0415

    try:
        outcome = cli.main(standalone_mode=False)
    except HarnessError as error:
        output.problem(error)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return ExitCode.INPUT
    except click.Abort:
        raise KeyboardInterrupt from None
    return outcome if isinstance(outcome, ExitCode) else ExitCode.CLEAN
