"""AES by openssl, so that neither the stand-in's Java nor anything of ours checks itself."""

from __future__ import annotations

import hashlib
import subprocess

_DEV_KEY = "dB00rbellDevKeyStandIn1"
_IV = 16  # bytes in front of the ciphertext


def decrypted(body: bytes) -> bytes:
    """Undo the stand-in's encryption: a random IV, then AES-128-CBC under the head of SHA-256 of the app's dev key."""
    key = hashlib.sha256(_DEV_KEY.encode()).digest()[:16]
    command = ["openssl", "enc", "-d", "-aes-128-cbc", "-K", key.hex(), "-iv", body[:_IV].hex()]
    return subprocess.run(command, input=body[_IV:], capture_output=True, check=True).stdout
