"""The bubblewrap process tree of one handset: start it detached, know it again, end all of it."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from harness.handset import sandbox
from harness.handset.authority import trust_store
from harness.handset.root import JAVA_HOME, ORG_JSON_JAR, Root
from harness.model.errors import HandsetError

_HERE = Path(__file__).resolve().parent
_CODE = "/system/lib/handset"
_BOOT = f"import sys; sys.path.insert(0, {_CODE!r}); from harness.handset.daemon.main import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A process that cannot be mistaken for a later one with the same pid. `started` is /proc's start time in ticks."""

    pid: int
    started: int

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return _start_time(self.pid) == self.started


def start(folder: Path, *, root: Root, framework: Path, api: int, adb_port: int, frida_port: int) -> Life:
    """Boot the handset of `folder` detached from this process; returns the init of its pid namespace."""
    variables = {
        "PATH": f"/system/bin:{JAVA_HOME}/bin:/usr/bin:/bin",
        "HOME": "/data",
        "LANG": "C.UTF-8",
        "ANDROID_ROOT": "/system",
        "ANDROID_DATA": "/data",
        "ADBD_PORT": str(adb_port),
        "HANDSET_API": str(api),
        "HANDSET_FRIDA_PORT": str(frida_port),
    }
    read_end, write_end = os.pipe()
    argv = [
        *sandbox.base(root.system),
        *("--cap-add", "ALL", "--tmpfs", "/system", "--dir", "/system/bin", "--chdir", "/"),
        *sandbox.mounts(_read_only(root, framework), read_only=True),
        *sandbox.mounts({folder / "data": "/data", folder / "sdcard": "/sdcard"}, read_only=False),
        *sandbox.environment(variables),
        *("--info-fd", str(write_end), "/usr/bin/python3", "-I", "-c", _BOOT),
    ]
    with os.fdopen(read_end) as answer, (folder / "boot.log").open("w") as log:
        subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(write_end,),
            cwd="/",
        )
        os.close(write_end)
        text = answer.read()
    if not text:
        raise HandsetError(
            f"The handset did not start: {(folder / 'boot.log').read_text().strip()[-300:]}",
            remedy="`harness doctor` looks at what it needs; `harness handset reset NAME` starts afresh.",
        )
    pid = int(json.loads(text)["child-pid"])
    return Life(pid=pid, started=_start_time(pid) or 0)


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
