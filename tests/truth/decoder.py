"""What each tracker was told, decoded from the bytes on the wire by rules taken from the public wire formats.

The rules share nothing with hook files or analysis. The key of Doorbell's AppsFlyer stand-in is documented in
harness/handset/doorbell/README.md; AES is openssl's.
"""

from __future__ import annotations

import base64
import gzip
import re
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.truth.aes import decrypted
from tests.truth.flows import Request, read_flows


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One request and the body that the tracker reads, None where there is none. `tracker` is the hook file's slug."""

    request: Request
    tracker: str
    body: str | None

    @property
    def native(self) -> bool:
        """Sent by Doorbell's native helper, which no Java code prepares anything for."""
        return self.request.header("User-Agent").startswith("doorbell-uplink/")


def _form_field_data(body: bytes) -> str:
    """Mixpanel: form `data=` base64 of a JSON array."""
    fields = urllib.parse.parse_qs(body.decode("ascii"), strict_parsing=True)
    (content,) = fields["data"]
    return base64.b64decode(content, validate=True).decode()


def _plain(body: bytes) -> str:
    """Branch: JSON as it is."""
    return body.decode()


def _unzipped(body: bytes) -> str:
    """Facebook (a form) and datatransport (JSON): the whole body in gzip."""
    return gzip.decompress(body).decode()


def _appsflyer(body: bytes) -> str:
    return decrypted(body).decode()


_RULES: dict[str, tuple[str, Callable[[bytes], str]]] = {
    r"(^|\.)mixpanel\.com$": ("mixpanel", _form_field_data),
    r"(^|\.)branch\.io$": ("branch", _plain),
    r"(^|[.-])appsflyer(sdk)?\.com$": ("appsflyer", _appsflyer),
    r"(^|\.)graph\.facebook\.com$": ("facebook", _unzipped),
    r"(^|\.)crashlytics\.com$|^crashlyticsreports-pa\.googleapis\.com$": ("crashlytics", _unzipped),
}


def read_told(flows: Path, *, python: Path) -> list[Told]:
    """Every request of a run, decoded. Raises for a host or a body that the rules do not know: nothing is skipped."""
    return [_told(request) for request in read_flows(flows, python=python)]


def _told(request: Request) -> Told:
    for pattern, (tracker, decode) in _RULES.items():
        if re.search(pattern, request.host):
            return Told(request=request, tracker=tracker, body=decode(request.body) if request.body else None)
    raise AssertionError(f"{request.method} {request.url}: no rule for this host")
