"""A command on the device and back, as every step of a scenario needs it, against a shell that stays open."""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from harness.device import AndroidDevice, open_device
from harness.device.adb import Server
from harness.handset import handset as handsets
from tests.bench.row import NotMeasured, Sample, Setting

_COMMANDS = 40


def round_trip(setting: Setting) -> Sample:
    """Milliseconds per command."""
    device = _device()
    commands = setting.count(_COMMANDS) // 4
    with _open_shell(device.serial) as ask:
        return Sample(ours=_median(lambda: device.shell(["true"]), commands), limit=_median(ask, commands))


@cache
def _device() -> AndroidDevice:
    """A handset of the bench's own, which `remove` takes away."""
    for program in ("bwrap", "mmdebstrap"):
        if shutil.which(program) is None:
            raise NotMeasured(f"skipped: no {program} for a virtual handset")
    return open_device(handsets.up(_name()).serial)


def remove() -> None:
    """Take the handset away, if there is one."""
    if _device.cache_info().currsize:
        _device.cache_clear()
        handsets.remove(_name())


def _name() -> str:
    return f"bench-{os.getpid()}"


@contextmanager
def _open_shell(serial: str) -> Iterator[Callable[[], None]]:
    """The raw limit: one shell for all, told to echo a mark; no exit code, no separate streams, no quoting."""
    with socket.create_connection(("127.0.0.1", Server().port), timeout=20) as link:
        _ask(link, f"host:transport:{serial}")
        _ask(link, "shell,raw:sh")

        def command() -> None:
            link.sendall(b"echo mark\n")
            while b"mark" not in link.recv(4096):
                pass

        command()
        yield command


def _ask(link: socket.socket, request: str) -> None:
    link.sendall(f"{len(request):04x}{request}".encode())
    assert link.recv(4, socket.MSG_WAITALL) == b"OKAY"


def _median(work: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)
