"""Who signed an APK: SHA-256 of the signing certificates, from the newest scheme that is there.

Schemes 3.1, 3 and 2 keep them in a block before the zip's table of contents (source.android.com, "APK signature scheme
v2" and "v3"), scheme 1 in META-INF. Signatures are read, not verified: Android did that when the app was installed.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator

from asn1crypto import cms

from harness.code.archive import Archive
from harness.code.damage import Damaged

_MAGIC = b"APK Sig Block 42"
_FOOTER = 24  # the block's size once more, and the magic
_SCHEMES = (0x1B93AD61, 0xF05368C0, 0x7109871A)  # 3.1, 3, 2
_V1 = re.compile(r"META-INF/[^/]+\.(?:RSA|DSA|EC)", re.IGNORECASE)


def signers_of(archive: Archive) -> tuple[str, ...]:
    """In hex, each once; empty when it is not signed. Raises Damaged."""
    blocks = _blocks(archive.content, archive.directory_at)
    for scheme in _SCHEMES:
        if scheme in blocks:
            return _digests(_block_certificates(blocks[scheme]))
    return _digests(
        certificate
        for name in archive.names()
        if _V1.fullmatch(name)
        for certificate in _v1_certificates(archive.read(name))
    )


def _digests(certificates: Iterator[bytes]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hashlib.sha256(one).hexdigest() for one in certificates))


def _blocks(content: bytes, directory_at: int) -> dict[int, bytes]:
    """The pairs of the signing block by their number."""
    footer = directory_at - _FOOTER
    if footer < 0 or content[footer + 8 : directory_at] != _MAGIC:
        return {}
    (size,) = struct.unpack_from("<Q", content, footer)
    at = directory_at - size
    if at < 0:
        raise Damaged("its signing block begins before the file does")
    found: dict[int, bytes] = {}
    while at < footer:
        length, number = struct.unpack_from("<QI", content, at)
        if not 4 <= length <= footer - at - 8:
            raise Damaged("a part of its signing block goes beyond it")
        found[number] = content[at + 12 : at + 8 + length]
        at += 8 + length
    return found


def _block_certificates(block: bytes) -> Iterator[bytes]:
    """Of each signer the first certificate, which is its own."""
    for signer in _parts(_part(block, 0)[0]):
        signed, _ = _part(signer, 0)
        _, behind_digests = _part(signed, 0)
        certificates, _ = _part(signed, behind_digests)
        yield _part(certificates, 0)[0]


def _part(content: bytes, at: int) -> tuple[bytes, int]:
    """What stands behind its own length, and where the next begins."""
    (size,) = struct.unpack_from("<I", content, at)
    end = at + 4 + size
    if end > len(content):
        raise Damaged("a part of its signing block goes beyond it")
    return content[at + 4 : end], end


def _parts(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        part, at = _part(content, at)
        yield part


def _v1_certificates(content: bytes) -> Iterator[bytes]:
    """The certificates that a PKCS #7 signature names as its signers', of all those in it."""
    signed = cms.ContentInfo.load(content)["content"]
    if not isinstance(signed, cms.SignedData):
        raise Damaged("its v1 signature is no signature")
    certificates = [one.chosen for one in signed["certificates"]]
    for signer in signed["signer_infos"]:
        named = signer["sid"].chosen
        for one in certificates:
            if isinstance(named, cms.IssuerAndSerialNumber):
                same = one.serial_number == named["serial_number"].native and one.issuer == named["issuer"]
            else:
                same = one.key_identifier == named.native
            if same:
                yield one.dump()
