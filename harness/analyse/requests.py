"""Requests as the HTTP hooks saw them leave: address, headers and body of each, once."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from harness.analyse.captures import Captures, Carried, Carriers, captured
from harness.analyse.decoding.decode import Decoded, digest
from harness.analyse.values import plain_text
from harness.model.findings import StoredEvent
from harness.model.hook import Hook, Role

# Thrown before a byte of the request is written. Others say nothing: an answer of 404 throws FileNotFoundException.
_NOT_CONNECTED = frozenset(
    {
        "java.net.ConnectException",
        "java.net.NoRouteToHostException",
        "java.net.UnknownHostException",
        "javax.net.ssl.SSLHandshakeException",
        "javax.net.ssl.SSLPeerUnverifiedException",
    }
)
_NO_BODY_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "DELETE", "TRACE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request. `body` is None when there is none or it could not be read; `unread` tells which."""

    event: StoredEvent
    hook: Hook
    url: str
    host: str
    path: str  # with the query
    method: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    unread: bool
    carried: tuple[str, int] | None = None  # event of the content that the object stands for which is the body

    @property
    def body_sha256(self) -> str | None:
        return digest(self.body) if self.body is not None else None

    def core(self, body: Decoded | None) -> str:
        """Equal for requests that say the same in their bodies to the same place, or with their addresses where there
        is no body; unique where the body could not be read."""
        if self.unread:
            said = f"{self.event.process} {self.event.seq}"
        else:
            said = body.stages[-1] if body is not None else self.path
        return digest("\n".join((self.method, self.host, self.path.partition("?")[0], said)))

    @property
    def not_connected(self) -> str | None:
        """What was thrown, when there was no connection that the request could have left by."""
        threw = self.event.threw
        name = threw.get("c") if isinstance(threw, dict) else None
        return name if name in _NOT_CONNECTED else None


class Requests:
    """Joins header calls to their request by the connection object, and knows a repeated call of one request."""

    def __init__(self, captures: Captures, carriers: Carriers) -> None:
        self._captures = captures
        self._carriers = carriers
        self._headers: dict[tuple[str, int], list[tuple[str, str]]] = {}
        self._sent: dict[tuple[str, int], Sent] = {}

    def take(self, event: StoredEvent, hook: Hook) -> Sent | None:
        """The request that this event is, unless it has been given already."""
        if hook.role is Role.HEADER:
            self._header(event)
            return None
        made = self._request(event, hook)
        if made is None or event.this_id is None:
            return made
        connection = (event.process, event.this_id)
        earlier = self._sent.get(connection)
        if earlier is not None and _repeats(made, earlier):
            return None
        self._sent[connection] = made
        return made

    def _header(self, event: StoredEvent) -> None:
        if event.this_id is None or len(event.arguments) < 2:
            return
        connection = (event.process, event.this_id)
        if self._sent.pop(connection, None) is not None:
            self._headers.pop(connection, None)  # the same number again: a new connection object
        name, value = plain_text(event.arguments[0]), plain_text(event.arguments[1])
        if name is not None and value is not None:
            self._headers.setdefault(connection, []).append((name, value))

    def _request(self, event: StoredEvent, hook: Hook) -> Sent | None:
        if hook.request is None:
            return None
        url = plain_text(captured(event, hook.request.url)) or ""
        body, unread = self._body(event, hook)
        carried = self._carried(event, hook) if body is None else None
        if carried is not None and carried.raw is not None:
            body, unread = carried.raw, False
        method = plain_text(captured(event, hook.request.method)) or "GET"
        return Sent(
            event=event,
            hook=hook,
            url=url,
            host=_split(url).hostname or "",
            path=path_of(url),
            method=method,
            headers=self._headers_of(event, hook),
            body=body,
            unread=unread and method.upper() not in _NO_BODY_METHODS,
            carried=carried.key if carried is not None else None,
        )

    def _headers_of(self, event: StoredEvent, hook: Hook) -> tuple[tuple[str, str], ...]:
        if hook.request is not None and hook.request.headers is not None:
            flat = self._captures.read(event, hook.request.headers)
            words = [str(word) for word in flat] if isinstance(flat, list) else []
            return tuple(zip(words[::2], words[1::2], strict=False))
        return tuple(self._headers.get((event.process, event.this_id), ())) if event.this_id is not None else ()

    def _carried(self, event: StoredEvent, hook: Hook) -> Carried | None:
        value = captured(event, hook.request.carrier) if hook.request and hook.request.carrier else None
        identity = value.get("id") if isinstance(value, dict) else None
        return self._carriers.of(event.process, identity) if isinstance(identity, int) else None

    def _body(self, event: StoredEvent, hook: Hook) -> tuple[bytes | None, bool]:
        """The body, and whether there may be one that could not be read."""
        if hook.request is None or hook.request.body is None:
            return None, True
        content = self._captures.read(event, hook.request.body)
        if isinstance(content, bytes):
            return content or None, False
        return None, True


def _repeats(made: Sent, earlier: Sent) -> bool:
    """A later look at the answer of one request: OpenJDK has let go of the body by then."""
    return (made.url, made.method) == (earlier.url, earlier.method) and made.body in (earlier.body, None)


def path_of(url: str) -> str:
    """The path of a URL with its query."""
    split = _split(url)
    return f"{split.path or '/'}?{split.query}" if split.query else split.path or "/"


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", url, "", "")
