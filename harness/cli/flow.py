"""`harness flow lint`: what is wrong with flows, and what is worth knowing of them, without a device."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli import output
from harness.device import plant
from harness.model.errors import ExitCode, Fault
from harness.scenario.lint import Lint
from harness.scenario.lint import lint as lint_flow
from harness.scenario.suite_file import read_suite
from harness.yamlmarks import load_marked


@click.group(short_help="Flows and suites, the scripted scenarios.")
def flow() -> None:
    """Flows and suites, the scripted scenarios."""


@flow.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def lint(*, files: tuple[Path, ...]) -> ExitCode:
    """List every fault of flow or suite FILES with line and remedy; say which flows Maestro would play as they are."""
    names = tuple(plant("names only").env)
    return ExitCode.CLEAN if sum(_lint_one(path, names) for path in files) == len(files) else ExitCode.INPUT


def _lint_one(path: Path, names: tuple[str, ...]) -> bool:
    documents, _ = load_marked(path)
    if len(documents) == 1:
        _, faults = read_suite(path, names=names)
        return _tell(path, tuple(faults), (), "a valid suite")
    found: Lint = lint_flow(path, names=None)
    word = "portable to Maestro" if found.portable else "not portable to Maestro"
    return _tell(path, found.faults, found.notes, word)


def _tell(path: Path, faults: tuple[Fault, ...], notes: tuple[Fault, ...], word: str) -> bool:
    for fault in faults:
        output.out.print(f"[red]fault[/] {output.plain(str(fault))}")
    for note in notes:
        output.out.print(f"[dim]note[/]  {output.plain(str(note))}")
    count = f"{len(faults)} fault{'' if len(faults) == 1 else 's'}"
    output.out.print(f"{output.plain(str(path))}: {count if faults else word}")
    return not faults
