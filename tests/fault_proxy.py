"""A TCP proxy between an adb server and an adbd (or any two) that spoils the connection when told to.

Not adb's words but its wire: what a bad cable, a restarted adbd or a hung phone does. One thread per direction; every
fault is counted, so a test can say that it happened.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

_CHUNK = 65536
_ANSWERED_S = 30.0


class Way(StrEnum):
    """What happens to a connection."""

    DROP = "drop"  # closed in order (FIN), both ends
    RESET = "reset"  # torn down (RST), both ends
    STALL = "stall"  # kept open; nothing passes any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Spoil a connection once `after_bytes` have come back from the device on it, or once the device's end has been
    asked `after_requests` times; neither means at once. `times` connections or chunks in all."""

    way: Way
    after_bytes: int = 0
    after_requests: int = 0
    times: int = 1


@dataclass(slots=True)
class _Counter:
    """How much one connection has carried."""

    from_device: int = 0
    to_device: int = 0  # chunks: adb writes one message, or header and payload, at a time


@dataclass(slots=True)
class FaultProxy:
    """Listens on `port`, forwards to `target`; `plant` a fault, `struck` counts those that happened."""

    target: tuple[str, int]
    struck: int = 0
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _fault: Fault | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: set[socket.socket] = field(default_factory=set)
    _stalled: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        """Where to connect instead of to the target."""
        return int(self._listener.getsockname()[1])

    @property
    def serial(self) -> str:
        """What adb calls a device behind the proxy."""
        return f"127.0.0.1:{self.port}"

    def plant(self, fault: Fault) -> None:
        """The next connections, and those that are open, suffer from it; another one takes its place."""
        with self._lock:
            self._fault = fault

    def heal(self) -> None:
        """No fault any more; connections that stalled stay as they are."""
        with self._lock:
            self._fault = None

    def break_all(self, way: Way = Way.RESET) -> None:
        """Spoil every connection that is open now."""
        with self._lock:
            for each in list(self._open):
                _end(each, way)
            self._open.clear()
            self.struck += 1

    def serve(self) -> None:
        """Accept until closed; runs in a thread of its own."""
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self.target, timeout=5.0)
            except OSError:
                _end(near, Way.RESET)
                continue
            far.settimeout(None)
            with self._lock:
                self._open |= {near, far}
            counter = _Counter()
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, sink, counter, source is far), daemon=True).start()

    def close(self) -> None:
        """Stop listening and end every connection."""
        self._stalled.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for each in list(self._open):
                _end(each, Way.DROP)
            self._open.clear()

    def _carry(self, source: socket.socket, sink: socket.socket, counter: _Counter, from_device: bool) -> None:
        with suppress(OSError):
            while chunk := source.recv(_CHUNK):
                if from_device:
                    counter.from_device += len(chunk)
                else:
                    counter.to_device += 1
                way = self._due(counter)
                if way is Way.STALL:
                    self._stalled.wait(_ANSWERED_S)
                    break
                if way is not None:
                    self._end_both(source, sink, way)
                    return
                sink.sendall(chunk)
        self._end_both(source, sink, Way.DROP)

    def _due(self, counter: _Counter) -> Way | None:
        with self._lock:
            fault = self._fault
            if fault is None or counter.from_device < fault.after_bytes or counter.to_device < fault.after_requests:
                return None
            left = fault.times - 1
            self._fault = (
                None
                if left <= 0
                else Fault(
                    way=fault.way, after_bytes=fault.after_bytes, after_requests=fault.after_requests, times=left
                )
            )
            self.struck += 1
            return fault.way

    def _end_both(self, one: socket.socket, other: socket.socket, way: Way) -> None:
        with self._lock:  # whoever comes first decides how they end
            mine = self._open & {one, other}
            self._open -= mine
            for each in mine:
                _end(each, way)


def _end(connection: socket.socket, way: Way) -> None:
    with suppress(OSError):
        if way is Way.RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.shutdown(socket.SHUT_RD)  # wakes the thread that reads: only the last user's close sends RST
        else:
            connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def fault_proxy(port: int, *, host: str = "127.0.0.1") -> Iterator[FaultProxy]:
    """A proxy in front of this port for the block."""
    proxy = FaultProxy((host, port))
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join(5.0)
