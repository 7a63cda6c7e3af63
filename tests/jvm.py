"""Java programs of tests/probe_fixtures under watch: compile them, start them with hooks, keep what came."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from harness.model.hook import Hook, Layer, ReturnedBy
from harness.model.records import AgentFault, Blob, Counters, Detached, Event, HookReport, Record
from harness.probe import FridaProbe
from harness.probe.session import FridaSession

SOURCES = Path(__file__).parent / "probe_fixtures"
STRING = "java.lang.String"
OBJECT = "java.lang.Object"
_T = TypeVar("_T", bound=Record)


def missing_jdk() -> str | None:
    """Why Java programs cannot be watched on this machine itself; None when they can."""
    javac = shutil.which("javac")
    if javac is None:
        return "no JDK on this machine (the same is tested inside the handset)"
    release = Path(javac).resolve().parent.parent / "release"
    text = release.read_text() if release.is_file() else ""
    if re.search(r'JAVA_VERSION="17', text) is None:
        return "the machine's JDK is not 17, which frida-java-bridge needs (the same is tested inside the handset)"
    return None


def compile_fixtures(into: Path) -> Path:
    """All fixtures as classes in `into`; those that must load late in `into`/late."""
    (into / "late").mkdir(parents=True)
    late = SOURCES / "late"
    here = sorted(str(path) for path in SOURCES.rglob("*.java") if late not in path.parents)
    subprocess.run(["javac", "-g", "-nowarn", "-d", str(into), *here], check=True)
    subprocess.run(["javac", "-g", "-d", str(into / "late"), *sorted(map(str, late.glob("*.java")))], check=True)
    return into


def hook(class_name: str, method: str, *parameters: str, by: tuple[str, str] | None = None, **more: Any) -> Hook:
    """A hook with what tests do not care about filled in."""
    found_by = None if by is None else ReturnedBy(class_name=by[0], method=by[1])
    return Hook(
        key=f"{class_name}.{method}({','.join(parameters)})",
        tracker=None,
        layer=Layer.API,
        class_name=class_name,
        method=method,
        parameters=parameters,
        found_by=found_by,
        **more,
    )


@dataclass
class Watch:
    """A program under watch and all that was recorded of it."""

    session: FridaSession
    output: Callable[[], list[str]]
    records: list[Record] = field(default_factory=list)

    def of(self, kind: type[_T]) -> list[_T]:
        return [record for record in self.records if isinstance(record, kind)]

    @property
    def events(self) -> list[Event]:
        return self.of(Event)

    @property
    def faults(self) -> list[AgentFault]:
        return self.of(AgentFault)

    def report(self, index: int) -> HookReport:
        return [report for report in self.of(HookReport) if report.index == index][-1]

    def final(self) -> Counters:
        return next(counters for counters in self.of(Counters) if counters.final)

    def content(self, value: Any) -> bytes:
        return next(blob.content for blob in self.of(Blob) if blob.sha256 == value["sha256"])

    def wait_for_line(self, text: str, *, timeout_s: float = 30.0) -> None:
        wait_until(lambda: text in self.output(), f"the line {text!r}", timeout_s=timeout_s)

    def wait_for_end(self, *, timeout_s: float = 30.0) -> Detached:
        wait_until(lambda: bool(self.of(Detached)), "the end of the program", timeout_s=timeout_s)
        return self.of(Detached)[0]


def wait_until(condition: Callable[[], bool], what: str, *, timeout_s: float = 30.0) -> None:
    """Poll, for things that other processes do."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"waited {timeout_s} s for {what}"
        time.sleep(0.01)


@contextmanager
def watched(
    classes: Path,
    hooks: Sequence[Hook],
    program: str,
    *rest: str,
    out: Path,
    lossless: bool = False,
    core: str = "native",
) -> Iterator[Watch]:
    """Spawn a fixture on this machine and resume it; at the end it is closed and killed."""
    records: list[Record] = []
    target = (java(), f"-Dout={out}", "-cp", str(classes), program, *rest)
    session = FridaProbe("local", lossless=lossless, core=core).spawn(target, hooks, records.append)
    try:
        session.resume()
        yield Watch(session, lambda: out.read_text().splitlines() if out.exists() else [], records)
    finally:
        session.close()
        subprocess.run(["kill", "-9", str(session.pid)], check=False, capture_output=True)


def java() -> str:
    return shutil.which("java") or "java"


def text(value: object) -> dict[str, object]:
    return {"t": "string", "v": value}


def integer(number: int) -> dict[str, object]:
    return {"t": "int", "v": number}
