"""The one place that speaks to adbutils: server, listing, shell protocol v2, files. Its exceptions end here."""

from __future__ import annotations

import os
import re
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from adbutils import AdbClient, AdbError, adb_path
from adbutils.errors import AdbConnectionError, AdbTimeout

from harness.model.errors import DeviceError, DeviceLost

_STDOUT, _STDERR, _EXIT = 1, 2, 3  # packet kinds of shell protocol v2
_ANSWER_S = 10.0  # until adb has started a command
_CLOSE_STDIN = struct.pack("<BI", 4, 0)  # so that a command that reads its input ends
_GONE = re.compile(r"device .*not found|device offline|device still (connecting|authorizing)|\bclosed\b|protocol fault")
_UNAUTHORIZED = re.compile(r"unauthorized")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of the adb server's list."""

    serial: str
    state: str  # "device", "offline", "unauthorized", ...
    model: str  # as adb says it, "" when it does not know


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a command gave, as bytes."""

    stdout: bytes
    stderr: bytes
    exit_code: int


class Server:
    """The adb server of this process: `$ANDROID_ADB_SERVER_PORT` or 5037, started when nobody listens there."""

    def __init__(self) -> None:
        with _server_errors():
            self._client = AdbClient()
            _start_if_absent(self._client.host, self._client.port)

    @property
    def port(self) -> int:
        return int(self._client.port)

    def list(self) -> tuple[Listed, ...]:
        with _server_errors():
            lines = self._client.list(extended=True)
        return tuple(
            Listed(serial=line.serial, state=line.state, model=line.tags.get("model", "").replace("_", " "))
            for line in lines
        )

    def connect(self, address: str) -> str:
        """`adb connect HOST:PORT`; the answer is a sentence, also when it failed."""
        with _server_errors():
            return str(self._client.connect(address, timeout=10.0))

    def transport(self, serial: str) -> Transport:
        return Transport(self._client, serial)


class Transport:
    """Raw requests to one device. Each opens its own socket: 4 ms, where adbutils' shell takes 23 (two sleeps)."""

    def __init__(self, client: AdbClient, serial: str) -> None:
        self._client = client
        self.serial = serial

    def command(self, line: str, *, timeout_s: float) -> Reply:
        """Run one line of POSIX shell; the exit code is the shell protocol's own."""
        with _device_errors(self.serial), self._open(timeout_s) as connection:
            _request(connection, f"shell,v2,raw:{line}")
            with suppress(ConnectionError):  # it may have ended already; what it printed is still to be read
                connection.sendall(_CLOSE_STDIN)
            return _read_reply(connection, deadline=time.monotonic() + timeout_s, what=f"{self.serial}: {timeout_s} s")

    def follow(self, line: str) -> Lines:
        """Start a command that goes on printing. It ends when its reader does, however that ends."""
        with _device_errors(self.serial):
            connection = self._client.make_connection().conn
            try:
                connection.settimeout(_ANSWER_S)
                _request(connection, f"host:transport:{self.serial}")
                _request(connection, f"shell,v2,raw:{line}")
            except BaseException:
                connection.close()
                raise
        return Lines(connection, self.serial)

    def push(self, source: Path, target: str) -> None:
        with _device_errors(self.serial):
            self._client.sync(self.serial).push(source, target, 0o644, check=True)

    @contextmanager
    def _open(self, timeout_s: float) -> Iterator[socket.socket]:
        connection = self._client.make_connection().conn
        try:
            connection.settimeout(timeout_s)
            _request(connection, f"host:transport:{self.serial}")
            yield connection
        finally:
            connection.close()


