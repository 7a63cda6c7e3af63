"""`logcat` of the handset: formats, filters, following."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from harness.handset.daemon.log import Entry
from harness.handset.daemon.logcat import render
from tests.handset_in_process import ask, boot, say

# 2020-01-23 10:15:01.845 UTC, by `date -u -d '2020-01-23 10:15:01' +%s`
ENTRY = Entry(
    number=1, at_s=1579774501.845, pid=200, tid=201, level="F", tag="DEBUG", message="backtrace:", buffer="crash"
)


@pytest.mark.parametrize(
    ("style", "modifiers", "text"),
    [
        ("threadtime", set(), "01-23 10:15:01.845   200   201 F DEBUG   : backtrace:"),
        ("threadtime", {"year"}, "2020-01-23 10:15:01.845   200   201 F DEBUG   : backtrace:"),
        ("threadtime", {"epoch", "usec"}, "1579774501.845000   200   201 F DEBUG   : backtrace:"),
        ("brief", set(), "F/DEBUG   (  200): backtrace:"),
        ("tag", set(), "F/DEBUG   : backtrace:"),
        ("raw", set(), "backtrace:"),
        ("time", set(), "01-23 10:15:01.845 F/DEBUG   (  200): backtrace:"),
        ("long", set(), "[ 01-23 10:15:01.845   200:  201 F/DEBUG    ]\nbacktrace:\n"),
    ],
)
def test_an_entry_is_printed_in_each_format(style: str, modifiers: set[str], text: str) -> None:
    assert render(ENTRY, style, modifiers) == text


def test_a_dump_marks_where_buffers_begin_and_change(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    phone.log.add("I", "One", "a\nb", pid=5)
    phone.log.add("E", "Two", "c", pid=6, buffer="crash")
    phone.log.add("W", "One", "d", pid=5)
    assert say(phone, "logcat -d -v tag").out.splitlines() == [
        "--------- beginning of main",
        "I/One     : a",
        "I/One     : b",
        "--------- beginning of crash",
        "E/Two     : c",
        "--------- switch to main",
        "W/One     : d",
    ]


@pytest.mark.parametrize(
    ("options", "messages"),
    [
        ("", ["a", "b", "c"]),
        ("-b crash", ["b"]),
        ("-t 1", ["c"]),
        ("One:W *:S", ["c"]),
        ("-s One", ["a", "c"]),
        ("--pid=6", ["b"]),
        ("*:E", ["b"]),
        ("-T '2020-01-23 10:15:01.845'", ["a", "b", "c"]),
    ],
)
def test_filters_choose_lines(tmp_path: Path, options: str, messages: list[str]) -> None:
    phone = boot(tmp_path)
    phone.log.add("I", "One", "a", pid=5)
    phone.log.add("E", "Two", "b", pid=6, buffer="crash")
    phone.log.add("W", "One", "c", pid=5)
    assert say(phone, f"logcat -d -v raw {options}").out.splitlines() == messages


def test_clear_forgets_and_a_wrong_format_is_refused(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    phone.log.add("I", "One", "a", pid=5)
    assert say(phone, "logcat -c").code == 0
    assert say(phone, "logcat -d").out == ""
    wrong = say(phone, "logcat -d -v nonsense")
    assert (wrong.err, wrong.code) == ('logcat: Invalid parameter "nonsense" to -v\n', 1)


def test_following_gives_new_lines_as_they_come_and_none_twice(tmp_path: Path) -> None:
    async def run() -> list[str]:
        from harness.handset.daemon.call import Call, Output
        from harness.handset.daemon.server import execute

        phone = boot(tmp_path)
        phone.log.add("I", "One", "first", pid=5)
        parts: list[bytes] = []
        call = Call(argv=("logcat", "-v", "raw"))
        following = asyncio.ensure_future(execute(phone, call, Output(lambda _, content: parts.append(content))))
        for text in ("second", "third"):
            await asyncio.sleep(0.01)
            phone.log.add("I", "One", text, pid=5)
        await asyncio.sleep(0.01)
        following.cancel()
        return b"".join(parts).decode().splitlines()

    assert asyncio.run(run()) == ["first", "second", "third"]


def test_a_time_stamp_of_the_log_can_be_given_back_to_it(tmp_path: Path) -> None:
    async def run() -> tuple[str, str]:
        phone = boot(tmp_path)
        phone.log.add("I", "One", "before", pid=5)
        await asyncio.sleep(0.01)
        phone.log.add("I", "One", "after", pid=5)
        line = (await ask(phone, "logcat -d -v threadtime")).out.splitlines()[-1]
        stamp = re.match(r"\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}", line)
        assert stamp is not None
        return (await ask(phone, f"logcat -d -v raw -T '{stamp.group()}'")).out, line

    out, _ = asyncio.run(run())
    assert out == "after\n"
