"""How a watch begins, goes on and ends: books, drops, pulses, deaths."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from harness.model.errors import AppDied
from harness.model.records import Counters, Event, HookStatus, Ready, Record
from harness.probe import FridaProbe
from tests.jvm import (
    SOURCES,
    STRING,
    hook,
    java,
    missing_jdk,
    wait_until,
    watched,
)

pytestmark = pytest.mark.skipif(missing_jdk() is not None, reason=str(missing_jdk()))


def test_the_books_close_when_a_session_ends_while_calls_go_on(classes: Path, out: Path, core: str) -> None:
    hooks = [hook("Busy", "tick", STRING, "int")]
    with watched(classes, hooks, "Busy", "1000000", "stay", "1", out=out, core=core, lossless=True) as watch:
        wait_until(lambda: len(watch.events) > 500, "some events")
        assert watch.session.close()
        final = watch.final()
        assert final.called[0] == len(watch.events) + final.dropped[0]
        assert sorted(event.seq for event in watch.events) == list(range(1, final.last_seq + 1))
        assert not watch.faults
        assert not watch.session.alive


def test_the_app_goes_on_after_the_session_and_its_garbage_is_collected(classes: Path, out: Path, core: str) -> None:
    with watched(classes, [hook("Busy", "tick", STRING, "int")], "Busy", "100", "stay", out=out, core=core) as watch:
        watch.wait_for_line("alive")
        assert watch.session.close()
        there = watch.output().count("alive")
        wait_until(lambda: watch.output().count("alive") > there + 5, "signs of life after the session")


@pytest.mark.parametrize("lossless", [False, True])
def test_a_slow_harness_costs_counted_drops_or_the_apps_time_but_never_a_silent_loss(
    classes: Path, out: Path, lossless: bool
) -> None:
    records: list[Record] = []

    def slow(record: Record) -> None:
        if isinstance(record, Event) and record.seq <= 8:
            time.sleep(0.3)
        records.append(record)

    target = (java(), f"-Dout={out}", "-cp", str(classes), "Blob", "300", "100000")
    capture = ("argument 0",)
    hooks = [hook("Blob", "give", "[B", capture=capture, stack=False)]
    session = FridaProbe("local", lossless=lossless).spawn(target, hooks, slow)
    session.resume()
    wait_until(lambda: out.exists() and "done" in out.read_text(), "the program's last line", timeout_s=60)
    assert session.close(timeout_s=30)
    final = next(record for record in records if isinstance(record, Counters) and record.final)
    events = sum(isinstance(record, Event) for record in records)
    assert final.called == (300,)
    assert events + final.dropped[0] == 300
    assert (final.dropped[0] == 0) is lossless


def test_a_call_that_has_not_returned_at_the_end_is_recorded_as_it_stands(classes: Path, out: Path, core: str) -> None:
    with watched(classes, [hook("Nested", "forEver")], "Nested", "wait", out=out, core=core) as watch:
        watch.wait_for_line("waiting")
        wait_until(lambda: watch.session.alive, "the session")
        assert watch.session.close()
    assert watch.wait_for_end().reason == "application-requested"
    assert [event.returned for event in watch.events] == [{"t": "cut", "why": "fault: had not returned at the end"}]
    assert watch.final().called == (1,)


def test_a_pulse_goes_through_a_hook_of_ours(classes: Path, out: Path, core: str) -> None:
    hooks = [hook("java.util.zip.GZIPOutputStream", "write", "[B", "int", "int", capture=("slice 0",))]
    with watched(classes, hooks, "Busy", "100", "stay", out=out, core=core) as watch:
        wait_until(lambda: bool(watch.of(Ready)), "the agent in a Java machine")
        watch.session.pulse("token-1")
        watch.session.close()
    event = next(event for event in watch.events if event.pulse is not None)
    assert event.pulse == "token-1"
    assert watch.content(event.captured["slice 0"]) == b'{"harness.pulse":"token-1"}'
    assert watch.report(0).initialised_by_us is True


def test_a_pulse_waits_until_every_hook_is_set(classes: Path, out: Path, core: str) -> None:
    many = [hook("java.lang.String", name) for name in ("trim", "strip", "isBlank", "hashCode", "length", "isEmpty")]
    hooks = [*many, hook("java.util.zip.GZIPOutputStream", "write", "[B", "int", "int", capture=("slice 0",))]
    with watched(classes, hooks, "Busy", "100", "stay", out=out, core=core) as watch:
        watch.session.pulse("at once")  # the agent may have said nothing yet
        watch.session.close()
    assert any(event.pulse == "at once" for event in watch.events)


def test_a_killed_app_ends_the_session_with_the_reason(classes: Path, out: Path, core: str) -> None:
    with watched(classes, [hook("Busy", "tick", STRING, "int")], "Busy", "100", "stay", out=out, core=core) as watch:
        wait_until(lambda: bool(watch.events), "an event")
        os.kill(watch.session.pid, signal.SIGKILL)
        assert watch.wait_for_end().reason == "process-terminated"
        assert isinstance(watch.records[-1], type(watch.wait_for_end()))
        with pytest.raises(AppDied):
            watch.session.pulse("nobody hears it")
        assert watch.session.close() is False


def test_an_attached_app_is_hooked_while_it_runs(classes: Path, out: Path) -> None:
    app = subprocess.Popen([java(), f"-Dout={out}", "-cp", str(classes), "Busy", "1000000", "stay", "1"])
    try:
        wait_until(out.exists, "the app")
        records: list[Record] = []
        session = FridaProbe("local").attach(app.pid, [hook("Busy", "tick", STRING, "int")], records.append)
        wait_until(lambda: sum(isinstance(record, Event) for record in records) > 100, "events")
        assert session.close()
        assert app.poll() is None
    finally:
        app.kill()
        app.wait()


@pytest.mark.parametrize("cycles", [2, pytest.param(20, marks=pytest.mark.long)])
def test_hooks_come_and_go_under_full_load_with_every_call_accounted_for(classes: Path, out: Path, cycles: int) -> None:
    tick = hook("Busy", "tick", STRING, "int")
    app = subprocess.Popen([java(), "-Xmx64m", f"-Dout={out}", "-cp", str(classes), "Busy", "2000000000", "stay"])
    try:
        wait_until(out.exists, "the app")
        for cycle in range(cycles):
            records: list[Record] = []
            session = FridaProbe("local", lossless=cycle % 2 == 1).attach(app.pid, [tick], records.append)
            wait_for(records, 300)
            assert session.close()
            final = next(record for record in records if isinstance(record, Counters) and record.final)
            events = sum(isinstance(record, Event) for record in records)
            assert final.called[0] == events + final.dropped[0]
            assert app.poll() is None
    finally:
        app.kill()
        app.wait()


def test_eight_threads_that_bring_in_classes_at_once_lose_no_call(tmp_path: Path, out: Path, core: str) -> None:
    """The bridge leaves a thread that exchanged methods "in VM" for HotSpot: two at once stood still for seconds."""
    count = 96
    for i in range(count):
        source = f"public class P{i} implements Runnable {{ public void run() {{ a({i}); b({i}); }}\n"
        source += "  static int a(int n) { return n; }\n  int b(int n) { return n; }\n}\n"
        (tmp_path / f"P{i}.java").write_text(source)
    sources = sorted(str(path) for path in tmp_path.glob("P*.java"))
    subprocess.run(["javac", "-d", str(tmp_path), str(SOURCES / "Storm.java"), *sources], check=True)
    hooks = [hook(f"P{i}", name, "int", stack=False) for i in range(count) for name in "ab"]
    with watched(tmp_path, hooks, "Storm", str(count), out=out, core=core) as watch:
        watch.wait_for_end()
    assert sorted(event.hook for event in watch.events) == list(range(2 * count))
    assert {watch.report(i).status for i in range(2 * count)} == {HookStatus.INSTALLED}
    delays = [watch.report(i).installed_at_ms - watch.report(i).seen_at_ms for i in range(2 * count)]  # type: ignore[operator]
    assert max(delays) < 1500


def test_an_app_whose_main_returns_ends_while_it_is_watched_and_after(classes: Path, out: Path, core: str) -> None:
    hooks = [hook("Busy", "tick", STRING, "int")]
    with watched(classes, hooks, "Busy", "400", "go", "10", out=out, core=core) as watch:
        wait_until(lambda: bool(watch.events), "an event")
        assert watch.session.close()
        wait_until(lambda: "called 400" in watch.output(), "the app's last line")
        wait_until(lambda: has_ended(watch.session.pid), "the app's end")


def wait_for(records: list[Record], count: int) -> None:
    wait_until(lambda: len(records) > count, f"{count} records")


def has_ended(pid: int) -> bool:
    """Gone, or a zombie that Frida has not waited for yet."""
    try:
        return not Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return True
