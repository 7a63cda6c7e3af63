"""What a seal costs for a large case: memory that does not grow."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.store import CaseFile
from tests.rows import hook, started

_MEASURED = """
import sys
from pathlib import Path
from harness.store import CaseFile
from harness.store.seal import write_seal
from harness.store.verify import verify
with CaseFile.open(sys.argv[1]) as case:
    write_seal(case)
intact = verify(Path(sys.argv[1])).intact
# Not getrusage: what that calls the most is also the most of whoever started this program.
most = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(intact, most.split()[1])
"""


def _measured(folder: Path, events: int) -> tuple[bool, int]:
    """Whether a case of so many events and payloads is intact once it is sealed, and the most memory in KB."""
    path = folder / f"{events}.db"
    with CaseFile.open(path, create=True) as case:
        writer = started(case)
        process = writer.start_process("com.example", how="spawned", hooks=[hook()])
        writer.flush()
        with case.transaction() as db:
            told = "INSERT INTO event (run, process, seq, hook, at_ms, arguments) VALUES (?, ?, ?, 0, ?, ?)"
            value = json.dumps([{"t": "string", "v": "x" * 400}])
            db.conn.executemany(told, ((writer.run, process.id, seq, 0.5 + seq, value) for seq in range(1, events + 1)))
            kept = "INSERT INTO payload VALUES (?, 8, ?, 0)"
            contents = (f"{number:08}".encode() for number in range(events // 10))
            db.conn.executemany(kept, ((hashlib.sha256(content).hexdigest(), content) for content in contents))
        writer.end_run("completed", exit_code=0)
    out = subprocess.run([sys.executable, "-c", _MEASURED, path], capture_output=True, text=True, check=True)
    intact, memory = out.stdout.split()
    return intact == "True", int(memory)


def test_a_seal_takes_no_more_memory_for_a_larger_case(tmp_path: Path) -> None:
    intact, small = _measured(tmp_path, 1_000)
    also_intact, large = _measured(tmp_path, 60_000)
    assert intact
    assert also_intact
    assert large - small < 15_000  # the events themselves are 30 MB


@pytest.mark.long
def test_a_million_events_are_sealed_in_bounded_memory(tmp_path: Path) -> None:
    intact, memory = _measured(tmp_path, 1_000_000)
    assert intact
    assert memory < 150_000
