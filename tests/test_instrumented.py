"""What the app under watch makes of ends, launches and pulses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.model.errors import AppDied, DeviceLost, FridaError
from harness.model.facts import AppProcess
from harness.model.records import Detached
from harness.store import CaseFile
from tests.fake_app import PACKAGE, FakeDevice, FakeProbe, launch, watched
from tests.rows import started


@pytest.fixture
def case(tmp_path: Path) -> Iterator[CaseFile]:
    with CaseFile.open(tmp_path / "case.db", create=True) as opened:
        yield opened


def test_a_process_that_ends_by_itself_is_a_death(case: CaseFile) -> None:
    probe = FakeProbe()
    app = watched(started(case), FakeDevice(), probe)
    app.launch(launch())
    app.check()
    probe.sessions[0].sink(Detached(at_ms=0.0, reason="process-terminated", crash="bad access"))
    with pytest.raises(AppDied, match="bad access"):
        app.check()


@pytest.mark.parametrize("reason", ["device-lost", "connection-terminated"])
def test_a_broken_line_is_not_the_apps_death(case: CaseFile, reason: str) -> None:
    probe = FakeProbe()
    app = watched(started(case), FakeDevice(), probe)
    app.launch(launch())
    probe.sessions[0].sink(Detached(at_ms=0.0, reason=reason, crash=None))
    with pytest.raises(DeviceLost, match=reason):
        app.check()


def test_an_app_stopped_on_purpose_did_not_die(case: CaseFile) -> None:
    app = watched(started(case), FakeDevice(), FakeProbe())
    app.launch(launch())
    app.stop(PACKAGE)
    app.check()


def test_bringing_a_running_app_to_the_front_keeps_its_session(case: CaseFile) -> None:
    device, probe = FakeDevice(), FakeProbe()
    app = watched(started(case), device, probe)
    app.launch(launch())
    app.launch(launch(stop_app=False))
    assert len(probe.sessions) == 1
    assert device.calls[-1] == "start"


def test_clearing_state_starts_a_new_process(case: CaseFile) -> None:
    device, probe = FakeDevice(), FakeProbe()
    app = watched(started(case), device, probe)
    app.launch(launch())
    app.launch(launch(clear_state=True, stop_app=False))
    assert len(probe.sessions) == 2
    assert "reset" in device.calls


def test_a_spawned_process_is_always_resumed_and_gives_two_pulses(case: CaseFile) -> None:
    probe = FakeProbe()
    app = watched(started(case), FakeDevice(), probe)
    app.launch(launch())
    app.close()
    assert probe.sessions[0].resumed
    assert len(set(probe.sessions[0].pulses)) == 2


def test_an_agent_that_does_not_answer_at_the_end_is_a_fault_of_the_run(case: CaseFile) -> None:
    writer = started(case)
    app = watched(writer, FakeDevice(), FakeProbe(answers=False))
    app.launch(launch())
    app.close()
    writer.flush()
    faults = [row["message"] for row in case.db.query("SELECT message FROM fault WHERE place = 'close'")]
    assert faults == ["the agent did not answer when asked for its final counts"]


def test_a_process_that_never_started_says_why(case: CaseFile) -> None:
    writer = started(case)
    failure = FridaError("the app did not start under Frida", remedy="Try again.")
    app = watched(writer, FakeDevice(), FakeProbe(failure=failure))
    with pytest.raises(FridaError):
        app.launch(launch())
    writer.flush()
    (row,) = case.db.query("SELECT reason FROM process")
    assert row["reason"] == "never started: the app did not start under Frida"


def attached_late(case: CaseFile, process: AppProcess) -> tuple[FakeDevice, FakeProbe, dict[str, object]]:
    """The fakes after a launch that does not stop the app, and the gap that the run has then."""
    writer = started(case)
    device, probe = FakeDevice(running=[process]), FakeProbe()
    app = watched(writer, device, probe)
    app.launch(launch(stop_app=False))
    app.close()
    writer.flush()
    (gap,) = case.db.query("SELECT gap.*, how, name FROM gap JOIN process ON process.id = gap.process")
    return device, probe, gap


def test_an_app_that_runs_and_is_not_to_be_stopped_is_attached_to_and_its_past_is_a_gap(case: CaseFile) -> None:
    began_ms = 1_700_000_000_000.0
    device, probe, gap = attached_late(case, AppProcess(pid=99, name=PACKAGE, started_ms=began_ms))
    assert [session.pid for session in probe.sessions] == [99]
    assert (gap["how"], gap["name"], gap["from_ms"]) == ("attached", PACKAGE, began_ms)
    assert isinstance(gap["to_ms"], float) and gap["to_ms"] > began_ms
    assert gap["why"] == "attached after the app had started: nothing before this could be seen"
    assert "start" in device.calls and "stop" not in device.calls, "it is brought to the front, not started anew"


def test_a_start_that_is_not_known_is_said_to_be_so(case: CaseFile) -> None:
    _, _, gap = attached_late(case, AppProcess(pid=99, name=PACKAGE))
    assert "at a time that is not known" in str(gap["why"])


def test_an_app_that_does_not_run_is_spawned_though_it_was_not_to_be_stopped(case: CaseFile) -> None:
    writer = started(case)
    app = watched(writer, FakeDevice(), FakeProbe())
    app.launch(launch(stop_app=False))
    app.close()
    writer.flush()
    assert [row["how"] for row in case.db.query("SELECT how FROM process")] == ["spawned"]


def test_an_app_that_cannot_be_attached_to_says_why(case: CaseFile) -> None:
    writer = started(case)
    device = FakeDevice(running=[AppProcess(pid=99, name=PACKAGE)])
    app = watched(writer, device, FakeProbe(attach_fails=True))
    with pytest.raises(AppDied):
        app.launch(launch(stop_app=False))
    writer.flush()
    (row,) = case.db.query("SELECT how, reason FROM process")
    assert row == {"how": "attached", "reason": "never hooked: fake: the app ended"}
