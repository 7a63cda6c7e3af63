"""The texts by which a value is recognised: every variant of it as it is, encoded, hashed."""

from __future__ import annotations

import base64
import hashlib
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from harness.analyse.detecting.variants import Variant, variants
from harness.model.facts import PersonaValue

DIGESTS = ("md5", "sha1", "sha256", "sha512")
HOME = "US"  # of telephone numbers without a country, where nothing says better
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
_KINDS = ("raw", "url", "hex", "base64")  # clearest first; digests after them
_LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits
_BITS = {letter: f"{number:06b}" for at in ("+/", "-_") for number, letter in enumerate(_LETTERS + at)}
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SHORT_HEX = re.compile(r"[0-9A-Fa-f]{1,11}")  # turns up within longer hexadecimal numbers
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One text to look for. Matching folds case; `exact` then insists on it, `bounded` on word boundaries. `place`: it
    proves something only as the whole of a field that is named for a place, such as `lat`. `token`: the text stands
    for the value and says itself, behind it, in which form the value was."""

    value: PersonaValue
    kind: str
    text: str
    exact: bool = False
    bounded: bool = False
    place: bool = False
    token: bool = False
    content: bytes = (
        b""  # of Base64: what its letters and those beside them have to give, for a letter is shared by two
    )
    order: int = 0  # of the variant among those of its value, the plainest first

    @property
    def rank(self) -> tuple[int, int]:
        """Lower is clearer."""
        kind = self.kind.partition(",")[0]
        return _KINDS.index(kind) if kind in _KINDS else len(_KINDS), self.order

    def accepts(self, text: str, start: int, end: int) -> bool:
        """Whether the match at this place of the text is really this form."""
        if self.exact and text[start:end] != self.text:
            return False
        if self.content and not _gives(text[max(start - 3, 0) : end + 3], self.content):
            return False
        return not self.bounded or (
            self._ends(self.text[0], text[start - 1 : start], text[max(start - 2, 0) : start - 1] if start else "")
            and self._ends(self.text[-1], text[end : end + 1], text[end + 1 : end + 2])
        )

    def _ends(self, own: str, neighbour: str, beyond: str) -> bool:
        """Whether a match ends there: no digit goes on, nor, unless it is digits with signs between them, a letter;
        and no number with a fraction or a sign holds it."""
        spaced = not own.isalpha() and not self.text.isalnum() and not any(letter.isalpha() for letter in self.text)
        if own.isalnum() and (neighbour.isdigit() if spaced else neighbour.isalnum()):
            return False
        if not _NUMBER.fullmatch(self.text):
            return True
        signed = neighbour == "-" and "." in self.text and own is self.text[0] and not beyond.isalnum()
        return not signed and not (neighbour == "." and beyond.isdigit())


def folded(text: str) -> str:
    """Lower case, letter by letter, so that positions stay; lone surrogates, which no search takes, as U+FFFD."""
    clean = _SURROGATE.sub("\ufffd", text)
    lowered = clean.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in clean)


def forms(value: PersonaValue, *, region: str = HOME) -> tuple[list[Form], str]:
    """All forms of a value, and why some are left out ("" when none is). `region` is where a telephone number without
    a country's code is at home."""
    text = value.value.strip()
    if not value.searchable:
        return [], value.why or "declared not searchable"
    if not text:
        return [], "empty"
    if value.secret:
        return [Form(value=value, kind="raw", text=text.removesuffix(">>"), exact=True, token=True)], ""
    unique: dict[tuple[str, str], Form] = {}
    for order, variant in enumerate(variants(value, region)):
        for made in _forms(value, variant, order):
            unique.setdefault((made.kind.partition(", ")[0], made.text if made.exact else folded(made.text)), made)
    why = refusal(text)
    return list(unique.values()), f"searched only as a hash: {why}" if why else ""


def refusal(text: str) -> str:
    """Why a text would be found by chance; "" when it would not."""
    digits = sum(letter.isdigit() for letter in text)
    if digits < _SHORTEST_NUMBER and (text.isdigit() or _NUMBER.fullmatch(text)):
        return f"a number of {digits} digits"
    if len(text) < _SHORTEST_TEXT:
        return f"only {len(text)} characters"
    return "a common word" if text.lower() in _COMMON else ""


def named(kind: str, how: str) -> str:
    """What a form is called: how it is encoded or hashed, and how the value was written before that."""
    return f"{kind}, {how}" if how else kind


def digest_spellings(digest: bytes) -> Iterator[tuple[str, str, bool]]:
    """(what is added to the digest's name, text, whether case counts)."""
    yield "", digest.hex(), False
    for letters in (base64.b64encode(digest), base64.urlsafe_b64encode(digest)):
        yield ", base64", letters.decode().rstrip("="), True


def _forms(value: PersonaValue, variant: Variant, order: int) -> Iterator[Form]:
    content = variant.text.encode("utf-8", "surrogatepass")
    if variant.clear:
        yield from _clear(value, variant, content, order)
    for name in DIGESTS if variant.hashed else ():
        digest = hashlib.new(name, content, usedforsecurity=False).digest()
        for added, text, exact in digest_spellings(digest):
            kind = named(name + added, variant.how)
            yield Form(value=value, kind=kind, text=text, exact=exact, order=order)


def _clear(value: PersonaValue, variant: Variant, content: bytes, order: int) -> Iterator[Form]:
    text, refused = variant.text, bool(refusal(variant.text))
    if refused and not variant.how.endswith("decimals"):
        return
    worded = any(letter.isalpha() for letter in text) and not _SHORT_HEX.fullmatch(text)
    bounded = len(text) < _SURE_LENGTH or not worded
    raw = named("raw", variant.how)
    yield Form(value=value, kind=raw, text=text, bounded=bounded, place=refused, order=order)
    if refused:
        return
    for quoted in (quote(content, safe=""), quote_plus(content), quote(content)):
        if quoted != text:
            yield Form(value=value, kind=named("url", variant.how), text=quoted, bounded=bounded, order=order)
    if variant.encoded:
        bounded = bounded and (text.isdigit() or len(text) < _SURE_LENGTH)
        yield Form(value=value, kind=named("hex", variant.how), text=content.hex(), bounded=bounded, order=order)
        for letters in base64_cores(content):
            kind = named("base64", variant.how)
            yield Form(value=value, kind=kind, text=letters, exact=True, content=content, order=order)


def _gives(letters: str, content: bytes) -> bool:
    """Whether these letters of Base64 hold the content, at whatever alignment; of a number, no longer one."""
    held = "".join(_BITS.get(letter, "") for letter in letters)
    wanted = "".join(f"{byte:08b}" for byte in content)
    start = held.find(wanted)
    if start < 0:
        return False
    end = start + len(wanted)
    around = (held[max(start - 8, 0) : start], held[end : end + 8])
    is_number = not any(letter.isalpha() for letter in content.decode("utf-8", "surrogatepass"))
    return not is_number or not any(len(byte) == 8 and chr(int(byte, 2)).isdigit() for byte in around)


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
