"""How fast events come from the app to the disk, against the fastest way to send them to somebody who ignores them."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import frida

from harness.analyse.decoding.decode import Leaf
from harness.analyse.detecting.detect import Detector
from harness.store import Mask, keep_all
from harness.store.mask import Masked
from tests.bench.detection import values
from tests.bench.row import Sample, Setting
from tests.counted import burst, program, written
from tests.jvm import wait_until
from tests.rows import event

EVENTS = 20_000
SIZE = 2_000  # characters of the argument: 2 KB an event
THREADS = 4
_BATCH = 256

# As perf.md section B: the record is built for every event, and leaves alone or with others.
_LOOP = """
rpc.exports.go = (events, size, batch) => {
    const text = 'x'.repeat(size);
    let records = [];
    for (let seq = 1; seq <= events; seq++) {
        const record = { k: 'event', seq, hook: 0, at_ms: Date.now(), text };
        if (batch === 1) { send(record); continue; }
        if (records.push(record) < batch && seq < events) continue;
        send(records);
        records = [];
    }
};
"""


def committed(setting: Setting) -> Sample:
    """Events per second: ours until the last one is committed; the limit is a null consumer's, in batches."""
    return Sample(ours=_ours(setting, keep_all), limit=_sent(setting, _BATCH, lambda record: None))


def committed_and_scanned(setting: Setting) -> Sample:
    """The same with every value digested and searched for 50 persons' data before it is stored."""
    detector = Detector(values())

    def mask(content: bytes) -> Masked:
        hashlib.sha256(content).digest()
        detector.hits([Leaf(path="", text=content.decode("ascii"), chain=())])
        return Masked(content=content)

    return Sample(ours=_ours(setting, mask), limit=_sent(setting, _BATCH, lambda record: None))


def batching_gain(setting: Setting) -> Sample:
    """The limit is the plain way: a message per event, each put into the same writer."""
    place = setting.room("single")
    began = time.monotonic()
    with written(place / "case.db") as (run, process):

        def store(record: dict[str, Any]) -> None:
            arguments = ({"t": "string", "v": record["text"]},)
            process.sink(event(record["seq"], at_ms=record["at_ms"], arguments=arguments))

        _sent(setting, 1, store)
        run.flush()
        took = time.monotonic() - began
    return Sample(ours=_ours(setting, keep_all), limit=setting.count(EVENTS) / took)


def _ours(setting: Setting, mask: Mask) -> float:
    """From the first call, by the event's own clock, to the commit of the last."""
    place = setting.room("committed")
    calls = setting.count(EVENTS) // THREADS * THREADS
    target = program(setting.classes, place, threads=THREADS, calls=calls // THREADS, chars=SIZE, end="stay")
    commits: list[tuple[int, float]] = []

    def note(numbers: list[int]) -> None:
        commits.append((len(numbers), time.time()))

    with (
        written(place / "case.db", mask=mask) as (_, process),
        burst(target, place, sink=process.sink, lossless=True, forgotten=note) as app,
    ):
        wait_until(lambda: sum(events for events, _ in list(commits)) == calls, "the last commit", timeout_s=100)
        assert app.tally.returned == calls
    with closing(sqlite3.connect(place / "case.db")) as db:
        stored, first = db.execute("select count(*), min(at_ms) from event").fetchone()
    assert stored == calls
    return float(calls / (commits[-1][1] - first / 1000))


def _sent(setting: Setting, batch: int, consume: Callable[[dict[str, Any]], None]) -> float:
    """Events per second from a loop in a process of its own, each given to `consume` on Frida's thread."""
    events = setting.count(EVENTS)
    device = frida.get_local_device()
    idle = device.spawn(["/bin/sleep", "60"])
    try:
        session = device.attach(idle)
        device.resume(idle)
        script = session.create_script(_LOOP)
        received = 0

        def on_message(message: Any, _: bytes | None) -> None:
            nonlocal received
            for record in message["payload"] if batch > 1 else (message["payload"],):
                consume(record)
                received += 1

        script.on("message", on_message)
        script.load()
        began = time.monotonic()
        script.exports_sync.go(events, SIZE, batch)
        while received < events:
            time.sleep(0.001)
        took = time.monotonic() - began
        session.detach()
        return events / took
    finally:
        os.kill(idle, signal.SIGKILL)
