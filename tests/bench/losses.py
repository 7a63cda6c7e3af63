"""What an end costs in events, and what a slow consumer costs in memory."""

from __future__ import annotations

import os
import signal
import time

from tests.bench.row import Sample, Setting
from tests.controller import controller
from tests.counted import ENDED, RUNNING, burst, program, tally
from tests.growth import Growth
from tests.jvm import wait_until

FLUSH_S = 0.05  # the longest that the agent keeps an event before it sends it
_RATE = 2_000
_THREADS = 4
_BURST_S = 3.0
_NAP_S = 0.025  # after each fifty events: 2,000 a second, a tenth of what the writer could store


def killed_app(setting: Setting) -> Sample:
    """Events lost when the app is killed, and how many it made in the time that the agent may keep one."""
    place = setting.room("killed")
    pause = int(1e6 * _THREADS / _RATE)
    target = program(setting.classes, place, threads=_THREADS, calls=10**6, pause_us=pause)
    with burst(target, place) as app:
        app.wait_for(RUNNING)
        began, there = time.monotonic(), app.tally.begun
        time.sleep(max(0.3, 1.5 * setting.scale))
        os.kill(app.session.pid, signal.SIGKILL)
        rate = (app.tally.begun - there) / (time.monotonic() - began)
        app.wait_for_end()
    return Sample(ours=app.tally.begun - len(app.seqs), limit=rate * FLUSH_S)


def orderly_stop(setting: Setting) -> Sample:
    """Events lost by calling and ending at once."""
    place = setting.room("orderly")
    target = program(setting.classes, place, threads=_THREADS, calls=setting.count(2_000), end="exit")
    with burst(target, place) as app:
        app.wait_for_end()
    assert app.tally.state == ENDED
    return Sample(ours=app.tally.begun - len(app.seqs))


def app_growth(setting: Setting) -> Sample:
    """MiB by which the app grows while the writer stores a tenth of what it could."""
    return Sample(ours=_overload(setting)[0])


def controller_growth(setting: Setting) -> Sample:
    """The same of the harness."""
    return Sample(ours=_overload(setting)[1])


def _overload(setting: Setting) -> tuple[float, float]:
    place = setting.room("overload")
    ms = int(1000 * max(0.5, _BURST_S * setting.scale))
    target = program(setting.classes, place, threads=_THREADS, calls=10**7, ms=ms, chars=2000, end="stay")
    with controller(place, target, nap_s=_NAP_S) as process:
        counts = place / "counts"
        wait_until(lambda: tally(counts).state == RUNNING, "the program")
        growth = Growth(process.app, process.process.pid)
        while tally(counts).state == RUNNING:
            growth.look()
            time.sleep(0.05)
    return growth.most[process.app] / 2**20, growth.most[process.process.pid] / 2**20
