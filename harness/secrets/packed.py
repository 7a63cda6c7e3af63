"""Compressed and wrapped parts of a content: found, opened within bounds, and packed again the same way."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import brotli
import zstandard

MOST_OPENED = 64 * 1024 * 1024  # bytes that come out of one content, altogether
_PIECE = 1024 * 1024
_SHORTEST_STREAM = 16  # bytes; a shorter one without a header is a number or an id
_MOST_STARTS = 3  # places within one run of Base64 from which it is read once more
_MOST_PARTS = 64  # of each kind in one content
_MAGIC = re.compile(rb"\x1f\x8b\x08|\x28\xb5\x2f\xfd|\x78[\x01\x5e\x9c\xda]")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{20,}(?:\r?\n[A-Za-z0-9+/_-]+)*={0,2}")
_WITHIN = re.compile(rb"H4sI|eJ[wyxz]|eyJ|KLUv/|eNq")  # how gzip, zlib, JSON and zstd begin in Base64
_LETTER, _RUN = b"A", b"A" * 20  # a run as it reads when each letter of Base64 is an A: found so in a tenth of the time
_AS_LETTERS = bytes(
    ord(_LETTER) if chr(byte) in "+/_-" or (byte < 0x80 and chr(byte).isalnum()) else 0 for byte in range(256)
)
_MAGICS = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){16,}")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_WIDE = 3  # one of so many bytes is zero in UTF-16 of most languages
_TRIED = 4096  # bytes looked at to tell text from anything else
_CONTROL = bytes({*range(0x20), 0x7F} - set(b"\t\n\r\x1b"))


class TooBigError(Exception):
    """More comes out than is looked at."""


@dataclass(slots=True)
class Budget:
    """What may still come out."""

    left: int = MOST_OPENED

    def take(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise TooBigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part from `start` to `end` that was packed in a way known by name. `pack` gives None where there is no way."""

    name: str
    start: int
    end: int
    content: bytes
    pack: Callable[[bytes], bytes]


def parts(content: bytes, budget: Budget) -> Iterator[Part]:
    """Everything that can be opened. A part of one kind may lie within one of another."""
    if any(magic in content for magic in _MAGICS):
        yield from _compressed(content, budget)
    if _RUN in content.translate(_AS_LETTERS):
        yield from _base64(content, budget)
        yield from _hex(content, budget)
    if len(content) >= _SHORTEST_STREAM and is_binary(content):
        yield from _bare(content, budget)
        yield from _wide(content, budget)


def may_be_packed(content: bytes) -> bool:
    """Whether anything in it may be; a fraction of the time that looking for it takes."""
    if _RUN in content.translate(_AS_LETTERS) or any(magic in content for magic in _MAGICS):
        return True
    return len(content) >= _SHORTEST_STREAM and is_binary(content)


def is_binary(content: bytes) -> bool:
    """Whether it is no text."""
    head = content[:_TRIED]
    if head.translate(None, _CONTROL) != head:
        return True
    try:
        head.decode()
    except UnicodeDecodeError as exc:
        return exc.start < len(head) - 4
    return False


def _compressed(content: bytes, budget: Budget) -> Iterator[Part]:
    end = 0
    for count, match in enumerate(_MAGIC.finditer(content)):
        if count == _MOST_PARTS:
            return
        if match.start() < end:
            continue
        name, opened, pack = _OPENERS[match[0][:1]]
        made = opened(content[match.start() :], budget)
        if made is not None:
            inside, used = made
            end = match.start() + used
            yield Part(name=name, start=match.start(), end=end, content=inside, pack=pack)


def _bare(content: bytes, budget: Budget) -> Iterator[Part]:
    """Streams without a header."""
    for name, opened, pack in (("deflate", _raw_deflate, _deflated), ("brotli", _brotli, _brotlied)):
        made = opened(content, budget)
        if made is not None:
            yield Part(name=name, start=0, end=made[1], content=made[0], pack=pack)


def _base64(content: bytes, budget: Budget) -> Iterator[Part]:
    for count, match in enumerate(_BASE64.finditer(content)):
        if count == _MOST_PARTS:
            return
        run = match[0]
        starts = [0, *(within.start() for within in _WITHIN.finditer(run) if within.start() % 4)]
        for start in starts[:_MOST_STARTS]:
            part = _from_base64(run[start:])
            if part is not None:
                budget.take(len(part))
                at = match.start() + start
                yield Part(name="base64", start=at, end=match.end(), content=part, pack=_base64_like(run[start:]))


def _from_base64(run: bytes) -> bytes | None:
    letters = b"".join(run.split()).rstrip(b"=").translate(_URL_SAFE)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return None


