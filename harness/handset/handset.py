"""Named virtual handsets: start, stop, list, reset. What `harness handset` does."""

from __future__ import annotations

import json
import logging
import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from harness.device.adb import Server, Transport
from harness.handset import places, ports, vessel
from harness.handset.authority import witness_ca
from harness.handset.build import framework_jar
from harness.handset.root import Progress, Root, ensure_root
from harness.handset.vessel import Life
from harness.model.errors import DeviceError, HandsetError
from harness.probe import FridaProbe

_log = logging.getLogger(__name__)
APIS = range(29, 37)
ROOTS = ("adbd", "aosp-su", "magisk", "magisk-denied", "magisk-prompt", "kernelsu", "apatch", "none")
_BOOT_TIMEOUT_S = 30.0
_FRIDA_TIMEOUT_S = 20.0
_FRIDA_LOG = "/data/local/tmp/fs.log"  # inside; /data is the folder data/ outside


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningHandset:
    """A handset that has been started; `listing` also gives those that have stopped since."""

    name: str
    api: int
    adb_port: int
    frida_port: int
    life: Life
    folder: Path
    root: str = "adbd"

    @property
    def serial(self) -> str:
        """What adb and Frida call it."""
        return f"127.0.0.1:{self.adb_port}"

    @property
    def running(self) -> bool:
        """Whether its processes are alive."""
        return self.life.alive


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What `up` was asked for; a port of None is any."""

    api: int
    port: int | None
    frida_port: int | None
    root: str


def up(
    name: str,
    *,
    api: int = 34,
    port: int | None = None,
    frida_port: int | None = None,
    root: str = "adbd",
    on_progress: Progress | None = None,
) -> RunningHandset:
    """Start the handset `name`, creating it at first, and wait until adb and Frida work. It outlives this process.

    One that runs already is returned as it is, connected again. `root` is one of ROOTS.
    """
    folder, progress = places.device(name), on_progress or (lambda _: None)
    _check_api(api)
    _check_root(root)
    wanted = _Wanted(api=api, port=port, frida_port=frida_port, root=root)
    system = ensure_root(on_progress)
    framework = framework_jar(on_progress)
    witness_ca()
    with places.locked(places.devices() / ".lock"):
        there = _read(folder)
        if there is not None and there.running:
            _refuse_other(there, wanted)
            handset, ours = there, False
        else:
            progress(f"starting {name}")
            handset, ours = _start(folder, system, framework, wanted), True
    with _ended_on_failure(handset if ours else None):
        _wait_until_usable(handset)
    return handset


def down(name: str) -> bool:
    """Stop a handset and everything in it; its state stays. False when it was not running."""
    handset = _read(places.device(name))
    if handset is None:
        raise _unknown(name)
    was_running = handset.running
    vessel.end(handset.life)
    _disconnect(handset)
    return was_running


def listing() -> tuple[RunningHandset, ...]:
    """All handsets that exist, by name; ask each whether it is `running`."""
    if not places.devices().exists():
        return ()
    found = (_read(folder) for folder in sorted(places.devices().iterdir()) if folder.is_dir())
    return tuple(handset for handset in found if handset is not None)


def running(name: str) -> RunningHandset:
    """The handset of this name, which runs."""
    handset = _read(places.device(name))
    if handset is None:
        raise _unknown(name)
    if not handset.running:
        raise HandsetError(f"The handset {name} does not run", remedy=f"Start it: `harness handset up {name}`.")
    return handset


def reset(name: str, *, on_progress: Progress | None = None) -> RunningHandset | None:
    """Factory reset: no apps, new identifiers. One that ran is started again on its ports; otherwise None."""
    handset = _read(places.device(name))
    if handset is None:
        raise _unknown(name)
    was_running = down(name)
    shutil.rmtree(handset.folder / "data", ignore_errors=True)
    shutil.rmtree(handset.folder / "sdcard", ignore_errors=True)
    if not was_running:
        return None
    adb, frida = handset.adb_port, handset.frida_port
    return up(name, api=handset.api, port=adb, frida_port=frida, root=handset.root, on_progress=on_progress)


def remove(name: str) -> None:
    """Stop a handset and delete everything of it."""
    folder = places.device(name)
    if _read(folder) is not None:
        down(name)
    shutil.rmtree(folder, ignore_errors=True)


def _check_api(api: int) -> None:
    if api not in APIS:
        raise HandsetError(
            f"The virtual handset cannot imitate API level {api}",
            remedy=f"Choose one from {APIS.start} to {APIS.stop - 1}.",
        )


def _check_root(root: str) -> None:
    if root not in ROOTS:
        raise HandsetError(
            f"The virtual handset knows no root of the kind '{root}'", remedy=f"Choose one of {', '.join(ROOTS)}."
        )


def _refuse_other(there: RunningHandset, wanted: _Wanted) -> None:
    ports_fit = wanted.port in (None, there.adb_port) and wanted.frida_port in (None, there.frida_port)
    if not ports_fit or (wanted.api, wanted.root) != (there.api, there.root):
        raise HandsetError(
            f"{there.name} runs already, with API {there.api} and root {there.root} on port {there.adb_port}",
            remedy=f"Stop it first: `harness handset down {there.name}`.",
        )


def _start(folder: Path, system: Root, framework: Path, wanted: _Wanted) -> RunningHandset:
    """Boot it, until it holds its adb port: then others may choose theirs."""
    reserved = {taken for other in listing() if other.running for taken in (other.adb_port, other.frida_port)}
    adb, frida = ports.choose(port=wanted.port, frida_port=wanted.frida_port, reserved=reserved)
    for part in ("data/system", "data/local/tmp", "sdcard"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    life = vessel.start(
        folder,
        root=system,
        framework=framework,
        api=wanted.api,
        adb_port=adb,
        frida_port=frida,
        root_style=wanted.root,
    )
    handset = RunningHandset(
        name=folder.name,
        api=wanted.api,
        adb_port=adb,
        frida_port=frida,
        life=life,
        folder=folder,
        root=wanted.root,
    )
    with _ended_on_failure(handset):
        _write(handset)
        _until_listening(handset, adb, "adbd", timeout_s=_BOOT_TIMEOUT_S)
    return handset


def _wait_until_usable(handset: RunningHandset) -> None:
    transport = _booted(handset)
    if not _listens(handset.frida_port):
        transport.command(
            f"HANDSET_SU=1 setsid nohup frida-server -l 127.0.0.1:{handset.frida_port} >{_FRIDA_LOG} 2>&1 </dev/null &",
            timeout_s=10.0,
        )
        _until_listening(handset, handset.frida_port, "frida-server", timeout_s=_FRIDA_TIMEOUT_S)
    if not FridaProbe(handset.serial, port=handset.frida_port).ready():
        raise _not_started(handset, "frida-server does not answer with full access")


def _booted(handset: RunningHandset) -> Transport:
    """Connected over adb, once the system says that it has booted."""
    deadline = time.monotonic() + _BOOT_TIMEOUT_S
    server = Server()
    transport = server.transport(handset.serial)
    while True:
        try:
            server.connect(handset.serial)
            if transport.command("getprop sys.boot_completed", timeout_s=5.0).stdout.strip() == b"1":
                return transport
            why = "it has not finished booting"
        except DeviceError as exc:
            why = exc.problem
        if time.monotonic() > deadline or not handset.running:
            raise _not_started(handset, why)
        time.sleep(0.05)


def _until_listening(handset: RunningHandset, port: int, what: str, *, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not _listens(port):
        if not handset.running or time.monotonic() > deadline:
            raise _not_started(handset, f"{what} does not listen on port {port}")
        time.sleep(0.02)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
    except OSError:
        return False
    return True


def _not_started(handset: RunningHandset, why: str) -> HandsetError:
    log = handset.folder / (_FRIDA_LOG.lstrip("/") if why.startswith("frida") else "boot.log")
    last = log.read_text(errors="replace").strip()[-300:] if log.exists() else ""
    return HandsetError(
        f"The handset {handset.name} did not start: {why}{': ' + last if last else ''}",
        remedy=f"Try `harness handset reset {handset.name}`; its logs are in {handset.folder}.",
    )


@contextmanager
def _ended_on_failure(handset: RunningHandset | None) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if handset is not None:
            vessel.end(handset.life)
        raise


def _disconnect(handset: RunningHandset) -> None:
    """Have the adb server forget the serial, which it would list as offline for ever; without a server all is well."""
    port = int(os.environ.get("ANDROID_ADB_SERVER_PORT", "5037"))
    request = f"host:disconnect:{handset.serial}".encode()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2.0) as server:
            server.sendall(f"{len(request):04x}".encode() + request)
            server.recv(64)
    except OSError as exc:
        _log.debug("no adb server to tell: %s", exc)


def _read(folder: Path) -> RunningHandset | None:
    try:
        tree = json.loads((folder / "handset.json").read_text())
        return RunningHandset(**{**tree, "life": Life(**tree["life"]), "folder": folder})
    except (FileNotFoundError, ValueError, KeyError, TypeError):  # no handset, or one that another version has made
        return None


def _write(handset: RunningHandset) -> None:
    tree = asdict(handset)
    del tree["folder"]
    fresh = handset.folder / "handset.json.new"
    fresh.write_text(json.dumps(tree, indent=1))
    fresh.replace(handset.folder / "handset.json")


def _unknown(name: str) -> HandsetError:
    return HandsetError(f"There is no handset '{name}'", remedy="`harness handset list` shows those that exist.")
