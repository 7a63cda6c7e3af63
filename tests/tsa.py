"""A timestamp authority of this machine: openssl behind a small HTTP server."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Where it answers, and the certificate by which it is known."""

    url: str
    root: Path


def openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


@contextmanager
def timestamp_authority(folder: Path) -> Iterator[Authority]:
    """Keys are made in `folder`."""
    root = _made(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(folder))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Authority(url=f"http://127.0.0.1:{server.server_address[1]}/tsr", root=root)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def root_certificate(folder: Path, name: str) -> Path:
    """A key and a certificate that signs others."""
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    subject = ("-subj", f"/CN={name}", "-days", "2", "-keyout", key, "-out", certificate)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject, "-addext", "keyUsage=critical,keyCertSign")
    return certificate


def _made(folder: Path) -> Path:
    root = root_certificate(folder, "root")
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))
    (folder / "usage").write_text("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")
    request = ("-subj", "/CN=A timestamp authority", "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr")
    openssl("req", "-newkey", "rsa:2048", "-nodes", *request)
    signed = ("-CA", root, "-CAkey", folder / "root.key", "-CAcreateserial", "-days", "2", "-extfile", folder / "usage")
    openssl("x509", "-req", "-in", folder / "tsa.csr", *signed, "-out", folder / "tsa.pem")
    return root


def _answering(folder: Path) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query, reply = folder / "query.tsq", folder / "reply.tsr"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            keys = ("-inkey", folder / "tsa.key", "-signer", folder / "tsa.pem", "-config", folder / "tsa.cnf")
            openssl("ts", "-reply", "-queryfile", query, "-out", reply, *keys)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(reply.read_bytes())

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the base class's name
            pass

    return Answer
