"""A controller that a test can kill or look at from outside: watches one program into a case file until told to stop.

    python -m tests.controller '{"case": ..., "folder": ..., "target": [...], "lossless": false, "nap_s": 0}'

It says the app's pid as one line of JSON on stdout, and stops in order when its stdin is closed. `nap_s` is how long
the thread that writes sleeps after each hundred values: two values are one call, about.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from io import FileIO
from itertools import count
from pathlib import Path

from harness.store import Mask
from harness.store.mask import Masked
from tests.counted import burst, written

_HUNDRED = 100


def main() -> None:
    said = json.loads(sys.argv[1])
    folder, case = Path(said["folder"]), Path(said["case"])
    hurry = threading.Event()
    with (
        case.with_name(f"{case.name}.forgotten").open("ab", buffering=0) as told,
        written(case, mask=slow_disk(said["nap_s"], hurry)) as (_, process),
        burst(
            tuple(said["target"]),
            folder,
            sink=process.sink,
            lossless=said["lossless"],
            forgotten=partial(_note, told),
        ) as app,
    ):
        sys.stdout.write(json.dumps({"app": app.session.pid}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
        hurry.set()


def _note(file: FileIO, numbers: list[int]) -> None:
    file.write(array("q", numbers).tobytes())


def slow_disk(nap_s: float, hurry: threading.Event | None = None) -> Mask:
    """A mask is applied on the thread that writes: one that sleeps makes that thread slow, until it is to hurry."""
    calls = count(1)

    def mask(content: bytes) -> Masked:
        if next(calls) % _HUNDRED == 0 and nap_s and not (hurry and hurry.is_set()):
            time.sleep(nap_s)
        return Masked(content=content)

    return mask


def forgotten(case: Path) -> set[int]:
    """The numbers of the events that the agent was told to forget, for they were stored; from the controller's own
    list, which a kill leaves as it was."""
    return set(array("q", case.with_name(f"{case.name}.forgotten").read_bytes()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """The process and its app, from outside."""

    process: subprocess.Popen[str]
    app: int

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def finish(self) -> None:
        """Have it stop in order."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(timeout=100) == 0


@contextmanager
def controller(
    folder: Path, target: tuple[str, ...], *, lossless: bool = False, nap_s: float = 0.0
) -> Iterator[Controller]:
    """One that watches `target` into folder/case.db. What is left of both is killed at the end."""
    said = {"case": str(folder / "case.db"), "folder": str(folder), "target": target}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.controller", json.dumps({**said, "lossless": lossless, "nap_s": nap_s})],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process:
        app = int(json.loads(process.stdout.readline())["app"])
        try:
            yield Controller(process=process, app=app)
        finally:
            process.kill()
            with suppress(ProcessLookupError):
                os.kill(app, signal.SIGKILL)


if __name__ == "__main__":
    main()
