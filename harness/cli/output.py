"""How the command line speaks: tables and sentences on stdout, progress and problems on stderr, JSON on request."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from harness.model.errors import HarnessError, InputError

_PIPED_WIDTH = 200  # columns; a pipe has no width, and folding at 80 would cut names in logs

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _PIPED_WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Row = Mapping[str, Any]


def as_json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--json` (one array) and `--nl` (one object a line), as sqlite-utils has them."""
    function = click.option("--nl", "as_lines", is_flag=True, help="One JSON object a line.")(function)
    return click.option("--json", "as_json", is_flag=True, help="One JSON array.")(function)


def show(rows: Sequence[Row], *, columns: Sequence[str], as_json: bool, as_lines: bool, empty: str) -> None:
    """Print rows as a table, an array or lines; `empty` is said when there are none and a person reads."""
    if as_json:
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2))
    elif as_lines:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
    elif not rows:
        out.print(empty)
    else:
        out.print(table(rows, columns))


def table(rows: Iterable[Row], columns: Sequence[str], *, title: str | None = None) -> Table:
    """A plain table whose headings are the column names with spaces; what stands in brackets is text, not a style."""
    drawn = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        drawn.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        drawn.add_row(*(_cell(row.get(column)) for column in columns))
    return drawn


def _cell(value: object) -> str:
    if value is None:
        return ""
    return plain("\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value))


def problem(error: HarnessError) -> None:
    """One clear error: what is wrong, every fault with file and line, what to do."""
    err.print(f"[bold red]error:[/] {plain(error.problem)}")
    if isinstance(error, InputError):
        for fault in error.faults:
            place = fault.file if fault.line == 0 else f"{fault.file}:{fault.line}"
            err.print(f"  {plain(place)}: {plain(fault.problem)}")
            err.print(f"      [dim]{plain(fault.remedy)}[/]")
    err.print(f"[bold]remedy:[/] {plain(error.remedy)}")


def plain(text: str) -> str:
    return text.replace("[", r"\[")
