"""The self-test's program on this machine: compiled once, run plainly, run hooked by our agent or by another."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from harness.probe import FridaProbe
from harness.selftest import Outcome, judge, observe, program_plan, read_lines
from harness.selftest.program import JAVAC, arguments, sources
from tests.jvm import java

RUN_S = 60.0


@dataclass(frozen=True)
class Place:
    """A folder with the program's classes, and what its runs wrote."""

    folder: Path

    def compile(self) -> Place:
        subprocess.run([*JAVAC, "-d", str(self.folder / "classes"), *map(str, sources())], check=True)
        return self

    def target(self, name: str, core: str | None = None) -> tuple[str, ...]:
        return (java(), "-cp", str(self.folder / "classes"), *arguments(core, str(self.folder / name)))

    def said(self, name: str) -> dict[str, str]:
        file = self.folder / name
        return read_lines(file.read_text()) if file.exists() else {}

    @cached_property
    def without(self) -> dict[str, str]:
        subprocess.run(self.target("plain.txt"), check=True)
        return self.said("plain.txt")

    def hooked(self, core: str) -> Outcome:
        plan = program_plan(core)
        probe = FridaProbe("local", lossless=True, core=core)
        file = f"hooked-{core}.txt"
        observed = observe(partial(probe.spawn, self.target(file, core), plan.hooks), plan, timeout_s=RUN_S, kill=kill)
        return judge(core, self.without, self.said(file), observed, len(plan.hooks))


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
