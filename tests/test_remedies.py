"""What error messages tell the user to do can be done."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click

from harness.cli.commands import cli

_HARNESS = Path(__file__).parent.parent / "harness"
_COMMAND = re.compile(r"`harness ([a-z]+)(?: ([a-z]+))?")


def texts(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def exists(first: str, second: str) -> bool:
    command = cli.commands.get(first)
    if isinstance(command, click.Group):
        return not second or second in command.commands
    return command is not None


def test_every_command_that_a_message_names_exists() -> None:
    named = {
        (file.name, *command)
        for file in _HARNESS.rglob("*.py")
        for text in texts(file)
        for command in _COMMAND.findall(text)
    }
    assert len(named) > 10
    assert {command for command in named if not exists(*command[1:])} == set()
