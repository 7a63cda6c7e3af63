"""Shell protocol v2 on a connected socket: what a command prints comes in packets, stdout and stderr apart."""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass

STDIN, STDOUT, STDERR, EXIT, CLOSE_STDIN = range(5)  # kinds of packets
# Two small packets in a row wait 40 ms for the acknowledgement of the first, unless it is sent at once; Linux only.
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Closed(Exception):
    """The other side hung up where something should have come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a command gave, as bytes."""

    stdout: bytes
    stderr: bytes
    exit_code: int


def packed(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<BI", kind, len(body)) + body


def next_packet(link: socket.socket, deadline: float) -> tuple[int, bytes]:
    """Kind and content. TimeoutError after `deadline`, as `time.monotonic` counts."""
    kind, length = struct.unpack("<BI", exactly(link, 5, deadline))
    return kind, exactly(link, length, deadline)


def read_reply(link: socket.socket, deadline: float) -> Reply:
    """All of a command's packets, to the one that holds its exit code."""
    streams: dict[int, list[bytes]] = {STDOUT: [], STDERR: []}
    while True:
        kind, body = next_packet(link, deadline)
        if kind == EXIT:
            return Reply(stdout=b"".join(streams[STDOUT]), stderr=b"".join(streams[STDERR]), exit_code=body[0])
        streams.setdefault(kind, []).append(body)


def exactly(link: socket.socket, size: int, deadline: float) -> bytes:
    parts: list[bytes] = []
    while size:
        link.settimeout(left_s(deadline))
        if _QUICKACK is not None:
            link.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        part = link.recv(min(size, 1 << 20))
        if not part:
            raise Closed
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def left_s(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
