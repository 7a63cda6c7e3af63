"""The handset with Doorbell on it as somebody sees it who stands by: pids, screen, log; and a case file's rows."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.device import AndroidDevice
from harness.handset.handset import RunningHandset

PACKAGE = "com.example.doorbell"
SYNC = f"/data/data/{PACKAGE}/files/sync.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One handset."""

    device: AndroidDevice
    serial: str

    def says(self, *command: str) -> str:
        return self.device.shell(command).stdout

    def pids(self, name: str) -> list[int]:
        return [int(word) for word in self.says("pidof", name).split()]

    def held(self) -> list[int]:
        return [int(word) for word in self.says("cmd", "handset", "pending").split()]

    def synced(self) -> str:
        """What the remote process has written first of all; "" before."""
        return self.says("cat", SYNC)

    def tap(self, entry: str) -> None:
        found = re.search(
            rf'resource-id="{PACKAGE}:id/{entry}"[^>]*bounds="\[(\d+),(\d+)\]\[(\d+),(\d+)\]"', self.screen()
        )
        assert found is not None, entry
        left, top, right, bottom = map(int, found.groups())
        self.device.tap((left + right) // 2, (top + bottom) // 2)

    def screen(self) -> str:
        return self.device.hierarchy()


def until(happened: Callable[[], object], *, timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def rows(case: Path, query: str, *parameters: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(case)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(query, parameters)]


def labels(case: Path) -> set[str]:
    """The steps that have begun."""
    try:
        return {row["label"] for row in rows(case, "select label from step")}
    except sqlite3.OperationalError:
        return set()  # the tables are being made


def frida_server(handset: RunningHandset) -> int:
    """Its process as this machine sees it."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = place.joinpath("cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended
        if b"/system/bin/frida-server" in words and f"127.0.0.1:{handset.frida_port}".encode() in words:
            return int(place.name)
    raise AssertionError("frida-server does not run")
