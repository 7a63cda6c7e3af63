"""Small servers of this machine for programs under watch: HTTP and HTTPS, each request kept as it came."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """One request that a server has got."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(slots=True, kw_only=True)
class Server:
    """Where it listens, and what it got. `callers` grows with each connection, handshake included."""

    port: int
    requests: list[Got] = field(default_factory=list)
    callers: list[tuple[str, int]] = field(default_factory=list)


@contextmanager
def http_server(certificate: Path | None = None) -> Iterator[Server]:
    """Answers every request with 200 and `ok`. `certificate` is a PEM file with the key; without it there is no TLS."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    server = Server(port=made.server_address[1])
    made.told = server  # type: ignore[attr-defined]  # where the handler finds it
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        made.socket = context.wrap_socket(made.socket, server_side=True)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


def throwaway_certificate(folder: Path) -> Path:
    """A PEM file with a key and its own certificate for `localhost`, made by openssl."""
    key, certificate, both = folder / "key.pem", folder / "certificate.pem", folder / "both.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.server.told.callers.append(self.client_address)  # type: ignore[attr-defined]  # set by http_server

    def _take(self) -> None:
        got = Got(method=self.command, path=self.path, headers=tuple(self.headers.items()), body=self._body())
        self.server.told.requests.append(got)  # type: ignore[attr-defined]  # set by http_server
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_GET = do_POST = do_PUT = _take  # noqa: N815  # the names that http.server calls

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Silence: the test has the requests."""