class Lines:
    """What a command that goes on prints, line by line; closing it ends the command."""

    def __init__(self, connection: socket.socket, serial: str) -> None:
        self._connection = connection
        self._serial = serial
        self._raw = b""
        self._text = b""

    def next(self, timeout_s: float) -> str | None:
        """The next line, or None when none came in that time. Raises DeviceError when the command has ended."""
        deadline = time.monotonic() + timeout_s
        while b"\n" not in self._text:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self._connection.settimeout(left)
            try:
                part = self._connection.recv(1 << 16)
            except TimeoutError:
                return None
            except OSError as exc:
                raise self._ended(str(exc)) from exc
            self._take(part)
        line, _, self._text = self._text.partition(b"\n")
        return line.decode("utf-8", errors="replace")

    def close(self) -> None:
        self._connection.close()

    def _take(self, part: bytes) -> None:
        if not part:
            raise self._ended("the connection closed")
        self._raw += part
        while len(self._raw) >= 5:
            kind, length = struct.unpack("<BI", self._raw[:5])
            body, rest = self._raw[5 : 5 + length], self._raw[5 + length :]
            if len(body) < length:
                return
            if kind == _EXIT:
                raise self._ended(f"exit code {body[0]}")
            self._raw = rest
            self._text += body

    def _ended(self, why: str) -> DeviceError:
        said = self._text.decode("utf-8", errors="replace").strip()
        return DeviceError(
            f"{self._serial}: a command ended that should go on: {why}{': ' + said if said else ''}",
            remedy="Check the connection; `harness devices` lists what is there.",
        )


def _request(connection: socket.socket, service: str) -> None:
    """ADB's request: four hex digits of length, the service; OKAY or FAIL with a reason."""
    encoded = service.encode()
    connection.sendall(f"{len(encoded):04x}".encode() + encoded)
    status = _exactly(connection, 4)
    if status != b"OKAY":
        reason = _exactly(connection, int(_exactly(connection, 4), 16)) if status == b"FAIL" else status
        raise AdbError(reason.decode(errors="replace"))


def _read_reply(connection: socket.socket, *, deadline: float, what: str) -> Reply:
    streams: dict[int, list[bytes]] = {_STDOUT: [], _STDERR: []}
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(what)
        connection.settimeout(left)
        kind, length = struct.unpack("<BI", _exactly(connection, 5))
        body = _exactly(connection, length)
        if kind == _EXIT:
            return Reply(stdout=b"".join(streams[_STDOUT]), stderr=b"".join(streams[_STDERR]), exit_code=body[0])
        streams.setdefault(kind, []).append(body)


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = connection.recv(min(size, 1 << 20))
        if not part:
            raise AdbError("closed")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _start_if_absent(host: str, port: int) -> None:
    """adbutils would start the server itself, but lets it talk on our stdout."""
    try:
        socket.create_connection((host, port), timeout=1.0).close()
    except OSError:
        subprocess.run(
            [adb_path(), "start-server"],
            env={**os.environ, "ANDROID_ADB_SERVER_PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=20.0,
            check=True,
        )


@contextmanager
def _server_errors() -> Iterator[None]:
    try:
        yield
    except (AdbError, OSError, ValueError, subprocess.SubprocessError) as exc:
        raise DeviceError(
            f"the adb server does not answer: {exc}",
            remedy="Run `adb start-server`; check $ANDROID_ADB_SERVER_PORT.",
        ) from exc


@contextmanager
def _device_errors(serial: str) -> Iterator[None]:
    try:
        yield
    except (AdbTimeout, TimeoutError) as exc:
        raise DeviceError(
            f"{serial}: a command did not end in time", remedy="See whether the device hangs, then try again."
        ) from exc
    except (AdbConnectionError, ConnectionError, EOFError) as exc:
        raise DeviceLost(
            f"{serial}: the connection broke: {exc}", remedy="Check the cable, or the handset, and run again."
        ) from exc
    except AdbError as exc:
        raise _classified(serial, str(exc)) from exc
    except OSError as exc:
        raise DeviceError(f"{serial}: {exc}", remedy="Check the file and the connection.") from exc


def _classified(serial: str, text: str) -> DeviceError:
    if _UNAUTHORIZED.search(text):
        return DeviceError(f"{serial}: {text}", remedy="Confirm this computer's key on the phone's screen.")
    if _GONE.search(text):
        return DeviceLost(f"{serial}: the device is gone ({text})", remedy="Connect it again; `harness devices` lists.")
    return DeviceError(f"{serial}: adb says: {text}", remedy="See `harness devices`; reconnect the device.")
