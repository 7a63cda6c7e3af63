"""One virtual handset for the whole session, Doorbell on it, and the study run once for every test that reads it."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.device import open_device
from harness.handset import handset as handsets
from harness.handset.build import doorbell_apk
from harness.handset.handset import RunningHandset
from harness.handset.witness.environment import witness_python
from harness.resources import folder
from tests.handset.bystander import PACKAGE, Phone
from tests.handset.cli import Running, Said, harness
from tests.handset.waiting import WAITING, Waiting, shell
from tests.truth.captured import runs
from tests.truth.decoder import Told, read_told

PREFIX = "tests-"
SUITE = folder("scenarios") / "doorbell" / "suite.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """The three variants as run by the real command line."""

    said: Said
    case: Path
    witness: Path

    def runs(self) -> dict[str, str]:
        """Run id by variant."""
        return runs(self.case)

    def told(self, run: str) -> list[Told]:
        """What really left the handset in a run, decoded by the tests' own decoder."""
        return read_told(self.witness / run / "flows.mitm", python=witness_python())


@pytest.fixture(scope="session", autouse=True)
def adb_server() -> Iterator[int]:
    """A private adb server, so that tests neither see nor touch what else is connected to this machine."""
    outside = os.environ.get("ANDROID_ADB_SERVER_PORT")
    port = outside or str(_free_port())
    os.environ["ANDROID_ADB_SERVER_PORT"] = port
    yield int(port)
    _stop_server(int(port))
    if outside is None:
        del os.environ["ANDROID_ADB_SERVER_PORT"]


@pytest.fixture(scope="session", autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What is changed on handsets is written down in a folder of the session's own."""
    outside, folder_ = os.environ.get("HARNESS_STATE"), tmp_path_factory.mktemp("state")
    os.environ["HARNESS_STATE"] = str(folder_)
    yield folder_
    if outside is None:
        del os.environ["HARNESS_STATE"]
    else:
        os.environ["HARNESS_STATE"] = outside


@pytest.fixture(scope="session")
def handset(adb_server: int) -> Iterator[RunningHandset]:
    """A new handset; removed at the end with everything in it, as are those of sessions that were killed."""
    for left in handsets.listing():
        session = left.name.removeprefix(PREFIX).partition("-")[0]
        if session != left.name and session.isdigit() and not Path(f"/proc/{session}").exists():
            handsets.remove(left.name)
    name = f"{PREFIX}{os.getpid()}"
    running = handsets.up(name)
    yield running
    handsets.remove(name)


@pytest.fixture(scope="session")
def doorbell() -> Path:
    """The sample app's package file, compiled when needed."""
    return doorbell_apk()


@pytest.fixture
def phone(handset: RunningHandset, doorbell: Path) -> Iterator[Phone]:
    """The handset with a fresh Doorbell that does not run."""
    device = open_device(handset.serial)
    device.install(doorbell)
    device.reset(PACKAGE)
    yield Phone(device=device, serial=handset.serial)
    device.stop(PACKAGE)
    device.shell(["settings", "delete", "global", "http_proxy"])


@pytest.fixture
def waiting(handset: RunningHandset, doorbell: Path, tmp_path: Path) -> Iterator[Waiting]:
    flow, case, witness = tmp_path / "wait.yaml", tmp_path / "case.db", tmp_path / "witness"
    flow.write_text(WAITING)
    running = Running(*("run", flow, "--case", case, "-s", handset.serial, "--witness", witness, "--app", doorbell))
    run = Waiting(running=running, case=case, witness=witness)
    try:
        running.wait_for(run.at_the_step)
        yield run
    finally:
        running.kill()
        handsets.up(handset.name)  # connects again where a test disconnected
        shell(handset, "am", "force-stop", PACKAGE)
        shell(handset, "settings", "delete", "global", "http_proxy")


@pytest.fixture(scope="session")
def study(handset: RunningHandset, doorbell: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """No choice, reject and accept, hooked and witnessed, in one case file."""
    out = tmp_path_factory.mktemp("study")
    case, witness = out / "case.db", out / "witness"
    options = ("--witness", witness, "--app", doorbell, "--fail-on", "never")
    said = harness("run", SUITE, "--case", case, "-s", handset.serial, *options)
    return Study(said=said, case=case, witness=witness)


@pytest.fixture
def hook_files(tmp_path: Path) -> Path:
    """A copy of the hook files that a test may spoil."""
    return shutil.copytree(folder("hooks"), tmp_path / "hooks", ignore=shutil.ignore_patterns("agent", "node_modules"))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _stop_server(port: int) -> None:
    """In adb's own words; nothing to do when no test started it."""
    request = b"host:kill"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as server:
            server.sendall(f"{len(request):04x}".encode() + request)
            server.recv(64)
    except OSError:
        return
