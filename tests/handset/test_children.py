"""Processes that the app starts itself, on the handset: caught from their first call, never harmed by us; and an app
that ran before we came. Doorbell's `:remote` starts with the dashboard (harness/handset/doorbell/README.md)."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.resources import folder
from tests.handset.bystander import PACKAGE, Phone, labels, rows, until
from tests.handset.cli import Running, harness

pytestmark = pytest.mark.handset

REMOTE = f"{PACKAGE}:remote"
SIGN_IN = folder("scenarios") / "doorbell" / "sign_in.yaml"
TO_THE_DASHBOARD = f"""\
appId: com.example.doorbell
name: To the dashboard
---
- launchApp: {{clearState: true, label: "phase: start"}}
- tapOn: {{id: consent_later}}
- runFlow: {{file: {SIGN_IN}, label: "phase: sign-in"}}
- idle: {{ms: 3000}}
- tapOn: {{id: tab_settings, label: "phase: settings"}}
- tapOn: {{id: settings_save}}
- idle: {{ms: 1500}}
"""
TO_THE_SUBMIT_BUTTON = """\
appId: com.example.doorbell
name: To the submit button
---
- launchApp: {clearState: true, label: "phase: start"}
- tapOn: {id: consent_later}
- tapOn: {id: sign_in_name}
- inputText: Ada B
- tapOn: {id: sign_in_email}
- inputText: ada@example.org
- tapOn: {id: sign_in_password}
- inputText: pass
- idle: {ms: 60000, label: Wait here}
"""
LATE = """\
appId: com.example.doorbell
name: Late
---
- launchApp: {stopApp: false, label: "phase: start"}
- tapOn: {id: consent_later}
- idle: {ms: 1000}
"""


def flow(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "flow.yaml"
    file.write_text(text)
    return file


def test_the_remote_process_is_caught_from_its_first_call(phone: Phone, tmp_path: Path) -> None:
    case = tmp_path / "case.db"
    said = harness("run", flow(tmp_path, TO_THE_DASHBOARD), "--case", case, "-s", phone.serial)
    main, remote = rows(case, "select * from process order by id")
    assert (main["how"], main["name"], main["books"]) == ("spawned", PACKAGE, "closed"), said
    assert (remote["how"], remote["name"], remote["books"]) == ("child", REMOTE, "closed"), said
    assert remote["pid"] not in (None, main["pid"])
    assert remote["pulses_asked"] == remote["pulses_seen"] >= 2
    events = rows(
        case,
        "select event.*, hook.key from event join hook on hook.process = event.process and hook.position = event.hook"
        " where event.process = ? and pulse is null order by seq",
        remote["id"],
    )
    written = phone.synced()
    assert json.loads(written)["process"] == REMOTE
    assert json.loads(events[0]["returned"])["v"] == written, "the first thing that the process does"
    assert "MixpanelAPI.getInstance" in events[1]["key"]
    assert "Settings Synced" in "".join(event["arguments"] for event in events)
    assert rows(case, "select * from gap") == []
    assert rows(case, "select * from fault where place = 'children'") == []
    assert rows(case, "select distinct process from disclosure where value = 'Settings Synced'") == [
        {"process": remote["id"]}
    ]


@pytest.fixture
def at_the_button(phone: Phone, tmp_path: Path) -> Iterator[Running]:
    """A run that waits where one more tap opens the dashboard."""
    case = tmp_path / "case.db"
    running = Running("run", flow(tmp_path, TO_THE_SUBMIT_BUTTON), "--case", case, "-s", phone.serial)

    def waits() -> bool:
        return case.exists() and bool(labels(case) & {"Wait here"})

    try:
        running.wait_for(waits)
        yield running
    finally:
        if running.process.poll() is None:
            os.kill(running.process.pid, signal.SIGCONT)
        running.kill()


def test_when_the_controller_is_killed_while_a_child_is_held_the_child_goes_on_at_once(
    phone: Phone, at_the_button: Running
) -> None:
    at_the_button.process.send_signal(signal.SIGSTOP)  # so that it cannot let the child go
    phone.tap("sign_in_submit")
    until(phone.held)
    (pid,) = phone.held()
    assert phone.synced() == "", "held before any code of the app has run"
    at_the_button.process.send_signal(signal.SIGKILL)
    began = time.monotonic()
    until(phone.synced, timeout_s=5)
    assert time.monotonic() - began < 5
    assert phone.held() == []
    assert phone.pids(REMOTE) == [pid]
    assert "dashboard_greeting" in phone.screen(), "the main process goes on too"
    phone.tap("tab_settings")
    assert "settings_title" in phone.screen()
    at_the_button.end()


def test_a_child_that_is_killed_is_no_error_of_the_run_and_its_books_say_so(
    phone: Phone, at_the_button: Running, tmp_path: Path
) -> None:
    phone.tap("sign_in_submit")
    until(phone.synced)
    (pid,) = phone.pids(REMOTE)
    phone.says("kill", "-9", str(pid))
    until(lambda: not phone.pids(REMOTE))
    until(lambda: rows(tmp_path / "case.db", "select 1 from process where reason = 'process-terminated'"), timeout_s=5)
    assert at_the_button.process.poll() is None, "the run goes on"
    at_the_button.ctrl_c()
    at_the_button.end()
    ended = rows(tmp_path / "case.db", "select name, books, reason from process order by id")
    assert ended == [
        {"name": PACKAGE, "books": "closed", "reason": "application-requested"},
        {"name": REMOTE, "books": "open", "reason": "process-terminated"},
    ]


class BareGate:
    """An owner of the gate that never lets anybody go, in adb's own protocol."""

    def __init__(self, serial: str) -> None:
        self._server = socket.create_connection(("127.0.0.1", int(os.environ["ANDROID_ADB_SERVER_PORT"])), timeout=20)
        for request in (f"host:transport:{serial}", f"shell,v2,raw:cmd handset gate {PACKAGE}"):
            self._server.sendall(f"{len(request):04x}{request}".encode())
            assert self._server.recv(4, socket.MSG_WAITALL) == b"OKAY"
        self.next()

    def next(self) -> dict[str, Any]:
        _, size = struct.unpack("<BI", self._server.recv(5, socket.MSG_WAITALL))
        return dict(json.loads(self._server.recv(size, socket.MSG_WAITALL)))

    def close(self) -> None:
        self._server.close()


