"""How a secret may stand in bytes: as text in several encodings, in hex, in Base64 at any alignment, as a digest."""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from harness.analyse.detecting.forms import base64_cores, refusal

SHORTEST = 6  # characters; what is shorter occurs by chance, and blotting it out would blot out other things
_NUMBER = 12  # digits; a shorter number counts only where no digit stands beside it
_DIGESTS = ("md5", "sha1", "sha256", "sha512")
_FILL = b" "


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One byte string that gives a secret away. Search ignores the case of ASCII letters; `exact` then insists."""

    name: str
    kind: str  # "raw", "utf-16", "hex", "base64", "sha256" ...
    content: bytes
    token: bytes  # what stands in its place
    exact: bool = False
    bounded: bool = False
    fixed: bool = False  # the token fits only as it is: where the length matters, it is made to fit beforehand


class Search:
    """All that gives any of the secrets away, found in one pass."""

    def __init__(self, secrets: dict[str, str]) -> None:
        every = {each.content.lower(): each for name, value in secrets.items() for each in written(name, value)}
        self._written = list(every.values())
        self._automaton = (
            BytesAhoCorasick(list(every), matchkind=MatchKind.Standard, implementation=Implementation.DFA)
            if every
            else None
        )

    def found(self, content: bytes) -> list[tuple[int, int, Written]]:
        """Where each begins and ends, also where they overlap."""
        if self._automaton is None:
            return []
        matches = self._automaton.find_matches_as_indexes(content.lower(), overlapping=True)
        every = ((start, end, self._written[number]) for number, start, end in matches)
        return [span for span in every if _counts(content, *span)]


def why_not(value: str) -> str:
    """Why a value cannot be kept out of a case file; "" when it can."""
    bare = value.strip()
    if len(bare) < SHORTEST:
        return f"it has {len(bare)} characters, and at least {SHORTEST} are needed to tell it from chance"
    return refusal(bare)


def token(name: str, kind: str = "raw") -> bytes:
    """What stands for a secret: `<<NAME>>`, or `<<NAME KIND>>` for what is not the text itself."""
    return f"<<{name}>>".encode() if kind in ("raw", "utf-16") else f"<<{name} {kind}>>".encode()


def written(name: str, value: str) -> Iterator[Written]:
    """Every form. Of two that look alike the later one counts, so the clearest comes last."""
    forms = [form for text in _variants(value) for form in (*_texts(name, text), *_digests(name, text))]
    yield from reversed(forms)


def _variants(value: str) -> list[str]:
    """As typed, and as programs change it before they send it. What differs in ASCII case alone is found anyway."""
    every = [value, value.strip()]
    every += [unicodedata.normalize(form, each) for form in ("NFC", "NFD") for each in tuple(every)]
    every += [each.lower() for each in every if not each.isascii()]
    every += [each.replace(" ", "+") for each in every]
    every += [each.replace("\\", "") for each in every]  # as it reads where every backslash is taken for an escape
    return [each for each in dict.fromkeys(every) if len(each) >= SHORTEST]


def _texts(name: str, text: str) -> Iterator[Written]:
    content = text.encode("utf-8", "surrogatepass")
    bounded = text.isdigit() and len(text) < _NUMBER
    yield Written(name=name, kind="raw", content=content, token=token(name), bounded=bounded)
    if not text.isascii() and not any(ord(letter) > 0xFF for letter in text):
        yield Written(name=name, kind="raw", content=text.encode("latin-1"), token=token(name))
    for encoding in ("utf-16-le", "utf-16-be"):
        wide = text.encode(encoding, "surrogatepass")
        mark = token(name).decode().encode(encoding)
        yield Written(name=name, kind="utf-16", content=wide, token=mark, fixed=True)
    yield Written(name=name, kind="hex", content=content.hex().encode(), token=token(name, "hex"))
    blank = token(name).ljust(len(content), _FILL)[: len(content)]
    cores = zip(base64_cores(content), base64_cores(blank), strict=False)
    for core, cover in cores:
        yield Written(name=name, kind="base64", content=core.encode(), token=cover.encode(), exact=True, fixed=True)


def _digests(name: str, text: str) -> Iterator[Written]:
    for spelling in dict.fromkeys((text, text.lower(), text.upper())):
        for kind in _DIGESTS:
            made = hashlib.new(kind, spelling.encode("utf-8", "surrogatepass"), usedforsecurity=False)
            yield Written(name=name, kind=kind, content=made.hexdigest().encode(), token=token(name, kind))
            yield Written(name=name, kind=kind, content=made.digest(), token=token(name, kind), exact=True)
            for letters in (base64.b64encode(made.digest()), base64.urlsafe_b64encode(made.digest())):
                bare = letters.rstrip(b"=")
                mark = token(name, f"{kind}, base64")
                yield Written(name=name, kind=f"{kind}, base64", content=bare, token=mark, exact=True)


def _counts(content: bytes, start: int, end: int, each: Written) -> bool:
    if each.exact and content[start:end] != each.content:
        return False
    return not (each.bounded and (content[start - 1 : start].isdigit() or content[end : end + 1].isdigit()))
