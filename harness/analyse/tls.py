"""What native code wrote to TLS: requests, where it is HTTP/1; else connections of which only the size is known."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.analyse import http1
from harness.analyse.captures import Captures
from harness.analyse.requests import Sent, path_of
from harness.model.findings import StoredEvent
from harness.model.hook import Hook

_BIGGEST = 32 * 1024 * 1024  # bytes of one connection


@dataclass(slots=True)
class _Connection:
    hook: Hook
    events: list[StoredEvent] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)  # of each event's bytes
    content: bytearray = field(default_factory=bytearray)
    rest: int = 0  # bytes beyond the limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A connection, or the rest of one, that is no HTTP/1."""

    event: StoredEvent
    hook: Hook
    size: int  # bytes


class TlsWrites:
    """Joins the writes to each connection."""

    def __init__(self, captures: Captures) -> None:
        self._captures = captures
        self._open: dict[tuple[str, int], _Connection] = {}

    def take(self, event: StoredEvent, hook: Hook) -> None:
        """One write."""
        content = self._captures.read(event, hook.payload or "")
        if not isinstance(content, bytes) or not content:
            return
        place = (event.process, event.this_id if event.this_id is not None else event.thread_id)
        connection = self._open.setdefault(place, _Connection(hook))
        if len(connection.content) + len(content) > _BIGGEST:
            connection.rest += len(content)
            return
        connection.events.append(event)
        connection.starts.append(len(connection.content))
        connection.content += content

    def finish(self) -> Iterator[Sent | Unread]:
        """What all connections carried, connection by connection."""
        for connection in self._open.values():
            found, left = http1.requests(bytes(connection.content))
            for request in found:
                yield _sent(connection, request)
            if left + connection.rest:
                event = _event(connection, found[-1].end if found else 0)
                yield Unread(event=event, hook=connection.hook, size=left + connection.rest)
        self._open.clear()


def _sent(connection: _Connection, request: http1.Request) -> Sent:
    url = request.target if "://" in request.target else f"https://{request.host}{request.target}"
    return Sent(
        event=_event(connection, request.start),
        hook=connection.hook,
        url=url,
        host=request.host,
        path=path_of(url),
        method=request.method,
        headers=request.headers,
        body=request.body or None,
        unread=False,
    )


def _event(connection: _Connection, place: int) -> StoredEvent:
    """The write in which this byte went out."""
    return connection.events[max(0, bisect_right(connection.starts, place) - 1)]
