"""Other tools on the same program: driven by their own command lines, as their users do, where they are installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench import capture
from tests.bench.row import NotMeasured, Sample, Setting
from tests.jvm import java, wait_until

_START_S = 60
_CALLS = 300  # a burst: a slow tool needs half a millisecond and more for each
_SUSTAINED = (
    20_000  # a burst: more than any window holds, so that ours goes at the pace of the whole way to the consumer
)

Command = Callable[[int], Sequence[str | Path]]


def against_frida_trace(setting: Setting) -> Sample:
    """Microseconds per call: ours with the argument read and kept as a value, theirs with its default handler, which
    writes the call's text to a file; neither takes a stack."""
    place = setting.room("frida-trace")
    log = place / "trace.log"
    tool = _installed("frida-trace")
    with _waiting(setting, place, "tick", setting.count(capture.CALLS)) as pid:
        command = (tool, "-p", str(pid), "-j", "Timed!tick", "-o", str(log))
        theirs = _timed(place, command, said="Started tracing 1 function")
    assert "Timed.tick(" in log.read_text(errors="replace"), "it traced nothing"
    return Sample(ours=capture.ours(setting, "tick"), limit=theirs)


def against_objection(setting: Setting) -> Sample:
    """Calls per second with arguments and stack: ours in full, theirs as it prints them."""
    place = setting.room("objection")
    tool = _installed("objection")
    watch = "android hooking watch Timed!map --dump-args --dump-backtrace"
    with _waiting(setting, place, "deepmap", setting.count(_CALLS)) as pid:
        theirs = _timed(place, (tool, "-L", "-n", str(pid), "start", "-s", watch), said="Watching Timed.map")
    return Sample(ours=_ours_per_s(setting), limit=1e6 / theirs)


def against_frooky(setting: Setting) -> Sample:
    """The same with frooky, which renders Maps too. The bridge in it (7.0.11) hooks nothing on HotSpot."""
    place = setting.room("frooky")
    tool = _installed("frooky")
    hooks = place / "hooks.json"
    hooks.write_text(json.dumps({"hooks": [{"class": "Timed", "method": "map", "maxFrames": 12}]}))
    with _waiting(setting, place, "deepmap", setting.count(_CALLS)) as pid:
        flags = ("-D", "local", "-p", str(pid), "--platform", "android", "-o", str(place / "out.json"))
        theirs = _timed(place, (tool, *flags, str(hooks)), said="Resolved Hooks")
    if '"stackTrace"' not in (place / "out.json").read_text():
        raise NotMeasured("installed, but it hooks nothing on this VM")
    return Sample(ours=_ours_per_s(setting), limit=1e6 / theirs)


def _ours_per_s(setting: Setting) -> float:
    return 1e6 / capture.ours(setting, "deepmap", calls=_SUSTAINED)


def _installed(tool: str) -> str:
    beside = Path(sys.executable).parent / tool
    found = str(beside) if beside.exists() else shutil.which(tool)
    if found is None:
        raise NotMeasured("not installed")
    return found


@contextmanager
def _waiting(setting: Setting, place: Path, what: str, calls: int) -> Iterator[int]:
    """The fixture, started and waiting until place/go exists."""
    out = place / "out.txt"
    words = (f"-Dout={out}", "-cp", str(setting.classes), "Timed", str(calls), what, str(place / "go"))
    app = subprocess.Popen([java(), *words])
    try:
        wait_until(lambda: out.exists() and "ready" in out.read_text(), "the program")
        yield app.pid
    finally:
        app.kill()
        app.wait()


def _timed(place: Path, command: Sequence[str], *, said: str) -> float:
    """Microseconds per call, once the tool has said that it is ready."""
    log = place / "tool.log"
    with log.open("w") as output:
        tool = subprocess.Popen(command, cwd=place, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT)
    assert tool.stdin is not None
    try:
        wait_until(lambda: said in log.read_text(errors="replace"), f"{command[0]} to be ready", timeout_s=_START_S)
        (place / "go").touch()
        return capture.microseconds(place / "out.txt")
    finally:
        tool.stdin.close()  # left open till here: a tool with a prompt ends with its input
        tool.terminate()
        try:
            tool.wait(timeout=5)
        except subprocess.TimeoutExpired:
            tool.kill()
            tool.wait()
