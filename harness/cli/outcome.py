"""How `run` and `analyse` end: expectations judged, a baseline compared, files for continuous integration written, one
exit code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from harness.cli import output
from harness.cli.diff import compared_with, print_lines, side
from harness.cli.gate import ANY, FINDING, Gate, fail_on_option
from harness.model.errors import ExitCode, InputError, worst
from harness.model.policy import Judgement
from harness.report.cover import Cover
from harness.report.diff.facts import facts_of
from harness.report.export import write_junit, write_markdown
from harness.store import CaseFile

_FILE = click.Path(path_type=Path, dir_okay=False)
_THERE = click.Path(path_type=Path, dir_okay=False, exists=True)
_STRICT = Gate(words=frozenset((FINDING, ANY)))
OPEN = Gate(words=frozenset(("never",)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """By what a command ends, and what it writes."""

    gate: Gate = _STRICT
    baseline: Path | None = None
    waivers: Path | None = None
    junit: Path | None = None
    markdown: Path | None = None
    reveal: bool = False


def judging_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds what `run` and `analyse` share; `wanted` makes a Wanted of the words."""
    for option in (
        click.option("--reveal", is_flag=True, help="Cover nothing in what is shown; written into the audit."),
        click.option("--markdown", type=_FILE, help="Write a summary as Markdown."),
        click.option("--junit-xml", "junit", type=_FILE, help="Write a test case for each expectation and variant."),
        click.option("--waivers", type=_THERE, help="Differences from the baseline that may pass."),
        click.option("--baseline", type=_THERE, help="Compare with this text file (see `harness diff`)."),
        fail_on_option("Without it: finding, and any difference from a baseline."),
        click.option("--policy", "policy_file", type=_THERE, help="What is expected of the app; see docs/policies.md."),
    ):
        function = option(function)
    return function


def wanted(
    *,
    fail_on: str | None,
    baseline: Path | None,
    waivers: Path | None,
    junit: Path | None,
    markdown: Path | None,
    reveal: bool,
) -> Wanted:
    """The options, checked before anything is done."""
    if waivers is not None and baseline is None:
        raise InputError("--waivers is of no use without a baseline", remedy="Give --baseline too.")
    if baseline is not None:
        side(baseline)  # a file that cannot be read is told before the run, not after it
    gate = Gate.of(fail_on, default=(FINDING, ANY))
    return Wanted(gate=gate, baseline=baseline, waivers=waivers, junit=junit, markdown=markdown, reveal=reveal)


def conclude(case: CaseFile, asked: Wanted, judgements: tuple[Judgement, ...], *, limited: bool) -> ExitCode:
    """Compare and write what was asked for, and give the exit code of all that was found. `limited` runs are incomplete
    as far as nobody said what is expected; expectations say for themselves what they could not see."""
    cover = Cover.of(case, reveal=asked.reveal)
    codes = [asked.gate.of_judgements(judgements)]
    if asked.baseline is not None:
        compared = compared_with(side(asked.baseline), facts_of(case, name=case.path.name), asked.waivers)
        output.out.print()
        print_lines(compared, cover)
        codes.append(asked.gate.of_comparison(compared))
    if limited and (asked.gate.open or not judgements):
        codes.append(ExitCode.INCONCLUSIVE)
    for path, write in ((asked.junit, write_junit), (asked.markdown, write_markdown)):
        if path is not None:
            case.audit("export", {"output": path.name, "reveal": asked.reveal})
            write(case, path, cover)
            output.err.print(output.plain(str(path)))
    return worst(codes)
