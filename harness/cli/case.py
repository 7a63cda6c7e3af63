"""`harness case header|audit|show|seal|verify`: who measured, what touched the file, and whether it is what it was."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from harness.cli import case_page, output
from harness.custody.facts import audit_rows, case_facts, moment
from harness.custody.sealing import Checked, check_case, open_to_look, seal_case
from harness.custody.timestamp import stamp_lines
from harness.custody.unopened import check_bundle
from harness.model.errors import ExitCode, InputError
from harness.report.cover import Cover
from harness.store import CaseFile, CaseHeader, queries

case_file = click.argument("case_file", type=click.Path(path_type=Path))
operator_option = click.option("--operator", default="", help="Who does it.")

_WORDS = {
    "reference": "The case's reference.",
    "operator": "Who measures.",
    "authority": "By what right.",
    "purpose": "What for.",
    "test_account": "The statement that accounts and persons are invented.",
    "delete_by": "The date (YYYY-MM-DD) by which the file is to be deleted.",
}


@click.group(short_help="A case file as evidence: header, seal, bundle, copy, purge.")
def case() -> None:
    """Keep, check, share and delete case files."""


def _header_options(function: Any) -> Any:
    for name, words in reversed(_WORDS.items()):
        function = click.option("--" + name.replace("_", "-"), name, default=None, help=words)(function)
    return function


@case.command(short_help="Say, or show, who measures and by what right.")
@case_file
@_header_options
def header(*, case_file: Path, **told: str | None) -> None:
    """Say who measures CASE_FILE, for whom and by what right; without options, show what was said.

    What is not given stays as it was. Nothing that was said before is erased.
    """
    given = {name: text for name, text in told.items() if text is not None}
    _check_date(given.get("delete_by", ""))
    with CaseFile.open(case_file) if given else open_to_look(case_file) as opened:
        every = queries.headers(opened.db)
        now = replace(every[-1] if every else CaseHeader(), **given)
        if given:
            opened.set_header(now)
            opened.audit("case header", given)
    width = max(map(len, _WORDS)) + 2
    for name, text in asdict(now).items():
        output.out.print(f"{name.replace('_', ' '):{width}}{output.plain(text) or '[dim]not said[/]'}")


@case.command(short_help="List every command that touched the file.")
@case_file
@output.as_json_option
def audit(*, case_file: Path, as_json: bool, as_lines: bool) -> None:
    """List every command that touched CASE_FILE. Those that only look - `case show`, `audit`, `verify` - are not among
    them."""
    with open_to_look(case_file) as opened:
        rows = audit_rows(opened, Cover.of(opened))
    columns = ("at", "command", "detail", "harness_version")
    output.show(rows, columns=columns, as_json=as_json, as_lines=as_lines, empty="Nobody touched it.")


@case.command(short_help="Show devices, apps, clocks, runs, seals.")
@case_file
@click.option("--reveal", is_flag=True, help="Show what is covered otherwise; the audit says so.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(*, case_file: Path, reveal: bool, as_json: bool) -> None:
    """Show what CASE_FILE says of itself: header, devices with clock and network, apps with signer, installer and the
    digest of every file, hook files, policies, runs with their books, seals, tombstones."""
    with CaseFile.open(case_file) if reveal else open_to_look(case_file) as opened:
        if reveal:
            opened.audit("case show", {"reveal": True})
        facts = case_facts(opened, Cover.of(opened, reveal=reveal))
    if as_json:
        case_page.print_json(facts)
    else:
        case_page.print_facts(facts)


@case.command(short_help="Digest every raw row and every file.")
@case_file
@operator_option
@click.option("--reason", default="", help="Why it is sealed.")
@click.option("--with", "also", multiple=True, type=click.Path(path_type=Path, exists=True), help="Seal this file too.")
def seal(*, case_file: Path, operator: str, reason: str, also: tuple[Path, ...]) -> None:
    """Digest every raw row of CASE_FILE and keep that in it; write SHA256SUMS over it, its artefacts and its reports.

    Analysis, reports and more runs may follow, and another seal. Write the digest down elsewhere: only that
    holds against somebody who can write the file.
    """
    with CaseFile.open(case_file) as opened, output.err.status("sealing"):
        made = seal_case(opened, operator=operator, reason=reason, also=also)
    rows = sum(table.rows for table in made.tables.values())
    output.out.print(f"sealed {rows:,} rows at {moment(made.at_ms)}; {case_file.with_name('SHA256SUMS')} is written")
    output.out.print(f"seal {made.id}\n{made.sha256}")


@case.command(short_help="Name everything that changed since the seal.")
@case_file
@click.option("--seal", "expected", default=None, metavar="SHA256", help="The seal's digest as it was written down.")
@click.option(
    "--tsa-ca",
    "roots",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Certificate (PEM) of a timestamp authority: check the signatures too.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify(*, case_file: Path, expected: str | None, roots: tuple[Path, ...], as_json: bool) -> ExitCode:
    """Hold CASE_FILE against all its seals and against itself, its files against their digests, and name what changed.
    It changes nothing.

    A bundle (zip) is held against the digests in it, and against its timestamp.

    Exit codes: 0 it is what was sealed; 2 it is not; 6 it was never sealed, and nothing contradicts itself.
    """
    if case_file.suffix == ".zip":
        return _verify_bundle(case_file, roots, as_json=as_json)
    with open_to_look(case_file) as opened, output.err.status("comparing"):
        checked = check_case(case_file)
        notes, wrong = stamp_lines(opened, roots=roots)
    damage = [*checked.damage, *wrong]
    if expected is not None and expected.lower() not in {made.sha256 for made in checked.rows.seals}:
        damage.append(f"no seal in it has the digest {expected}")
    _say(checked, damage, [*checked.notes, *notes], as_json=as_json)
    if damage:
        return ExitCode.INPUT
    return ExitCode.CLEAN if checked.rows.seals else ExitCode.INCONCLUSIVE


def _verify_bundle(path: Path, roots: tuple[Path, ...], *, as_json: bool) -> ExitCode:
    notes, damage = check_bundle(path, roots=roots)
    if as_json:
        case_page.print_json({"outcome": "damaged" if damage else "intact", "damage": damage, "notes": notes})
    else:
        _lines(damage, (), notes)
        output.out.print("intact: every file has its digest" if not damage else "not what was bundled")
    return ExitCode.INPUT if damage else ExitCode.CLEAN


def _lines(damage: list[str], purged: tuple[str, ...], notes: list[str]) -> None:
    for entry in damage:
        output.out.print(f"[bold red]changed[/]  {output.plain(entry)}")
    for entry in purged:
        output.out.print(f"purged   {output.plain(entry)}")
    for entry in notes:
        output.out.print(f"[dim]note[/]     {output.plain(entry)}")


def _say(checked: Checked, damage: list[str], notes: list[str], *, as_json: bool) -> None:
    sealed = checked.rows.seals
    outcome = "damaged" if damage else "intact" if sealed else "never sealed"
    if as_json:
        seals = [{"id": made.id, "at": moment(made.at_ms), "sha256": made.sha256} for made in sealed]
        told = {"outcome": outcome, "damage": damage, "purged": list(checked.rows.purged), "notes": notes}
        case_page.print_json({**told, "seals": seals})
        return
    _lines(damage, checked.rows.purged, notes)
    if damage:
        output.err.print("[bold]remedy:[/] go back to a copy that is intact; what changed is named above.")
    elif sealed:
        output.out.print(f"intact: as it was sealed at {moment(sealed[-1].at_ms)}, seal {sealed[-1].sha256}")
    else:
        output.out.print("never sealed: nothing contradicts itself, but there is nothing to compare with")


def _check_date(text: str) -> None:
    try:
        if text:
            date.fromisoformat(text)
    except ValueError as exc:
        raise InputError(f"--delete-by {text}: this is no date", remedy="Write it as 2027-12-31.") from exc
