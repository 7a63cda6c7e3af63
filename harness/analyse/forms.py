"""The ways a value can be written: canonical variants, encodings, digests."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

import phonenumbers

from harness.model.facts import PersonaValue

_SHORTEST_TEXT = 4  # characters
_SHORTEST_NUMBER = 6  # digits
_SHORTEST_CORE = 10  # Base64 letters that one value surely gives, whatever surrounds it
_SURE_LENGTH = 8  # from here a text needs no word boundary around it
_COMMON = frozenset(
    {
        "true",
        "false",
        "null",
        "none",
        "unknown",
        "android",
        "google",
        "samsung",
        "wifi",
        "mobile",
        "english",
        "phone",
        "user",
    }
)
_DIGESTS = ("md5", "sha1", "sha256")
_KINDS = ("raw", "url", "hex", "base64")  # clearest first; digests after them
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_PHONE = re.compile(r"\+?[\d\s().-]{7,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One text to look for. Matching folds case; `exact` then insists on it, `bounded` on word boundaries."""

    value: PersonaValue
    kind: str
    text: str
    exact: bool = False
    bounded: bool = False

    @property
    def rank(self) -> int:
        """Lower is clearer."""
        return _KINDS.index(self.kind) if self.kind in _KINDS else len(_KINDS)

    def accepts(self, text: str, start: int, end: int) -> bool:
        """Whether the match at this place of the text is really this form."""
        if self.exact and text[start:end] != self.text:
            return False
        if not self.bounded:
            return True
        before = text[start - 1] if start > 0 else " "
        after = text[end] if end < len(text) else " "
        return not (before.isalnum() or after.isalnum())


def folded(text: str) -> str:
    """Lower case, letter by letter, so that positions stay; lone surrogates, which no search takes, as U+FFFD."""
    clean = _SURROGATE.sub("\ufffd", text)
    lowered = clean.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in clean)


def forms(value: PersonaValue) -> tuple[list[Form], str]:
    """All forms of a value, and why some are left out ("" when none is)."""
    text = value.value.strip()
    if not value.searchable:
        return [], value.why or "declared not searchable"
    if not text:
        return [], "empty"
    every = list(dict.fromkeys(variants(text)))
    made = [form for variant in every for form in _hashed(value, variant)]
    why = refusal(text)
    if not why:
        made += [form for variant in every for form in _encoded(value, variant)]
    unique = {(form.kind, form.text): form for form in made}
    return list(unique.values()), f"searched only as a hash: {why}" if why else ""


def refusal(text: str) -> str:
    """Why a text would be found by chance; "" when it would not."""
    if text.isdigit() and len(text) < _SHORTEST_NUMBER:
        return f"a number of {len(text)} digits"
    if len(text) < _SHORTEST_TEXT:
        return f"only {len(text)} characters"
    return "a common word" if text.lower() in _COMMON else ""


def variants(text: str) -> Iterator[str]:
    """The canonical forms in which programs normalise a value before they send or hash it."""
    for normal in ("NFC", "NFD"):
        whole = unicodedata.normalize(normal, text)
        yield from (whole, whole.lower(), whole.upper())
        yield re.sub(r"\s+", "", whole.lower())
    if _PHONE.fullmatch(text):
        yield from _phone_variants(text)


def _phone_variants(text: str) -> Iterator[str]:
    digits = re.sub(r"\D", "", text)
    yield from (digits, f"+{digits}", f"00{digits}")
    try:
        number = phonenumbers.parse(text, None if text.startswith("+") else "US")
    except phonenumbers.NumberParseException:
        return
    yield str(number.national_number)
    for style in (
        phonenumbers.PhoneNumberFormat.E164,
        phonenumbers.PhoneNumberFormat.INTERNATIONAL,
        phonenumbers.PhoneNumberFormat.NATIONAL,
    ):
        yield phonenumbers.format_number(number, style)


def _hashed(value: PersonaValue, variant: str) -> Iterator[Form]:
    content = variant.encode("utf-8", "surrogatepass")
    for name in _DIGESTS:
        made = hashlib.new(name, content, usedforsecurity=False)
        yield Form(value=value, kind=name, text=made.hexdigest())
        for letters in (base64.b64encode(made.digest()), base64.urlsafe_b64encode(made.digest())):
            yield Form(value=value, kind=f"{name}, base64", text=letters.decode().rstrip("="), exact=True)


def _encoded(value: PersonaValue, variant: str) -> Iterator[Form]:
    bounded = variant.isdigit() or len(variant) < _SURE_LENGTH
    content = variant.encode("utf-8", "surrogatepass")
    yield Form(value=value, kind="raw", text=variant, bounded=bounded)
    for quoted in (quote(content, safe=""), quote_plus(content), quote(content)):
        if quoted != variant:
            yield Form(value=value, kind="url", text=quoted, bounded=bounded)
    yield Form(value=value, kind="hex", text=content.hex(), bounded=bounded)
    for letters in base64_cores(content):
        yield Form(value=value, kind="base64", text=letters, exact=True)


def base64_cores(content: bytes) -> Iterator[str]:
    """The letters that `content` surely gives in Base64 of a text around it, for each of the three alignments."""
    for before in range(3):
        bits_before = before * 8
        bits_end = bits_before + len(content) * 8
        first = -(-bits_before // 6)
        last = bits_end // 6
        letters = base64.b64encode(b"\0" * before + content).decode()[first:last]
        if len(letters) >= _SHORTEST_CORE:
            yield letters
            safe = letters.replace("+", "-").replace("/", "_")
            if safe != letters:
                yield safe
