"""Keys, certificates and APK signatures: v1 by the JDK's jarsigner, blocks of v2 and v3 by their specification.

The blocks hold what readers of certificates look at; their digests and signatures are empty.
"""

from __future__ import annotations

import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from struct import pack

V2, V3, V31 = 0x7109871A, 0xF05368C0, 0x1B93AD61
PASSWORD = "password"


def certificate(folder: Path, name: str) -> bytes:
    """A new self-signed certificate in DER, by openssl."""
    made = folder / f"{name}.der"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(folder / f"{name}.key")]
    subprocess.run(
        [*command, "-outform", "DER", "-out", str(made), "-subj", f"/CN={name}", "-days", "2"],
        check=True,
        capture_output=True,
    )
    return made.read_bytes()


def fingerprint(certificate_der: bytes) -> str:
    """SHA-256 of a certificate as openssl tells it, in lower-case hex."""
    command = ["openssl", "x509", "-inform", "DER", "-noout", "-fingerprint", "-sha256"]
    told = subprocess.run(command, input=certificate_der, capture_output=True, check=True).stdout.decode()
    return told.strip().partition("=")[2].replace(":", "").lower()


def jarsigned(apk: Path, folder: Path, *, algorithm: str = "RSA") -> str:
    """Sign in place (v1); gives the SHA-256 of the certificate as keytool tells it."""
    store = folder / "keys.p12"
    access = ["-keystore", str(store), "-storepass", PASSWORD]
    make = ["keytool", "-genkeypair", "-alias", "key", "-keyalg", algorithm, "-dname", "CN=signer", *access]
    subprocess.run(make, check=True, capture_output=True)
    subprocess.run(["jarsigner", *access, str(apk), "key"], check=True, capture_output=True)
    listing = ["keytool", "-J-Duser.language=en", "-list", "-v", "-alias", "key", *access]
    told = subprocess.run(listing, check=True, capture_output=True, text=True).stdout
    return told.partition("SHA256:")[2].split()[0].replace(":", "").lower()


def _sized(*parts: bytes) -> bytes:
    """The parts one after the other behind their length."""
    joined = b"".join(parts)
    return pack("<I", len(joined)) + joined


def signers(*certificates: bytes, v3: bool = False) -> bytes:
    """The value of a v2 or v3 block with one signer for each certificate."""
    written = []
    for one in certificates:
        digests = _sized(_sized(pack("<I", 0x0103), _sized(bytes(32))))
        since = pack("<II", 24, 33) if v3 else b""
        signed_data = _sized(digests, _sized(_sized(one)), since, _sized())
        written.append(_sized(signed_data, since, _sized(), _sized()))
    return _sized(*written)


def with_blocks(apk: bytes, blocks: dict[int, bytes]) -> bytes:
    """The zip with a signing block before its table of contents."""
    with zipfile.ZipFile(BytesIO(apk)) as read:
        at = read.start_dir
    pairs = b"".join(pack("<QI", len(value) + 4, number) + value for number, value in blocks.items())
    size = pack("<Q", len(pairs) + 24)
    block = size + pairs + size + b"APK Sig Block 42"
    end = apk.rindex(b"PK\x05\x06")
    return apk[:at] + block + apk[at:end] + apk[end : end + 16] + pack("<I", at + len(block)) + apk[end + 20 :]
