"""What one hooked call costs, against frida-java-bridge's own pass-through hook of the same method."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import frida
import frida_tools

from harness.model.hook import Hook
from tests.bench.row import Sample, Setting
from tests.jvm import STRING, hook, java, wait_until, watched

CALLS = 2_000  # a burst; the fixture makes one to warm up and four to measure, with pauses
BURSTS = 5
MAP = "java.util.Map"

HOOKS: dict[str, Hook] = {
    "tick": hook("Timed", "tick", STRING, stack=False),
    "map": hook("Timed", "map", STRING, MAP, stack=False),
    "bytes": hook("Timed", "bytes", "[B", stack=False),
    "deep": hook("Timed", "deep", STRING, stack=True),
    "deepmap": hook("Timed", "map", STRING, MAP, stack=True),
}

# The plainest hook there is: nothing read, nothing sent. Armed, as ours are, before main.
_PASS_THROUGH = """
Process.attachModuleObserver({ onAdded(m) {
    if (m.name !== 'libjvm.so') return;
    Interceptor.attach(m.getExportByName('JNI_CreateJavaVM'), { onLeave() {
        bridge.performNow(() => {
            const method = bridge.use('Timed').METHOD.overloads[0];
            method.implementation = function (...values) { return method.call(this, ...values); };
        });
    } });
} });
"""


def against_pass_through(what: str) -> Callable[[Setting], Sample]:
    """Microseconds per call of the fixture's method `what`: everything read, and nothing."""

    def measure(setting: Setting) -> Sample:
        return Sample(ours=ours(setting, what), limit=_pass_through(setting, what))

    return measure


def ours(setting: Setting, what: str, *, calls: int = CALLS) -> float:
    """Microseconds per call with our hook, every event of it taken and counted."""
    out = setting.room("ours") / "out.txt"
    count = setting.count(calls)
    words = ("Timed", str(count), what)
    with watched(setting.classes, [HOOKS[what]], *words, out=out, lossless=True) as watch:
        took = microseconds(out)
        watch.wait_for_end(timeout_s=60)
        assert (watch.final().called, watch.final().dropped) == ((BURSTS * count,), (0,))
        assert len(watch.events) == BURSTS * count
        return took


def _pass_through(setting: Setting, what: str) -> float:
    out = setting.room("plain") / "out.txt"
    with _stopped(setting, out, what) as (device, pid):
        session: Any = device.attach(pid)
        bridge = (Path(frida_tools.__file__).parent / "bridges" / "java.js").read_text()
        session.create_script(bridge + _PASS_THROUGH.replace("METHOD", what)).load()
        device.resume(pid)
        return microseconds(out)


@contextmanager
def _stopped(setting: Setting, out: Path, what: str) -> Iterator[tuple[Any, int]]:
    device = frida.get_local_device()
    calls = str(setting.count(CALLS))
    pid = device.spawn([java(), f"-Dout={out}", "-cp", str(setting.classes), "Timed", calls, what])
    try:
        yield device, pid
    finally:
        subprocess.run(["kill", "-9", str(pid)], check=False, capture_output=True)


def microseconds(out: Path) -> float:
    """What the fixture says at its end."""
    wait_until(lambda: out.exists() and "ns " in out.read_text(), "the measurement", timeout_s=120)
    return float(next(line for line in out.read_text().splitlines() if line.startswith("ns ")).split()[1]) / 1000
