"""The documents name only what exists."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from harness.cli.commands import cli

_ROOT = Path(__file__).parent.parent
_DOCUMENTS = sorted([*_ROOT.glob("*.md"), *(_ROOT / "docs").glob("*.md")])
_LINK = re.compile(r"\[[^]]*]\((?!https?://|#)([^)#\s]+)")
_COMMAND = re.compile(r"`harness ((?:[a-z]+)(?: [a-z]+)?)|^ +harness ((?:[a-z]+)(?: [a-z]+)?)", re.MULTILINE)


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: path.name)
def test_every_relative_link_leads_to_a_file(document: Path) -> None:
    missing = [link for link in _LINK.findall(document.read_text()) if not (document.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: path.name)
def test_every_command_named_exists(document: Path) -> None:
    named = {first or second for first, second in _COMMAND.findall(document.read_text())}
    assert {words for words in named if not _exists(words.split())} == set()


def _exists(words: list[str]) -> bool:
    command: click.Command | None = cli.commands.get(words[0])
    if isinstance(command, click.Group) and len(words) > 1:
        return words[1] in command.commands
    return command is not None


def test_the_readme_gives_every_dependency_its_line() -> None:
    import tomllib

    project = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]
    readme = (_ROOT / "README.md").read_text().lower()
    names = [re.split(r"[<>=~!\[ ]", wanted)[0].lower() for wanted in project["dependencies"]]
    assert [name for name in names if name not in readme] == []
