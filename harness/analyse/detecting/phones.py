"""How telephone numbers are written, at home and abroad."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneNumberFormat

_PHONE = re.compile(r"\+?[\d\s()./-]{7,}")


def looks_like_a_phone(text: str) -> bool:
    """Whether a text is digits and what stands between those of a telephone number."""
    return _PHONE.fullmatch(text) is not None


def phone_spellings(text: str, region: str) -> Iterator[tuple[str, str]]:
    """(how, spelling) of a number; `region` is where one without a country's code is at home."""
    if not looks_like_a_phone(text):
        return
    digits = re.sub(r"\D", "", text)
    if text.startswith("+"):
        yield "digits", digits
        yield "E.164", f"+{digits}"
        yield "00 before it", f"00{digits}"
    else:
        yield "digits", digits
    try:
        number = phonenumbers.parse(text, None if text.startswith("+") else region)
    except phonenumbers.NumberParseException:
        return
    yield from _spellings(number)


def _spellings(number: phonenumbers.PhoneNumber) -> Iterator[tuple[str, str]]:
    whole = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    yield "E.164", whole
    yield "digits", whole[1:]
    yield "00 before it", f"00{whole[1:]}"
    bare = phonenumbers.national_significant_number(number)
    yield "national number", bare
    international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    link = phonenumbers.format_number(number, PhoneNumberFormat.RFC3966).removeprefix("tel:")
    yield "international", international
    yield "national", national
    yield "national", re.sub(r"\D", "", national)
    yield "tel link", link
    if number.country_code is not None:
        yield "country's code apart", f"+{number.country_code} {bare}"
    groups = link.split("-")[1:]
    for between in "- .":
        yield "national", between.join(groups)
        yield "international", between.join(link.split("-"))
        yield "digits", between.join(link.lstrip("+").split("-"))
