"""How long it takes to hook very many methods of an app that runs."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from harness.model.hook import Hook
from harness.model.records import HookReport, HookStatus, Record
from harness.probe import FridaProbe
from tests.bench.row import Sample, Setting
from tests.jvm import hook, java, wait_until

HOOKS = 1_000
_PER_CLASS = 10


def thousand(setting: Setting) -> Sample:
    """Seconds from asking for the hooks until every one is in force, above what a session without hooks takes."""
    count = setting.count(HOOKS)
    classes = _compiled(setting, count)
    hooks = [hook(f"M{n // _PER_CLASS}", f"m{n % _PER_CLASS}", "int") for n in range(count)]
    loaded = setting.room("armed") / "loaded"
    arguments = ("-cp", str(classes), "Many", str(count // _PER_CLASS), str(loaded))
    app = subprocess.Popen([java(), *arguments])
    try:
        wait_until(loaded.exists, "the classes")
        _armed(app.pid, [])  # the first session in a process also pays for what the later ones find
        bare = _armed(app.pid, [])
        return Sample(ours=_armed(app.pid, hooks) - bare)
    finally:
        app.kill()
        app.wait()


def _armed(pid: int, hooks: Sequence[Hook]) -> float:
    records: list[Record] = []
    began = time.monotonic()
    session = FridaProbe("local").attach(pid, hooks, records.append)
    wait_until(lambda: len(_in_force(records)) == len(hooks), "the last hook", timeout_s=60)
    took = time.monotonic() - began
    session.close()
    return took


def _in_force(records: Sequence[Record]) -> set[int]:
    reports = [record for record in list(records) if isinstance(record, HookReport)]
    return {report.index for report in reports if report.status is HookStatus.INSTALLED}


def _compiled(setting: Setting, methods: int) -> Path:
    """Classes M0, M1 ... of ten methods each, and a program that loads them all and waits."""
    place = setting.folder / f"many-{methods}"
    if place.exists():
        return place
    place.mkdir()
    for number in range(-(-methods // _PER_CLASS)):
        bodies = " ".join(f"static int m{n}(int x) {{ return x + {n}; }}" for n in range(_PER_CLASS))
        (place / f"M{number}.java").write_text(f"public class M{number} {{ {bodies} }}\n")
    (place / "Many.java").write_text(_MANY)
    subprocess.run(["javac", "-d", str(place), *sorted(map(str, place.glob("*.java")))], check=True)
    return place


_MANY = """\
public class Many {
    public static void main(String[] args) throws Exception {
        for (int i = 0; i < Integer.parseInt(args[0]); i++) {
            Class.forName("M" + i);
        }
        java.nio.file.Files.createFile(java.nio.file.Path.of(args[1]));
        Thread.sleep(600_000);
    }
}
"""
