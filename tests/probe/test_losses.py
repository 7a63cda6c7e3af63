"""What is lost when something is slow or dies: nothing, or as much as is said. The programs keep count themselves."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.model.records import IN_FLIGHT_BOUND, Event, Record
from harness.store import CaseFile, keep_all
from tests.controller import controller, forgotten, slow_disk
from tests.counted import (
    CALLED,
    ENDED,
    RUNNING,
    account,
    burst,
    ends_well,
    goes_on,
    program,
    stop,
    stored,
    tally,
    written,
)
from tests.growth import Growth
from tests.jvm import missing_jdk, wait_until

pytestmark = pytest.mark.skipif(missing_jdk() is not None, reason=str(missing_jdk()))

LONGEST_WAIT_MS = 150
NOTICED_MS = 1000
MOST_GROWTH = 64 * 1024 * 1024
THREADS = 8
CALLS = {"native": 100_000, "plain": 8_000}


def sleepy(every: int, seconds: float) -> Callable[[Record], None]:
    """A consumer that cannot keep up: it sleeps at every n-th event."""

    def sink(record: Record) -> None:
        if isinstance(record, Event) and record.seq % every == 0:
            time.sleep(seconds)

    return sink


def test_lossless_every_call_arrives_at_a_consumer_that_is_slower_than_the_app(
    classes: Path, tmp_path: Path, core: str
) -> None:
    calls = CALLS[core]
    target = program(classes, tmp_path, threads=THREADS, calls=calls // THREADS)
    with burst(target, tmp_path, sink=sleepy(100, 0.005), lossless=True, core=core) as app:
        app.wait_for_end(timeout_s=200)
    assert app.tally.state == ENDED
    assert app.tally.begun == app.tally.returned == calls
    assert sorted(app.seqs) == list(range(1, calls + 1))
    assert app.final is not None
    assert (app.final.called, app.final.dropped) == ((calls,), (0,))


def test_lossless_every_call_is_stored_by_a_writer_that_is_slower_than_the_app(
    classes: Path, tmp_path: Path, core: str
) -> None:
    calls = CALLS[core]
    target = program(classes, tmp_path, threads=THREADS, calls=calls // THREADS)
    case = tmp_path / "case.db"
    with (
        written(case, mask=slow_disk(0.002)) as (_, process),
        burst(target, tmp_path, sink=process.sink, lossless=True, core=core) as app,
    ):
        app.wait_for_end(timeout_s=200)
    told = account(case)
    assert app.tally.begun == app.tally.returned == calls
    assert (told.stored, told.first, told.last) == (calls, 1, calls)
    assert (told.books, told.lost, told.dropped) == ("closed", 0, 0)


def test_by_default_a_slow_writer_costs_counted_drops_no_long_wait_and_no_memory(classes: Path, tmp_path: Path) -> None:
    waits = []
    for number in range(
        3
    ):  # where others use the machine too, a thread that holds a lock may have to wait for its turn
        (folder := tmp_path / str(number)).mkdir()
        waits.append(overloaded(classes, folder))
        if waits[-1] <= LONGEST_WAIT_MS:
            return
    raise AssertionError(f"in every burst, of hundreds of waits each, a call waited longer: {waits} ms")


def overloaded(classes: Path, folder: Path) -> float:
    """One burst with its books and memory checked; gives the longest wait in ms."""
    target = program(classes, folder, threads=THREADS, calls=10**6, ms=3000, chars=2000, end="stay")
    counts = folder / "counts"
    with controller(folder, target, nap_s=0.1) as process:
        wait_until(lambda: tally(counts).state == RUNNING, "the program")
        growth = Growth(process.app, process.process.pid)
        while tally(counts).state < CALLED:
            growth.look()
            time.sleep(0.05)
        process.finish()
    told, own = account(folder / "case.db"), tally(counts)
    assert (told.books, told.lost) == ("closed", 0)
    assert told.stored + told.dropped == own.begun == own.returned
    assert told.dropped > 0, "the writer was meant to be too slow"
    assert max(growth.most.values()) < MOST_GROWTH, growth.most
    return own.asleep_ms


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 50))])
def test_an_app_killed_at_any_moment_costs_no_more_than_the_books_say(classes: Path, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    lossless, mask = dice.random() < 0.5, dice.choice([keep_all, slow_disk(0.008)])
    target = program(classes, tmp_path, threads=THREADS, calls=10**6, pause_us=dice.choice([0, 0, 500]))
    case = tmp_path / "case.db"
    with (
        written(case, mask=mask) as (_, process),
        burst(target, tmp_path, sink=process.sink, lossless=lossless) as app,
    ):
        app.wait_for(RUNNING)
        time.sleep(dice.uniform(0, 1.2))
        os.kill(app.session.pid, signal.SIGKILL)
        killed_ms = time.time() * 1000
        end = app.wait_for_end()
        received = len(app.seqs)
    assert (end.reason, app.final) == ("process-terminated", None)
    assert end.at_ms - killed_ms < NOTICED_MS
    told = account(case)
    assert (told.stored, told.books, told.reason) == (received, "open", "process-terminated")
    assert told.unknown_from_seq is not None
    assert told.last < told.unknown_from_seq
    assert told.lost_bound is not None
    assert (
        told.stored + told.lost + told.dropped
        <= app.tally.begun
        <= told.stored + told.lost + told.dropped + told.lost_bound
    )


@pytest.mark.parametrize("end", ["return", "exit", "halt", "throw"])
def test_what_was_called_right_before_an_orderly_end_is_stored(
    classes: Path, tmp_path: Path, end: str, core: str
) -> None:
    target = program(classes, tmp_path, threads=THREADS, calls=250, end=end)
    case = tmp_path / "case.db"
    with written(case) as (_, process), burst(target, tmp_path, sink=process.sink, core=core) as app:
        assert app.wait_for_end().reason == "process-terminated"
    told = account(case)
    assert app.tally.state == (CALLED if end == "halt" else ENDED)
    assert (told.stored, told.first, told.last) == (app.tally.begun, 1, 250 * THREADS)
    assert (told.books, told.lost, told.dropped) == ("closed", 0, 0)


def test_a_session_that_ends_in_order_mid_burst_loses_nothing(classes: Path, tmp_path: Path, core: str) -> None:
    target = program(classes, tmp_path, threads=THREADS, calls=10**8)
    case = tmp_path / "case.db"
    with written(case) as (_, process), burst(target, tmp_path, sink=process.sink, core=core) as app:
        app.wait_for_calls(2000)
        assert app.session.close()
        assert app.final is not None
        called = app.final.called[0]
        goes_on(tmp_path / "counts", seconds=0.5)
        stop(tmp_path / "counts")
        ends_well(tmp_path)
    told = account(case)
    assert (told.stored, told.first, told.last) == (called, 1, called)
    assert (told.books, told.lost, told.dropped) == ("closed", 0, 0)


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 10))])
def test_a_killed_controller_leaves_a_sound_case_and_an_app_that_goes_on_unharmed(
    classes: Path, tmp_path: Path, seed: int, lossless: bool
) -> None:
    target = program(classes, tmp_path, threads=THREADS, calls=10**8, ms=20_000)
    with controller(tmp_path, target, lossless=lossless, nap_s=0.005) as process:
        enough = IN_FLIGHT_BOUND + random.Random(seed).randrange(5000, 8000)
        wait_until(lambda: tally(tmp_path / "counts").returned > enough, "more calls than can be under way")
        at_least = tally(tmp_path / "counts").returned  # these all had a controller
        process.kill()
        time.sleep(1)  # the app's side of Frida takes a moment to see that nobody listens any more
        goes_on(tmp_path / "counts", seconds=2)
        stop(tmp_path / "counts")
        ends_well(tmp_path)
    with CaseFile.open(tmp_path / "case.db") as case:
        case.mark_abandoned()
    told = account(tmp_path / "case.db")
    assert told.books == "open"
    assert told.lost_bound == IN_FLIGHT_BOUND
    promised = forgotten(tmp_path / "case.db")
    assert promised
    assert promised - stored(tmp_path / "case.db") == set()
    if lossless:  # no call beyond the window went on before one was acknowledged, and none is before it is stored
        assert at_least <= told.stored + told.lost + told.lost_bound
