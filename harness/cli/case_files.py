"""`harness case bundle|timestamp|redact|purge`: a case that is handed on, or deleted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from harness.cli import output
from harness.cli.case import case_file, operator_option
from harness.custody.bundle import write_bundle
from harness.custody.files import digest_of
from harness.custody.purging import Purged, purge_captured, purge_everything, purge_some_runs, runs_before
from harness.custody.redact import redact as write_copy
from harness.custody.sealing import seal_case
from harness.custody.timestamp import stamp_file, stamp_seal
from harness.model.errors import CaseError, InputError
from harness.store import CaseFile
from harness.store.compare import added_since
from harness.store.seal import seals
from harness.store.verify import verify_open

_target = click.option(
    "-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="The file to write."
)


@click.command(short_help="Write a zip that `sha256sum -c` checks.")
@case_file
@_target
@operator_option
@click.option("--reveal/--redacted", default=False, help="Put the unmasked case file in; the audit says so.")
@click.option("--artefacts/--no-artefacts", "artefacts", default=None, help="Screenshots, traffic, logs [as --reveal].")
def bundle(*, case_file: Path, target: Path, operator: str, reveal: bool, artefacts: bool | None) -> None:
    """Write a zip with CASE_FILE, its report, its facts and its seal, and SHA256SUMS over all of it.

    The case file in it is a redacted copy, unless --reveal is given. A case that is not sealed as it is now is sealed
    first.
    """
    with_artefacts = reveal if artefacts is None else artefacts
    with CaseFile.open(case_file) as opened, output.err.status("bundling"):
        _sealed(opened, operator, "to be bundled")
        made = write_bundle(opened, target, reveal=reveal, with_artefacts=with_artefacts)
        detail = {"output": target.name, "reveal": reveal, "artefacts": with_artefacts, "sha256": made.sha256}
        opened.audit("case bundle", {**detail, "operator": operator})
    for name in made.missing:
        output.err.print(f"[yellow]not there:[/] {output.plain(name)}")
    what = "the unmasked case file" if reveal else "a redacted copy"
    output.out.print(f"{target}: {made.files} files, {what}\n{made.sha256}")


@click.command(short_help="Have a third party sign that it was there.")
@click.argument("case_or_bundle", type=click.Path(path_type=Path))
@click.option("--tsa", "url", required=True, help="Address of a timestamp authority (RFC 3161).")
def timestamp(*, case_or_bundle: Path, url: str) -> None:
    """Have a timestamp authority sign the last seal of a case, or the digest of a bundle. Only a digest leaves this
    machine. `harness case verify` and `openssl ts -verify` read what comes back."""
    if case_or_bundle.suffix == ".zip":
        made = stamp_file(case_or_bundle, digest_of(case_or_bundle), url)
        output.out.print(f"{made}\ncheck: openssl ts -verify -data {case_or_bundle} -in {made} -CAfile CA.pem")
        return
    with CaseFile.open(case_or_bundle) as opened:
        every = seals(opened.db)
        if not every:
            raise CaseError(f"{case_or_bundle}: it has no seal", remedy="`harness case seal` first.")
        made = stamp_seal(case_or_bundle, every[-1], url)
        opened.audit("case timestamp", {"seal": every[-1].id, "tsa": url, "file": made.name})
    output.out.print(f"{made}\ncheck: openssl ts -verify -digest {every[-1].sha256} -in {made} -CAfile CA.pem")


@click.command(short_help="Write a copy that can be handed on.")
@case_file
@_target
@operator_option
def redact(*, case_file: Path, target: Path, operator: str) -> None:
    """Write a copy of CASE_FILE in which what identifies a real phone, person or account is replaced, or left out where
    it cannot be. Planted values stay. Artefacts are named in it, their files are not copied."""
    with CaseFile.open(case_file) as opened, output.err.status("copying"):
        _sealed(opened, operator, "to be copied")
        changed = write_copy(opened, target)
        opened.audit("case redact", {"output": target.name, "operator": operator})
    rows = ", ".join(f"{number:,} of {table}" for table, number in sorted(changed.items()) if number)
    output.out.print(f"{target}: rows changed: {rows or 'none'}")


@click.command(short_help="Delete runs or contents, and leave a tombstone.")
@case_file
@click.option("--run", "runs", multiple=True, help="Everything of this run; may be given several times.")
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Every run that began before (UTC).")
@click.option("--payloads", is_flag=True, help="What was captured; runs, calls, books and verdicts stay.")
@click.option("--all", "everything", is_flag=True, help="All but header, audit, seals and tombstones.")
@click.option("--why", required=True, help="Why; the tombstone keeps it.")
@operator_option
def purge(
    *,
    case_file: Path,
    runs: tuple[str, ...],
    before: datetime | None,
    payloads: bool,
    everything: bool,
    why: str,
    operator: str,
) -> None:
    """Delete from CASE_FILE, with the artefacts and reports beside it. A tombstone says what, how much, who and why.

    What is deleted is overwritten in the file. Copies, bundles, backups and what the disk keeps are beyond this.
    """
    if sum((bool(runs), before is not None, payloads, everything)) != 1:
        raise InputError("say what is to be deleted", remedy="One of --run, --before, --payloads, --all.")
    with CaseFile.open(case_file) as opened, output.err.status("deleting"):
        opened.mark_abandoned()
        if payloads:
            done = purge_captured(opened, operator=operator, why=why)
        elif everything:
            done = purge_everything(opened, operator=operator, why=why)
        else:
            meant = runs_before(opened, before) if before is not None else runs
            done = purge_some_runs(opened, meant, operator=operator, why=why)
    _say(done)


def _say(done: Purged) -> None:
    rows = [{"table": buried.table, "run": buried.run, "rows": buried.rows} for buried in done.rows]
    output.out.print(output.table(rows, ("table", "run", "rows")))
    output.out.print(f"{len(done.files)} files beside the case were removed")
    if done.not_sealed:
        output.err.print(f"[yellow]not sealed again:[/] it was damaged before: {output.plain(done.not_sealed)}")
    elif done.sealed:
        output.out.print("what is left was sealed anew")


def _sealed(case: CaseFile, operator: str, reason: str) -> None:
    """Seal a case unless its last seal covers every row. Raises CaseError when it is not what was sealed."""
    every = seals(case.db)
    if not every or added_since(case.db, every[-1]):
        seal_case(case, operator=operator, reason=reason)
    elif damage := verify_open(case.db).damage:
        raise CaseError(
            f"{case.path}: is not what was sealed: {damage[0]}", remedy="`harness case verify` names everything."
        )
