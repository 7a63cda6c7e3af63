"""The single decoding steps: each turns text or bytes into what they stand for, or gives None when they do not."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){8,}")
_PAIR = re.compile(r"[\w$.%~\[\]-]+=[^&\s]*")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
GZIP_MAGIC = b"\x1f\x8b"
_ZLIB_MAGIC = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


class TooBigError(Exception):
    """Decompressing would exceed what is left of the budget."""


def from_json(text: str) -> dict[str, Any] | list[Any] | None:
    """A JSON object or array. A repeated key is kept as `key#2`, so that nothing is hidden behind it."""
    stripped = text.strip()
    if not stripped.startswith(("{", "[")):
        return None
    try:
        tree = json.loads(stripped, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        return None
    return tree if isinstance(tree, (dict, list)) else None


def _unique(named: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in named:
        name, count = key, 1
        while name in made:
            count += 1
            name = f"{key}#{count}"
        made[name] = value
    return made


def from_form(text: str, *, single: bool) -> dict[str, Any] | None:
    """`a=1&b=2` as a mapping; one lone pair only where the whole body is meant (`single`)."""
    parts = text.split("&")
    if len(parts) < 2 and not single:
        return None
    if not all(_PAIR.fullmatch(part) for part in parts):
        return None
    return pairs(text)


def from_query(text: str) -> dict[str, Any] | None:
    """The query of a URL."""
    try:
        split = urlsplit(text)
    except ValueError:
        return None
    return pairs(split.query) if split.scheme and split.query else None


def pairs(text: str) -> dict[str, Any]:
    """`a=1&b=2`, decoded; a repeated name is kept as `name#2`."""
    return _unique(parse_qsl(text, keep_blank_values=True))


def from_base64(text: str) -> bytes | None:
    """Standard or URL-safe Base64, padded or not, that decodes to text or to a compressed stream."""
    joined = text.replace("\n", "").replace("\r", "") if "\n" in text else text
    if not _BASE64.fullmatch(joined):
        return None
    bare = joined.rstrip("=").replace("-", "+").replace("_", "/")
    if len(bare) % 4 == 1:
        return None
    try:
        content = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if is_meaningful(content) else None


def from_hex(text: str) -> bytes | None:
    """Hexadecimal that decodes to text or to a compressed stream."""
    if not _HEX.fullmatch(text):
        return None
    content = bytes.fromhex(text)
    return content if is_meaningful(content) else None


def from_url(text: str) -> str | None:
    """Percent-encoded text."""
    if not _ESCAPE.search(text):
        return None
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError:
        return None
    return decoded if decoded != text else None


def from_gzip(content: bytes, *, limit: int) -> bytes | None:
    """A gzip stream, every member of it, of at most `limit` bytes."""
    return _inflate(content, wbits=31, limit=limit) if content.startswith(GZIP_MAGIC) else None


def from_zlib(content: bytes, *, limit: int) -> bytes | None:
    """A zlib stream of at most `limit` bytes."""
    return _inflate(content, wbits=15, limit=limit) if content.startswith(_ZLIB_MAGIC) else None


def _inflate(content: bytes, *, wbits: int, limit: int) -> bytes | None:
    parts: list[bytes] = []
    left, rest = limit, content
    while rest:
        inflater = zlib.decompressobj(wbits)
        try:
            part = inflater.decompress(rest, left + 1)
        except zlib.error:
            return None
        if len(part) > left:
            raise TooBigError
        if not inflater.eof:
            return None
        parts.append(part)
        left -= len(part)
        rest = inflater.unused_data if wbits == 31 else b""
    return b"".join(parts)


def to_text(content: bytes) -> str | None:
    """UTF-8 text; None for anything with bytes that text does not have."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def is_meaningful(content: bytes) -> bool:
    """Whether decoding gave something that decoding chance letters would not: printable text, or a stream's magic."""
    if content.startswith(GZIP_MAGIC):
        return True
    text = to_text(content)
    return text is not None and len(content) >= 8