def _base64_like(run: bytes) -> Callable[[bytes], bytes]:
    def pack(content: bytes) -> bytes:
        safe = b"-" in run or b"_" in run
        letters = base64.urlsafe_b64encode(content) if safe else base64.b64encode(content)
        if not run.endswith(b"=") and (safe or len(b"".join(run.split())) % 4):
            letters = letters.rstrip(b"=")
        width = run.find(b"\n")
        if width <= 0:
            return letters
        line = b"\r\n" if run[width - 1 : width] == b"\r" else b"\n"
        width -= len(line) - 1
        return line.join(letters[at : at + width] for at in range(0, len(letters), width))

    return pack


def _hex(content: bytes, budget: Budget) -> Iterator[Part]:
    for count, match in enumerate(_HEX.finditer(content)):
        if count == _MOST_PARTS:
            return
        budget.take(len(match[0]) // 2)
        inside = bytes.fromhex(match[0].decode())
        upper = match[0] == match[0].upper()
        yield Part(
            name="hex",
            start=match.start(),
            end=match.end(),
            content=inside,
            pack=partial(_in_hex, upper),
        )


def _in_hex(upper: bool, content: bytes) -> bytes:
    return (content.hex().upper() if upper else content.hex()).encode()


def _wide(content: bytes, budget: Budget) -> Iterator[Part]:
    if content.count(0) * _WIDE < len(content):
        return
    for encoding in ("utf-16-le", "utf-16-be"):
        even = content[: len(content) // 2 * 2]
        text = even.decode(encoding, "surrogatepass") if _may_be(even, encoding) else None
        if text is not None:
            budget.take(len(even))
            yield Part(
                name="utf-16",
                start=0,
                end=len(even),
                content=text.encode("utf-8", "surrogatepass"),
                pack=partial(_widened, encoding),
            )


def _widened(encoding: str, content: bytes) -> bytes:
    return content.decode("utf-8", "replace").encode(encoding, "surrogatepass")


def _may_be(content: bytes, encoding: str) -> bool:
    """Whether the zeros stand where the upper halves of its letters do."""
    upper = content[1::2] if encoding == "utf-16-le" else content[0::2]
    return upper.count(0) * 2 > len(upper)


def _inflated(content: bytes, wbits: int, budget: Budget) -> tuple[bytes, int] | None:
    engine = zlib.decompressobj(wbits)
    made: list[bytes] = []
    left = content
    try:
        while left and not engine.eof:
            piece = engine.decompress(left, _PIECE)
            budget.take(len(piece))
            made.append(piece)
            if not piece and engine.unconsumed_tail == left:
                break
            left = engine.unconsumed_tail
    except zlib.error:
        if not any(made):
            return None
    inside = b"".join(made)
    return (inside, len(content) - len(engine.unused_data)) if inside else None


def _gzip(content: bytes, budget: Budget) -> tuple[bytes, int] | None:
    """All members of it."""
    inside, used = b"", 0
    while content[used : used + 3] == b"\x1f\x8b\x08":
        made = _inflated(content[used:], 31, budget)
        if made is None:
            break
        inside += made[0]
        used += made[1]
    return (inside, used) if used else None


def _zlib(content: bytes, budget: Budget) -> tuple[bytes, int] | None:
    return _inflated(content, 15, budget)


def _raw_deflate(content: bytes, budget: Budget) -> tuple[bytes, int] | None:
    return _inflated(content, -15, budget)


def _zstd(content: bytes, budget: Budget) -> tuple[bytes, int] | None:
    engine = zstandard.ZstdDecompressor(max_window_size=MOST_OPENED).decompressobj()
    try:
        inside = engine.decompress(content)
    except (zstandard.ZstdError, MemoryError):
        return None
    budget.take(len(inside))
    return (inside, len(content) - len(engine.unused_data)) if inside else None


def _brotli(content: bytes, budget: Budget) -> tuple[bytes, int] | None:
    engine = brotli.Decompressor()
    made: list[bytes] = []
    try:
        piece = engine.process(content, output_buffer_limit=_PIECE)
        while piece:
            budget.take(len(piece))
            made.append(piece)
            piece = b"" if engine.is_finished() else engine.process(b"", output_buffer_limit=_PIECE)
    except brotli.error:
        if not made:
            return None
    return (b"".join(made), len(content)) if made else None


def _deflated(content: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(content) + engine.flush()


def _brotlied(content: bytes) -> bytes:
    return bytes(brotli.compress(content, quality=5))


_OPENERS: dict[bytes, tuple[str, Callable[[bytes, Budget], tuple[bytes, int] | None], Callable[[bytes], bytes]]] = {
    b"\x1f": ("gzip", _gzip, lambda made: gzip.compress(made, mtime=0)),
    b"\x28": ("zstd", _zstd, lambda made: zstandard.ZstdCompressor().compress(made)),
    b"\x78": ("zlib", _zlib, zlib.compress),
}
