"""Analysis and report of a case file of a million events, each in a process of its own, that says what it took."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.bench.million import PER_RUN, build
from tests.bench.row import Sample, Setting

EVENTS = 1_000_000
_TENTH = 10

_MEASURED = """
import json, resource, sys, time
from pathlib import Path
from harness.examine import analyse
from harness.report import write_html
from harness.store import CaseFile
from harness.trackers import load_pack
pack = load_pack(())
began = time.perf_counter()
with CaseFile.open(Path(sys.argv[2])) as case:
    analyse(case, pack) if sys.argv[1] == "analyse" else write_html(case, Path(sys.argv[2]).with_suffix(".html"))
kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([time.perf_counter() - began, kib / 1024]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one process took."""

    seconds: float
    mib: float


def time_of(what: str) -> Callable[[Setting], Sample]:
    """Seconds for all events; the limit is ten times what a tenth of them takes."""

    def measure(setting: Setting) -> Sample:
        whole, tenth = _cost(what, setting, EVENTS), _cost(what, setting, EVENTS // _TENTH)
        return Sample(ours=whole.seconds, limit=_TENTH * tenth.seconds)

    return measure


def memory_of(what: str) -> Callable[[Setting], Sample]:
    """MiB at the most, for all events."""

    def measure(setting: Setting) -> Sample:
        return Sample(ours=_cost(what, setting, EVENTS).mib)

    return measure


@cache
def _cost(what: str, setting: Setting, events: int) -> Cost:
    """Measured once: it takes minutes, and two rows are of one measurement."""
    if what != "analyse":
        _cost("analyse", setting, events)
    case = _case(setting, events)
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, what, str(case)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    seconds, mib = json.loads(done.stdout)
    return Cost(seconds=seconds, mib=mib)


@cache
def _case(setting: Setting, events: int) -> Path:
    path = setting.room(f"million-{events}") / "case.db"
    build(path, events=setting.count(events), per_run=setting.count(PER_RUN))
    return path
