"""One library, one door: only the package that owns a library imports it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

_HARNESS = Path(__file__).parent.parent / "harness"


@pytest.mark.parametrize(
    ("library", "doors"),
    [
        ("adbutils", ("device", "handset")),
        ("frida", ("probe", "handset")),
        ("sqlite_utils", ("store",)),
        ("sqlite3", ("store", "rest")),
        ("javaobj", ("rest",)),
        ("rich", ("cli",)),
        ("click", ("cli",)),
        ("asn1crypto", ("code", "custody")),
    ],
)
def test_a_library_has_one_door(library: str, doors: tuple[str, ...]) -> None:
    guilty = [
        path.relative_to(_HARNESS).as_posix()
        for path in _HARNESS.rglob("*.py")
        if path.relative_to(_HARNESS).parts[0] not in doors and library in _imports(path)
    ]
    assert guilty == []


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found
