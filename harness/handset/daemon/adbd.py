"""adbd, kept running; and how it is made to go away."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress

from harness.handset.daemon import loopback

_APEX = "/apex/adbd"
_ADBD = f"{_APEX}/usr/lib/android-sdk/platform-tools/adbd"
_LIBRARIES = f"{_APEX}/usr/lib/x86_64-linux-gnu"
_PAUSE_S = 1.0  # with its port taken it ends again and again: the host gives up then
_log = logging.getLogger(__name__)


class Adbd:
    """The device's end of every connection; `pid` is None while it does not run (in tests: never)."""

    def __init__(self) -> None:
        self.pid: int | None = None
        self._wanted = asyncio.Event()
        self._wanted.set()

    async def serve(self) -> None:
        """Run it for ever."""
        while True:
            await self._wanted.wait()
            await self._once()
            if self._wanted.is_set():
                _log.error("adbd has ended")
                await asyncio.sleep(_PAUSE_S)

    def kill(self) -> None:
        """End it at once, as a crash would: every connection breaks."""
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def leave(self) -> None:
        """End it, and do not start it until `come_back`."""
        self._wanted.clear()
        self.kill()

    def come_back(self) -> None:
        """Start it again; nothing to do where it runs."""
        self._wanted.set()

    async def _once(self) -> None:
        """Start adbd and wait for its end."""
        argv = (f"{_APEX}/usr/lib64/ld-linux-x86-64.so.2", "--library-path", f"{_LIBRARIES}:{_LIBRARIES}/android")
        starter = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", loopback.__file__, *argv, _ADBD),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        # Not until its end: adbd has the same stdout, and keeps it open.
        answer = await starter.stdout.readline() if starter.stdout is not None else b""
        if answer:
            self.pid = int(answer)
            await _end_of(self.pid)
            self.pid = None
        await starter.wait()


async def _end_of(pid: int) -> None:
    """Wait for a process that is no child of ours."""
    ended = asyncio.Event()
    descriptor = os.pidfd_open(pid)
    asyncio.get_running_loop().add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        asyncio.get_running_loop().remove_reader(descriptor)
        os.close(descriptor)
