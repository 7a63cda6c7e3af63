"""The one place that speaks to adbutils: server, listing, commands, files. Its exceptions end here."""

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
from functools import partial
from pathlib import Path

from adbutils import AdbClient, AdbError, adb_path
from adbutils.errors import AdbConnectionError, AdbTimeout

from harness.device import replies
from harness.device.packets import CLOSE_STDIN, EXIT, Closed, Reply, exactly, left_s, packed, read_reply
from harness.device.session import SERVICE, Session, Sessions, open_session
from harness.failures import classify
from harness.model.errors import DeviceError, DeviceLost

_ANSWER_S = 10.0  # until adb has started a command
_SESSION_S = 5.0  # until a shell that stays open has said its first word
_KILL_S = 2.0  # for ending what took too long, on a device that may itself hang
_GONE = re.compile(r"device .*not found|device offline|device still (connecting|authorizing)|\bclosed\b|protocol fault")
_UNAUTHORIZED = re.compile(r"unauthorized")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of the adb server's list."""

    serial: str
    state: str  # "device", "offline", "unauthorized", ...
    model: str  # as adb says it, "" when it does not know


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
    """Requests to one device. A command goes to a shell that stays open, or where the device gives none, has a socket
    of its own: 0.3 ms and 2, where adbutils' shell takes 23 (two sleeps)."""

    def __init__(self, client: AdbClient, serial: str) -> None:
        self._client = client
        self.serial = serial
        self._sessions = Sessions(partial(_session, client, serial))
        self._has_sessions = True

    def command(self, line: str, *, timeout_s: float) -> Reply:
        """Run one line of POSIX shell, its stdin empty. It is carried out at most once, whatever breaks."""
        deadline = time.monotonic() + timeout_s
        with _device_errors(self.serial):
            if not self._has_sessions or "\0" in line:
                return self._once(line, deadline)
            session = self._sessions.take(deadline)
            if session is not None:
                return self._within(session, line, deadline)
            reply = self._once(line, deadline)
            self._has_sessions = False  # it answers, so it is not the connection that is missing
            return reply

    def close(self) -> None:
        """Close the shells that are open; the next command opens one again."""
        self._sessions.close()

    def follow(self, line: str) -> Lines:
        """Start a command that goes on printing. It ends when its reader does, however that ends."""
        with _device_errors(self.serial):
            return Lines(_service(self._client, self.serial, f"shell,v2,raw:{line}", _ANSWER_S), self.serial)

    def push(self, source: Path, target: str) -> None:
        with _device_errors(self.serial):
            self._client.sync(self.serial).push(source, target, 0o644, check=True)

    def pull(self, source: str, target: Path) -> None:
        with _device_errors(self.serial):
            self._client.sync(self.serial).pull(source, target)

    def _once(self, line: str, deadline: float) -> Reply:
        """A service for this command alone; the exit code is the shell protocol's own."""
        with _service(self._client, self.serial, f"shell,v2,raw:{line}", left_s(deadline)) as link:
            with suppress(ConnectionError):  # it may have ended already; what it printed is still to be read
                link.sendall(packed(CLOSE_STDIN))  # so that a command that reads its input ends
            return read_reply(link, deadline)

    def _within(self, session: Session, line: str, deadline: float) -> Reply:
        try:
            reply = session.run(line, deadline=deadline)
        except (Closed, ConnectionError):
            session.close()
            raise
        except BaseException:  # a time-out, or Ctrl-C: what the command has started must not go on
            self._end(session)
            raise
        self._sessions.put(session)
        return reply

    def _end(self, session: Session) -> None:
        """End the session with all that runs in it; closing it would end the shell only."""
        deadline = time.monotonic() + _KILL_S
        try:
            with suppress(AdbError, OSError, Closed):
                listed = self._once("ps -A -o PID,PPID", deadline).stdout.decode(errors="replace")
                doomed = replies.descendants(listed, session.pid)
                self._once(f"kill -9 {' '.join(map(str, (session.pid, *doomed)))}", deadline)
        finally:
            session.close()


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
            if kind == EXIT:
                raise self._ended(f"exit code {body[0]}")
            self._raw = rest
            self._text += body

    def _ended(self, why: str) -> DeviceError:
        said = self._text.decode("utf-8", errors="replace").strip()
        return DeviceError(
            f"{self._serial}: a command ended that should go on: {why}{': ' + said if said else ''}",
            remedy="Check the connection; `harness devices` lists what is there.",
        )


def _session(client: AdbClient, serial: str, deadline: float) -> Session | None:
    """A shell that stays open, or None: its reasons are those that the command alone will meet."""
    until = min(deadline, time.monotonic() + _SESSION_S)
    try:
        link = _service(client, serial, SERVICE, left_s(until))
    except (AdbError, OSError, Closed):
        return None
    return open_session(link, until)


def _service(client: AdbClient, serial: str, service: str, timeout_s: float) -> socket.socket:
    """A connection to a service that the device has started."""
    deadline = time.monotonic() + timeout_s
    link: socket.socket = client.make_connection().conn
    try:
        _request(link, f"host:transport:{serial}", deadline)
        _request(link, service, deadline)
    except BaseException:
        link.close()
        raise
    return link


def _request(link: socket.socket, service: str, deadline: float) -> None:
    """ADB's request: four hex digits of length, the service; OKAY or FAIL with a reason."""
    encoded = service.encode()
    link.settimeout(left_s(deadline))
    link.sendall(f"{len(encoded):04x}".encode() + encoded)
    status = exactly(link, 4, deadline)
    if status != b"OKAY":
        reason = exactly(link, int(exactly(link, 4, deadline), 16), deadline) if status == b"FAIL" else status
        raise AdbError(reason.decode(errors="replace"))


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
            f"{serial}: a command did not end in time",
            remedy="See whether the device hangs, then try again.",
            failure=classify("timeout expired"),  # adb's own words for it
        ) from exc
    except (AdbConnectionError, ConnectionError, EOFError) as exc:
        raise DeviceLost(
            f"{serial}: the connection broke: {exc}",
            remedy="Check the cable, or the handset, and run again.",
            failure=classify(f"protocol fault (couldn't read status): {exc}"),  # what the adb client says then
        ) from exc
    except Closed as exc:
        raise _classified(serial, "closed") from exc
    except AdbError as exc:
        raise _classified(serial, str(exc)) from exc
    except OSError as exc:
        raise DeviceError(f"{serial}: {exc}", remedy="Check the file and the connection.") from exc


def _classified(serial: str, text: str) -> DeviceError:
    known = classify(f"error: {text.removeprefix('error: ')}")  # as the adb client prints it
    if _UNAUTHORIZED.search(text):
        remedy = "Confirm this computer's key on the phone's screen."
        return DeviceError(f"{serial}: {text}", remedy=remedy, failure=known)
    if _GONE.search(text):
        remedy = "Connect it again; `harness devices` lists."
        return DeviceLost(f"{serial}: the device is gone ({text})", remedy=remedy, failure=known)
    remedy = "See `harness devices`; reconnect the device."
    return DeviceError(f"{serial}: adb says: {text}", remedy=remedy, failure=known)
