"""The virtual environment that mitmproxy lives in: built once per set of pins, in the user's cache folder."""

from __future__ import annotations

import hashlib
import logging
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from harness.handset.places import home, locked
from harness.model.errors import HandsetError

_LOG = logging.getLogger(__name__)
_REQUIREMENTS = Path(__file__).with_name("requirements.lock")
# One retry: pip's own five make "no network" a matter of minutes.
_PIP_OPTIONS = ("--quiet", "--no-input", "--disable-pip-version-check", "--retries=1", "--prefer-binary")


def witness_python() -> Path:
    """The interpreter that has mitmproxy; built first if need be, which takes ten seconds."""
    folder = home().parent / "witness"
    environment = folder / _key()
    python = environment / "bin" / "python"
    if python.exists():
        return python
    with locked(folder / "lock"):
        if not python.exists():
            _build(environment)
    return python


def witness_version() -> str:
    """The pinned mitmproxy, as "mitmproxy 11.0.2"."""
    pins = _REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    return next(pin for pin in pins if pin.startswith("mitmproxy==")).replace("==", " ")


def _key() -> str:
    """Changes with the pinned versions and with the Python they are installed for."""
    digest = hashlib.sha256(_REQUIREMENTS.read_bytes())
    digest.update(f"{sys.version}\n{sys.base_prefix}".encode())
    return digest.hexdigest()[:16]


def _build(environment: Path) -> None:
    """Build beside and rename, so that the folder is there only when whole.

    An environment may be moved as long as nobody calls its scripts, which carry the old path in their first line:
    we only ever call its interpreter.
    """
    _LOG.info("building the witness's environment in %s", environment)
    scratch = Path(tempfile.mkdtemp(prefix="building-", dir=environment.parent))
    try:
        _create(scratch)
        _install(scratch)
        scratch.rename(environment)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _create(folder: Path) -> None:
    done = _run([sys.executable, "-m", "venv", str(folder)])
    if done.returncode:
        raise HandsetError(
            f"the witness's virtual environment could not be made: {_last_line(done)}",
            remedy="Install Python's venv module (Debian: apt install python3-venv), then run the same command again.",
        )


def _install(folder: Path) -> None:
    python = str(folder / "bin" / "python")
    done = _run([python, "-m", "pip", "install", *_PIP_OPTIONS, "--requirement", str(_REQUIREMENTS)])
    if done.returncode:
        raise HandsetError(
            f"pip could not install the witness (mitmproxy): {_last_line(done)}",
            remedy="pip needs its package index once: check the network and `pip config list`, then run the same "
            "command again. A run without a witness needs none of this.",
        )


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    """pip and venv say what went wrong last; pip marks it with ERROR and says its cause in the last such line."""
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines or [f"exit code {done.returncode}"])[-1].removeprefix("ERROR: ")
