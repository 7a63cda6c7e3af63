"""Between a browser and a server on this machine: only requests that were meant for it, pages that load nothing, and no
table that a spreadsheet would run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# Datasette writes scripts and styles into its pages; everything else must come from here.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_NO_CSV = (
    b"This CSV would hold text from the app as it is, which a spreadsheet may run as formulas.\n"
    b"`harness export csv` writes one that is safe; .json in place of .csv gives the same rows here.\n"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
)
_OURS = frozenset(name for name, _ in _HEADERS)
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


def local_only(app: App, host: str) -> App:
    """The app behind a check of the Host header. A page of somebody else's could otherwise have its own name resolve to
    this machine and read the case in the browser (DNS rebinding)."""
    names = {host.lower(), "localhost", "127.0.0.1", "::1"}

    async def checked(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
        elif host not in _EVERYWHERE and _name(scope) not in names:
            await _refuse(send, 421, b"This server answers under its own address only.\n")
        elif _asks_for_csv(scope):
            await _refuse(send, 403, _NO_CSV)
        else:
            await app(scope, receive, lambda message: send(_marked(message)))

    return checked


async def _refuse(send: Send, status: int, words: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})


def _asks_for_csv(scope: Message) -> bool:
    return str(scope["path"]).endswith(".csv") or b"_format=csv" in scope.get("query_string", b"")


def _name(scope: Message) -> str:
    host = next((bytes(value).decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    return host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0].lower()


def _marked(message: Message) -> Message:
    if message["type"] != "http.response.start":
        return message
    kept = [header for header in message.get("headers", []) if header[0].lower() not in _OURS]
    return {**message, "headers": [*kept, *_HEADERS]}
