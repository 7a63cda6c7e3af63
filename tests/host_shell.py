"""A shell of this computer behind shell protocol v2, as adbd runs one: packets of what it prints, SIGHUP at the end."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import struct
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from tests.fake_adb import packet

_STDIN, _STDOUT, _STDERR, _EXIT, _CLOSE_STDIN = range(5)
_IN_SMALL = {"ps -A -o PID,PPID": "ps -A -o pid,ppid"}  # this computer's ps has no field PID, toybox's has


class HostShell:
    """Give it to a FakeAdbServer. `pieces` is how many bytes a packet holds at most."""

    def __init__(self, program: Sequence[str], *, pieces: int = 1 << 16) -> None:
        self.pids: list[int] = []
        self._program = program
        self._pieces = pieces

    def __call__(self, line: str, connection: socket.socket) -> None:
        connection.sendall(b"OKAY")
        pipe = subprocess.PIPE
        with subprocess.Popen(
            [*self._program, "-c", _IN_SMALL.get(line, line), self._program[-1]], stdin=pipe, stdout=pipe, stderr=pipe,
            start_new_session=True, cwd="/", bufsize=0,
        ) as process:  # fmt: skip
            self.pids.append(process.pid)
            if self._carried(process, connection):
                status = process.wait()
                connection.sendall(packet(_EXIT, bytes([status if status >= 0 else 128 - status])))
            else:
                process.send_signal(signal.SIGHUP)

    def _carried(self, process: subprocess.Popen[bytes], connection: socket.socket) -> bool:
        """Until nobody holds stdout and stderr any more; False when the other side hung up before."""
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        with selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_READ, None)
            selector.register(process.stdout, selectors.EVENT_READ, _STDOUT)
            selector.register(process.stderr, selectors.EVENT_READ, _STDERR)
            while len(selector.get_map()) > 1:
                for key, _ in selector.select():
                    if key.data is None:
                        if not _told(process, connection):
                            return False
                    elif part := os.read(key.fd, 1 << 16):
                        for start in range(0, len(part), self._pieces):
                            connection.sendall(packet(key.data, part[start : start + self._pieces]))
                    else:
                        selector.unregister(key.fileobj)
        return True


def _told(process: subprocess.Popen[bytes], connection: socket.socket) -> bool:
    head = connection.recv(5, socket.MSG_WAITALL)
    if len(head) < 5:
        return False
    kind, length = struct.unpack("<BI", head)
    body = connection.recv(length, socket.MSG_WAITALL) if length else b""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        if kind == _STDIN:
            process.stdin.write(body)
        elif kind == _CLOSE_STDIN:
            process.stdin.close()
    return True
