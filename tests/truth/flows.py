"""What crossed the wire, read from the witness's raw flows: its HAR has gzip undone and binary bodies mangled."""

from __future__ import annotations

import base64
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

_DUMP = Path(__file__).with_name("dump_flows.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as sent; `body` is the bytes on the wire, compressed and encrypted as they were."""

    at_s: float
    method: str
    url: str
    host: str
    path: str  # with the query
    headers: tuple[tuple[str, str], ...]
    body: bytes
    answered: int | None  # the status that the app was given

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def raw(self) -> bytes:
        """The whole request as it was written, in HTTP/1.1."""
        lines = (f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers), "", "")
        return "\r\n".join(lines).encode() + self.body


def read_flows(flows: Path, *, python: Path) -> list[Request]:
    """Every request of a run in order of sending. `python` is an interpreter that has mitmproxy."""
    dumped = subprocess.run([str(python), "-I", str(_DUMP), str(flows)], capture_output=True, text=True, check=True)
    return [_request(json.loads(line)) for line in dumped.stdout.splitlines()]


def _request(line: dict[str, object]) -> Request:
    return Request(
        at_s=float(str(line["at_s"])),
        method=str(line["method"]),
        url=str(line["url"]),
        host=str(line["host"]),
        path=str(line["path"]),
        headers=tuple((name, value) for name, value in line["headers"]),  # type: ignore[attr-defined]
        body=base64.b64decode(str(line["body"])),
        answered=None if line["answered"] is None else int(str(line["answered"])),
    )