@pytest.fixture
def bare_gate(phone: Phone) -> Iterator[BareGate]:
    gate = BareGate(phone.serial)
    yield gate
    gate.close()


def test_the_gate_gives_up_after_ten_seconds(phone: Phone, bare_gate: BareGate) -> None:
    phone.says("am", "start", "-n", f"{PACKAGE}/.ConsentActivity")
    told = bare_gate.next()
    began = time.monotonic()
    assert told == {"pid": phone.pids(PACKAGE)[0], "process": PACKAGE}, "the main process too, when nobody spawned it"
    until(lambda: PACKAGE in (phone.device.focus() or ""))
    assert 8 < time.monotonic() - began < 20
    assert f"{told['pid']}:{PACKAGE} was held for 10 s" in phone.says("logcat", "-d")


def test_a_child_that_the_gate_lets_go_before_it_is_hooked_is_a_gap(
    phone: Phone, at_the_button: Running, tmp_path: Path
) -> None:
    at_the_button.process.send_signal(signal.SIGSTOP)  # a controller that is very slow
    phone.tap("sign_in_submit")
    until(phone.held)
    until(phone.synced, timeout_s=20)
    at_the_button.process.send_signal(signal.SIGCONT)
    case = tmp_path / "case.db"
    until(lambda: rows(case, "select 1 from gap"))
    (gap,) = rows(case, "select gap.*, name from gap join process on process.id = gap.process")
    assert (gap["name"], gap["why"]) == (REMOTE, f"{REMOTE} was let go before its hooks were in place")
    assert gap["to_ms"] > gap["from_ms"]
    assert [row["message"] for row in rows(case, "select message from fault where place = 'children'")] == [gap["why"]]


def test_an_app_that_runs_already_is_attached_to_and_its_past_is_a_gap(phone: Phone, tmp_path: Path) -> None:
    began_ms = time.time() * 1000
    phone.says("am", "start", "-W", "-n", f"{PACKAGE}/.ConsentActivity")
    shown_ms = time.time() * 1000
    (pid,) = phone.pids(PACKAGE)
    time.sleep(2)
    case = tmp_path / "case.db"
    said = harness("run", flow(tmp_path, LATE), "--case", case, "-s", phone.serial)
    assert said.code == 6, said
    (process,) = rows(case, "select * from process")
    assert (process["how"], process["pid"], process["books"]) == ("attached", pid, "closed")
    (gap,) = rows(case, "select * from gap")
    assert gap["why"] == "attached after the app had started: nothing before this could be seen"
    assert began_ms - 100 <= gap["from_ms"] <= shown_ms, "when the process began, by a bystander's clock"
    assert process["ready_at_ms"] - 1000 < gap["to_ms"] < process["ready_at_ms"] + 30_000
    verdicts = rows(case, "select tracker, outcome, reasons from verdict")
    assert all("attached after the app had started" in verdict["reasons"] for verdict in verdicts)
    assert not [verdict for verdict in verdicts if verdict["outcome"] == "clean"]
    labels = rows(
        case, "select 1 from event where captured like '%privacy_choice%' or arguments like '%privacy_choice%'"
    )
    assert labels, "what came after is caught"
