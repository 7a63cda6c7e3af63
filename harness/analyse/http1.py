"""HTTP/1 requests out of the bytes that were written to one TLS connection: bounded, and it says what it is not."""

from __future__ import annotations

import re
from dataclasses import dataclass

_REQUEST_LINE = re.compile(rb"([A-Z]{3,10}) (\S+) HTTP/1\.[01]")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?")
_BIGGEST_HEAD = 256 * 1024  # bytes
_END = b"\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. `start` and `end` are places in the bytes that it was read from."""

    method: str
    target: str  # as written: a path with its query, or a whole URL
    headers: tuple[tuple[str, str], ...]
    body: bytes
    complete: bool
    start: int
    end: int

    @property
    def host(self) -> str:
        """The Host header, without the port."""
        host = next((value for name, value in self.headers if name.lower() == "host"), "")
        return re.sub(r":\d+$", "", host).strip("[]")


def requests(sent: bytes) -> tuple[list[Request], int]:
    """The requests at the front of these bytes, and how many bytes are left over: they are no HTTP/1."""
    found: list[Request] = []
    place = 0
    while place < len(sent):
        made = _request(sent, place)
        if made is None:
            break
        found.append(made)
        place = made.end
    return found, len(sent) - place


def _request(sent: bytes, start: int) -> Request | None:
    stop = sent.find(_END + _END, start, start + _BIGGEST_HEAD)
    if stop < 0:
        return None
    first, *lines = sent[start:stop].split(_END)
    asked = _REQUEST_LINE.fullmatch(first)
    named = [_HEADER.fullmatch(line) for line in lines]
    if asked is None or not all(named):
        return None
    headers = tuple((_text(line[1]), _text(line[2])) for line in named if line)
    body, end, complete = _body(sent, stop + 4, {name.lower(): value for name, value in headers})
    return Request(
        method=_text(asked[1]),
        target=_text(asked[2]),
        headers=headers,
        body=body,
        complete=complete,
        start=start,
        end=end,
    )


def _body(sent: bytes, place: int, headers: dict[str, str]) -> tuple[bytes, int, bool]:
    """The body, where it ends, and whether all of it is there."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return _chunks(sent, place)
    length = headers.get("content-length", "0")
    end = place + int(length) if length.isdecimal() and len(length) < 16 else place
    return sent[place:end], min(end, len(sent)), end <= len(sent)


def _chunks(sent: bytes, place: int) -> tuple[bytes, int, bool]:
    parts: list[bytes] = []
    while True:
        stop = sent.find(_END, place, place + 1024)
        size = _CHUNK.fullmatch(sent[place:stop]) if stop >= 0 else None
        if size is None:
            return b"".join(parts), len(sent), False
        length = int(size[1], 16)
        if length == 0:
            trailer = sent.find(_END, stop + 2)
            while trailer > stop + 2:  # lines of a trailer, up to the empty one
                stop, trailer = trailer, sent.find(_END, trailer + 2)
            return b"".join(parts), stop + 4 if trailer >= 0 else len(sent), trailer >= 0
        parts.append(sent[stop + 2 : stop + 2 + length])
        place = stop + 2 + length + 2
        if place > len(sent):
            return b"".join(parts), len(sent), False


def _text(content: bytes) -> str:
    return content.decode("latin-1")
