"""`harness flow lint`: what is wrong with flows, suites and policies, and what is worth knowing of them, without a
device."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli import output
from harness.cli.hooks import hooks_option
from harness.device import plant
from harness.model.errors import ExitCode, Fault
from harness.model.tracker import Pack
from harness.scenario.lint import Lint
from harness.scenario.lint import lint as lint_flow
from harness.scenario.policy_file import known_words, read_policy
from harness.scenario.suite_file import read_suite
from harness.trackers import load_pack
from harness.yamlmarks import Node, load_marked


@click.group(short_help="Flows, suites and policies.")
def flow() -> None:
    """Flows, suites and policies."""


@flow.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@hooks_option
def lint(*, files: tuple[Path, ...], hooks_folder: tuple[Path, ...]) -> ExitCode:
    """List every fault of flow, suite or policy FILES with line and remedy; say which flows Maestro would play as they
    are. The words of policies are checked against the hook files."""
    names = tuple(plant("names only").env)
    pack = load_pack(hooks_folder)
    return ExitCode.CLEAN if sum(_lint_one(path, names, pack) for path in files) == len(files) else ExitCode.INPUT


def _lint_one(path: Path, names: tuple[str, ...], pack: Pack) -> bool:
    documents, _ = load_marked(path)
    if len(documents) == 1 and _is_policy(documents[0]):
        _, faults = read_policy(path, known=known_words(pack))
        return _tell(path, tuple(faults), (), "a valid policy")
    if len(documents) == 1:
        _, faults = read_suite(path, names=names, pack=pack)
        return _tell(path, tuple(faults), (), "a valid suite")
    found: Lint = lint_flow(path, names=None)
    word = "portable to Maestro" if found.portable else "not portable to Maestro"
    return _tell(path, found.faults, found.notes, word)


def _is_policy(document: Node) -> bool:
    """A suite names its flow, and a policy has none."""
    return isinstance(document.value, dict) and "expect" in document.value and "flow" not in document.value


def _tell(path: Path, faults: tuple[Fault, ...], notes: tuple[Fault, ...], word: str) -> bool:
    for fault in faults:
        output.out.print(f"[red]fault[/] {output.plain(str(fault))}")
    for note in notes:
        output.out.print(f"[dim]note[/]  {output.plain(str(note))}")
    count = f"{len(faults)} fault{'' if len(faults) == 1 else 's'}"
    output.out.print(f"{output.plain(str(path))}: {count if faults else word}")
    return not faults
