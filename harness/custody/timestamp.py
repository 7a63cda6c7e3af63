"""Timestamps by a third party (RFC 3161): somebody else's signature that a seal, or a bundle, was there at a time."""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import tsp

from harness.model.errors import CaseError, InputError
from harness.store import CaseFile
from harness.store.seal import Seal, seals

SUFFIX = ".tsr"
_WAIT_S = 30
_MOST_BYTES = 1_000_000  # of an answer; they have five thousand


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A timestamp as it lies in a file. `checked` when its signature was found right."""

    path: Path
    sha256: str  # what it is of
    at: datetime
    checked: bool


def stamp_seal(case: Path, seal: Seal, url: str) -> Path:
    """Have the digest of a seal signed; gives the file beside the case. `openssl ts -verify -digest SEAL` reads it."""
    return _stamp(seal.sha256, url, case.with_name(f"{case.name}.{seal.id}{SUFFIX}"))


def stamp_file(path: Path, sha256: str, url: str) -> Path:
    """Have the digest of a file signed; gives the file beside it. `openssl ts -verify -data FILE` reads it."""
    return _stamp(sha256, url, path.with_name(path.name + SUFFIX))


def stamps_of(case: Path) -> tuple[Path, ...]:
    """The timestamps that lie beside a case file, or in its bundle's folder for them, by name."""
    home = case.resolve().parent
    return tuple(sorted((*home.glob(f"{_literal(case.name)}.*{SUFFIX}"), *home.glob(f"timestamps/*{SUFFIX}"))))


def read_stamp(path: Path, *, roots: Sequence[Path] = ()) -> Stamp:
    """What a timestamp is of, and of when. With the certificates in `roots` (PEM) its signature is checked too. Raises
    CaseError for a file that is no timestamp, or whose signature is not by one of them."""
    content = path.read_bytes()
    try:
        told = tsp.TimeStampResp.load(content)["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
        imprint = told["message_imprint"]
        algorithm, digest = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
        at = told["gen_time"].native
    except (ValueError, TypeError, AttributeError) as exc:
        raise CaseError(f"{path}: this is no timestamp", remedy="Ask for a new one: `harness case timestamp`.") from exc
    if algorithm != "sha256":
        raise CaseError(f"{path}: it is over a {algorithm} digest", remedy="Ask for a new one over SHA-256.")
    if roots:
        _check_signature(path, content, digest, roots)
    return Stamp(path=path, sha256=digest.hex(), at=at, checked=bool(roots))


def stamp_lines(case: CaseFile, *, roots: Sequence[Path] = ()) -> tuple[list[str], list[str]]:
    """Notes and damage: what the timestamps beside the case say of its seals."""
    notes, damage = [], []
    known = {seal.sha256: f"seal {seal.id}" for seal in seals(case.db)}
    known |= dict.fromkeys(_originals(case), "the original's seal")
    for path in stamps_of(case.path):
        try:
            stamp = read_stamp(path, roots=roots)
        except CaseError as error:
            damage.append(error.problem)
            continue
        seal = known.get(stamp.sha256)
        if seal is None:
            damage.append(f"{path.name}: is of a seal that is not in this case")
            continue
        who = "its signature is right" if stamp.checked else "its signature was not checked: --tsa-ca FILE does"
        notes.append(f"{path.name}: {seal} was there at {stamp.at:%Y-%m-%d %H:%M:%S} UTC; {who}")
    return notes, damage


def _originals(case: CaseFile) -> Iterator[str]:
    """Of a redacted copy: the seals of what it is a copy of."""
    for (detail,) in case.db.execute("SELECT detail FROM audit WHERE command = 'case redact'"):
        original = json.loads(detail).get("original")
        if original:
            yield str(original)


def _stamp(sha256: str, url: str, target: Path) -> Path:
    nonce = secrets.randbits(63)
    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes.fromhex(sha256)},
            "nonce": nonce,
            "cert_req": True,
        }
    )
    answer = _posted(url, request.dump())
    try:
        response = tsp.TimeStampResp.load(answer)
        status = response["status"]["status"].native
        granted = status in ("granted", "granted_with_mods")
        told = response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed if granted else None
        same = told is not None and (
            told["nonce"].native == nonce and told["message_imprint"]["hashed_message"].native.hex() == sha256
        )
    except (ValueError, TypeError, AttributeError) as exc:
        raise CaseError(f"{url}: its answer is no timestamp", remedy="Is that the address of a TSA?") from exc
    if not same:
        raise CaseError(f"{url}: refused, or answered something else ({status})", remedy="Try another TSA.")
    target.write_bytes(answer)
    return target


def _posted(url: str, content: bytes) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise InputError(f"{url}: not the address of a timestamp authority", remedy="Give an http(s):// address.")
    headers = {"Content-Type": "application/timestamp-query"}
    request = urllib.request.Request(url, data=content, headers=headers)  # noqa: S310  # http(s), as just seen
    try:
        with urllib.request.urlopen(request, timeout=_WAIT_S) as answer:  # noqa: S310
            return bytes(answer.read(_MOST_BYTES))
    except (urllib.error.URLError, OSError) as exc:
        why = getattr(exc, "reason", exc)
        raise CaseError(f"{url}: no timestamp came: {why}", remedy="Check address and network; try again.") from exc


def _check_signature(path: Path, content: bytes, digest: bytes, roots: Sequence[Path]) -> None:
    try:
        from cryptography import x509  # noqa: PLC0415  # an optional extra
        from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response  # noqa: PLC0415
    except ImportError as exc:
        raise CaseError(
            "checking a timestamp's signature needs an optional part",
            remedy="pip install 'tracker-harness[timestamp]', or use `openssl ts -verify`.",
        ) from exc
    builder = VerifierBuilder()
    try:
        for root in roots:
            for certificate in x509.load_pem_x509_certificates(root.read_bytes()):
                builder = builder.add_root_certificate(certificate)
        builder.build().verify(decode_timestamp_response(content), digest)
    except (VerificationError, ValueError, OSError) as exc:
        raise CaseError(f"{path.name}: its signature is not right: {exc}", remedy="Is --tsa-ca the right one?") from exc


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
