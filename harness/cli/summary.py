"""What a run or an analysis says on the terminal: the study's table, blind spots, verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from harness.cli import output
from harness.model.findings import Outcome, Transmission, Verdict
from harness.report import rows
from harness.store import CaseFile, findings, queries

_COLUMNS = ("tracker", "category", "first_step", "consent", "variants", "value", "count")
_VERDICT_STYLE = {Outcome.FINDING: "yellow", Outcome.CLEAN: "green", Outcome.INCONCLUSIVE: "red"}


def print_summary(case: CaseFile, runs: Sequence[str]) -> None:
    """The table over the whole case file, then what limits each of `runs`."""
    table = [_row(asdict(row)) for row in rows(case)]
    if table:
        output.out.print(output.table(table, _COLUMNS))
    else:
        output.out.print("Nothing was seen being handed to any tracker.")
    output.out.print()
    names = {row.id: row.variant or row.flow for row in queries.runs(case.db)}
    for run in runs:
        _print_run(case, run, names.get(run, run))


def _row(row: dict[str, Any]) -> Mapping[str, Any]:
    """A star marks what was seen leaving the app, not only being said to the tracker's code."""
    return {**row, "variants": ", ".join(row["variants"]), "category": row["category"] + (" *" if row["left"] else "")}


def _print_run(case: CaseFile, run: str, name: str) -> None:
    overall = next((verdict for verdict in findings.verdicts(case.db, run) if not verdict.tracker), None)
    if overall is not None:
        _print_verdict(name, overall)
    for transmission in findings.transmissions(case.db, run):
        if transmission.blind_spot:
            output.out.print(f"  [red]blind spot[/] {output.plain(_blind(transmission))}")


def _print_verdict(name: str, verdict: Verdict) -> None:
    style = _VERDICT_STYLE[verdict.outcome]
    output.out.print(f"{output.plain(name)}: [{style}]{verdict.outcome.value}[/]")
    for reason in verdict.reasons:
        output.out.print(f"  {output.plain(reason)}")


def _blind(seen: Transmission) -> str:
    return f"{seen.method} {seen.host}{seen.path.split('?')[0]} ({seen.bytes_out} bytes): {seen.blind}"
