"""What a run or an analysis says on the terminal: the study's table, blind spots, verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from harness.analyse.judging.expectations import LIMIT
from harness.cli import output
from harness.model.findings import Consent, Outcome, Transmission, Verdict
from harness.model.policy import Judgement
from harness.report import Row, overview
from harness.report.cover import Cover
from harness.store import CaseFile, findings, overall, queries

MOST_NAMED = 3  # classes named in one line
_VERDICT_STYLE = {Outcome.FINDING: "yellow", Outcome.CLEAN: "green", Outcome.INCONCLUSIVE: "red"}


def print_summary(case: CaseFile, runs: Sequence[str], *, reveal: bool = False) -> None:
    """The table over the whole case file, what limits each of `runs`, then what is expected of the app. Values that
    tell a real phone or person are covered unless `reveal`."""
    cover = Cover.of(case, reveal=reveal)
    seen = overview(case)
    table = _table(seen.rows, cover)
    if table:
        relations = [relation.value for relation in Consent if any(relation.value in row for row in table)]
        output.out.print(output.table(table, ("tracker", "kind of data", *relations, "for example")))
        output.out.print("First step of each. * seen leaving the app; without it, handed to the tracker's code only.")
    else:
        output.out.print("Nothing was seen being handed to any tracker.")
    output.out.print()
    names = {row.id: row.variant or row.flow for row in queries.runs(case.db)}
    for run in runs:
        _print_run(case, run, names.get(run, run), cover)
    if seen.no_trace:
        output.out.print(f"No trace of: {output.plain(', '.join(seen.no_trace))}.")
    _print_judgements(case)


def _print_judgements(case: CaseFile) -> None:
    """Each expectation in its words, and what the runs of each variant say to it."""
    for (policy, _, says), every in groupby(overall.judgements(case.db), key=_expected):
        output.out.print()
        output.out.print(f"[bold]{output.plain(says)}[/] [dim]({output.plain(policy)})[/]")
        for one in every:
            _print_judgement(one)


def _expected(one: Judgement) -> tuple[str, str, str]:
    return one.policy, one.expectation, one.says


def _print_judgement(one: Judgement) -> None:
    style = _VERDICT_STYLE[one.outcome]
    runs = f", in {one.found} of {len(one.runs)} runs" if len(one.runs) > 1 and one.found else ""
    output.out.print(f"  {output.plain(one.variant or 'run')}: [{style}]{one.outcome.value}[/]{runs}{_broken(one)}")
    for reason in one.reasons:
        if LIMIT not in reason:  # those are said with the run
            output.out.print(f"    {output.plain(reason)}")


def _broken(one: Judgement) -> str:
    """Who got what, as slugs and categories."""
    who: dict[str, list[str]] = {}
    for broken in one.broken:
        who.setdefault(broken.tracker, []).append(broken.category)
    told = [f"{tracker} ({_some(list(dict.fromkeys(filter(None, kinds))))})" for tracker, kinds in sorted(who.items())]
    return output.plain(f" - {', '.join(told)}") if told else ""


def _some(kinds: Sequence[str]) -> str:
    if not kinds:
        return "a request"
    more = f" and {len(kinds) - MOST_NAMED} more" if len(kinds) > MOST_NAMED else ""
    return ", ".join(kinds[:MOST_NAMED]) + more


def _table(found: Sequence[Row], cover: Cover) -> list[dict[str, Any]]:
    """One line per tracker and kind of data, with a column for each relation to the choice."""
    made: dict[tuple[str, str], dict[str, Any]] = {}
    every = {variant for row in found for variant in row.variants}
    for row in found:
        line = made.setdefault(
            (row.tracker, row.category), {"tracker": row.tracker, "for example": cover.text(row.value)}
        )
        line["kind of data"] = row.category + (" *" if row.left or line.get("kind of data", "").endswith("*") else "")
        only = "" if row.consent != Consent.BEFORE or set(row.variants) == every else f" ({', '.join(row.variants)})"
        line[row.consent] = row.first_step + only
    return list(made.values())


def _print_run(case: CaseFile, run: str, name: str, cover: Cover) -> None:
    overall = next((verdict for verdict in findings.verdicts(case.db, run) if not verdict.tracker), None)
    if overall is not None:
        _print_verdict(name, overall)
    _print_unclaimed(case, run)
    for transmission in findings.transmissions(case.db, run):
        if transmission.blind_spot:
            output.out.print(f"  [red]blind spot[/] {output.plain(cover.text(_blind(transmission)))}")


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
