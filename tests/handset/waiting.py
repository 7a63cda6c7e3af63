"""A run that waits, so that something can happen to it; and a shell on the handset that is none of ours."""

from __future__ import annotations

import os
import socket
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from harness.handset.handset import RunningHandset
from tests.handset.cli import Running

PACKAGE = "com.example.doorbell"
WAITING = """\
appId: com.example.doorbell
name: Wait
---
- launchApp: {clearState: true, label: "phase: start"}
- assertVisible: {id: consent_title}
- idle: {ms: 120000, label: Wait here}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A run that has come to a step where it waits for two minutes."""

    running: Running
    case: Path
    witness: Path

    def run_row(self) -> tuple[str, str, int]:
        with closing(sqlite3.connect(self.case)) as db:
            ((outcome, reason, code),) = db.execute("select outcome, reason, exit_code from run").fetchall()
        return outcome, reason, code

    def events(self) -> int:
        with closing(sqlite3.connect(self.case)) as db:
            return int(db.execute("select count(*) from event").fetchone()[0])

    def at_the_step(self) -> bool:
        if not self.case.exists():
            return False
        with closing(sqlite3.connect(self.case)) as db:
            try:
                return bool(db.execute("select 1 from step where label = 'Wait here'").fetchall())
            except sqlite3.OperationalError:
                return False  # the tables are being made


def shell(handset: RunningHandset, *command: str) -> str:
    """Over the adb server of the session, in its own protocol: what a user would do with the adb command."""
    with socket.create_connection(("127.0.0.1", int(os.environ["ANDROID_ADB_SERVER_PORT"])), timeout=20) as server:
        ask(server, f"host:transport:{handset.serial}")
        ask(server, f"shell:{' '.join(command)}")
        return b"".join(iter(lambda: server.recv(65536), b"")).decode()


def ask(server: socket.socket, request: str) -> None:
    server.sendall(f"{len(request):04x}{request}".encode())
    assert server.recv(4, socket.MSG_WAITALL) == b"OKAY"
