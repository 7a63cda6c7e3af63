"""Compressed streams, undone within a budget: what would grow beyond it is refused before it does."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import brotli
import zstandard

GZIP_MAGIC = b"\x1f\x8b"
ZLIB_MAGIC = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_PIECE = 64 * 1024  # bytes given or taken at once
_WINDOW = 8 * 1024 * 1024  # bytes of memory that a zstd frame may ask for: RFC 8878 wants decoders to grant that much
_TRIALS = 4  # times the budget: everything that failed included


class NotUndoneError(Exception):
    """A step fits, and is not undone all the same; the message says why."""


@dataclass(slots=True)
class Budget:
    """What all steps of one decoding may produce together. `tried` counts also what came to nothing, so that many
    broken bombs cost no more than a few."""

    limit: int  # bytes or characters
    spent: int = 0
    tried: int = 0

    def spend(self, size: int) -> bool:
        """Take from the budget; False when there is not enough left."""
        if self.spent + size > self.limit:
            return False
        self.spent += size
        return True

    def grow(self, made: int, piece: int) -> None:
        """A stream has given `made` bytes, and now a piece more."""
        self.tried += piece
        if self.spent + made + piece > self.limit:
            raise NotUndoneError(f"more than {self.limit} bytes")
        if self.tried > _TRIALS * self.limit:
            raise NotUndoneError(f"the payload was tried to be decompressed to more than {_TRIALS * self.limit} bytes")


def from_gzip(content: bytes, budget: Budget) -> bytes | None:
    """A gzip stream, every member of it."""
    return _inflate(content, 31, budget)


def from_zlib(content: bytes, budget: Budget) -> bytes | None:
    """A zlib stream."""
    return _inflate(content, 15, budget)


def from_raw_deflate(content: bytes, budget: Budget) -> bytes | None:
    """A deflate stream without any header, of which many chance bytes are one: what it gives has to prove it."""
    return _inflate(content, -15, budget)


def from_brotli(content: bytes, budget: Budget) -> bytes | None:
    """A Brotli stream, which has no header either; it has to end with the content's last byte."""
    stream = brotli.Decompressor()
    out = _Gathered(budget)
    try:
        for part in (*_pieces(content[:-1]), content[-1:]):
            if stream.is_finished():
                return None
            out.add(stream.process(part, output_buffer_limit=_PIECE))
            while not stream.can_accept_more_data():
                out.add(stream.process(b"", output_buffer_limit=_PIECE))
    except brotli.error:
        return None
    return out.whole() if stream.is_finished() else None


def from_zstd(content: bytes, budget: Budget) -> bytes | None:
    """A Zstandard stream, every frame of it."""
    out = _Gathered(budget)
    maker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    try:
        with maker.stream_reader(content, read_across_frames=True) as stream:
            while piece := stream.read(_PIECE):
                out.add(piece)
    except zstandard.ZstdError:
        return None
    return out.whole() if _is_whole(content) else None


def _is_whole(content: bytes) -> bool:
    """Whether the last frame ends with the content; the reader of streams does not say. What is read here has been
    read within the budget before."""
    rest = content
    try:
        while rest:
            frame = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
            frame.decompress(rest)
            if not frame.eof:
                return False
            rest = frame.unused_data
    except zstandard.ZstdError:
        return False
    return True


def _inflate(content: bytes, wbits: int, budget: Budget) -> bytes | None:
    """All of a stream; of gzip, of its members, one after the other."""
    out = _Gathered(budget)
    place = 0
    while place < len(content):
        stream = zlib.decompressobj(wbits)
        try:
            while not stream.eof and place < len(content):
                part = content[place : place + _PIECE]
                place += len(part)
                _feed(stream, part, out)
                place -= len(stream.unused_data)
        except zlib.error:
            return None
        if not stream.eof or (wbits != 31 and place < len(content)):
            return None
    return out.whole()


def _feed(stream: zlib._Decompress, part: bytes, out: _Gathered) -> None:
    """Everything that this part of a stream gives, piece by piece."""
    while not stream.eof:
        piece = stream.decompress(part, _PIECE)
        out.add(piece)
        part = stream.unconsumed_tail
        if not part and len(piece) < _PIECE:
            return


class _Gathered:
    """What a stream gave, within the budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        self._budget.grow(self._size, len(piece))
        self._parts.append(piece)
        self._size += len(piece)

    def whole(self) -> bytes:
        return b"".join(self._parts)


def _pieces(content: bytes) -> list[bytes]:
    return [content[start : start + _PIECE] for start in range(0, len(content), _PIECE)]
