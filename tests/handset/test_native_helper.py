"""Native code of an app: Doorbell's `:uplink`, a program without Java that talks TLS with Debian's libssl.

It starts when "Front Door" is tapped for the first time, and sends one request (harness/handset/doorbell/README.md)."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.handset.handset import RunningHandset
from harness.handset.witness.environment import witness_python
from harness.resources import folder
from tests.handset.bystander import PACKAGE, Phone, labels, rows, until
from tests.handset.cli import Running, harness
from tests.truth.captured import events, runs, tls_connections
from tests.truth.doorbell import truth
from tests.truth.flows import Request, read_flows

pytestmark = pytest.mark.handset

NATIVE = truth()["native"]
UPLINK = f"{PACKAGE}{NATIVE['process']}"
SIGN_IN = folder("scenarios") / "doorbell" / "sign_in.yaml"
TO_THE_DASHBOARD = f"""\
appId: com.example.doorbell
name: Front Door
---
- launchApp: {{clearState: true, label: "phase: start"}}
- tapOn: {{id: consent_later}}
- runFlow: {{file: {SIGN_IN}, label: "phase: sign-in"}}
- idle: {{ms: 1500, label: Wait here}}
"""
FRONT_DOOR = """\
- tapOn: {id: camera_front, label: "phase: dashboard"}
- tapOn: {id: camera_front, label: Once more}
- assertVisible: {id: camera_status}
- idle: {ms: 4000, label: Let it be sent}
- tapOn: {id: tab_settings, label: "phase: settings"}
"""
WAIT_LONGER = "- idle: {ms: 60000, label: Wait longer}\n"


class Seen:
    """One run with the witness, up to the settings."""

    def __init__(self, serial: str, doorbell: Path, folder: Path) -> None:
        flow, self.case = folder / "flow.yaml", folder / "case.db"
        flow.write_text(TO_THE_DASHBOARD + FRONT_DOOR)
        options = ("--case", self.case, "--app", doorbell, "--witness", folder / "witness")
        self.said = harness("run", flow, "-s", serial, *options)
        (self.run,) = runs(self.case).values()
        flows = read_flows(folder / "witness" / self.run / "flows.mitm", python=witness_python())
        self.requests: list[Request] = [each for each in flows if each.header("User-Agent") == NATIVE["user_agent"]]

    def processes(self) -> dict[str, dict[str, Any]]:
        return {process["name"]: process for process in rows(self.case, "select * from process")}

    def uplink(self, query: str) -> list[dict[str, Any]]:
        return rows(self.case, query, self.processes()[UPLINK]["id"])


@pytest.fixture(scope="module")
def seen(handset: RunningHandset, doorbell: Path, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return Seen(handset.serial, doorbell, tmp_path_factory.mktemp("native"))


def test_the_request_is_sent_once_as_truth_yaml_says(seen: Seen) -> None:
    (request,) = seen.requests
    assert (request.method, request.host, request.path) == (NATIVE["method"], NATIVE["host"], NATIVE["path"])
    assert request.answered == 200


def test_its_bytes_are_in_the_case_file_as_the_witness_recorded_them_and_so_is_the_answer(seen: Seen) -> None:
    captured = [each for each in events(seen.case, seen.run) if each.process == seen.processes()[UPLINK]["id"]]
    assert tls_connections(captured, "SSL_write") == [request.raw for request in seen.requests]
    (answer,) = tls_connections(captured, "SSL_read")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and answer.endswith(b"\r\n\r\n{}"), answer
    assert len({each.this_id for each in captured if each.contents}) == 1, "one connection"


def test_the_helper_has_rows_of_its_own_as_a_process_without_java_and_its_books_close(seen: Seen) -> None:
    main, uplink = seen.processes()[PACKAGE], seen.processes()[UPLINK]
    assert (main["runtime"], main["how"]) == ("jvm", "spawned")
    assert (uplink["runtime"], uplink["how"]) == ("native", "child")
    assert uplink["pid"] not in (None, main["pid"])
    assert (uplink["books"], uplink["reason"]) == ("closed", "process-terminated")
    assert uplink["pulses_asked"] == uplink["pulses_seen"] == 1
    assert uplink["called"] == uplink["stored"]
    assert rows(seen.case, "select * from gap") == []


def test_its_native_hooks_are_in_place_and_hooks_that_need_java_wait_which_proves_nothing_against_the_run(
    seen: Seen,
) -> None:
    status = {row["key"]: row["status"] for row in seen.uplink("select key, status from hook where process = ?")}
    libssl = {key.rpartition(".")[2]: state for key, state in status.items() if "/libssl." in key}
    assert {name.partition("(")[0] for name in libssl} == {"SSL_write", "SSL_read"}
    assert set(libssl.values()) == {"installed"}
    assert {state for key, state in status.items() if "/libssl" not in key} == {"pending"}
    assert seen.said.code == 0, seen.said
    (verdict,) = rows(seen.case, "select reasons from verdict where tracker = ''")
    assert verdict["reasons"] == "[]"


def test_it_is_a_request_of_its_host_s_tracker_in_the_step_in_which_it_was_written(seen: Seen) -> None:
    (sent,) = seen.uplink("select * from transmission where process = ?")
    assert (sent["method"], sent["host"], sent["path"]) == (NATIVE["method"], NATIVE["host"], NATIVE["path"])
    assert (sent["tracker"], sent["attributed_by"]) == (NATIVE["tracker"], f"host: {NATIVE['host']}")
    assert (sent["phase"], sent["blind"]) == (NATIVE["phase"], None)
    steps = {row["id"]: row for row in rows(seen.case, "select * from step")}
    step = steps[sent["step"]]
    assert step["phase"] == NATIVE["phase"]
    (request,) = seen.requests
    assert step["started_at_ms"] <= sent["at_ms"] <= step["ended_at_ms"]
    assert abs(request.at_s * 1000 - sent["at_ms"]) < 2000


def test_what_it_tells_is_disclosed_to_that_tracker_and_on_the_wire_alone(seen: Seen) -> None:
    told = {row["path"]: row for row in seen.uplink("select * from disclosure where process = ?")}
    listed = [row for row in truth()["sent"] if row.get("in") == "native"]
    assert {f"/body{row['path']}": row["category"] for row in listed} == {
        path: row["category"] for path, row in told.items()
    }
    assert {(row["tracker"], row["layer"], row["phase"]) for row in told.values()} == {
        (NATIVE["tracker"], "wire", NATIVE["phase"])
    }
    assert told["/body/user_data/android_id"]["persona"] == "android_id"


def test_its_stack_is_that_of_the_program(seen: Seen) -> None:
    (row,) = seen.uplink(
        "select stack.frames from event join hook on hook.process = event.process and hook.position = event.hook"
        " join stack on stack.sha256 = event.stack where event.process = ? and pulse is null and key like '%SSL_write%'"
    )
    assert row["frames"].splitlines()[0].lstrip('["').startswith("openssl!")


def test_without_a_proxy_it_reaches_nobody_and_ends_quietly(phone: Phone, tmp_path: Path) -> None:
    flow, case = tmp_path / "flow.yaml", tmp_path / "case.db"
    flow.write_text(TO_THE_DASHBOARD + FRONT_DOOR)
    phone.says("logcat", "-c")
    said = harness("run", flow, "--case", case, "-s", phone.serial)
    assert said.code == 0, said
    assert [row["name"] for row in rows(case, "select name from process")].count(UPLINK) == 0
    log = phone.says("logcat", "-d")
    assert log.count(f":{UPLINK}/u0a") == 1, "it was started, and not again at the second tap"
    assert phone.pids(UPLINK) == []
    assert f"Process {started_pid(log)} exited cleanly" in log
    assert "FATAL EXCEPTION" not in log


def started_pid(log: str) -> str:
    return log.partition(f":{UPLINK}/u0a")[0].rpartition("Start proc ")[2]


@pytest.fixture
def at_the_dashboard(phone: Phone, doorbell: Path, tmp_path: Path) -> Iterator[Running]:
    """A run that waits where one more tap starts the helper."""
    flow, case = tmp_path / "flow.yaml", tmp_path / "case.db"
    flow.write_text(TO_THE_DASHBOARD + WAIT_LONGER)
    running = Running("run", flow, "--case", case, "-s", phone.serial, "--witness", tmp_path / "witness")
    try:
        running.wait_for(lambda: case.exists() and "Wait longer" in labels(case))
        yield running
    finally:
        if running.process.poll() is None:
            os.kill(running.process.pid, signal.SIGCONT)
        running.kill()


def test_while_it_is_held_it_is_a_process_like_any_other_and_killed_it_is_forgotten(
    phone: Phone, at_the_dashboard: Running, tmp_path: Path
) -> None:
    at_the_dashboard.process.send_signal(signal.SIGSTOP)  # so that it cannot let the helper go
    phone.tap("camera_front")
    until(phone.held)
    (pid,) = phone.held()
    assert phone.pids(UPLINK) == [pid]
    assert f"{pid} {UPLINK}\n" in phone.says("ps", "-A", "-o", "PID,NAME")
    assert [process.name for process in phone.device.processes(PACKAGE) if process.pid == pid] == [UPLINK]
    phone.says("kill", "-9", str(pid))
    until(lambda: phone.held() == [])
    assert phone.pids(UPLINK) == []
    assert f"Process {pid} exited due to signal 9" in phone.says("logcat", "-d")
    at_the_dashboard.process.send_signal(signal.SIGCONT)
    case = tmp_path / "case.db"
    until(lambda: rows(case, "select 1 from gap"))
    at_the_dashboard.ctrl_c()
    at_the_dashboard.end()
    (gap,) = rows(case, "select why from gap")
    assert gap["why"].startswith(f"{UPLINK} (process {pid}) was not watched: ")


def test_the_app_s_end_takes_it_along(phone: Phone, at_the_dashboard: Running) -> None:
    at_the_dashboard.process.send_signal(signal.SIGSTOP)
    phone.tap("camera_front")
    until(phone.held)
    phone.says("am", "force-stop", PACKAGE)
    until(lambda: phone.held() == [])
    assert phone.pids(UPLINK) == []
