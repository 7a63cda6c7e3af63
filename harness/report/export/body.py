"""The body of a request as it can be read: as sent, or what was captured before it was packed or encrypted."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.analyse.decoding.decode import decode
from harness.analyse.decoding.inflate import (
    Budget,
    NotUndoneError,
    from_brotli,
    from_gzip,
    from_raw_deflate,
    from_zlib,
    from_zstd,
)
from harness.model.findings import Payload, Transmission

AS_SENT = "as sent"
UNPACKED = "as sent, its content coding undone"
BEFORE = "captured before it was encoded or encrypted"
DECODED = "decoded, as a tree"
NOT_READ = "not read"

MOST_BYTES = 32 * 1024 * 1024  # of an unpacked body
_OPEN_STEPS = frozenset({"json", "form", "query", "url", "multipart", "xml"})  # a value can be read through these
_CODINGS: dict[str, tuple[Callable[[bytes, Budget], bytes | None], ...]] = {
    "gzip": (from_gzip,),
    "x-gzip": (from_gzip,),
    "deflate": (from_zlib, from_raw_deflate),  # RFC 9110 means zlib; some send it without the header
    "br": (from_brotli,),
    "zstd": (from_zstd,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """`text` is None where nothing can be read; `how` says what it is; `base64` has the bytes as they were sent, where
    the text is not them."""

    text: str | None
    how: str
    mime: str
    base64: str | None = None


def body_of(made: Transmission, blobs: Mapping[str, bytes], explained: Payload | None, *, covered: bool) -> Body | None:
    """The body of a request, None when it has none. In a covered export no bytes are given, and what an encoding
    within the text would hide from covering is given as the tree that it decodes to."""
    content = blobs.get(made.body_sha256) if made.body_sha256 else None
    if content is None and explained is None:
        return Body(text=None, how=NOT_READ, mime=_mime(made)) if made.bytes_out else None
    if content == b"":
        return None
    text, how = _sent_text(content, _header(made, "content-encoding")) if content is not None else (None, NOT_READ)
    if text is None and explained is not None:
        text, how = _captured(explained, blobs)
    if covered and text is not None and (tree := _tree_of_hidden(text)) is not None:
        text, how = tree, DECODED
    raw = None if covered or content is None or how == AS_SENT else base64.b64encode(content).decode()
    return Body(text=text, how=how, mime=_mime(made), base64=raw)


def _sent_text(content: bytes, coding: str) -> tuple[str | None, str]:
    unpacked = _unpacked(content, coding)
    text = _text(content if unpacked is None else unpacked)
    return text, NOT_READ if text is None else AS_SENT if unpacked is None else UNPACKED


def _captured(explained: Payload, blobs: Mapping[str, bytes]) -> tuple[str | None, str]:
    """What the request was made from: the very text where it was kept as bytes, else its tree."""
    kept = blobs.get(explained.sha256)
    text = None if kept is None else _text(kept)
    if text is not None:
        return text, BEFORE
    return (explained.decoded, DECODED) if explained.decoded else (None, NOT_READ)


def _tree_of_hidden(text: str) -> str | None:
    """The text's tree, when values stand in it under an encoding that one cannot read through."""
    decoded = decode(text)
    hidden = any(step not in _OPEN_STEPS for leaf in decoded.leaves for step in leaf.chain)
    return decoded.as_json() if hidden else None


def _text(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _unpacked(content: bytes, coding: str) -> bytes | None:
    """With one HTTP content coding undone; None where there is none, it is broken, or it would grow too large."""
    for undo in _CODINGS.get(coding.strip().lower(), ()):
        try:
            made = undo(content, Budget(MOST_BYTES))
        except NotUndoneError:
            return None
        if made is not None:
            return made
    return None


def _header(made: Transmission, wanted: str) -> str:
    return next((value for name, value in made.headers if name.lower() == wanted), "")


def _mime(made: Transmission) -> str:
    return _header(made, "content-type") or "application/octet-stream"
