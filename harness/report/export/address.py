"""The address of a request as a URL that any reader can parse, whatever an app put into it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, quote

from harness.model.findings import Transmission

UNREAD_HOST = "host-not-read.invalid"  # .invalid never resolves (RFC 2606)

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9.])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_KEPT = "/:?@!$&'()*+,;=%-._~"


def url_of(made: Transmission, path: str, *, said: Sequence[str] = ()) -> str:
    """A valid URL: what may not stand in one is written with %. `path` has the query. The scheme is https unless one of
    the texts that the app `said` is this address with another; a host that is none becomes UNREAD_HOST."""
    host = made.host if is_host(made.host) else UNREAD_HOST
    escaped = _STRAY_PERCENT.sub("%25", path).encode("utf-8", "backslashreplace")
    return f"{_scheme(made, said)}://{host}{_rooted(quote(escaped, safe=_KEPT))}"


def is_host(host: str) -> bool:
    """Whether it may stand in a URL as it is."""
    return _HOST.fullmatch(host) is not None


def query_of(path: str) -> list[tuple[str, str]]:
    """The names and values of the query, decoded."""
    query = path.partition("#")[0].partition("?")[2]
    return parse_qsl(query, keep_blank_values=True, errors="backslashreplace")


def _rooted(path: str) -> str:
    return path if path.startswith("/") else f"/{path}"


def _scheme(made: Transmission, said: Sequence[str]) -> str:
    plain = f"http://{made.host}".lower()
    return "http" if any(text.lower().startswith(plain) for text in said) else "https"
