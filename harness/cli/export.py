"""`harness export`: a case file as HAR, JSON, CSV, JUnit or Markdown, for other programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import click

from harness.cli import output
from harness.model.errors import CaseError
from harness.report.cover import Cover
from harness.report.export import WHAT, Chosen, write_csv, write_har, write_json
from harness.report.export.junit import junit_text
from harness.report.export.markdown import markdown_text
from harness.store import CaseFile, findings

what_option = click.option(
    "--what", type=click.Choice(WHAT), default="disclosures", show_default=True, help="Which findings."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What the user asked for, whatever the format."""

    case_file: Path
    target: Path | None
    runs: tuple[str, ...]
    reveal: bool


@click.group(short_help="Give the findings to other programs.")
def export() -> None:
    """Write the findings of a case file for other programs.

    What would identify a device, a person or an account is covered: it reads as its name and the beginning of its
    SHA-256, so that the same value is known again. Planted values are invented and are shown. Every export is written
    into the case file's audit.
    """


def _ordered(function: Callable[..., None]) -> Callable[..., None]:
    """The argument and the options of every format."""
    for decorate in (
        click.option("--reveal", is_flag=True, help="Show what is covered otherwise; the audit says so."),
        click.option(
            "--run",
            "runs",
            multiple=True,
            metavar="RUN",
            help="Only this run: its id, the beginning of it, or its variant. May be repeated.",
        ),
        click.option(
            "-o",
            "--output",
            "target",
            type=click.Path(path_type=Path, dir_okay=False),
            help="The file to write; stdout without it.",
        ),
        click.argument("case_file", type=click.Path(path_type=Path)),
    ):
        function = decorate(function)
    return function


@export.command(short_help="HTTP Archive 1.2: every request that left.")
@_ordered
def har(**order: Any) -> None:
    """Write CASE_FILE as an HTTP Archive (HAR 1.2): every request that left, with its content as it was before
    encryption. Entries say that they are reconstructed from hooks: responses and timings were not seen."""
    _write("har", _Order(**order), write_har)


@export.command("json", short_help="Findings as one array, or one object a line.")
@what_option
@click.option("--nl", "lines", is_flag=True, help="One JSON object a line.")
@_ordered
def json_(*, what: str, lines: bool, **order: Any) -> None:
    """Write findings of CASE_FILE as JSON. Keys are the columns that docs/case-file.md describes."""
    _write(f"json {what}", _Order(**order), lambda chosen, stream: write_json(chosen, what, stream, lines=lines))


@export.command("csv", short_help="Findings as a table for a spreadsheet.")
@what_option
@_ordered
def csv_(*, what: str, **order: Any) -> None:
    """Write findings of CASE_FILE as CSV (RFC 4180, UTF-8). No cell is run as a formula: what begins like one has an
    apostrophe in front (docs/exports.md says how programs take it off)."""
    _write(f"csv {what}", _Order(**order), lambda chosen, stream: write_csv(chosen, what, stream))


@export.command(short_help="JUnit XML: an expectation is a test.")
@_ordered
def junit(**order: Any) -> None:
    """Write CASE_FILE as JUnit XML: every expectation of its policy is a test in each variant, and without a policy
    every tracker in each run. A finding is a failure, what is inconclusive an error."""
    _write("junit", _Order(**order), lambda chosen, stream: stream.write(junit_text(chosen)))


@export.command(short_help="A summary for people, bounded in size.")
@_ordered
def markdown(**order: Any) -> None:
    """Write a summary of CASE_FILE in Markdown: verdicts, who got what, limits, books. It fits into the summary of a
    job or the text of an issue."""
    _write("markdown", _Order(**order), lambda chosen, stream: stream.write(markdown_text(chosen)))


def _write(what: str, order: _Order, writer: Callable[[Chosen, TextIO], object]) -> None:
    with CaseFile.open(order.case_file) as case:
        case.mark_abandoned()
        chosen = Chosen.of(case, Cover.of(case, reveal=order.reveal), order.runs)
        told = {"format": what, "output": order.target.name if order.target else "stdout", "reveal": order.reveal}
        case.audit("export", {**told, "runs": [run.id for run in chosen.runs]})
        _tell_unread(case, order.case_file, chosen)
        # What is revealed is nobody else's, as the case file.
        mode = 0o600 if order.reveal else 0o666
        with _to_file(order.target, mode=mode) if order.target else _to_stdout() as stream:
            writer(chosen, stream)
    if order.target is not None:
        output.out.print(output.plain(str(order.target)))


def _tell_unread(case: CaseFile, case_file: Path, chosen: Chosen) -> None:
    """An empty export of a case that nobody analysed would look like innocence."""
    for run in chosen.runs:
        if not findings.verdicts(case.db, run.id):
            name = output.plain(chosen.names[run.id])
            output.err.print(f"{name} has not been analysed: `harness analyse {output.plain(str(case_file))}`")


@contextmanager
def _to_stdout() -> Iterator[TextIO]:
    """Stdout in UTF-8, with line ends as they are given."""
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr] # stdout is a TextIOWrapper
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough; Python flushes once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _to_file(target: Path, *, mode: int) -> Iterator[TextIO]:
    """A file that is there as a whole or not at all."""
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        opened = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, mode)
        with os.fdopen(opened, "w", encoding="utf-8", newline="") as stream:
            yield stream
        part.replace(target)
    except OSError as error:
        raise CaseError(f"{target}: {error.strerror or error}", remedy="Check path, permissions and disk.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
