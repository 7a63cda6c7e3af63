"""The decoding steps, as one table: each turns text or bytes into what they stand for, or gives None when they do not.

A step that would fit chance letters as well says so by what it gives: the bytes of Base64 and hex, and what comes out
of streams that have no header, count only where they mean something.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from harness.analyse.decoding.inflate import (
    GZIP_MAGIC,
    ZLIB_MAGIC,
    ZSTD_MAGIC,
    Budget,
    from_brotli,
    from_gzip,
    from_raw_deflate,
    from_zlib,
    from_zstd,
)
from harness.analyse.decoding.markup import from_xml
from harness.analyse.decoding.multipart import from_envelope, from_lines, from_multipart
from harness.analyse.decoding.plausible import bits, to_text
from harness.analyse.decoding.protobuf import from_protobuf
from harness.analyse.decoding.utf16 import from_utf16
from harness.analyse.values import Tree, unique

_SHORTEST_LETTERS = 16  # hex digits or Base64 letters
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}|[A-Za-z0-9_-]{16,}={0,2}")
_BEYOND_HEX = re.compile(r"[G-Zg-z]")  # no identifier in hex, no number with hyphens is Base64
_HEX = re.compile(r"(?:[0-9A-F]{2}){8,}|(?:[0-9a-f]{2}){8,}")
_LONGEST_NUMBER = 40  # decimal digits
_PAIR = re.compile(r"[\w$.%~\[\]-]+=[^&\s]*")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_UNESCAPED = re.compile(r"[^!-~]|[\"<>\\]")
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
_CONTAINERS = ("{", "[")
_SHORTEST_STREAM = 33  # bytes of one without a header: less proves nothing, and digests are not longer
# Codes of the commonest kind of deflate block stand for 144 values each as likely, most of which are text.
_LIKELY_IN_DEFLATE = 144
_PROVEN_STREAM = 32.0  # bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a step is tried: `whole` for the content itself, `sure` where a hook file says that it is this step."""

    budget: Budget
    whole: bool = False
    sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What content has to begin with (the first letter of a text), to hold and to be long before the step is tried:
    that spares most trials. `undo` may raise NotUndoneError."""

    name: str
    undo: Callable[[Any, Place], Tree]
    starts: tuple[Any, ...] = ()
    has: str = ""
    least: int = 0


def from_json(text: str) -> dict[str, Any] | list[Any] | None:
    """A JSON object or array. A repeated key is kept as `key#2`, so that nothing is hidden behind it."""
    stripped = text.strip().lstrip("\ufeff")
    if not stripped.startswith(_CONTAINERS):
        return None
    try:
        tree = json.loads(stripped, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return None
    return tree if isinstance(tree, (dict, list)) else None


def _object(named: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(named)
    return made if len(made) == len(named) else unique(named)


def from_json_string(text: str) -> str | None:
    """What a JSON string with escapes in it says."""
    if text[-1] != '"':
        return None
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if isinstance(said, str) else None


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
    return unique(parse_qsl(text, keep_blank_values=True))


def from_base64(text: str) -> bytes | None:
    """The bytes of standard or URL-safe Base64, padded or not."""
    joined = text.replace("\n", "").replace("\r", "") if "\n" in text else text
    if not _BASE64.fullmatch(joined) or not _BEYOND_HEX.search(joined):
        return None
    return _unpacked(joined)


def _unpacked(letters: str) -> bytes | None:
    bare = letters.rstrip("=").replace("-", "+").replace("_", "/")
    if len(bare) % 4 == 1:
        return None
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def from_hex(text: str) -> bytes | None:
    """The bytes of hexadecimal digits."""
    if not _HEX.fullmatch(text) or (len(text) < _LONGEST_NUMBER and text.isdecimal()):
        return None
    return bytes.fromhex(text)


def from_url(text: str) -> str | None:
    """Percent-encoded text: what has letters that would have been encoded is none."""
    if not _ESCAPE.search(text) or _UNESCAPED.search(text):
        return None
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError:
        return None
    return decoded if decoded != text else None


def from_jwt(text: str) -> dict[str, Tree] | None:
    """A JSON Web Token: its header and what it claims; the signature as it stands. Nobody checks it."""
    if not _JWT.fullmatch(text):
        return None
    header, payload, signature = text.split(".")
    said = [to_text(_unpacked(part) or b"") for part in (header, payload)]
    trees = [from_json(part) if part is not None else None for part in said]
    if not isinstance(trees[0], dict) or "alg" not in trees[0]:
        return None
    return {"header": trees[0], "payload": payload if trees[1] is None else trees[1], "signature": signature}


def _from_multipart_text(text: str) -> dict[str, Tree] | None:
    try:
        return from_multipart(text.encode())
    except UnicodeEncodeError:
        return None


def _deflated(content: bytes, place: Place) -> bytes | None:
    return _proven(from_raw_deflate(content, place.budget), place)


def _brotlied(content: bytes, place: Place) -> bytes | None:
    return _proven(from_brotli(content, place.budget), place)


def _proven(made: bytes | None, place: Place) -> bytes | None:
    """What came out of a stream without a header, if it is long and clear enough to prove that it was one."""
    if made is None or place.sure:
        return made
    text = to_text(made)
    if text is None:
        return None
    return made if bits(text, of=_LIKELY_IN_DEFLATE) >= _PROVEN_STREAM or from_json(text) else None


_SPACE = " \t\r\n\ufeff"

TEXT_STEPS = (
    Step(name="json", starts=tuple("{[" + _SPACE), undo=lambda text, _: from_json(text)),
    Step(name="json", starts=('"',), has="\\", undo=lambda text, _: from_json_string(text)),
    Step(name="lines", starts=("{", "["), has="\n", undo=lambda text, _: from_lines(text)),
    Step(name="xml", starts=tuple("<" + _SPACE), undo=lambda text, _: from_xml(text)),
    Step(name="multipart", starts=("-", "\r"), undo=lambda text, _: _from_multipart_text(text)),
    Step(name="jwt", starts=("e",), has=".", undo=lambda text, _: from_jwt(text)),
    Step(name="hex", least=_SHORTEST_LETTERS, undo=lambda text, _: from_hex(text)),
    Step(name="base64", least=_SHORTEST_LETTERS, undo=lambda text, _: from_base64(text)),
    Step(name="form", has="=", undo=lambda text, place: from_form(text, single=place.whole)),
    Step(name="url", has="%", undo=lambda text, _: from_url(text)),
)

BYTE_STEPS = (
    Step(name="gzip", starts=(GZIP_MAGIC,), undo=lambda content, place: from_gzip(content, place.budget)),
    Step(name="zlib", starts=ZLIB_MAGIC, undo=lambda content, place: from_zlib(content, place.budget)),
    Step(name="zstd", starts=(ZSTD_MAGIC,), undo=lambda content, place: from_zstd(content, place.budget)),
    Step(name="multipart", starts=(b"--", b"\r\n--"), undo=lambda content, _: from_multipart(content)),
    Step(name="lines", starts=(b"{",), undo=lambda content, _: from_envelope(content)),
    Step(name="utf-16", least=4, undo=lambda content, _: from_utf16(content)),
    Step(name="protobuf", least=6, undo=lambda content, place: from_protobuf(content, sure=place.sure)),
    Step(name="deflate", least=_SHORTEST_STREAM, undo=_deflated),
    Step(name="brotli", least=_SHORTEST_STREAM, undo=_brotlied),
)

# What cannot be guessed, and is tried only where a hook file asks for it; and every other step by its name.
_ASKED = Step(name="query", undo=lambda text, _: from_query(text))
TEXT_STEP: Mapping[str, Step] = {step.name: step for step in (_ASKED, *reversed(TEXT_STEPS))}
BYTE_STEP: Mapping[str, Step] = {step.name: step for step in BYTE_STEPS}
_ANYWHERE = tuple(step for step in TEXT_STEPS if not step.starts)
_BY_FIRST = {
    first: tuple(step for step in TEXT_STEPS if not step.starts or first in step.starts)
    for first in {first for step in TEXT_STEPS for first in step.starts}
}


def text_steps(text: str) -> list[Step]:
    """The steps that may fit a text that is not empty, in the order in which to try them."""
    size = len(text)
    return [step for step in _BY_FIRST.get(text[0], _ANYWHERE) if size >= step.least and step.has in text]


def byte_steps(content: bytes) -> list[Step]:
    """The steps that may fit bytes, in the order in which to try them."""
    size = len(content)
    return [step for step in BYTE_STEPS if size >= step.least and (not step.starts or content.startswith(step.starts))]
