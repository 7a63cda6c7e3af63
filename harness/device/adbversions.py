"""Which versions of adb meet here: an adb command of another version than the server's ends the server, and with it
every run of this computer."""

from __future__ import annotations

import re
import shutil
import subprocess

from adbutils import AdbClient, AdbError, adb_path

from harness.model.errors import DeviceError

_VERSION = re.compile(r"Android Debug Bridge version \d+\.\d+\.(\d+)")


def server_version() -> int:
    """What the running server says of itself: 41 for "1.0.41"."""
    try:
        return int(AdbClient().server_version())
    except (AdbError, OSError, ValueError) as exc:
        raise DeviceError(f"the adb server does not say its version: {exc}", remedy="Run `adb start-server`.") from exc


def client_versions() -> dict[str, int | None]:
    """Every adb command that is likely to be used here, by its path: the harness's own, and the first on the PATH.
    None for one that does not answer."""
    found = dict.fromkeys(path for path in (adb_path(), shutil.which("adb")) if path)
    return {path: _version(path) for path in found}


def _version(path: str) -> int | None:
    try:
        said = subprocess.run([path, "version"], capture_output=True, text=True, timeout=10.0, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = _VERSION.search(said)
    return int(match[1]) if match else None
