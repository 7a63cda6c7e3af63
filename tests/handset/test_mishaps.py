"""What goes wrong in practice: the case file stays readable and names the reason, the exit code says whose turn it is,
nothing is left running, and one message says what to do."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from harness.handset.handset import RunningHandset
from tests.handset.cli import Said, harness, processes_with
from tests.handset.waiting import PACKAGE, WAITING, Waiting, ask, shell

pytestmark = pytest.mark.handset


def assert_nothing_runs(waiting: Waiting) -> None:
    assert waiting.running.members() == []
    assert processes_with(str(waiting.witness)) == []


def assert_readable(waiting: Waiting, tmp_path: Path) -> None:
    """By sqlite3, by `harness analyse`, and by `harness report`."""
    with closing(sqlite3.connect(waiting.case)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert waiting.events() > 0, "what was seen before the mishap is kept"
    assert harness("analyse", waiting.case).code == 0
    report = tmp_path / "report.html"
    assert harness("report", waiting.case, "-o", report).code == 0
    assert report.stat().st_size > 0


def test_an_app_that_is_killed_mid_run_makes_it_inconclusive(
    waiting: Waiting, handset: RunningHandset, tmp_path: Path
) -> None:
    shell(handset, "am", "force-stop", PACKAGE)
    said = waiting.running.end()
    assert said.code == 6, said
    outcome, reason, code = waiting.run_row()
    assert (outcome, code) == ("died", 6)
    assert PACKAGE in reason
    assert one_problem(said).startswith(reason)
    assert_nothing_runs(waiting)
    assert_readable(waiting, tmp_path)


def test_ctrl_c_ends_the_run_and_closes_the_case(waiting: Waiting, handset: RunningHandset, tmp_path: Path) -> None:
    waiting.running.ctrl_c()
    said = waiting.running.end()
    assert said.code == 130, said
    assert "Traceback" not in said.err
    assert waiting.run_row() == ("interrupted", "interrupted by the user", 130)
    assert shell(handset, "pidof", PACKAGE) == "", "the app is stopped"
    assert shell(handset, "settings", "get", "global", "http_proxy").strip() in ("null", ":0"), (
        "the proxy is taken out again"
    )
    assert_nothing_runs(waiting)
    assert_readable(waiting, tmp_path)
    assert (waiting.witness / next(waiting.witness.iterdir()).name / "traffic.har").is_file()


def test_a_device_that_is_disconnected_mid_run_is_a_device_error(
    waiting: Waiting, handset: RunningHandset, tmp_path: Path
) -> None:
    with socket.create_connection(("127.0.0.1", int(os.environ["ANDROID_ADB_SERVER_PORT"])), timeout=20) as server:
        ask(server, f"host:disconnect:{handset.serial}")
    said = waiting.running.end()
    assert said.code == 3, said
    outcome, reason, code = waiting.run_row()
    assert (outcome, code) == ("lost", 3)
    assert handset.serial in reason
    assert one_problem(said).startswith(reason)
    assert_nothing_runs(waiting)
    assert_readable(waiting, tmp_path)


def test_a_killed_controller_leaves_a_case_that_says_so(waiting: Waiting, tmp_path: Path) -> None:
    waiting.running.kill()
    assert harness("analyse", waiting.case).code == 0
    outcome, reason, _ = waiting.run_row()
    assert (outcome, reason) == ("interrupted", "controller ended without closing")
    assert_readable(waiting, tmp_path)


def one_problem(said: Said) -> str:
    """The text of the one problem that was told; asserts that there is exactly one, with a remedy and no traceback."""
    assert "Traceback" not in said.err, said.err
    problems = re.findall(r"^error: (.*)$", said.err, re.MULTILINE)
    remedies = re.findall(r"^remedy: (.*)$", said.err, re.MULTILINE)
    assert (len(problems), len(remedies)) == (1, 1), said.err
    return str(problems[0])


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    file = tmp_path / "wait.yaml"
    file.write_text(WAITING)
    return file


@pytest.mark.parametrize(("program", "package"), [("bwrap", "bubblewrap"), ("mmdebstrap", "mmdebstrap")])
def test_without_a_program_the_handset_names_the_line_that_installs_it(
    program: str, package: str, tmp_path: Path
) -> None:
    said = harness("handset", "up", f"tests-{os.getpid()}-none", env={"PATH": path_without(program, tmp_path)})
    assert said.code == 3, said
    assert one_problem(said) == f"{package} is not installed"
    assert "apt-get install --yes mmdebstrap bubblewrap" in said.err


def path_without(program: str, tmp_path: Path) -> str:
    """A PATH of links to everything on the PATH but one program."""
    links = tmp_path / "bin"
    links.mkdir()
    for place in reversed(os.environ["PATH"].split(os.pathsep)):
        for file in Path(place).glob("*"):
            link = links / file.name
            link.unlink(missing_ok=True)
            link.symlink_to(file)
    (links / program).unlink()
    assert shutil.which(program, path=str(links)) is None
    return str(links)


def test_a_port_in_use_is_refused_by_its_number() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = harness("handset", "up", f"tests-{os.getpid()}-taken", "--port", str(port))
    assert said.code == 3, said
    assert one_problem(said) == f"Port {port} is taken by another program"


def test_an_unknown_device_is_named_before_a_case_file_is_made(flow: Path, tmp_path: Path) -> None:
    said = harness("run", flow, "--case", tmp_path / "case.db", "-s", "no-such-device")
    assert said.code == 3, said
    assert "no-such-device" in one_problem(said)
    assert not (tmp_path / "case.db").exists()


def test_an_address_where_nobody_listens_is_named(flow: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        silent = f"127.0.0.1:{server.getsockname()[1]}"
    said = harness("run", flow, "--case", tmp_path / "case.db", "-s", silent)
    assert said.code == 3, said
    assert silent in one_problem(said)


def test_an_app_that_is_not_installed_is_named(handset: RunningHandset, tmp_path: Path) -> None:
    flow = tmp_path / "other.yaml"
    flow.write_text("appId: com.example.absent\n---\n- launchApp\n")
    said = harness("run", flow, "--case", tmp_path / "case.db", "-s", handset.serial)
    assert said.code == 2, said
    assert one_problem(said) == f"com.example.absent is not installed on {handset.serial}"


def test_a_screen_that_never_comes_is_a_scenario_error_at_its_line(
    handset: RunningHandset, doorbell: Path, tmp_path: Path
) -> None:
    flow = tmp_path / "lost.yaml"
    flow.write_text(
        "appId: com.example.doorbell\n---\n- launchApp: {clearState: true}\n"
        "- extendedWaitUntil: {visible: No such words, timeout: 1500}\n"
    )
    case = tmp_path / "case.db"
    said = harness("run", flow, "--case", case, "-s", handset.serial, "--app", doorbell)
    assert said.code == 4, said
    assert "lost.yaml:4" in one_problem(said)
    with closing(sqlite3.connect(case)) as db:
        assert db.execute("select outcome, exit_code from run").fetchall() == [("failed", 4)]


def test_a_proxy_that_an_earlier_run_left_behind_is_noted(
    handset: RunningHandset, doorbell: Path, tmp_path: Path
) -> None:
    flow, case = tmp_path / "start.yaml", tmp_path / "case.db"
    flow.write_text("appId: com.example.doorbell\n---\n- launchApp: {clearState: true}\n")
    shell(handset, "settings", "put", "global", "http_proxy", "127.0.0.1:9")
    try:
        harness("run", flow, "--case", case, "-s", handset.serial, "--app", doorbell)
    finally:
        shell(handset, "settings", "put", "global", "http_proxy", ":0")
    with closing(sqlite3.connect(case)) as db:
        ((message,),) = db.execute("select message from fault where source = 'harness'").fetchall()
    assert "127.0.0.1:9" in message
    assert "settings put global http_proxy :0" in message


def test_a_broken_flow_is_refused_with_every_fault_at_its_line(handset: RunningHandset, tmp_path: Path) -> None:
    flow = tmp_path / "broken.yaml"
    flow.write_text("appId: com.example.doorbell\n---\n- launchApp\n- tapOm: Accept\n- idle: {ms: soon}\n")
    said = harness("run", flow, "--case", tmp_path / "case.db", "-s", handset.serial)
    assert said.code == 2, said
    one_problem(said)
    assert re.search(r"broken\.yaml:4: .*tapOm", said.err), said.err
    assert re.search(r"broken\.yaml:5: .*", said.err), said.err
    assert not (tmp_path / "case.db").exists()


def test_a_broken_hook_file_is_refused_with_every_fault_at_its_line(
    flow: Path, handset: RunningHandset, hook_files: Path, tmp_path: Path
) -> None:
    file = hook_files / "trackers" / "mixpanel.yaml"
    lines = file.read_text().splitlines()
    (name,) = (number for number, line in enumerate(lines, start=1) if line.startswith("name:"))
    lines[name - 1] = "nmae: Mixpanel"
    lines.append("surprise: true")
    file.write_text("\n".join(lines) + "\n")
    said = harness("run", flow, "--case", tmp_path / "case.db", "-s", handset.serial, "--hooks", hook_files)
    assert said.code == 2, said
    one_problem(said)
    assert re.search(rf"mixpanel\.yaml:{name}: .*nmae", said.err), said.err
    assert re.search(rf"mixpanel\.yaml:{len(lines)}: .*surprise", said.err), said.err
    assert not (tmp_path / "case.db").exists()


def test_a_flow_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = harness("run", tmp_path / "nowhere.yaml", "--case", tmp_path / "case.db", "-s", "any")
    assert said.code == 2, said
    assert "nowhere.yaml" in one_problem(said)


def test_a_handset_that_does_not_exist_is_named() -> None:
    said = harness("handset", "down", "no-such-handset")
    assert said.code == 3, said
    assert one_problem(said) == "There is no handset 'no-such-handset'"


def test_a_case_file_that_is_something_else_is_left_alone(flow: Path, handset: RunningHandset, tmp_path: Path) -> None:
    file = tmp_path / "case.db"
    file.write_text("dear diary")
    said = harness("run", flow, "--case", file, "-s", handset.serial)
    assert said.code == 2, said
    assert "case.db" in one_problem(said)
    assert file.read_text() == "dear diary"
