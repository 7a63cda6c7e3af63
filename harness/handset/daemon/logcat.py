"""The log: a bounded ring that apps and the system write, and the `logcat` command that reads it."""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.handset.daemon.call import Call, Output, take_flag, take_option

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

_LEVELS = "VDIWEFS"
_BUFFERS = ("main", "system", "crash", "radio", "events")
_DEFAULT = ("main", "system", "crash")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log. `at_s` is Unix time."""

    number: int
    at_s: float
    pid: int
    tid: int
    level: str
    tag: str
    message: str
    buffer: str


class Log:
    """The newest 20,000 lines over all buffers, and a condition that followers wait on."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=20_000)
        self._number = 0
        self.grown = asyncio.Event()

    def add(
        self,
        level: str,
        tag: str,
        message: str,
        *,
        pid: int | None = None,
        tid: int | None = None,
        buffer: str = "main",
    ) -> None:
        """Append a message; each of its lines becomes an entry, as in liblog. Without `pid` it is the system's."""
        sender = os.getpid() if pid is None else pid
        for text in message.split("\n") or [""]:
            self._number += 1
            entry = Entry(
                number=self._number,
                at_s=time.time(),
                pid=sender,
                tid=sender if tid is None else tid,
                level=level if level in _LEVELS else "I",
                tag=tag,
                message=text,
                buffer=buffer,
            )
            self._entries.append(entry)
        self.grown.set()
        self.grown = asyncio.Event()

    def system(self, level: str, tag: str, message: str) -> None:
        """A line of the system server."""
        self.add(level, tag, message, buffer="system")

    def clear(self, buffers: tuple[str, ...]) -> None:
        """Forget what these buffers hold."""
        self._entries = deque((entry for entry in self._entries if entry.buffer not in buffers), maxlen=20_000)

    def since(self, number: int) -> list[Entry]:
        """Entries after the one with this number, oldest first."""
        return [entry for entry in self._entries if entry.number > number]


@dataclass(slots=True, kw_only=True)
class _Request:
    buffers: tuple[str, ...]
    style: str = "threadtime"
    modifiers: set[str] = field(default_factory=set)
    dump: bool = False
    tail: int | None = None
    after_s: float | None = None
    pid: int | None = None
    rules: dict[str, str] = field(default_factory=dict)

    def wants(self, entry: Entry) -> bool:
        if entry.buffer not in self.buffers or (self.pid is not None and entry.pid != self.pid):
            return False
        if self.after_s is not None and entry.at_s < self.after_s:
            return False
        level = self.rules.get(entry.tag, self.rules.get("*", "V"))
        return level != "S" and _LEVELS.index(entry.level) >= _LEVELS.index(level)


async def logcat(phone: Phone, call: Call, out: Output) -> int:
    """`logcat [-d] [-c] [-v FORMAT] [-b BUFFER,...] [-t|-T COUNT|TIME] [--pid N] [-s] [TAG:LEVEL ...]`."""
    arguments = call.arguments
    named = take_option(arguments, "-b") or take_option(arguments, "--buffer")
    buffers = _buffers(named)
    if take_flag(arguments, "-c") or take_flag(arguments, "--clear"):
        phone.log.clear(buffers)
        return 0
    if take_flag(arguments, "-g"):
        for buffer in buffers:
            out.line(f"{buffer}: ring buffer is 5 MiB (100 KiB consumed), max entry is 5120 B, max payload is 4068 B")
        return 0
    request = _parse(arguments, buffers)
    await _follow(phone.log, request, out)
    return 0


def _buffers(named: str | None) -> tuple[str, ...]:
    chosen = tuple((named or "default").split(","))
    if "all" in chosen:
        return _BUFFERS
    return _DEFAULT if "default" in chosen else chosen


