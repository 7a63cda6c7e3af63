"""`harness export` as a newcomer meets it."""

from __future__ import annotations

import csv
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli.export import export
from harness.model.errors import ExitCode
from harness.store import CaseFile
from tests.outbox import ANDROID_ID, write_outbox
from tests.synthetic import write_case
from tests.test_cli import harness


@pytest.fixture
def case_file(tmp_path: Path) -> Path:
    path = tmp_path / "case.db"
    write_outbox(path).close()
    return path


def audit(path: Path) -> list[tuple[str, dict[str, object]]]:
    with CaseFile.open(path) as case:
        return [(row["command"], json.loads(row["detail"])) for row in case.db.query("SELECT * FROM audit ORDER BY id")]


@pytest.mark.parametrize("command", ["", "har", "json", "csv", "junit", "markdown"])
def test_every_format_explains_itself(command: str) -> None:
    told = CliRunner().invoke(export, [*command.split(), "--help"])
    assert told.exit_code == 0
    assert "Usage:" in told.output


def test_a_log_goes_to_stdout_covered_and_is_audited(case_file: Path) -> None:
    told = harness("export", "har", str(case_file))
    assert told.returncode == 0
    assert json.loads(told.stdout)["log"]["version"] == "1.2"
    assert ANDROID_ID not in told.stdout
    [(command, detail)] = audit(case_file)
    assert command == "export"
    assert (detail["format"], detail["output"], detail["reveal"]) == ("har", "stdout", False)


def test_a_revealed_file_is_its_owners_and_the_audit_says_that_it_was_revealed(case_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "out" / "log.har"
    told = harness("export", "har", str(case_file), "-o", str(target), "--reveal")
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == str(target)
    assert ANDROID_ID in target.read_text(encoding="utf-8")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [detail["reveal"] for _, detail in audit(case_file)] == [True]
    assert [each.name for each in target.parent.iterdir()] == ["log.har"]


def test_one_run_goes_out_as_lines_and_as_a_table(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    write_case(path).close()
    lines = harness("export", "json", str(path), "--what", "disclosures", "--nl", "--run", "accept")
    assert {json.loads(line)["variant"] for line in lines.stdout.splitlines()} == {"accept"}
    target = tmp_path / "told.csv"
    assert harness("export", "csv", str(path), "--run", "accept", "-o", str(target)).returncode == 0
    with target.open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(lines.stdout.splitlines())


def test_junit_and_markdown_go_to_stdout(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    write_case(path).close()
    assert harness("export", "junit", str(path)).stdout.startswith("<")
    assert harness("export", "markdown", str(path)).stdout.startswith("# What was handed to trackers")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("har", "nowhere.db"), "there is no case file here"),
        (("json", "case.db", "--run", "nobody"), "there is no run 'nobody' in this case"),
        (("json", "case.db", "--what", "everything"), "disclosures"),
        (("csv", "case.db", "--what", "links", "--run", "accept"), "all runs of a case together"),
        (("har", "case.db", "-o", "/proc/nowhere/log.har"), "/proc/nowhere/log.har"),
    ],
)
def test_what_cannot_be_exported_is_one_error_that_says_why(
    case_file: Path, arguments: tuple[str, ...], words: str
) -> None:
    told = harness("export", *arguments, cwd=case_file.parent)
    assert told.returncode == ExitCode.INPUT
    assert words in told.stderr
    assert "Traceback" not in told.stderr
    assert told.stdout == ""


def test_a_file_that_could_not_be_written_whole_leaves_the_old_one(case_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "links.json"
    target.write_text("before")
    told = harness("export", "json", str(case_file), "--what", "links", "--run", "accept", "-o", str(target))
    assert told.returncode == ExitCode.INPUT
    assert target.read_text() == "before"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["case.db", "links.json"]


def test_a_case_that_nobody_analysed_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    with write_outbox(path) as case:
        case.db.execute("DELETE FROM verdict")
    told = harness("export", "json", str(path))
    assert told.stdout == "[]\n"
    assert "accept has not been analysed: `harness analyse" in told.stderr


def test_whoever_reads_only_the_beginning_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    write_case(path).close()
    command = [sys.executable, "-m", "harness", "export", "har", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(10) == b'{"log":{"v'
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == ExitCode.CLEAN
