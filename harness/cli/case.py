"""`harness analyse` and `harness report`: from a case file alone; no device, no run."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli import output, summary
from harness.cli.hooks import hooks_option
from harness.examine import analyse as examine
from harness.report import write_html
from harness.store import CaseFile
from harness.trackers import load_pack

_case_file = click.argument("case_file", type=click.Path(path_type=Path))


@click.command(short_help="Derive the findings of a case file again.")
@_case_file
@hooks_option
def analyse(*, case_file: Path, hooks_folder: tuple[Path, ...]) -> None:
    """Derive disclosures, transmissions and verdicts of CASE_FILE again. The same input gives the same rows."""
    pack = load_pack(hooks_folder)
    with CaseFile.open(case_file) as case:
        case.mark_abandoned()
        case.audit("analyse", {"hooks": pack.sha256})
        with output.err.status("analysing"):
            findings = examine(case, pack)
        summary.print_summary(case, list(findings))


@click.command(short_help="Write one self-contained HTML file.")
@_case_file
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="The file to write.")
def report(*, case_file: Path, target: Path) -> None:
    """Write one self-contained HTML file from CASE_FILE."""
    with CaseFile.open(case_file) as case:
        case.mark_abandoned()
        case.audit("report", {"output": target.name})
        with output.err.status("writing the report"):
            write_html(case, target)
    output.out.print(f"{target}")
