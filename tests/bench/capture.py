"""What one hooked call costs, against frida-java-bridge's own pass-through hook of the same method."""

from __future__ import annotations

import itertools
import subprocess
import time
from pathlib import Path
from typing import Any

import frida
import frida_tools

from tests.jvm import compile_fixtures, hook, java, missing_jdk, wait_until, watched

CALLS = 8_000
_runs = itertools.count()

# The plainest hook there is: nothing read, nothing sent. Armed, as ours are, before main.
_PASS_THROUGH = """
Process.attachModuleObserver({ onAdded(m) {
    if (m.name !== 'libjvm.so') return;
    Interceptor.attach(m.getExportByName('JNI_CreateJavaVM'), { onLeave() {
        bridge.performNow(() => {
            const tick = bridge.use('Timed').tick.overloads[0];
            tick.implementation = function (text) { return tick.call(this, text); };
        });
    } });
} });
"""


def string_ratio(folder: Path) -> float:
    """Time per call with arguments, stack and batch, divided by the time of a pass-through."""
    why = missing_jdk()
    if why is not None:
        return float("nan")
    classes = folder / "classes"
    if not classes.exists():
        compile_fixtures(classes)
    return _ours(classes, folder / f"ours-{next(_runs)}.txt") / _reference(classes, folder / f"plain-{next(_runs)}.txt")


def _ours(classes: Path, out: Path) -> float:
    hooks = [hook("Timed", "tick", "java.lang.String", stack=False)]
    with watched(classes, hooks, "Timed", str(CALLS), out=out) as watch:
        wait_until(lambda: any(line.startswith("ns ") for line in watch.output()), "the measurement", timeout_s=120)
        return _nanoseconds(out)


def _reference(classes: Path, out: Path) -> float:
    device = frida.get_local_device()
    pid = device.spawn([java(), f"-Dout={out}", "-cp", str(classes), "Timed", str(CALLS)])
    session: Any = device.attach(pid)
    bridge = (Path(frida_tools.__file__).parent / "bridges" / "java.js").read_text()
    session.create_script(bridge + _PASS_THROUGH).load()
    device.resume(pid)
    try:
        wait_until(lambda: out.exists() and "ns " in out.read_text(), "the measurement", timeout_s=120)
        return _nanoseconds(out)
    finally:
        session.detach()
        subprocess.run(["kill", "-9", str(pid)], check=False, capture_output=True)
        time.sleep(0.1)


def _nanoseconds(out: Path) -> float:
    return float(next(line for line in out.read_text().splitlines() if line.startswith("ns ")).split()[1])
