"""What the app under watch makes of ends, launches and pulses. The fakes stand at the two ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.instrumented import InstrumentedApp
from harness.model.errors import AppDied, DeviceLost, FridaError
from harness.model.records import Detached, Record
from harness.model.tracker import Hook
from harness.scenario import Launch
from harness.store import CaseFile, RunWriter
from tests.rows import hook, started

PACKAGE = "com.example.app"


class FakeDevice:
    """Remembers what was asked of it."""

    serial = "fake"

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self.calls.append(name)
            return PACKAGE if name == "spawn_target" else None

        return call


class FakeSession:
    """A session whose app lives until the test ends it."""

    pid = 4711
    alive = True

    def __init__(self, sink: Callable[[Record], None], *, answers: bool = True) -> None:
        self.sink = sink
        self.answers = answers
        self.resumed = False
        self.pulses: list[str] = []

    def resume(self) -> None:
        self.resumed = True

    def pulse(self, token: str) -> None:
        self.pulses.append(token)

    def close(self, *, timeout_s: float = 10.0) -> bool:
        self.sink(Detached(at_ms=0.0, reason="application-requested", crash=None))
        return self.answers


class FakeProbe:
    """Frida that gives the session the test wants, or fails."""

    def __init__(self, *, answers: bool = True, failure: Exception | None = None) -> None:
        self.answers = answers
        self.failure = failure
        self.sessions: list[FakeSession] = []

    def version(self) -> str:
        return "0"

    def agent_sha256(self) -> str:
        return "0"

    def ready(self) -> bool:
        return True

    def spawn(
        self, target: str | tuple[str, ...], hooks: Sequence[Hook], sink: Callable[[Record], None]
    ) -> FakeSession:
        if self.failure is not None:
            raise self.failure
        self.sessions.append(FakeSession(sink, answers=self.answers))
        return self.sessions[-1]

    def attach(self, pid: int, hooks: Sequence[Hook], sink: Callable[[Record], None]) -> FakeSession:
        return self.spawn(PACKAGE, hooks, sink)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[CaseFile]:
    with CaseFile.open(tmp_path / "case.db", create=True) as opened:
        yield opened


def watched(writer: RunWriter, device: FakeDevice, probe: FakeProbe) -> InstrumentedApp:
    return InstrumentedApp(package=PACKAGE, device=device, probe=probe, hooks=[hook()], writer=writer)


def launch(*, stop_app: bool = True, clear_state: bool = False) -> Launch:
    return Launch(package=PACKAGE, clear_state=clear_state, stop_app=stop_app)


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
    faults = [row["message"] for row in case.db.query("SELECT message FROM fault WHERE source = 'harness'")]
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
