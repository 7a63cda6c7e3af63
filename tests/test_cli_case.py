"""`harness case header|audit|show|seal|verify|purge` as a lab meets them, with exit codes."""

from __future__ import annotations

import ast
import json
import re
import sqlite3
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import harness.cli as cli_package
from harness.cli.commands import cli
from harness.model.errors import CaseError, ExitCode, HarnessError, InputError
from harness.store import CaseFile
from tests.synthetic import write_case


def _harness(*arguments: str | Path) -> Result:
    told = CliRunner().invoke(cli, [str(argument) for argument in arguments], standalone_mode=False)
    if told.exception and not isinstance(told.exception, HarnessError):
        raise told.exception
    return told


def _code(told: Result) -> ExitCode:
    if isinstance(told.exception, HarnessError):
        return told.exception.exit_code
    return told.return_value or ExitCode.CLEAN


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case with a screenshot in a folder, and a report."""
    path = tmp_path / "case.db"
    with write_case(path) as opened:
        run = opened.db.execute("SELECT id FROM run ORDER BY id").fetchone()[0]
        folder = tmp_path / "case-evidence" / run
        folder.mkdir(parents=True)
        (folder / "001.png").write_bytes(b"a picture")
        digest = subprocess.run(["sha256sum", folder / "001.png"], capture_output=True, text=True, check=True).stdout[
            :64
        ]
        with opened.transaction() as db:
            row = (opened.new_id(), run, "screenshot", f"case-evidence/{run}/001.png", digest, 9)
            db.execute("INSERT INTO artefact (id, run, kind, path, sha256, size) VALUES (?, ?, ?, ?, ?, ?)", row)
        (tmp_path / "report.html").write_text("<p>a report</p>")
        opened.audit("report", {"output": "report.html"})
    return path


def _sums_hold(folder: Path) -> bool:
    return subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, check=False).returncode == 0


def _do(path: Path, statement: str) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(statement)
    db.close()


def test_a_sealed_case_is_intact_and_its_sums_hold_for_sha256sum(case: Path) -> None:
    told = _harness("case", "seal", case, "--operator", "A. Tester", "--reason", "end of day")
    assert _code(told) is ExitCode.CLEAN
    assert _sums_hold(case.parent)
    assert len((case.parent / "SHA256SUMS").read_text().splitlines()) == 3
    told = _harness("case", "verify", case)
    assert _code(told) is ExitCode.CLEAN
    assert "intact" in told.output
    assert _sums_hold(case.parent)  # looking changed nothing


def test_a_case_that_was_never_sealed_is_inconclusive(case: Path) -> None:
    assert _code(_harness("case", "verify", case)) is ExitCode.INCONCLUSIVE


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda folder: (folder / "report.html").write_text("<p>another</p>"), "report.html: the file was changed"),
        (lambda folder: (folder / "report.html").unlink(), "report.html: the file was sealed and is missing"),
        (lambda folder: next(folder.glob("case-evidence/*/*")).write_bytes(b"b picture"), "001.png of run"),
        (lambda folder: next(folder.glob("case-evidence/*/*")).unlink(), "the file is missing"),
        (lambda folder: (folder / "SHA256SUMS").unlink(), "SHA256SUMS: the list beside the case file is missing"),
        (lambda folder: _do(folder / "case.db", "UPDATE step SET label = 'x' WHERE position = 2"), "step 2 of run"),
    ],
)
def test_a_change_is_named_and_is_exit_code_2(case: Path, damage: object, named: str) -> None:
    _harness("case", "seal", case)
    assert callable(damage)
    damage(case.parent)
    told = _harness("case", "verify", case, "--json")
    assert _code(told) is ExitCode.INPUT
    assert any(named in entry for entry in json.loads(told.stdout)["damage"])


def test_a_changed_line_of_the_sums_is_named(case: Path) -> None:
    _harness("case", "seal", case)
    sums = case.parent / "SHA256SUMS"
    lines = sums.read_text().splitlines(keepends=True)
    sums.write_text("".join("0" * 64 + line[64:] if "report" in line else line for line in lines))
    assert "the line of report.html was changed" in _harness("case", "verify", case).output


def test_commands_after_the_seal_are_a_note_and_no_damage(case: Path) -> None:
    _harness("case", "seal", case)
    _harness("case", "header", case, "--reference", "X-2")
    told = _harness("case", "verify", case)
    assert _code(told) is ExitCode.CLEAN
    assert "other bytes than when it was sealed" in told.output
    assert "1 more rows of table case_header" in told.output


def test_the_digest_that_was_written_down_is_asked_for(case: Path) -> None:
    digest = _harness("case", "seal", case).output.splitlines()[-1]
    assert _code(_harness("case", "verify", case, "--seal", digest)) is ExitCode.CLEAN
    assert _code(_harness("case", "verify", case, "--seal", "0" * 64)) is ExitCode.INPUT


def test_a_damaged_case_is_not_sealed_again(case: Path) -> None:
    _harness("case", "seal", case)
    _do(case, "UPDATE step SET label = 'x' WHERE position = 2")
    told = _harness("case", "seal", case)
    assert isinstance(told.exception, CaseError)
    assert "differs from its earlier seal: step 2" in told.exception.problem


def test_a_case_that_is_being_written_is_not_sealed(case: Path) -> None:
    with CaseFile.open(case) as opened:
        run = opened.db.execute("SELECT min(id) FROM run").fetchone()[0]
        with opened.transaction() as db:
            db.execute(
                "INSERT INTO run SELECT 'now', flow, flow_file, flow_sha256, variant, app, device, started_at_ms,"
                " NULL, NULL, NULL, NULL, harness_version, frida_version, agent_sha256, pack_sha256, hook_files,"
                " own_hosts, mode, witness, controller, policy FROM run WHERE id = ?",
                [run],
            )
        told = _harness("case", "seal", case)
    assert isinstance(told.exception, CaseError)
    assert "is being written" in told.exception.problem


def test_two_cases_in_one_folder_share_the_sums(case: Path) -> None:
    _harness("case", "seal", case)
    other = case.with_name("other.db")
    write_case(other).close()
    _harness("case", "seal", other)
    assert _sums_hold(case.parent)
    assert _code(_harness("case", "verify", case)) is ExitCode.CLEAN
    assert _code(_harness("case", "verify", other)) is ExitCode.CLEAN


def test_the_header_keeps_what_is_not_said_again(case: Path) -> None:
    _harness("case", "header", case, "--authority", "Art. 58 GDPR", "--delete-by", "2030-01-31")
    told = _harness("case", "header", case, "--purpose", "a complaint").output
    for words in ("DEMO-1", "A. Tester", "Art. 58 GDPR", "a complaint", "2030-01-31"):
        assert words in told
    assert _harness("case", "header", case).output == told


def test_a_date_that_is_none_is_refused(case: Path) -> None:
    assert isinstance(_harness("case", "header", case, "--delete-by", "soon").exception, InputError)


def test_a_case_that_was_to_be_deleted_says_so(case: Path) -> None:
    yesterday = (date.today() - timedelta(days=1)).isoformat()
    _harness("case", "header", case, "--delete-by", yesterday)
    assert f"to be deleted by {yesterday}" in _harness("case", "show", case).output
    assert f"to be deleted by {yesterday}" in _harness("case", "verify", case).output
    tomorrow = (date.today() + timedelta(days=1)).isoformat()
    _harness("case", "header", case, "--delete-by", tomorrow)
    assert "to be deleted by" not in _harness("case", "show", case).output


def test_every_command_that_touches_a_case_is_in_its_audit(case: Path, tmp_path: Path) -> None:
    _harness("case", "header", case, "--reference", "X-2")
    _harness("case", "seal", case)
    _harness("case", "redact", case, "-o", tmp_path / "copy.db")
    _harness("case", "bundle", case, "-o", tmp_path / "bundle.zip", "--reveal")
    _harness("case", "show", case, "--reveal")
    _harness("case", "purge", case, "--payloads", "--why", "a test")
    for looking in ("show", "verify", "audit"):
        _harness("case", looking, case)
    told = json.loads(_harness("case", "audit", case, "--json").stdout)
    names = [row["command"] for row in told]
    assert names == [
        *("report", "case header", "case seal", "case redact", "case bundle", "case show", "case purge", "case seal"),
    ]
    assert told[4]["detail"]["reveal"] is True


def test_what_the_case_knows_of_app_device_clock_and_network_is_shown(case: Path) -> None:
    _harness("case", "seal", case)
    told = json.loads(_harness("case", "show", case, "--json").stdout)
    (app,), (device,) = told["apps"], told["devices"]
    assert app["signers"] and app["installer"] == "com.android.vending"
    assert [file["sha256"] for file in app["files"]] == [app["sha256"]]
    assert (device["clock_offset_ms"], device["clock_error_ms"], device["network"]) == (0.0, 1.0, "loopback")
    assert len(told["runs"]) == 3
    assert {process["books"] for run in told["runs"] for process in run["processes"]} == {"closed"}
    assert told["packs"][0]["runs"] == 3
    assert told["seals"][0]["rows"] > 100
    page = _harness("case", "show", case).output
    for words in (app["sha256"], "give or take 1.0 ms", "com.android.vending", "loopback", told["seals"][0]["sha256"]):
        assert words in page


def test_a_purge_removes_files_and_seals_what_is_left(case: Path) -> None:
    _harness("case", "seal", case)
    run = json.loads(_harness("case", "show", case, "--json").stdout)["runs"][0]["id"]
    told = _harness("case", "purge", case, "--run", run, "--why", "withdrawn", "--operator", "A. Tester")
    assert "what is left was sealed anew" in told.output
    assert not list(case.parent.glob("case-evidence/*"))
    assert not (case.parent / "report.html").exists()
    assert _sums_hold(case.parent)
    told = _harness("case", "verify", case)
    assert _code(told) is ExitCode.CLEAN
    assert "purged by tombstone" in told.output
    _do(case, "UPDATE step SET label = 'x' WHERE position = 2")
    assert _code(_harness("case", "verify", case)) is ExitCode.INPUT


def test_purging_contents_removes_artefacts_and_is_no_tampering(case: Path) -> None:
    _harness("case", "seal", case)
    _harness("case", "purge", case, "--payloads", "--why", "kept long enough")
    told = _harness("case", "verify", case)
    assert _code(told) is ExitCode.CLEAN
    assert "1 artefacts are named and their files left out or purged" in told.output


@pytest.mark.parametrize("which", [(), ("--all", "--payloads"), ("--run", "nobody"), ("--before", "2001-01-01")])
def test_a_purge_that_means_nothing_is_refused(case: Path, which: tuple[str, ...]) -> None:
    assert isinstance(_harness("case", "purge", case, *which, "--why", "a test").exception, InputError)


def test_runs_before_a_date_are_purged(case: Path) -> None:
    _harness("case", "purge", case, "--before", "2023-11-15", "--why", "old")
    assert json.loads(_harness("case", "show", case, "--json").stdout)["runs"] == []


# They write the audit through what they call, or open a case only to look.
_ELSEWHERE = {"seal", "purge", "audit", "verify", "show", "header"}


def test_every_command_that_opens_a_case_for_writing_writes_the_audit() -> None:
    silent = []
    for path in sorted(Path(cli_package.__file__).parent.glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef) and function.name not in _ELSEWHERE:
                told = ast.unparse(function)
                opens = re.search(r"CaseFile\.open\((?![^)]*read_only=True)", told)
                if opens and ".audit(" not in told:
                    silent.append(f"{path.name}: {function.name}")
    assert silent == []


def test_a_bundle_is_verified_by_its_name(case: Path, tmp_path: Path) -> None:
    _harness("case", "bundle", case, "-o", tmp_path / "out.zip")
    told = _harness("case", "verify", tmp_path / "out.zip")
    assert _code(told) is ExitCode.CLEAN
    assert "intact: every file has its digest" in told.output
    assert json.loads(_harness("case", "verify", tmp_path / "out.zip", "--json").stdout)["outcome"] == "intact"
