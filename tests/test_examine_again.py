"""Analysing again gives the same bytes: under another time zone and locale, after the derived tables were emptied or
dropped, and without any secret of the flow in the environment."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from harness.store import tables
from tests.bench.million import build

_SECRET = {"HARNESS_PASSWORD": "Zk-7713-uvw", "PASSWORD": "Zk-7713-uvw", "DOOR_CODE": "99120"}
_PLAIN = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}
_OTHER = {"TZ": "Pacific/Chatham", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "77"}


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A case with two runs, and its derived rows."""
    path = tmp_path_factory.mktemp("again") / "case.db"
    build(path, events=480, per_run=240)
    _analyse(path, {**_PLAIN, **_SECRET})
    return path, _derived(path)


def _analyse(path: Path, environment: Mapping[str, str]) -> None:
    code = (
        "import sys; from harness.store import CaseFile; from harness.examine import analyse;"
        "from harness.trackers import load_pack; analyse(CaseFile.open(sys.argv[1]), load_pack(()))"
    )
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH")}
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, env={**kept, **environment})


def _derived(path: Path) -> bytes:
    """Every derived row as stored, in the order in which it was."""
    lines: list[str] = []
    with closing(sqlite3.connect(path)) as db:
        for name in sorted(tables.DERIVED):
            lines += [f"{name} {row!r}" for row in db.execute(f"SELECT * FROM {name} ORDER BY rowid")]
        lines += [repr(row) for row in db.execute("SELECT * FROM fault WHERE source = 'analyse' ORDER BY rowid")]
    return "\n".join(lines).encode()


def test_the_case_gives_rows_worth_comparing(analysed: tuple[Path, bytes]) -> None:
    path, _ = analysed
    with closing(sqlite3.connect(path)) as db:
        counts = {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables.DERIVED}
    told = {"decoded", "disclosure", "transmission", "story", "story_link", "verdict", "identifier", "link", "dossier"}
    assert {name for name in told if not counts[name]} == set()


@pytest.mark.parametrize(
    ("before", "environment"),
    [
        pytest.param("", _OTHER, id="another time zone and locale"),
        pytest.param("DELETE FROM {name}", _PLAIN, id="emptied"),
        pytest.param("DROP TABLE {name}", _PLAIN, id="dropped"),
        pytest.param("DROP TABLE {name}", _OTHER, id="dropped, and elsewhere"),
    ],
)
def test_analysing_again_gives_the_same_bytes(
    analysed: tuple[Path, bytes], before: str, environment: Mapping[str, str]
) -> None:
    path, expected = analysed
    if before:
        with closing(sqlite3.connect(path)) as db, db:
            for name in sorted(tables.DERIVED, reverse=True):
                db.execute(before.format(name=name))
    _analyse(path, environment)
    assert _derived(path) == expected
