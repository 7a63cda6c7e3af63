"""The probe through real ADB and a real frida-server: what test_probe_hotspot.py proves, once more over the wire."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import adbutils
import pytest

from harness.handset.handset import RunningHandset
from harness.handset.root import JAVA_HOME, run_in_root
from harness.model.errors import AppDied, DeviceError, FridaError
from harness.model.hook import Hook
from harness.model.records import HookStatus, Record
from harness.probe import FridaProbe
from tests.jvm import SOURCES, Watch, hook, wait_until

pytestmark = pytest.mark.handset

STRING = "java.lang.String"
CLASSES = "/data/local/tmp/fixtures.jar"
OUT = "/data/local/tmp/out.txt"
TICK = hook("Busy", "tick", STRING, "int")

Start = Callable[..., Watch]


@pytest.fixture(scope="module")
def device(handset: RunningHandset, tmp_path_factory: pytest.TempPathFactory) -> adbutils.AdbDevice:
    """The handset with the fixtures' jar on it, compiled by the root's own JDK."""
    work = tmp_path_factory.mktemp("fixtures")
    sources = [f"/src/{path.relative_to(SOURCES)}" for path in SOURCES.rglob("*.java") if path.parent.name != "late"]
    for argv in (
        ["javac", "-g", "-d", "/build/classes", *sources],
        ["jar", "cf", "/build/f.jar", "-C", "/build/classes", "."],
    ):
        done = run_in_root(argv, binds={work: "/build"}, read_only={SOURCES: "/src"})
        assert done.returncode == 0, done.stderr
    connected = adbutils.AdbClient(port=int(os.environ["ANDROID_ADB_SERVER_PORT"])).device(handset.serial)
    connected.sync.push(str(work / "f.jar"), CLASSES)
    return connected


@pytest.fixture
def probe(handset: RunningHandset) -> FridaProbe:
    return FridaProbe(handset.serial, port=handset.frida_port)


@pytest.fixture
def start(probe: FridaProbe, device: adbutils.AdbDevice) -> Iterator[Start]:
    started: list[Watch] = []
    device.shell(f"rm -f {OUT}")

    def spawn(hooks: list[Hook], program: str, *rest: str) -> Watch:
        records: list[Record] = []
        target = (f"{JAVA_HOME}/bin/java", f"-Dout={OUT}", "-cp", CLASSES, program, *rest)
        session = probe.spawn(target, hooks, records.append)
        started.append(Watch(session, lambda: device.shell(f"cat {OUT}").splitlines(), records))
        session.resume()
        return started[-1]

    yield spawn
    for watch in started:
        watch.session.close()
        device.shell(f"kill -9 {watch.session.pid}")


def test_frida_on_the_handset_is_ready_and_of_our_version(probe: FridaProbe) -> None:
    assert probe.ready()
    assert probe.version() == "17.26.2"


def test_five_calls_before_anything_else_are_five_events(start: Start) -> None:
    watch = start([hook("Five", "hello", "long", STRING)], "Five")
    assert watch.wait_for_end().reason == "process-terminated"
    assert [event.arguments[1]["v"] for event in watch.events] == ["initialiser", *["call"] * 5]
    assert watch.final().called == (6,)


def test_the_app_gets_its_own_objects(start: Start) -> None:
    hooks = [
        hook("Fidelity", "instance", STRING),
        hook("Fidelity", "many", "[Ljava.lang.String;"),
        hook("Fidelity", "cry", "Fidelity$Cry"),
        hook("Fidelity$Holder", "$init", STRING, "[Ljava.lang.Object;"),
    ]
    watch = start(hooks, "Fidelity")
    watch.wait_for_end()
    assert [line.rpartition(" ")[2] for line in watch.output()] == [*["[]"] * 9, "true", "true", "0"]
    assert {watch.report(i).status for i in range(len(hooks))} == {HookStatus.INSTALLED}
    assert not watch.faults


def test_a_class_learned_from_what_a_method_returns_is_hooked_before_its_first_call(start: Start) -> None:
    watch = start([hook("Library", "start", STRING, by=("Library", "getInstance"))], "Library")
    watch.wait_for_end()
    assert [event.arguments[0]["v"] for event in watch.events] == ["first", "second"]


def test_the_books_close_over_the_wire(start: Start) -> None:
    watch = start([TICK], "Busy", "1000000", "stay", "1")
    wait_until(lambda: len(watch.events) > 300, "events")
    assert watch.session.close()
    final = watch.final()
    assert final.called[0] == len(watch.events) + final.dropped[0]


def test_a_killed_app_ends_the_session_with_the_reason(start: Start, device: adbutils.AdbDevice) -> None:
    watch = start([TICK], "Busy", "100", "stay")
    wait_until(lambda: bool(watch.events), "an event")
    device.shell(f"kill -{int(signal.SIGKILL)} {watch.session.pid}")
    assert watch.wait_for_end().reason == "process-terminated"
    with pytest.raises(AppDied):
        watch.session.pulse("nobody hears it")
    assert watch.session.close() is False


def test_a_running_app_can_be_attached_to(start: Start, probe: FridaProbe) -> None:
    first = start([], "Busy", "1000000", "stay", "1")
    first.wait_for_line("started")
    records: list[Record] = []
    session = probe.attach(first.session.pid, [TICK], records.append)
    again = Watch(session, first.output, records)
    wait_until(lambda: len(again.events) > 50, "events")
    assert session.close()


def test_a_port_where_no_frida_server_listens_is_not_ready_and_says_so(
    handset: RunningHandset, device: adbutils.AdbDevice
) -> None:
    elsewhere = FridaProbe(handset.serial, port=1)
    assert not elsewhere.ready()
    with pytest.raises(FridaError, match="frida-server is not running"):
        elsewhere.attach(1, [], lambda _: None)


def test_a_program_that_is_not_on_the_device_is_said_to_be_missing(probe: FridaProbe) -> None:
    with pytest.raises(DeviceError, match="the program to start is not there"):
        probe.spawn(("/system/bin/nothing",), [], lambda _: None)
