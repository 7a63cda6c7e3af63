"""How surely a text was meant to be one: what decoding chance bytes or chance letters gives is told from what was
written. Counted in bits: a text that one chance in 2^n gives has n of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from math import log2

ENOUGH = 24.0  # bits: one in 16 million
_LOOKED_AT = 256  # characters: more do not make it surer
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
# What chance would have to hit with every byte, and how many values of a byte that are; narrowest first.
_LETTERS = (
    (re.compile(r"[0-9 +().:/-]*"), 18),
    (re.compile(r"[a-z ._@-]*"), 31),
    (re.compile(r"[a-z0-9 ._@-]*"), 41),
    (re.compile(r"[A-Za-z ]*"), 53),
    (re.compile(r"[A-Za-z0-9 ._@:/,+=-]*"), 72),
    (re.compile(r"[\t\n\r -~]*"), 98),
)
_WORDS = re.compile(r"[A-Za-z0-9 \x80-\U0010ffff]*")
_BITS_OF_WORDS = 1.7  # a byte, in UTF-8 of letters beyond ASCII: from the shares of valid sequences among all bytes
_BITS_OF_ANY = 1.17  # a byte, with any printable ASCII in between
# Where writing systems begin; symbols and emoji go with any of them.
_BLOCKS = (0, 0x250, 0x370, 0x400, 0x530, 0x590, 0x600, 0x700, 0x900, 0xE00, 0x1000, 0x2000, 0x2C00, 0x2E80, 0xFE00)
_NEUTRAL = (0, 0x2000, 0xFE00)
_SHORT = 64  # characters: one writing system besides Latin


def to_text(content: bytes) -> str | None:
    """UTF-8 text; None for anything with bytes that text does not have."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def is_clean(text: str) -> bool:
    """Whether there are only characters that text has."""
    return _CONTROL.search(text) is None


def systems(text: str) -> set[int]:
    """The writing systems besides Latin."""
    begins = {_BLOCKS[bisect_right(_BLOCKS, ord(letter)) - 1] for letter in text}
    return begins - set(_NEUTRAL)


def is_written(text: str) -> bool:
    """Whether chance bytes would hardly give this text."""
    return len(text) >= _LOOKED_AT or bits(text) >= ENOUGH


def bits(text: str, *, of: int = 256) -> float:
    """How unlikely it is that bytes of `of` equally likely values give this text, which is free of control
    characters."""
    sample = text[:_LOOKED_AT]
    if sample.isascii():
        size = next(size for letters, size in _LETTERS if letters.fullmatch(sample))
        return len(sample) * max(0.0, log2(of / size))
    if len(sample) < _SHORT and len(systems(sample)) > 1:
        return 0.0
    each = _BITS_OF_WORDS if _WORDS.fullmatch(sample) else _BITS_OF_ANY
    return len(sample.encode("utf-8", "surrogatepass")) * max(0.0, each - log2(256 / of))
