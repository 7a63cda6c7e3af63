"""`harness diff`: what changed between two case files, or since a baseline that is kept as text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from harness.cli import output
from harness.cli.gate import ANY, NEVER, Gate, fail_on_option
from harness.cli.output import as_json_option
from harness.model.errors import ExitCode, InputError
from harness.report.cover import Cover
from harness.report.diff import words
from harness.report.diff.baseline import FIRST, read_baseline, write_baseline
from harness.report.diff.compare import Comparison, compare, waive
from harness.report.diff.facts import Facts, facts_of
from harness.report.diff.waivers import load_waivers
from harness.store import CaseFile


@click.command(short_help="What changed between two measurements, or since a baseline.")
@click.argument("sides", nargs=-1, required=True, metavar="[OLD] NEW", type=click.Path(path_type=Path))
@click.option("--baseline", type=click.Path(path_type=Path), help="Compare NEW with this text file.")
@click.option("--update-baseline", is_flag=True, help="Write what NEW shows into the baseline.")
@click.option(
    "--waivers", type=click.Path(path_type=Path, exists=True), help="Differences that may pass: why, how long."
)
@click.option("--markdown", type=click.Path(path_type=Path), help="Write the differences as Markdown too.")
@click.option("--reveal", is_flag=True, help="Cover nothing; this is written into the audit.")
@fail_on_option("Without it: any with a baseline, never otherwise.")
@as_json_option
def diff(
    *,
    sides: tuple[Path, ...],
    baseline: Path | None,
    update_baseline: bool,
    waivers: Path | None,
    markdown: Path | None,
    reveal: bool,
    fail_on: str | None,
    as_json: bool,
    as_lines: bool,
) -> ExitCode:
    """Say what is new in the case file NEW, and what is gone: recipients, kinds of data, fields, versions of SDKs, and
    what moved before the choice. OLD is a case file or a baseline; or give --baseline FILE.

    What one side lacks is said to be missing for sure only where that side could have shown it.
    """
    *first, new_file = sides
    if len(sides) > 2 or bool(first) == (baseline is not None):
        raise InputError("diff compares two things", remedy="Write `harness diff OLD NEW`, or --baseline FILE and NEW.")
    if update_baseline and baseline is None:
        raise InputError("there is no baseline to update", remedy="Name it: --baseline FILE.")
    gate = Gate.of(fail_on, default=(NEVER,) if baseline is None else (ANY,))
    with CaseFile.open(new_file) as case:
        case.audit("diff", {"with": str(baseline or first[0]), "reveal": reveal})
        new, cover = facts_of(case, name=new_file.name), Cover.of(case, reveal=reveal)
    if update_baseline and baseline is not None:
        return update(baseline, new)
    compared = compared_with(side(baseline or first[0]), new, waivers)
    if markdown is not None:
        markdown.write_text(words.markdown(compared, cover), encoding="utf-8")
    _show(compared, cover, as_json=as_json, as_lines=as_lines)
    return gate.of_comparison(compared)


def side(path: Path) -> Facts:
    """A case file, or a baseline if that is what it begins with."""
    try:
        with path.open("rb") as opened:
            is_text = opened.read(len(FIRST)) == FIRST.encode()
    except OSError as exc:
        remedy = "Give a case file or a baseline; --update-baseline writes one."
        raise InputError(f"{path} cannot be read: {exc.strerror}", remedy=remedy) from exc
    if is_text:
        return read_baseline(path)
    with CaseFile.open(path, read_only=True) as case:
        return facts_of(case, name=path.name)


def compared_with(old: Facts, new: Facts, waivers: Path | None) -> Comparison:
    """What differs, with what is waived today marked."""
    told = load_waivers(waivers) if waivers is not None else ()
    return waive(compare(old, new), told, today=date.today())


def print_lines(compared: Comparison, cover: Cover) -> None:
    """For a person."""
    for line in words.lines(compared, cover):
        output.out.print(output.plain(line))


def update(baseline: Path, new: Facts) -> ExitCode:
    """Write the baseline again."""
    baseline.parent.mkdir(parents=True, exist_ok=True)
    baseline.write_text(write_baseline(new), encoding="utf-8")
    output.out.print(f"{output.plain(str(baseline))}: {len(new.since)} facts")
    for place, reasons in sorted(new.doubts.items()):
        where = ", ".join(part for part in place if part)
        output.out.print(output.plain(f"inconclusive: {where}: {'; '.join(reasons)}"))
    return ExitCode.CLEAN


def _show(compared: Comparison, cover: Cover, *, as_json: bool, as_lines: bool) -> None:
    if as_json or as_lines:
        output.show(words.rows(compared, cover), columns=(), as_json=as_json, as_lines=as_lines, empty="")
        return
    print_lines(compared, cover)
