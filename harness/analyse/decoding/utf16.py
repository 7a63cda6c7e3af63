"""UTF-16 text among bytes, with its mark and without."""

from __future__ import annotations

from harness.analyse.decoding.plausible import is_clean, systems

_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_LOOKED_AT = 512  # bytes
_ENOUGH = 32.0  # bits
_ENOUGH_MARKED = 12.0  # bits, beyond those of the mark
_SHORTEST = 8  # bytes
_GLANCE = 48  # bytes
# How unlikely a unit of a kind is among chance pairs of bytes, in bits, by the last character of the kind.
_KINDS = ((0x7E, 9.4), (0x6FF, 5.2), (0x1FFF, 3.0), (0x2FFF, 4.0), (0x9FFF, 1.2), (0xFEFF, 0.0), (0xFFEF, 8.0))
_HANGUL = (0xAC00, 0xD7A3, 2.0)
_PAIR = 6.0


def from_utf16(content: bytes) -> str | None:
    """The text; None for what chance bytes may be as well."""
    if len(content) % 2:
        return None
    coding = _MARKS.get(content[:2])
    if coding is not None:
        text = _decoded(content[2:], coding)
        return text if text is not None and _is_written(text, enough=_ENOUGH_MARKED) else None
    if len(content) < _SHORTEST or not _may_be(content):
        return None
    for coding in ("utf-16-le", "utf-16-be"):
        start = _decoded(content[:_LOOKED_AT], coding, cut=True)
        if start is not None and _is_written(start):
            return _decoded(content, coding)
    return None


def _may_be(content: bytes) -> bool:
    """A cheap look: whether there are the zeros of Latin text; or one byte of each unit is one of few, as in any
    alphabet; or most of them begin as Chinese characters and kana do."""
    if 8 * content.count(0) > len(content):
        return True
    first, second = content[0:_GLANCE:2], content[1:_GLANCE:2]
    if 4 * min(len(set(first)), len(set(second))) <= len(first):
        return True
    return len(first) * 2 == _GLANCE and any(
        3 * sum(0x30 <= byte <= 0x9F for byte in half) > 2 * len(half) for half in (first, second)
    )


def _decoded(content: bytes, coding: str, *, cut: bool = False) -> str | None:
    """`cut` when the content may end within a character."""
    try:
        text = content.decode(coding)
    except UnicodeDecodeError as exc:
        if not cut or exc.start < len(content) - 2:
            return None
        text = content[: exc.start].decode(coding)
    return text if text and is_clean(text) else None


def _is_written(text: str, *, enough: float = _ENOUGH) -> bool:
    sample = text[: _LOOKED_AT // 2]
    kinds = [_bits(ord(letter)) for letter in sample]
    return all(kinds) and sum(kinds) >= enough and len(systems(sample)) <= 1


def _bits(code: int) -> float:
    if code > 0xFFFF:
        return _PAIR
    if _HANGUL[0] <= code <= _HANGUL[1]:
        return _HANGUL[2]
    return next((bits for last, bits in _KINDS if code <= last), 0.0)
