"""Processes that the app starts itself: held, hooked, let go; and what is written down when that fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.model.facts import AppProcess, ChildWatch
from harness.model.records import Detached
from harness.store import CaseFile, RunWriter
from harness.store.raw import run_facts
from tests.fake_app import MAIN_PID, PACKAGE, FakeDevice, FakeGate, FakeProbe, launch, watched
from tests.rows import started

REMOTE = f"{PACKAGE}:remote"


@pytest.fixture
def case(tmp_path: Path) -> Iterator[CaseFile]:
    with CaseFile.open(tmp_path / "case.db", create=True) as opened:
        yield opened


def until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def gated(writer: RunWriter, probe: FakeProbe, act: Callable[[FakeGate], None]) -> FakeGate:
    """Launch an app on a device with a gate, let `act` happen, close."""
    device = FakeDevice(children=ChildWatch.GATE)
    app = watched(writer, device, probe)
    app.launch(launch())
    (gate,) = device.gates
    act(gate)
    app.close()
    writer.flush()
    return gate


def processes(case: CaseFile) -> list[tuple[str, str]]:
    return [(row["how"], row["name"]) for row in case.db.query("SELECT how, name FROM process ORDER BY id")]


def whys(case: CaseFile) -> list[str]:
    return [row["why"] for row in case.db.query("SELECT why FROM gap")]


def faults(case: CaseFile) -> list[str]:
    return [row["message"] for row in case.db.query("SELECT message FROM fault WHERE place = 'children'")]


def test_a_child_is_hooked_before_it_is_let_go_and_has_rows_and_pulses_of_its_own(case: CaseFile) -> None:
    probe = FakeProbe()
    hooked_when_released: list[bool] = []
    pulses_when_released: list[int] = []

    def act(gate: FakeGate) -> None:
        release = gate.release

        def watching(pid: int) -> bool:
            hooked_when_released.append(probe.attached.is_set())
            pulses_when_released.append(len(probe.session_of(12).pulses))
            return release(pid)

        gate.release = watching  # type: ignore[method-assign]  # the order is what this test is about
        gate.hold(12)
        until(lambda: gate.released)

    gate = gated(started(case), probe, act)
    assert hooked_when_released == [True]
    assert pulses_when_released == [1], "it may end as soon as it is let go"
    assert gate.closed
    assert processes(case) == [("spawned", PACKAGE), ("child", REMOTE)]
    assert len(set(probe.session_of(12).pulses)) == 2
    assert (whys(case), faults(case)) == ([], [])


def test_a_child_that_went_before_its_hooks_were_in_place_is_a_gap_and_a_fault(case: CaseFile) -> None:
    def act(gate: FakeGate) -> None:
        gate.hold(12, already_gone=True)
        until(lambda: gate.released)

    gated(started(case), FakeProbe(), act)
    (row,) = case.db.query("SELECT from_ms, to_ms, why FROM gap")
    assert row["why"] == f"{REMOTE} was let go before its hooks were in place"
    assert row["to_ms"] >= row["from_ms"] > 0
    assert faults(case) == [row["why"]]


def test_a_child_that_cannot_be_hooked_is_let_go_all_the_same_and_its_whole_life_is_a_gap(case: CaseFile) -> None:
    def act(gate: FakeGate) -> None:
        gate.hold(12)
        until(lambda: gate.released)

    writer = started(case)
    gate = gated(writer, FakeProbe(attach_fails=True), act)
    assert gate.released == [12]
    (row,) = case.db.query("SELECT to_ms, why FROM gap")
    assert row == {"to_ms": None, "why": f"{REMOTE} (process 12) was not watched: fake: the app ended"}
    assert faults(case) == [row["why"]]
    writer.end_run("completed", exit_code=0)
    facts = run_facts(case.db, writer.run)
    assert any(REMOTE in gap for gap in facts.gaps), "analysis must hear of it: it is what makes clean impossible"


def test_a_child_that_ends_by_itself_is_no_death_of_the_app_and_its_books_are_open(case: CaseFile) -> None:
    writer, probe = started(case), FakeProbe()
    device = FakeDevice(children=ChildWatch.GATE)
    app = watched(writer, device, probe)
    app.launch(launch())
    device.gates[0].hold(12)
    until(lambda: device.gates[0].released)
    probe.session_of(12).sink(Detached(at_ms=1.0, reason="process-terminated", crash=None))
    app.check()
    app.close()
    writer.end_run("completed", exit_code=0)
    (row,) = case.db.query("SELECT books, reason FROM process WHERE how = 'child'")
    assert row == {"books": "open", "reason": "process-terminated"}
    assert f"process {REMOTE}: no final count came" in run_facts(case.db, writer.run).books_reason


def test_the_main_process_is_left_to_whoever_starts_it_when_a_gate_announces_it_too(case: CaseFile) -> None:
    probe, device = FakeProbe(), FakeDevice(children=ChildWatch.SPAWN_GATING)
    probe.spawning.clear()
    app = watched(started(case), device, probe)
    starter = threading.Thread(target=lambda: app.launch(launch()))
    starter.start()
    probe.spawn_begun.wait(10)
    probe.gates[0].hold(MAIN_PID, PACKAGE)
    probe.gates[0].hold(12)
    time.sleep(0.05)
    assert probe.gates[0].released == [], "nobody is judged before the main process is known"
    probe.spawning.set()
    starter.join(10)
    until(lambda: probe.gates[0].released)
    app.close()
    assert probe.gates[0].released == [12]
    assert [session.pid for session in probe.sessions] == [MAIN_PID, 12]


def test_a_device_without_a_way_says_once_that_children_are_not_watched(case: CaseFile) -> None:
    writer = started(case)
    app = watched(writer, FakeDevice(), FakeProbe())
    app.launch(launch())
    app.launch(launch())
    app.close()
    writer.flush()
    (fault,) = faults(case)
    assert fault.startswith(f"processes that {PACKAGE} starts itself are not watched")


def test_what_runs_unannounced_at_the_end_is_a_gap(case: CaseFile) -> None:
    writer = started(case)
    began_ms = 1_700_000_000_000.0
    running = [
        AppProcess(pid=MAIN_PID, name=PACKAGE, started_ms=began_ms),
        AppProcess(pid=12, name=REMOTE, started_ms=began_ms),
    ]
    app = watched(writer, FakeDevice(running=running), FakeProbe())
    app.launch(launch())
    app.close()
    writer.flush()
    (row,) = case.db.query("SELECT from_ms, to_ms, why FROM gap")
    assert row["from_ms"] == began_ms and row["to_ms"] is None
    assert row["why"] == f"{REMOTE} (process 12) was not watched: it was not held when it started"


def test_a_gate_that_breaks_down_is_said_and_the_run_goes_on(case: CaseFile) -> None:
    def act(gate: FakeGate) -> None:
        gate.break_down()
        time.sleep(0.05)

    gated(started(case), FakeProbe(), act)
    (fault,) = faults(case)
    assert fault.endswith("are not watched: the gate broke")


def test_attaching_late_attaches_to_the_other_processes_too(case: CaseFile) -> None:
    writer, probe = started(case), FakeProbe()
    running = [AppProcess(pid=99, name=PACKAGE, started_ms=1.0), AppProcess(pid=100, name=REMOTE, started_ms=2.0)]
    app = watched(writer, FakeDevice(running=running), probe)
    app.launch(launch(stop_app=False))
    app.close()
    writer.flush()
    assert processes(case) == [("attached", PACKAGE), ("attached", REMOTE)]
    assert [row["from_ms"] for row in case.db.query("SELECT from_ms FROM gap ORDER BY from_ms")] == [1.0, 2.0]


def test_a_second_launch_watches_again(case: CaseFile) -> None:
    writer, probe, device = started(case), FakeProbe(), FakeDevice(children=ChildWatch.GATE)
    app = watched(writer, device, probe)
    app.launch(launch())
    app.launch(launch())
    first, second = device.gates
    assert first.closed and not second.closed
    second.hold(12)
    until(lambda: second.released)
    app.close()
    assert second.closed
