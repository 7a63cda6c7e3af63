"""The wire witness's certificate authority, and the trust store that makes the handset's apps believe it."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from harness.handset.places import home, locked
from harness.handset.root import run_in_root
from harness.model.errors import HandsetError

STORE_PASSWORD = "changeit"  # noqa: S105 - Java's own default; the store holds a public certificate only
_INSIDE = "/authority"
_STORE = "cacerts.jks"
_CERTIFICATE = "mitmproxy-ca-cert.pem"


def witness_ca() -> Path:
    """A folder laid out as mitmproxy's confdir (mitmproxy-ca.pem = key and certificate). Made once per cache folder."""
    folder = home() / "authority"
    if not folder.exists():
        with locked(home() / "authority.lock"):
            if not folder.exists():
                _make(folder)
    return folder


def trust_store() -> Path:
    """A JKS store (password `STORE_PASSWORD`) whose one certificate is the witness's."""
    return witness_ca() / _STORE


def certificate() -> Path:
    """The same certificate as PEM, for programs that read no JKS."""
    return witness_ca() / _CERTIFICATE


def _make(folder: Path) -> None:
    making = Path(tempfile.mkdtemp(prefix=".authority.", dir=folder.parent))
    try:
        _openssl(making)
        key, certificate = making / "key.pem", making / _CERTIFICATE
        whole = making / "mitmproxy-ca.pem"
        whole.touch(0o600)
        whole.write_text(key.read_text() + certificate.read_text())
        key.unlink()
        _keytool(making)
        os.rename(making, folder)  # noqa: PTH104 - one atomic step, and Path.rename says no more
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _openssl(folder: Path) -> None:
    argv = [
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-sha256", "-days", "3650", "-nodes"),
        *("-subj", "/O=Tracker Harness/CN=Tracker Harness wire witness"),
        *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
        *("-keyout", f"{_INSIDE}/key.pem", "-out", f"{_INSIDE}/{_CERTIFICATE}"),
    ]
    _run(argv, folder)


def _keytool(folder: Path) -> None:
    argv = [
        *("keytool", "-importcert", "-noprompt", "-storetype", "JKS", "-storepass", STORE_PASSWORD),
        *("-alias", "witness", "-file", f"{_INSIDE}/{_CERTIFICATE}", "-keystore", f"{_INSIDE}/{_STORE}"),
    ]
    _run(argv, folder)


def _run(argv: list[str], folder: Path) -> None:
    done = run_in_root(argv, binds={folder: _INSIDE})
    if done.returncode != 0:
        raise HandsetError(
            f"{argv[0]} could not make the witness's certificate: {(done.stderr or done.stdout).strip()[-300:]}",
            remedy=f"Remove {folder.parent} and try again: the handset's root may be damaged.",
        )
