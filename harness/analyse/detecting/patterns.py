"""What a text looks like that nobody planted: an e-mail address, a card number, a coordinate. Never proof."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import phonenumbers

from harness.analyse.detecting import keys

LONGEST = 100_000  # characters of one text that are looked at
_EMAIL = re.compile(
    r"(?<![\w.%+/-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,6}([A-Za-z]{2,24})(?![\w-])"
)
_FILES = frozenset("png jpg jpeg gif webp svg css js html json xml so kt java mp3 mp4 ttf".split())  # noqa: SIM905 - read as text
_PHONE = re.compile(r"(?<![\w+])\+[1-9][\d ().-]{6,18}\d(?!\w)")
_IPV4 = re.compile(r"(?<![\w./:-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
_IPV6 = re.compile(r"(?<![\w.:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_MAC = re.compile(r"(?<![\w:-])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])")
_DIGITS = re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32}|[0-9A-Fa-f]{16}")
_COORDINATE = re.compile(r"-?\d{1,3}\.\d{2,}")
_COORDINATES = re.compile(r"-?\d{1,2}\.\d{2,}[,; ]+-?\d{1,3}\.\d{2,}")
_NO_MACS = ("000000000000", "ffffffffffff", "020000000000")  # nobody's: Android gives the last instead of its own
_REPORTING_BODIES = frozenset("01 10 30 33 35 44 45 49 50 51 52 53 54 86 91 98 99".split())  # noqa: SIM905 - begin an IMEI
_IBANS = (  # country and length, as in the IBAN registry
    "AD24 AE23 AL28 AT20 BE16 BG22 BR29 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 "
    "GB22 GE22 GR27 HR21 HU28 IE22 IL23 IS26 IT27 LB28 LI21 LT20 LU20 LV21 MC27 ME22 "
    "MT31 NL18 NO15 PL28 PT25 RO24 RS22 SA24 SE24 SI19 SK24 SM27 TN24 TR26 UA29 "
)
_IBAN_LENGTHS = {word[:2]: int(word[2:]) for word in _IBANS.split()}


def seen_in(text: str, path: str) -> Iterator[tuple[str, str]]:
    """(what it looks like, the part of the text that does)."""
    text = text[:LONGEST]
    for search in _SEARCHES:
        yield from search(text, path)


def _emails(text: str, path: str) -> Iterator[tuple[str, str]]:
    if "@" in text:
        for match in _EMAIL.finditer(text):
            if match[1].lower() not in _FILES:
                yield "e-mail address", match[0]


def _phones(text: str, path: str) -> Iterator[tuple[str, str]]:
    if "+" not in text:
        return
    for match in _PHONE.finditer(text):
        try:
            number = phonenumbers.parse(match[0])
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            yield "telephone number", match[0]


def _ipv4(text: str, path: str) -> Iterator[tuple[str, str]]:
    if text.count(".") < 3 or keys.names_a_version(path):
        return
    for match in _IPV4.finditer(text):
        octets = [int(octet) for octet in match[0].split(".")]
        plain = max(octets) < 256 and ".".join(map(str, octets)) == match[0]  # no zeros before a number
        if plain and octets[0] not in (0, 127, 255):
            yield "IPv4 address", match[0]


def _ipv6(text: str, path: str) -> Iterator[tuple[str, str]]:
    if text.count(":") < 2:
        return
    for match in _IPV6.finditer(text):
        groups = match[0].split(":")
        written = [group for group in groups if group]
        whole = "::" in match[0] and match[0].count("::") == 1 and len(written) >= 3
        if (whole or (len(groups) == 8 and len(written) == 8)) and any(len(group) >= 3 for group in written):
            yield "IPv6 address", match[0]


def _macs(text: str, path: str) -> Iterator[tuple[str, str]]:
    for match in _MAC.finditer(text) if ":" in text or "-" in text else ():
        if re.sub("[:-]", "", match[0]).lower() not in _NO_MACS:
            yield "MAC address", match[0]


def _numbers(text: str, path: str) -> Iterator[tuple[str, str]]:
    if len(text) < 13:
        return
    for match in _DIGITS.finditer(text):
        digits = re.sub("[ -]", "", match[0])
        if not _luhn(digits):
            continue
        if _is_card(digits):
            yield "payment card number", match[0]
        elif len(digits) == 15 == len(match[0]) and digits[:2] in _REPORTING_BODIES and keys.names_a_phone(path):
            yield "IMEI", match[0]


def _ibans(text: str, path: str) -> Iterator[tuple[str, str]]:
    for match in _IBAN.finditer(text) if len(text) >= 15 else ():
        bare = match[0].replace(" ", "")
        turned = "".join(str(int(letter, 36)) for letter in bare[4:] + bare[:4])
        if _IBAN_LENGTHS.get(bare[:2]) == len(bare) and int(turned) % 97 == 1:
            yield "IBAN", match[0]


def _ids(text: str, path: str) -> Iterator[tuple[str, str]]:
    if keys.names_an_id(path) and _UUID.fullmatch(text) and len(set(text) - {"-"}) > 4 and not text.isdigit():
        advertising = keys.names_the_advertising_id(path) and len(text) == 36
        yield "advertising id" if advertising else "id", text


def _places(text: str, path: str) -> Iterator[tuple[str, str]]:
    if not keys.names_a_place(path):
        return
    if _COORDINATES.fullmatch(text):
        yield "coordinates", text
    elif _COORDINATE.fullmatch(text) and 0 < abs(float(text)) <= 180:
        if keys.names_a_latitude(path) and abs(float(text)) <= 90:
            yield "latitude", text
        elif keys.names_a_longitude(path):
            yield "longitude", text


_SEARCHES: tuple[Callable[[str, str], Iterator[tuple[str, str]]], ...] = (
    _emails,
    _phones,
    _ipv4,
    _ipv6,
    _macs,
    _numbers,
    _ibans,
    _ids,
    _places,
)


def _luhn(digits: str) -> bool:
    """The check digit of cards and phones, ISO/IEC 7812-1."""
    doubled = (int(digit) * (1 + number % 2) for number, digit in enumerate(reversed(digits)))
    return len(set(digits)) > 1 and sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _is_card(digits: str) -> bool:
    """By the first digits and the length, as the networks give them out."""
    match len(digits):
        case 13 | 19:
            return digits[0] == "4"
        case 15:
            return digits[:2] in ("34", "37")
        case 16:
            two, four = int(digits[:2]), int(digits[:4])
            mastercard = 51 <= two <= 55 or 2221 <= four <= 2720
            return digits[0] == "4" or mastercard or four == 6011 or two == 65 or 3528 <= four <= 3589
        case _:
            return False
