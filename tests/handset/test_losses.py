"""The real command line while an app calls all the time, and something dies: the app, frida-server, the connection."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import adbutils
import pytest

from harness.device import open_device
from harness.handset import handset as handsets
from harness.handset.handset import RunningHandset
from harness.handset.pack import pack
from harness.model.records import Detached, Record
from harness.probe import FridaProbe
from tests.counted import CALLED, goes_on, stop, tally
from tests.handset.bystander import frida_server
from tests.handset.cli import Running, Said
from tests.jvm import SOURCES, STRING, hook, wait_until

pytestmark = pytest.mark.handset

PACKAGE = "com.example.counted"
SOURCE = Path(__file__).with_name("counted_app")
FLOW = f"appId: {PACKAGE}\nname: Count\n---\n- launchApp: {{clearState: true}}\n- idle: {{ms: 60000}}\n"
NOTICED_MS = 1000


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixtures' program as an app: its classes, put into the app's package."""
    folder = shutil.copytree(SOURCE, tmp_path_factory.mktemp("counted") / "app")
    for file in SOURCES.glob("Counted*.java"):
        text = f"package {PACKAGE};\n\n{file.read_text()}"
        folder.joinpath("src", *PACKAGE.split("."), file.name).write_text(text)
    return pack(folder, folder.with_name("counted.apk"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the case file says of the run and its process."""

    code: int
    outcome: str
    reason: str
    ended_at_ms: float
    stored: int  # calls of the counted method; the process has other hooks too
    missing: int  # numbers that the books name as lost or dropped
    lost_bound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """A run in the middle of the app's calls."""

    running: Running
    case: Path
    counts: Path

    def calls(self, more: int) -> bool:
        return tally(self.counts).returned >= more

    def end(self) -> Said:
        return self.running.end()

    def account(self) -> Account:
        with closing(sqlite3.connect(self.case)) as db:
            assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
            ((outcome, reason, code),) = db.execute("select outcome, reason, exit_code from run").fetchall()
            ((process, ended, lost, dropped, bound),) = db.execute(
                "select id, ended_at_ms, lost, dropped, lost_bound from process"
            ).fetchall()
            stored = db.execute(
                "select count(*) from event join hook on hook.process = event.process and hook.position = event.hook"
                " where event.process = ? and hook.class_name = ?",
                [process, f"{PACKAGE}.Counted"],
            ).fetchone()[0]
        return Account(
            code=code, outcome=outcome, reason=reason, ended_at_ms=ended, stored=stored, missing=lost + dropped,
            lost_bound=bound,
        )  # fmt: skip


@pytest.fixture
def counting(handset: RunningHandset, package: Path, hook_files: Path, tmp_path: Path) -> Iterator[Counting]:
    flow, case = tmp_path / "count.yaml", tmp_path / "case.db"
    flow.write_text(FLOW)
    shutil.copy(SOURCE / "counted.yaml", hook_files / "trackers")
    counts = counts_of(handset)
    counts.unlink(missing_ok=True)
    ordered = ("run", flow, "--case", case, "-s", handset.serial, "--app", package, "--hooks", hook_files)
    run = Counting(running=Running(*ordered), case=case, counts=counts)
    try:
        run.running.wait_for(lambda: run.calls(3000))
        yield run
    finally:
        run.running.kill()
        handsets.up(handset.name)  # connects again, and starts frida-server again, where a test ended either
        open_device(handset.serial).shell(["pm", "uninstall", PACKAGE])


def test_an_app_killed_mid_burst_is_noticed_and_its_loss_is_bounded(
    counting: Counting, handset: RunningHandset
) -> None:
    device = open_device(handset.serial)
    device.shell(["kill", "-9", str(tally(counting.counts).pid)])
    killed_ms = time.time() * 1000
    said = counting.end()
    told = counting.account()
    assert (said.code, told.code, told.outcome) == (6, 6, "died"), said
    assert told.ended_at_ms - killed_ms < NOTICED_MS
    assert_bounded(told, tally(counting.counts).begun)


def test_a_frida_server_killed_mid_burst_is_a_device_error(counting: Counting, handset: RunningHandset) -> None:
    at_least = tally(counting.counts).returned
    os.kill(frida_server(handset), signal.SIGKILL)
    said = counting.end()
    told = counting.account()
    assert (said.code, told.code, told.outcome) == (3, 3, "lost"), said
    assert told.stored + told.missing + told.lost_bound >= at_least


def test_an_adb_connection_cut_mid_burst_is_a_device_error_and_the_app_goes_on(
    counting: Counting, handset: RunningHandset
) -> None:
    at_least = tally(counting.counts).returned
    adbutils.AdbClient(port=int(os.environ["ANDROID_ADB_SERVER_PORT"])).disconnect(handset.serial)
    said = counting.end()
    told = counting.account()
    assert (said.code, told.code, told.outcome) == (3, 3, "lost"), said
    assert told.stored + told.missing + told.lost_bound >= at_least
    goes_on(counting.counts, seconds=2)
    stop(counting.counts)
    wait_until(lambda: tally(counting.counts).state >= CALLED, "the end of its calls", timeout_s=10)


def test_an_app_goes_on_unharmed_when_the_frida_server_that_started_it_is_killed(
    handset: RunningHandset, package: Path
) -> None:
    device, records = open_device(handset.serial), list[Record]()
    device.install(package)
    counts = counts_of(handset)
    give = hook(f"{PACKAGE}.Counted", "give", STRING, "int")
    session = FridaProbe(handset.serial, port=handset.frida_port).spawn(
        device.spawn_target(PACKAGE), [give], records.append
    )
    try:
        session.resume()
        wait_until(lambda: tally(counts).returned > 3000, "the app's calls")
        os.kill(frida_server(handset), signal.SIGKILL)
        wait_until(lambda: isinstance(records[-1], Detached), "the end of the session", timeout_s=NOTICED_MS / 1000)
        goes_on(counts, seconds=2)
        stop(counts)
        wait_until(lambda: tally(counts).state >= CALLED, "the end of its calls", timeout_s=10)
    finally:
        session.close()
        handsets.up(handset.name)
        device.shell(["pm", "uninstall", PACKAGE])


def counts_of(handset: RunningHandset) -> Path:
    """The app's books, in the handset's /data."""
    return handset.folder / "data" / "data" / PACKAGE / "files" / "counts"


def assert_bounded(told: Account, begun: int) -> None:
    """The app counted a call before it made it: at most one per thread had not come to the hook."""
    assert told.stored <= begun
    assert begun <= told.stored + told.missing + told.lost_bound
