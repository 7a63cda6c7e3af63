"""The log that apps and the system write: a bounded ring in memory, empty after every boot, as on a phone."""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from dataclasses import dataclass

LEVELS = "VDIWEFS"
_CAPACITY = 20_000  # lines, over all buffers


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line. `number` counts all lines since boot; `at_s` is Unix time."""

    number: int
    at_s: float
    pid: int
    tid: int
    level: str
    tag: str
    message: str
    buffer: str


class Log:
    """The newest lines. Who follows waits on `grown`, which is replaced at every addition."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_CAPACITY)
        self._count = 0
        self.breaks = 0  # how often whoever follows was thrown out
        self.grown = asyncio.Event()

    def break_off(self) -> None:
        """End all readers, as a restart of logd does."""
        self.breaks += 1
        self.grown.set()
        self.grown = asyncio.Event()

    def add(
        self, level: str, tag: str, message: str, *, pid: int, tid: int | None = None, buffer: str = "main"
    ) -> None:
        """Append a message; each of its lines becomes an entry, as in liblog."""
        for text in message.split("\n"):
            self._count += 1
            entry = Entry(
                number=self._count,
                at_s=time.time(),
                pid=pid,
                tid=pid if tid is None else tid,
                level=level if level in tuple(LEVELS) else "I",
                tag=tag,
                message=text,
                buffer=buffer,
            )
            self._entries.append(entry)
        self.grown.set()
        self.grown = asyncio.Event()

    def system(self, level: str, tag: str, message: str) -> None:
        """A line of the system server, which this process stands for."""
        self.add(level, tag, message, pid=os.getpid(), buffer="system")

    def clear(self, buffers: tuple[str, ...]) -> None:
        """Forget what these buffers hold."""
        self._entries = deque((entry for entry in self._entries if entry.buffer not in buffers), maxlen=_CAPACITY)

    def since(self, number: int) -> list[Entry]:
        """The entries after this number, oldest first."""
        return [entry for entry in self._entries if entry.number > number]
