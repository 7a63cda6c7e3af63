"""The canonical ways in which programs write a value before they send or hash it. Encodings are forms.py's."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from harness.analyse.detecting.dates import date_spellings
from harness.analyse.detecting.phones import looks_like_a_phone, phone_spellings
from harness.model.facts import PersonaValue

_SEPARATED = re.compile(r"[^\W_]+(?:([-_.: /])[^\W_]+)(?:\1[^\W_]+)*")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{2,}(?:[-_.: ][0-9A-Fa-f]{2,})+")
_EXCHANGED = "-_ :."
_NUMBER = re.compile(r"[-+]?\d{1,3}\.(\d{3,})")
_WORDS = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_NAMED = ("name", "contact")  # categories
_LONGEST_NAME = 4  # words
_TELLING_LAST_NAME = 5  # letters; a shorter one with an initial is found by chance
_DECIMALS = range(2, 7)
_TAGLESS = re.compile(r"([^@+]+)(\+[^@]*)?@(.+)")
_DOTLESS = ("gmail.com", "googlemail.com")  # to which a dot in the address makes no difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One spelling. `how` says what makes it another than the planted one, "" for that one itself.

    Every pattern costs speed, so a spelling is looked for only as programs use it: `clear` as text, `encoded` also in
    hex and within Base64, `hashed` as what a digest was made of."""

    text: str
    how: str = ""
    clear: bool = True
    encoded: bool = True
    hashed: bool = True


def variants(value: PersonaValue, region: str = "US") -> list[Variant]:
    """Every spelling once, the plainest first. `region` is where a telephone number without a country is at home."""
    unique: dict[str, Variant] = {}
    for variant in _every(value, region):
        unique.setdefault(variant.text, variant)
    return [variant for text, variant in unique.items() if text]


def _every(value: PersonaValue, region: str) -> Iterator[Variant]:
    given = value.value
    text = given.strip()
    yield Variant(text=given)
    yield Variant(text=text, how="trimmed")
    if "\n" in text:
        yield Variant(text=re.sub("\r?\n", "\r\n", text))  # the line ends that forms and mails prescribe
    yield from _composed(text)
    if value.category == "phone" or (text.startswith("+") and looks_like_a_phone(text)):
        for how, made in phone_spellings(text, region):
            plain = made.removeprefix("+").isdigit()
            yield Variant(text=made, how=how) if plain else _shown(made, how)
        return
    typed = [*_addresses(text), *_dates(text), *_rounded(text), *_mails(text)]
    if typed:
        yield from typed
        yield from _cases(text)
        return
    yield from _cases(text)
    if value.category in _NAMED:
        yield from _reordered(text)
    yield from _separated(text)


def _composed(text: str) -> Iterator[Variant]:
    """Letters with marks as one code point or as several: composed is how keyboards write them."""
    yield Variant(text=unicodedata.normalize("NFC", text), how="composed")
    yield Variant(text=unicodedata.normalize("NFD", text), how="decomposed")


def _cases(text: str) -> Iterator[Variant]:
    for normal in ("NFC", "NFD"):
        whole = unicodedata.normalize(normal, text)
        yield Variant(text=whole.lower(), how="lower case")
        yield Variant(text=whole.upper(), how="upper case")
        yield Variant(text=re.sub(r"\s+", "", whole.lower()), how="lower case, no spaces")


def _hashed(text: str, how: str, *, upper: bool = False) -> Iterator[Variant]:
    """A spelling, and its cases for hashes only: a search for text folds case anyway."""
    yield Variant(text=text, how=how, encoded=False)
    yield Variant(text=text.lower(), how=f"{how}, lower case", encoded=False, clear=False)
    if upper:
        yield Variant(text=text.upper(), how=f"{how}, upper case", encoded=False, clear=False)


def _shown(text: str, how: str) -> Variant:
    """A spelling for eyes, which nobody hashes."""
    return Variant(text=text, how=how, encoded=False, hashed=False)


def _separated(text: str) -> Iterator[Variant]:
    """Words, or groups of digits, that one and the same sign keeps apart. Numbers of devices are hashed with any sign
    between their groups; words are not."""
    match = _SEPARATED.fullmatch(text)
    if match is None:
        return
    separator = match[1]
    number = _HEXADECIMAL.fullmatch(text) is not None
    yield from _hashed(text.replace(separator, ""), "no separators", upper=number)
    for other in _EXCHANGED:
        made, how = text.replace(separator, other), f"separated by {other!r}"
        if other != separator and number:
            yield from _hashed(made, how, upper=True)
        elif other != separator:
            yield _shown(made, how)


def _reordered(text: str) -> Iterator[Variant]:
    words = text.split()
    if not 2 <= len(words) <= _LONGEST_NAME or not all(_WORDS.fullmatch(word) for word in words):
        return
    first, last = " ".join(words[:-1]), words[-1]
    yield from _hashed(f"{last}, {first}", "last name first")
    yield from _hashed(f"{last} {first}", "last name first", upper=True)
    yield _shown(f"{last},{first}", "last name first")
    if len(last) >= _TELLING_LAST_NAME:
        yield _shown(f"{first[0]}. {last}", "initial and last name")
        yield _shown(f"{first[0]}.{last}", "initial and last name")
        yield from _hashed(f"{first[0]}{last}", "initial and last name")


def _mails(text: str) -> Iterator[Variant]:
    """An address without the tag behind +, which reaches the same person, and without dots where they do not count."""
    match = _TAGLESS.fullmatch(text.lower())
    if match is None:
        return
    box, tag, domain = match[1], match[2], match[3]
    if tag:
        yield Variant(text=f"{box}@{domain}", how="lower case, no tag", encoded=False)
    if domain in _DOTLESS:
        yield Variant(text=f"{box.replace('.', '')}@{domain}", how="lower case, no dots", encoded=False)


def _dates(text: str) -> Iterator[Variant]:
    return (Variant(text=made, how=how, encoded=False) for how, made in date_spellings(text))


def _rounded(text: str) -> Iterator[Variant]:
    """A measured number with fewer decimals, rounded or cut off, and as whole millionths and ten millionths."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return
    yield Variant(text=text.replace(".", ","), how="decimal comma", encoded=False)
    for places in _DECIMALS:
        if places < len(match[1]):
            rounded = f"{float(text):.{places}f}"
            yield Variant(text=rounded, how=f"{places} decimals", encoded=False)
            cut = text[: len(text) - len(match[1]) + places]
            yield Variant(text=cut, how=f"{places} decimals", encoded=False)
    yield Variant(text=str(round(float(text) * 1e6)), how="micro-degrees", encoded=False)
    yield Variant(text=str(round(float(text) * 1e7)), how="ten millionths of a degree", encoded=False)


def _addresses(text: str) -> Iterator[Variant]:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return
    digits = address.packed.hex()
    if isinstance(address, ipaddress.IPv4Address):
        padded = ".".join(f"{octet:03}" for octet in address.packed)
        yield Variant(text=padded, how="zero-padded", encoded=False)
        yield Variant(text=f"0x{digits}", how="hexadecimal", encoded=False)
        yield Variant(text=digits, how="hexadecimal", encoded=False)
        return
    yield Variant(text=address.compressed, how="compressed", encoded=False)
    yield Variant(text=address.exploded, how="expanded", encoded=False)
    without_zeros = ":".join(f"{int(group, 16):x}" for group in address.exploded.split(":"))
    yield Variant(text=without_zeros, how="uncompressed", encoded=False)
    yield Variant(text=digits, how="hexadecimal", encoded=False)
