"""`harness analyse` and `harness report`: from a case file alone; no device, no run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli import output, summary
from harness.cli.hooks import hooks_option
from harness.cli.outcome import conclude, judging_options, wanted
from harness.examine import analyse as examine
from harness.model.errors import ExitCode
from harness.report import write_html
from harness.scenario.policy_file import known_words, load_policy
from harness.store import CaseFile
from harness.trackers import load_pack

_case_file = click.argument("case_file", type=click.Path(path_type=Path))


@click.command(short_help="Derive the findings of a case file again.")
@_case_file
@judging_options
@hooks_option
def analyse(*, case_file: Path, policy_file: Path | None, hooks_folder: tuple[Path, ...], **judging: Any) -> ExitCode:
    """Derive disclosures, transmissions and verdicts of CASE_FILE again. The same input gives the same rows.

    Expectations are those that the runs were made with, or those of --policy, which is not kept: analysing without it
    gives the former back. The exit code is 1 when a run broke one of them, 6 when one could not be judged.
    """
    pack = load_pack(hooks_folder)
    policy = load_policy(policy_file, known=known_words(pack)) if policy_file is not None else None
    asked = wanted(**judging)
    with CaseFile.open(case_file) as case:
        case.mark_abandoned()
        told = {"policy": policy.sha256} if policy is not None else {}
        case.audit("analyse", {"hooks": pack.sha256, **told, "reveal": asked.reveal})
        with output.err.status("analysing"):
            found = examine(case, pack, policy=policy)
        summary.print_summary(case, list(found.verdicts), reveal=asked.reveal)
        return conclude(case, asked, found.judgements, limited=False)


@click.command(short_help="Write one self-contained HTML file.")
@_case_file
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.option("--reveal", is_flag=True, help="Show covered values too; kept in the audit.")
def report(*, case_file: Path, target: Path, reveal: bool) -> None:
    """Write one self-contained HTML file from CASE_FILE.

    Identifiers of a real device, account values, cookies and keys are covered; planted values are shown."""
    with CaseFile.open(case_file) as case:
        case.mark_abandoned()
        case.audit("report", {"output": target.name, "reveal": reveal})
        with output.err.status("writing the report"):
            write_html(case, target, reveal=reveal)
    output.out.print(f"{target}")
