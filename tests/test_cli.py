"""The command line as a newcomer meets it: help, errors with remedies, exit codes."""

from __future__ import annotations

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from harness import __version__
from harness.cli import output
from harness.model.errors import ExitCode


def harness(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own."""
    command = [sys.executable, "-m", "harness", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=cwd, check=False)


def test_the_version_is_said() -> None:
    assert __version__ in harness("--version").stdout


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "analyse",
        "report",
        "devices",
        "hooks",
        "hooks list",
        "hooks check",
        "hooks show",
        "hooks import",
        "flow",
        "flow lint",
        "handset",
        "handset up",
        "demo",
        "case",
        "case header",
        "case seal",
        "case verify",
        "case bundle",
        "case redact",
        "case purge",
    ],
)
def test_every_command_explains_itself(command: str) -> None:
    told = harness(*command.split(), "--help")
    assert told.returncode == 0
    assert "Usage:" in told.stdout


def test_an_unknown_command_is_the_users_input() -> None:
    told = harness("walk")
    assert told.returncode == ExitCode.INPUT
    assert "walk" in told.stderr


def test_a_missing_flow_is_one_error_with_a_remedy(tmp_path: Path) -> None:
    told = harness("run", "nowhere.yaml", "--case", "case.db", cwd=tmp_path)
    assert told.returncode == ExitCode.INPUT
    assert "nowhere.yaml" in told.stderr
    assert "remedy:" in told.stderr
    assert "Traceback" not in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_broken_flow_gives_all_its_faults_with_lines_and_touches_no_device(tmp_path: Path) -> None:
    flow = "appId: com.example.x\n---\n- tapOn: Accept\n- tapOnn: Reject\n- inputText: ${NOPE}\n"
    (tmp_path / "flow.yaml").write_text(flow)
    told = harness("run", "flow.yaml", "--case", "case.db", cwd=tmp_path)
    assert told.returncode == ExitCode.INPUT
    assert "flow.yaml:4" in told.stderr
    assert "flow.yaml:5" in told.stderr
    assert not (tmp_path / "case.db").exists()


def test_a_broken_hook_file_gives_all_its_faults_with_lines(tmp_path: Path) -> None:
    (tmp_path / "trackers").mkdir()
    (tmp_path / "trackers" / "made-up.yaml").write_text("name: Made Up\nnaem: Made Up\nhosts: ['(']\n")
    told = harness("hooks", "list", "--hooks", str(tmp_path))
    assert told.returncode == ExitCode.INPUT
    assert "made-up.yaml:2" in told.stderr
    assert "made-up.yaml:3" in told.stderr


def test_what_is_no_case_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case.db").write_text("not a database, whatever its name says" * 20)
    told = harness("report", "case.db", "-o", "report.html", cwd=tmp_path)
    assert told.returncode == ExitCode.INPUT
    assert "case.db" in told.stderr
    assert not (tmp_path / "report.html").exists()


def test_a_mapping_file_without_the_preflight_that_reads_it_is_refused(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.txt"
    mapping.write_text("com.example.Main -> a.a:\n")
    options = ("--case", str(tmp_path / "case.db"), "--mapping", str(mapping), "--no-preflight")
    told = harness("run", "scenarios/doorbell/suite.yaml", *options)
    assert told.returncode == 2
    assert "Leave out --no-preflight." in told.stderr


def test_what_stands_in_brackets_in_a_table_is_text_and_no_style() -> None:
    told = StringIO()
    console = Console(file=told, width=80)
    console.print(output.table([{"value": "[user_id 3f9c2a]", "more": ["[red]", "plain"]}], ("value", "more")))
    assert "[user_id 3f9c2a]" in told.getvalue()
    assert "[red]" in told.getvalue()
