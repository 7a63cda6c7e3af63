"""The program as a user starts it: a process, its exit code, what it said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_COMMAND = (sys.executable, "-m", "harness")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str


def harness(*arguments: str | Path, env: Mapping[str, str] | None = None, timeout_s: float = 280) -> Said:
    """Run `harness ...` to its end."""
    done = subprocess.run(
        [*_COMMAND, *map(str, arguments)],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    return Said(code=done.returncode, out=done.stdout, err=done.stderr)


class Running:
    """`harness ...` while it runs, for tests that interfere."""

    def __init__(self, *arguments: str | Path) -> None:
        self.process = subprocess.Popen(
            [*_COMMAND, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # its process group is what a terminal's Ctrl-C reaches, and what we clean up
        )

    def wait_for(self, happened: Callable[[], bool], *, timeout_s: float = 60) -> None:
        """Until `happened`; the command must not end before."""
        deadline = time.monotonic() + timeout_s
        while not happened():
            assert self.process.poll() is None, f"it ended too early: {self.end()}"
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.1)

    def ctrl_c(self) -> None:
        """As a terminal does it: to the whole process group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self, *, timeout_s: float = 90) -> Said:
        out, err = self.process.communicate(timeout=timeout_s)
        return Said(code=self.process.returncode, out=out, err=err)

    def members(self) -> list[str]:
        """Command lines of what still runs in its session, itself apart: strays, once it has ended."""
        return [line for pid, session, line in _processes() if session == self.process.pid and pid != self.process.pid]

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()


def _processes() -> list[tuple[int, int, str]]:
    listed = subprocess.run(["ps", "-eo", "pid=,sid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    return [(int(row[0]), int(row[1]), row[2]) for row in rows if len(row) == 3]


def processes_with(text: str) -> list[str]:
    """Command lines on this machine that contain `text`."""
    return [line for _, _, line in _processes() if text in line]