def _parse(arguments: list[str], buffers: tuple[str, ...]) -> _Request:
    request = _Request(buffers=buffers)
    request.dump = take_flag(arguments, "-d")
    while (words := take_option(arguments, "-v") or take_option(arguments, "--format")) is not None:
        for word in words.split(","):
            if word in ("year", "UTC", "usec", "epoch", "color", "descriptive", "zone", "uid", "printable"):
                request.modifiers.add(word)
            else:
                request.style = word
    for name in ("-t", "-T"):
        mark = take_option(arguments, name)
        if mark is not None:
            request.dump = request.dump or name == "-t"
            request.tail, request.after_s = (int(mark), None) if mark.isdecimal() else (None, _moment(mark))
    pid = take_option(arguments, "--pid") or next((a[6:] for a in arguments if a.startswith("--pid=")), None)
    request.pid = int(pid) if pid else None
    if take_flag(arguments, "-s"):
        request.rules["*"] = "S"
    for rule in arguments:
        tag, _, level = rule.partition(":")
        if not rule.startswith("-"):
            request.rules[tag] = level.upper()[:1] if level[:1].upper() in tuple(_LEVELS) else "V"
    return request


def _moment(text: str) -> float:
    for form in ("%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S"):
        whole, _, fraction = text.partition(".")
        try:
            parsed = time.strptime(
                whole if form.startswith("%Y") else f"{time.gmtime().tm_year}-{whole}", "%Y-%m-%d %H:%M:%S"
            )
        except ValueError:
            continue
        import calendar

        return calendar.timegm(parsed) + (float(f"0.{fraction}") if fraction else 0.0)
    return float(text)


async def _follow(log: Log, request: _Request, out: Output) -> None:
    number, last_buffer = 0, ""
    backlog = [entry for entry in log.since(0) if request.wants(entry)]
    if request.tail is not None:
        backlog = backlog[-request.tail :] if request.tail else []
    started: set[str] = set()
    while True:
        text = []
        for entry in backlog:
            if entry.buffer != last_buffer and request.style not in ("raw", "tag"):
                text.append(f"--------- {'switch to' if entry.buffer in started else 'beginning of'} {entry.buffer}")
                started.add(entry.buffer)
                last_buffer = entry.buffer
            text.append(render(entry, request.style, request.modifiers))
        if text:
            out.write("\n".join(text) + "\n")
        if request.dump:
            return
        grown = log.grown
        newest = log.since(number)
        number = newest[-1].number if newest else number
        backlog = []
        await grown.wait()
        backlog = [entry for entry in log.since(number) if request.wants(entry)]


def render(entry: Entry, style: str, modifiers: set[str]) -> str:
    """One entry in one of logcat's formats; times are UTC, which is the handset's time zone."""
    stamp = _stamp(entry.at_s, modifiers)
    match style:
        case "brief":
            return f"{entry.level}/{entry.tag:<8}({entry.pid:5}): {entry.message}"
        case "process":
            return f"{entry.level}({entry.pid:5}) {entry.message}  ({entry.tag})"
        case "tag":
            return f"{entry.level}/{entry.tag:<8}: {entry.message}"
        case "raw":
            return entry.message
        case "time":
            return f"{stamp} {entry.level}/{entry.tag:<8}({entry.pid:5}): {entry.message}"
        case "long":
            return f"[ {stamp} {entry.pid:5}:{entry.tid:5} {entry.level}/{entry.tag:<8} ]\n{entry.message}\n"
        case _:
            return f"{stamp} {entry.pid:5} {entry.tid:5} {entry.level} {entry.tag:<8}: {entry.message}"


def _stamp(at_s: float, modifiers: set[str]) -> str:
    micros = int(at_s * 1_000_000)
    fraction = f"{micros % 1_000_000:06}" if "usec" in modifiers else f"{micros // 1000 % 1000:03}"
    if "epoch" in modifiers:
        return f"{micros // 1_000_000}.{fraction}"
    form = "%Y-%m-%d %H:%M:%S" if "year" in modifiers else "%m-%d %H:%M:%S"
    return f"{time.strftime(form, time.gmtime(at_s))}.{fraction}"
