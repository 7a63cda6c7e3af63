"""A bundle is checked with unzip and sha256sum alone, and holds no unmasked case unless asked."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli.commands import cli
from harness.custody.bundle import write_bundle
from harness.custody.sealing import check_case, seal_case
from harness.model.errors import CaseError
from harness.store import CaseFile
from tests.synthetic import write_case

_DEVICE_VALUES = "SELECT value FROM persona WHERE source = 'device' AND searchable AND category <> 'carrier'"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A sealed case with a screenshot."""
    path = tmp_path / "case.db"
    with write_case(path) as opened:
        run = opened.db.execute("SELECT min(id) FROM run").fetchone()[0]
        picture = tmp_path / "case-evidence" / run / "001.png"
        picture.parent.mkdir(parents=True)
        picture.write_bytes(b"a picture")
        digest = subprocess.run(["sha256sum", picture], capture_output=True, text=True, check=True).stdout[:64]
        with opened.transaction() as db:
            row = (opened.new_id(), run, "screenshot", f"case-evidence/{run}/001.png", digest, 9)
            db.execute("INSERT INTO artefact (id, run, kind, path, sha256, size) VALUES (?, ?, ?, ?, ?, ?)", row)
        (tmp_path / "report.html").write_text("<p>a report</p>")
        opened.audit("report", {"output": "report.html"})
        seal_case(opened, operator="A. Tester")
    return path


def _bundled(case: Path, name: str, *, reveal: bool = False, artefacts: bool = False) -> Path:
    target = case.with_name(name)
    with CaseFile.open(case) as opened:
        write_bundle(opened, target, reveal=reveal, with_artefacts=artefacts)
    return target


def _unzipped(bundle: Path) -> Path:
    folder = bundle.with_suffix("")
    subprocess.run(["unzip", "-q", bundle, "-d", folder], check=True)
    return folder


def test_sha256sum_checks_every_file_of_a_bundle(case: Path) -> None:
    folder = _unzipped(_bundled(case, "out.zip", artefacts=True))
    told = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=True)
    checked = {line.rsplit(":")[0] for line in told.stdout.splitlines()}
    here = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert checked == here - {"SHA256SUMS"}
    assert {"README.txt", "manifest.json", "facts.json", "seal.json", "report.html", "case.db"} < checked
    assert any(name.endswith("001.png") for name in checked)


def test_one_changed_byte_in_a_bundle_is_found_by_sha256sum(case: Path) -> None:
    folder = _unzipped(_bundled(case, "out.zip"))
    with (folder / "facts.json").open("a") as file:
        file.write(" ")
    told = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, capture_output=True, check=False)
    assert told.returncode == 1


def test_without_asking_nothing_unmasked_is_in_a_bundle(case: Path) -> None:
    folder = _unzipped(_bundled(case, "out.zip"))
    with sqlite3.connect(case) as db:
        values = [row[0] for row in db.execute(_DEVICE_VALUES)]
    db.close()
    assert values
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [value for value in values if value.encode() in content], path
    assert not list(folder.rglob("*.png"))
    assert "redacted copy" in (folder / "README.txt").read_text()


def test_a_revealed_bundle_holds_the_case_as_it_was_sealed(case: Path) -> None:
    folder = _unzipped(_bundled(case, "out.zip", reveal=True, artefacts=True))
    assert "UNMASKED" in (folder / "README.txt").read_text()
    told = check_case(folder / "case.db")
    assert told.rows.intact
    assert told.damage == ()
    assert (folder / "report.html").read_text() == "<p>a report</p>"  # the one that was sealed
    assert "<title>" in (folder / "report-of-the-bundle.html").read_text()
    seal = json.loads((folder / "seal.json").read_text())
    assert seal["sha256"] == told.rows.seals[-1].sha256


def test_the_redacted_case_in_a_bundle_is_intact_and_names_its_original(case: Path) -> None:
    folder = _unzipped(_bundled(case, "out.zip"))
    told = check_case(folder / "case.db")
    assert told.rows.intact
    assert told.damage == ()
    original = check_case(case).rows.seals[-1].sha256
    assert told.rows.seals[-1].reason == f"redacted copy of {original}"
    assert json.loads((folder / "manifest.json").read_text())["case"] == {
        "seal": original,
        "sealed_at_ms": check_case(case).rows.seals[-1].at_ms,
        "redacted": True,
    }


@pytest.mark.parametrize("reveal", [False, True])
def test_the_same_case_gives_the_same_bundle(case: Path, tmp_path: Path, reveal: bool) -> None:
    digests = set()
    for number in (1, 2):
        folder = tmp_path / f"place {number}"
        folder.mkdir()
        shutil.copy(case, folder / "case.db")
        shutil.copytree(tmp_path / "case-evidence", folder / "case-evidence")
        shutil.copy(tmp_path / "report.html", folder)
        digests.add(_bundled(folder / "case.db", "out.zip", reveal=reveal, artefacts=reveal).read_bytes())
    assert len(digests) == 1


def test_looking_at_a_bundled_case_changes_no_byte_of_it(case: Path) -> None:
    folder = _unzipped(_bundled(case, "out.zip"))
    for command in ("verify", "show", "audit", "header"):
        CliRunner().invoke(cli, ["case", command, str(folder / "case.db")], catch_exceptions=False)
    subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    assert not list(folder.glob("case.db-*"))


def test_the_manifest_names_every_file_and_the_hook_files(case: Path) -> None:
    folder = _unzipped(_bundled(case, "out.zip"))
    told = json.loads((folder / "manifest.json").read_text())
    assert {entry["name"] for entry in told["files"]} | {"manifest.json", "SHA256SUMS"} == {
        path.name for path in folder.iterdir()
    }
    assert all(entry["role"] for entry in told["files"])
    assert told["hook_packs"][0]["sha256"]


def test_a_bundle_is_for_its_owner_only_and_never_overwritten(case: Path) -> None:
    bundle = _bundled(case, "out.zip")
    assert bundle.stat().st_mode & 0o077 == 0
    with pytest.raises(CaseError, match="is there already"):
        _bundled(case, "out.zip")


def test_a_case_without_a_seal_is_not_bundled(tmp_path: Path) -> None:
    with write_case(tmp_path / "case.db") as opened, pytest.raises(CaseError, match="it has no seal"):
        write_bundle(opened, tmp_path / "out.zip", reveal=False, with_artefacts=False)
