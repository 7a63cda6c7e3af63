"""The bubblewrap process tree of one handset: start it detached, know it again, end all of it."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from harness.handset import sandbox
from harness.handset.authority import certificate, trust_store
from harness.handset.root import JAVA_HOME, ORG_JSON_JAR, Root
from harness.model.errors import HandsetError

_HERE = Path(__file__).resolve().parent
_CODE = "/system/lib/handset"
_BOOT = f"import sys; sys.path.insert(0, {_CODE!r}); from harness.handset.daemon.main import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The init of a handset's pid namespace, never mistaken for a later process with the same pid.

    `started` is /proc's start time in ticks; `monitor` is bubblewrap's process outside, which ends with it.
    """

    pid: int
    started: int
    monitor: int = 0

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return _start_time(self.pid) == self.started


def start(
    folder: Path, *, root: Root, framework: Path, api: int, adb_port: int, frida_port: int, root_style: str = "adbd"
) -> Life:
    """Boot the handset of `folder` detached from this process."""
    variables = {
        "PATH": f"/system/bin:{JAVA_HOME}/bin:/usr/bin:/bin",
        "HOME": "/data",
        "LANG": "C.UTF-8",
        "ANDROID_ROOT": "/system",
        "ANDROID_DATA": "/data",
        "ADBD_PORT": str(adb_port),
        "HANDSET_API": str(api),
        "HANDSET_FRIDA_PORT": str(frida_port),
        "HANDSET_ROOT": root_style,
    }
    sandboxed = _sandboxed(folder, root, framework, variables)
    log = folder / "boot.log"
    read_end, write_end = os.pipe()
    with os.fdopen(read_end) as answer:
        try:
            boot = ("--info-fd", str(write_end), "/usr/bin/python3", "-I", "-c", _BOOT)
            monitor = _spawn([*sandboxed, *boot], log, kept=write_end)
        finally:
            os.close(write_end)
        text = answer.read()
    if not text:
        sandbox.require_namespaces(root.system)
        raise HandsetError(
            f"The handset did not start: {log.read_text().strip()[-300:]}",
            remedy=f"Try `harness handset reset {folder.name}`, which starts afresh.",
        )
    pid = int(json.loads(text)["child-pid"])
    return Life(pid=pid, started=_start_time(pid) or 0, monitor=monitor)


def _sandboxed(folder: Path, root: Root, framework: Path, variables: dict[str, str]) -> list[str]:
    return [
        *sandbox.base(root.system),
        *("--cap-add", "ALL", "--tmpfs", "/system", "--dir", "/system/bin", "--chdir", "/"),
        *("--symlink", "/sdcard", "/storage/emulated/0", "--symlink", "/sdcard", "/storage/self/primary"),
        *sandbox.mounts(_read_only(root, framework), read_only=True),
        *sandbox.mounts({folder / "data": "/data", folder / "sdcard": "/sdcard"}, read_only=False),
        *sandbox.environment(variables),
    ]


def _spawn(argv: list[str], log: Path, *, kept: int) -> int:
    # Not subprocess: its objects complain when a child outlives them, and this one is meant to.
    os.set_inheritable(kept, True)
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    streams = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), writing, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    # A background job of a shell ignores SIGINT, one under nohup SIGHUP too, and all its children after it; adbd ends
    # commands by SIGHUP.
    heard = [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT]
    return os.posix_spawnp(argv[0], argv, os.environ, file_actions=streams, setsid=True, setsigdef=heard)


def end(life: Life, *, timeout_s: float = 10.0) -> None:
    """Kill the namespace's init, and with it everything inside; returns when it is gone."""
    if life.alive:
        try:
            os.kill(life.pid, signal.SIGKILL)
        except PermissionError as exc:
            raise HandsetError(
                f"Process {life.pid} belongs to another user", remedy="Stop the handset as the user who started it."
            ) from exc
    deadline = time.monotonic() + timeout_s
    while life.alive and time.monotonic() < deadline:
        time.sleep(0.02)
    with suppress(ChildProcessError):  # it is our child only if this process started the handset
        if life.monitor:
            os.waitpid(life.monitor, 0)


def _read_only(root: Root, framework: Path) -> dict[Path, str]:
    modules = {
        Path(place).parent if place.endswith("__init__.py") else Path(place)
        for place in (_origin("frida"), _origin("typing_extensions"))
    }
    return {
        root.adbd: "/apex/adbd",
        _HERE / "daemon": f"{_CODE}/harness/handset/daemon",
        _HERE / "shims": f"{_CODE}/shims",
        framework: "/system/framework/framework.jar",
        (root.system / ORG_JSON_JAR.lstrip("/")).resolve(): "/system/framework/org.json.jar",
        trust_store(): "/system/etc/security/cacerts.jks",
        certificate(): "/system/etc/security/cacerts.pem",
        **{module: f"/system/lib/frida-python/{module.name}" for module in modules},
    }


def _origin(module: str) -> str:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise HandsetError(f"The Python package {module} is not installed", remedy="Run `make setup`.")
    return spec.origin


def _start_time(pid: int) -> int | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])
