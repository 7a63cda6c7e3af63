"""An adb server for tests: canned answers, and failures that a healthy handset cannot produce."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

Answer = Callable[[socket.socket], None]
SHELL = "shell,v2,raw:"


def packet(kind: int, body: bytes) -> bytes:
    return struct.pack("<BI", kind, len(body)) + body


def fail(reason: str) -> bytes:
    return b"FAIL" + f"{len(reason):04x}".encode() + reason.encode()


def send(*parts: bytes) -> Answer:
    def answer(connection: socket.socket) -> None:
        connection.sendall(parts[0])
        connection.recv(5, socket.MSG_WAITALL)  # the end of stdin
        for part in parts[1:]:
            connection.sendall(part)

    return answer


class FakeAdbServer:
    """Speaks adb's host protocol with canned answers; whatever has none is closed on, as a dead server does."""

    def __init__(self) -> None:
        self.listed = ""
        self.transport: dict[str, bytes] = {}
        self.services: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.shell: Callable[[str, socket.socket], None] | None = None  # runs what has no canned answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while request := self._request(connection):
                self.asked.append(request)
                if request == "host:devices-l":
                    connection.sendall(b"OKAY" + f"{len(self.listed):04x}".encode() + self.listed.encode())
                elif request.startswith("host:transport:"):
                    connection.sendall(self.transport.get(request.removeprefix("host:transport:"), b"OKAY"))
                elif request in self.services:
                    self.services[request](connection)
                    return
                elif self.shell is not None and request.startswith(SHELL):
                    self.shell(request.removeprefix(SHELL), connection)
                    return
                else:
                    return

    @staticmethod
    def _request(connection: socket.socket) -> str:
        size = connection.recv(4, socket.MSG_WAITALL)
        return connection.recv(int(size, 16), socket.MSG_WAITALL).decode() if len(size) == 4 else ""

    def says(self, command: str, stdout: str | bytes = "", *, stderr: str = "", exit_code: int = 0) -> None:
        """What a shell command of the device prints."""
        printed = stdout.encode() if isinstance(stdout, str) else stdout
        self.services[f"shell,v2,raw:{command}"] = send(
            b"OKAY", packet(1, printed), packet(2, stderr.encode()), packet(3, bytes([exit_code]))
        )
