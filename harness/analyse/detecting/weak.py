"""Hashes of 32 bits, and addresses as numbers: too short to prove what they are of, but worth a look."""

from __future__ import annotations

import ipaddress
import zlib
from collections.abc import Callable, Iterator, Mapping

from harness.analyse.detecting.forms import refusal
from harness.model.facts import PersonaValue

_MASK = 0xFFFFFFFF
_SHORTEST = 6  # digits; a smaller number is a count or a size
_FNV_PRIME, _FNV_BASIS = 0x01000193, 0x811C9DC5


def weak_texts(value: PersonaValue) -> Iterator[tuple[str, str]]:
    """(text of a whole field in lower case, what it is): each hash in hex and as a decimal number with and without a
    sign, of the value as planted and in one case."""
    if not value.searchable or value.secret or refusal(value.value.strip()):
        return
    text = value.value.strip()
    cases = {text.upper(): ", upper case", text.lower(): ", lower case", text: ""}  # the last word for a text counts
    for made, how in cases.items():
        for name, function in HASHES.items():
            for written in _written(function(made)):
                yield written, f"{name} of {value.name}{how}"
    for number in _address(text):
        yield str(number), f"decimal number of {value.name}"
        yield str(_signed(number)), f"decimal number of {value.name}"


def crc32(text: str) -> int:
    return zlib.crc32(_bytes(text))


def adler32(text: str) -> int:
    return zlib.adler32(_bytes(text))


def java_hash(text: str) -> int:
    """java.lang.String.hashCode, over UTF-16 units."""
    units = text.encode("utf-16-be", "surrogatepass")
    made = 0
    for at in range(0, len(units), 2):
        made = (made * 31 + int.from_bytes(units[at : at + 2])) & _MASK
    return made


def fnv1(text: str) -> int:
    made = _FNV_BASIS
    for byte in _bytes(text):
        made = made * _FNV_PRIME & _MASK ^ byte
    return made


def fnv1a(text: str) -> int:
    made = _FNV_BASIS
    for byte in _bytes(text):
        made = (made ^ byte) * _FNV_PRIME & _MASK
    return made


def murmur3(text: str) -> int:
    """MurmurHash3_x86_32 with the seed 0."""
    content = _bytes(text)
    made = 0
    whole = len(content) - len(content) % 4
    for at in range(0, whole, 4):
        made ^= _mixed(int.from_bytes(content[at : at + 4], "little"))
        made = (_turned(made, 13) * 5 + 0xE6546B64) & _MASK
    made ^= _mixed(int.from_bytes(content[whole:], "little")) ^ len(content)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        made = (made ^ made >> shift) * factor & _MASK
    return made


HASHES: Mapping[str, Callable[[str], int]] = {
    "crc32": crc32,
    "adler32": adler32,
    "murmur3": murmur3,
    "Java hashCode": java_hash,
    "FNV-1": fnv1,
    "FNV-1a": fnv1a,
}


def _mixed(block: int) -> int:
    return _turned(block * 0xCC9E2D51 & _MASK, 15) * 0x1B873593 & _MASK


def _turned(number: int, bits: int) -> int:
    return (number << bits | number >> 32 - bits) & _MASK


def _written(number: int) -> Iterator[str]:
    yield f"{number:08x}"
    yield f"0x{number:08x}"
    for decimal in (str(number), str(_signed(number))):
        if len(decimal.lstrip("-")) >= _SHORTEST:
            yield decimal


def _signed(number: int) -> int:
    return number - (1 << 32) if number >> 31 else number


def _address(text: str) -> Iterator[int]:
    """An IPv4 address as a number, in either order of its bytes: Android keeps it the other way round."""
    try:
        packed = ipaddress.IPv4Address(text).packed
    except ValueError:
        return
    yield int.from_bytes(packed)
    yield int.from_bytes(packed, "little")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
