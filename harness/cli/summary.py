"""What a run or an analysis says on the terminal: the study's table, blind spots, verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.cli import output
from harness.model.findings import Consent, Outcome, Transmission, Verdict
from harness.report import Row, overview
from harness.store import CaseFile, findings, queries

MOST_NAMED = 3  # classes named in one line
_VERDICT_STYLE = {Outcome.FINDING: "yellow", Outcome.CLEAN: "green", Outcome.INCONCLUSIVE: "red"}


def print_summary(case: CaseFile, runs: Sequence[str]) -> None:
    """The table over the whole case file, then what limits each of `runs`."""
    seen = overview(case)
    table = _table(seen.rows)
    if table:
        relations = [relation.value for relation in Consent if any(relation.value in row for row in table)]
        output.out.print(output.table(table, ("tracker", "kind of data", *relations, "for example")))
        output.out.print("First step of each. * seen leaving the app; without it, handed to the tracker's code only.")
    else:
        output.out.print("Nothing was seen being handed to any tracker.")
    output.out.print()
    names = {row.id: row.variant or row.flow for row in queries.runs(case.db)}
    for run in runs:
        _print_run(case, run, names.get(run, run))
    if seen.no_trace:
        output.out.print(f"No trace of: {output.plain(', '.join(seen.no_trace))}.")


def _table(found: Sequence[Row]) -> list[dict[str, Any]]:
    """One line per tracker and kind of data, with a column for each relation to the choice."""
    made: dict[tuple[str, str], dict[str, Any]] = {}
    every = {variant for row in found for variant in row.variants}
    for row in found:
        line = made.setdefault((row.tracker, row.category), {"tracker": row.tracker, "for example": row.value})
        line["kind of data"] = row.category + (" *" if row.left or line.get("kind of data", "").endswith("*") else "")
        only = "" if row.consent != Consent.BEFORE or set(row.variants) == every else f" ({', '.join(row.variants)})"
        line[row.consent] = row.first_step + only
    return list(made.values())


def _print_run(case: CaseFile, run: str, name: str) -> None:
    overall = next((verdict for verdict in findings.verdicts(case.db, run) if not verdict.tracker), None)
    if overall is not None:
        _print_verdict(name, overall)
    _print_unclaimed(case, run)
    for transmission in findings.transmissions(case.db, run):
        if transmission.blind_spot:
            output.out.print(f"  [red]blind spot[/] {output.plain(_blind(transmission))}")


def _print_unclaimed(case: CaseFile, run: str) -> None:
    """What was seen and is nobody's: counted, never assigned."""
    every = findings.unclaimed(case.db, run)
    if not every:
        return
    count = sum(each.payloads for each in every)
    code = list(dict.fromkeys(each.code for each in every if each.code))
    made = f", made by {', '.join(code[:MOST_NAMED])}" if code else ""
    more = f" and {len(code) - MOST_NAMED} more" if len(code) > MOST_NAMED else ""
    output.out.print(f"  {count} payload{'' if count == 1 else 's'} that nobody claims{output.plain(made + more)}")


def _print_verdict(name: str, verdict: Verdict) -> None:
    style = _VERDICT_STYLE[verdict.outcome]
    output.out.print(f"{output.plain(name)}: [{style}]{verdict.outcome.value}[/]")
    for reason in verdict.reasons:
        output.out.print(f"  {output.plain(reason)}")


def _blind(seen: Transmission) -> str:
    return f"{seen.method} {seen.host}{seen.path.split('?')[0]} ({seen.bytes_out} bytes): {seen.blind}"
