"""`logcat`: reads the log in logcat's formats. Times are UTC, the handset's time zone."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from harness.handset.daemon.call import Call, Output, take_flag, take_option
from harness.handset.daemon.log import LEVELS, Entry, Log

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

_BUFFERS = ("main", "system", "crash", "radio", "events")
_DEFAULT = ("main", "system", "crash")
_MODIFIERS = ("year", "UTC", "usec", "epoch", "color", "descriptive", "zone", "uid", "printable")
_FORMATS = {
    "brief": "{level}/{tag:<8}({pid:5}): {message}",
    "process": "{level}({pid:5}) {message}  ({tag})",
    "tag": "{level}/{tag:<8}: {message}",
    "raw": "{message}",
    "time": "{stamp} {level}/{tag:<8}({pid:5}): {message}",
    "long": "[ {stamp} {pid:5}:{tid:5} {level}/{tag:<8} ]\n{message}\n",
    "threadtime": "{stamp} {pid:5} {tid:5} {level} {tag:<8}: {message}",
}


@dataclass(slots=True, kw_only=True)
class _Request:
    buffers: tuple[str, ...]
    style: str = "threadtime"
    modifiers: set[str] = field(default_factory=set)
    dump: bool = False
    tail: int | None = None
    after_s: float | None = None
    pid: int | None = None
    rules: dict[str, str] = field(default_factory=dict)  # tag or "*" -> lowest level shown

    def wants(self, entry: Entry) -> bool:
        if entry.buffer not in self.buffers or (self.pid is not None and entry.pid != self.pid):
            return False
        if self.after_s is not None and entry.at_s < self.after_s:
            return False
        level = self.rules.get(entry.tag, self.rules.get("*", "V"))
        return level != "S" and LEVELS.index(entry.level) >= LEVELS.index(level)


async def logcat(phone: Phone, call: Call, out: Output) -> int:
    """`logcat [-d] [-c] [-g] [-v FORMAT] [-b BUFFER,...] [-t|-T COUNT|TIME] [--pid N] [-s] [TAG:LEVEL ...]`."""
    arguments = call.arguments
    buffers = _buffers(take_option(arguments, "-b") or take_option(arguments, "--buffer"))
    if take_flag(arguments, "-c") or take_flag(arguments, "--clear"):
        phone.log.clear(buffers)
        return 0
    if take_flag(arguments, "-g"):
        for buffer in buffers:
            out.line(f"{buffer}: ring buffer is 5 MiB (100 KiB consumed), max entry is 5120 B, max payload is 4068 B")
        return 0
    try:
        request = _parse(arguments, buffers)
    except ValueError as exc:
        out.error(f"logcat: {exc}")
        return 1
    if not await _print(phone.log, request, out):
        out.error("read: unexpected EOF!")
        return 1
    return 0


def _buffers(named: str | None) -> tuple[str, ...]:
    chosen = tuple((named or "default").split(","))
    if "all" in chosen:
        return _BUFFERS
    return _DEFAULT if "default" in chosen else chosen


def _parse(arguments: list[str], buffers: tuple[str, ...]) -> _Request:
    request = _Request(buffers=buffers, dump=take_flag(arguments, "-d"))
    while (words := take_option(arguments, "-v") or take_option(arguments, "--format")) is not None:
        for word in words.split(","):
            if word in _FORMATS:
                request.style = word
            elif word in _MODIFIERS:
                request.modifiers.add(word)
            else:
                raise ValueError(f'Invalid parameter "{word}" to -v')
    for name in ("-t", "-T"):
        mark = take_option(arguments, name)
        if mark is not None:
            request.dump = request.dump or name == "-t"
            if mark.isdecimal():
                request.tail = int(mark)
            else:
                request.after_s = _moment(mark)
    _filters(request, arguments)
    return request


def _filters(request: _Request, arguments: list[str]) -> None:
    pid = take_option(arguments, "--pid") or next((word[6:] for word in arguments if word.startswith("--pid=")), None)
    request.pid = int(pid) if pid else None
    if take_flag(arguments, "-s"):
        request.rules["*"] = "S"
    for rule in arguments:
        tag, _, level = rule.partition(":")
        if not rule.startswith("-"):
            request.rules[tag] = level[:1].upper() if level[:1].upper() in tuple(LEVELS) else "V"


def _moment(text: str) -> float:
    """Unix time of `MM-DD HH:MM:SS.mmm`, with or without a year in front, or of seconds since 1970."""
    if "-" not in text:
        return float(text)
    whole = text if text[:4].isdecimal() else f"{time.gmtime().tm_year}-{text}"
    form = "%Y-%m-%d %H:%M:%S.%f" if "." in whole else "%Y-%m-%d %H:%M:%S"
    return datetime.strptime(whole, form).replace(tzinfo=UTC).timestamp()


async def _print(log: Log, request: _Request, out: Output) -> bool:
    """False when the log broke off."""
    printer = _Printer(request, out)
    entries = log.since(0)
    wanted = [entry for entry in entries if request.wants(entry)]
    if request.tail is not None:
        wanted = wanted[max(len(wanted) - request.tail, 0) :]
    printer.print(wanted)
    breaks = log.breaks
    while not request.dump:
        if log.breaks != breaks:
            return False
        grown, last = log.grown, entries[-1].number if entries else 0
        fresh = log.since(last)
        if not fresh:
            await grown.wait()
            continue
        entries = fresh
        printer.print(entry for entry in fresh if request.wants(entry))
    return True


class _Printer:
    """Writes entries, with a separator wherever the buffer changes."""

    def __init__(self, request: _Request, out: Output) -> None:
        self._request = request
        self._out = out
        self._last = ""
        self._begun: set[str] = set()

    def print(self, entries: Iterable[Entry]) -> None:
        lines = []
        for entry in entries:
            if entry.buffer != self._last and self._request.style != "raw":
                lines.append(
                    f"--------- {'switch to' if entry.buffer in self._begun else 'beginning of'} {entry.buffer}"
                )
                self._begun.add(entry.buffer)
                self._last = entry.buffer
            lines.append(render(entry, self._request.style, self._request.modifiers))
        if lines:
            self._out.write("\n".join(lines) + "\n")


def render(entry: Entry, style: str, modifiers: set[str]) -> str:
    """One entry in one of logcat's formats."""
    return _FORMATS[style].format(
        stamp=_stamp(entry.at_s, modifiers),
        pid=entry.pid,
        tid=entry.tid,
        level=entry.level,
        tag=entry.tag,
        message=entry.message,
    )


def _stamp(at_s: float, modifiers: set[str]) -> str:
    micros = round(at_s * 1_000_000)
    seconds, micros = divmod(micros, 1_000_000)
    fraction = f"{micros:06}" if "usec" in modifiers else f"{micros // 1000:03}"
    if "epoch" in modifiers:
        return f"{seconds}.{fraction}"
    form = "%Y-%m-%d %H:%M:%S" if "year" in modifiers else "%m-%d %H:%M:%S"
    zone = " +0000" if "zone" in modifiers else ""
    return f"{time.strftime(form, time.gmtime(seconds))}.{fraction}{zone}"
