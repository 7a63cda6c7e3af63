"""`harness links`: what the last analysis found when it compared runs, with ids covered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli.links import links
from harness.examine import analyse
from harness.store import CaseFile
from harness.trackers import load_pack
from tests.bench.million import build

_PHONE = "8ddc7afca5fccd7e"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs in which two trackers got the phone's Android id."""
    path = tmp_path_factory.mktemp("links") / "case.db"
    build(path, events=240, per_run=120)
    with CaseFile.open(path) as opened:
        analyse(opened, load_pack(()))
    return path


def _rows(case: Path, *options: str) -> list[dict[str, object]]:
    said = CliRunner().invoke(links, [str(case), "--json", *options])
    assert said.exit_code == 0, said.output
    found: list[dict[str, object]] = json.loads(said.output)
    return found


def test_every_row_says_what_it_is(case: Path) -> None:
    assert {row["what"] for row in _rows(case)} == {"identifier", "link", "dossier"}


def test_ids_of_the_phone_are_covered_unless_they_are_asked_for(case: Path) -> None:
    assert _PHONE not in json.dumps(_rows(case))
    assert _PHONE in json.dumps(_rows(case, "--reveal"))


def test_asking_for_them_is_in_the_audit(case: Path) -> None:
    _rows(case, "--reveal")
    with CaseFile.open(case) as opened:
        last = opened.db.execute("SELECT command, detail FROM audit ORDER BY rowid DESC LIMIT 1").fetchone()
    assert last == ("links", '{"reveal":true}')


def test_a_person_reads_three_tables(case: Path) -> None:
    said = CliRunner().invoke(links, [str(case)])
    assert [title in said.output for title in ("Identifiers", "Links", "could build")] == [True] * 3


def test_a_case_without_runs_has_nothing_to_compare(tmp_path: Path) -> None:
    CaseFile.open(tmp_path / "empty.db", create=True).close()
    said = CliRunner().invoke(links, [str(tmp_path / "empty.db")])
    assert said.output.splitlines()[0] == "Identifiers: none."
