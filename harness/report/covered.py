"""Which values of a case are covered, under which words, and how they are found in any text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from harness.analyse.detecting.forms import folded, forms
from harness.model.facts import PersonaValue, Source
from harness.store.identifying import Known

# What tells one phone, person or account from all others. The rest (model, language, time zone, carrier ...) is shared
# by many, and a report without it could not say on what was measured.
IDENTIFYING = frozenset(
    {
        *("name", "email", "phone", "user_id", "birth_date", "address", "password", "contact", "location"),
        *("persistent_id", "android_id", "advertising_id", "hardware_id", "push_token", "private_ip"),
    }
)
# Of these there are so few that whoever has a digest finds the value by trying: they are numbered.
_GUESSABLE = frozenset(
    {"name", "email", "phone", "birth_date", "address", "password", "contact", "location", "private_ip"}
)
_SHORTEST = 6  # characters: what is shorter is covered at its field, and not wherever it occurs
_SURE = 12  # from here a text needs no boundary around it
_LONG = 16  # characters, from which a value cannot be found by trying
_LONG_NUMBER = 18  # digits, the same
_FASTEST = 256 * 1024  # bytes of patterns: a DFA of more takes gigabytes, of some millions it cannot be made at all
_COMMON = frozenset({"unknown", "undefined", "default", "android", "google", "en-us", "en_us"})
_SECRET_NAME = re.compile(r"password|passwd|passphrase|secret", re.IGNORECASE)
_FRACTION = re.compile(r"\d\.\d{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One way to write one value. `bounded` wants no letter or digit beside it."""

    text: str  # folded
    words: str  # what stands in its place
    bounded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """All that is covered in a case, and what is shown although its place would say otherwise."""

    patterns: tuple[Pattern, ...] = ()
    words: dict[str, str]  # of each value, folded, what stands for it
    planted: tuple[str, ...] = ()  # every form of a planted value, folded

    @classmethod
    def of(cls, known: Sequence[Known]) -> Covered:
        """What these values give; the first value of a kind has the first number."""
        shown = _planted(known)
        words: dict[str, str] = {}
        numbers: dict[str, int] = {}
        patterns: dict[str, Pattern] = {}
        for each in known:
            if not _identifies(each) or _holds(shown, each.value) or folded(each.value) in words:
                continue
            numbers[each.name] = numbers.get(each.name, 0) + 1
            made = _words(each, numbers[each.name])
            words[folded(each.value)] = made
            for pattern in _patterns(each, made):
                patterns.setdefault(pattern.text, pattern)
        return cls(patterns=tuple(patterns[text] for text in sorted(patterns)), words=words, planted=tuple(shown))


class Search:
    """Finds patterns in text of any size in one pass. Positions are letters."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(texts)
        self._lengths = [len(text) for text in self._texts]
        encoded = [text.encode() for text in self._texts]
        small = sum(map(len, encoded)) <= _FASTEST
        kind = Implementation.DFA if small else Implementation.ContiguousNFA
        self._automaton = (
            BytesAhoCorasick(encoded, matchkind=MatchKind.Standard, implementation=kind) if encoded else None
        )

    def found(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Number of the pattern, first letter and end, also where matches overlap."""
        if self._automaton is None:
            return
        content = (text.lower() if text.isascii() else folded(text)).encode()
        matches = self._automaton.find_matches_as_indexes(content, overlapping=True)
        if len(content) == len(text):
            yield from matches
            return
        seen = letters = 0
        for pattern, _, end in matches:  # in the order of their ends
            letters += len(content[seen:end].decode())
            seen = end
            yield pattern, letters - self._lengths[pattern], letters


def fingerprint(value: str) -> str:
    """The first letters of the SHA-256: enough to know a value again, too few and too long ago to read it."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:6]


def guessable(category: str, value: str) -> bool:
    """Whether somebody who has a digest of it would find the value by trying all that there are."""
    if category in _GUESSABLE:
        return True
    return len(value) < (_LONG_NUMBER if value.isdigit() else _LONG)


def _words(known: Known, number: int) -> str:
    numbered = known.source == "planted" or guessable(known.category, known.value)
    return f"[{known.name} {number if numbered else fingerprint(known.value)}]"


def _identifies(known: Known) -> bool:
    if known.source == "planted":  # a case of before secrets were kept out of the file has them as any other value
        return not known.secret and bool(_SECRET_NAME.search(known.name))
    if known.category not in IDENTIFYING or known.value.lower() in _COMMON or not known.searchable:
        return False
    return known.category != "location" or bool(_FRACTION.search(known.value))


def _planted(known: Iterable[Known]) -> dict[str, None]:
    """In a fixed order, without those that are secrets."""
    shown: dict[str, None] = {}
    for each in known:
        if each.source == "planted" and not _identifies(each):
            shown |= dict.fromkeys(folded(form.text) for form in forms(_value(each))[0])
    return shown


def _holds(shown: Iterable[str], value: str) -> bool:
    text = folded(value)
    return any(planted in text for planted in shown)


def _patterns(known: Known, words: str) -> Iterator[Pattern]:
    for form in forms(_value(known))[0]:
        text = folded(form.text)
        if len(text) < _SHORTEST or form.place:
            continue
        plain = form.kind.partition(",")[0] in ("raw", "url")
        bounded = plain and (len(text) < _SURE or not any(letter.isalpha() for letter in text))
        yield Pattern(text=text, words=words if plain else f"{words[:-1]}, {form.kind}]", bounded=bounded)


def _value(known: Known) -> PersonaValue:
    source = Source.PLANTED if known.source == "planted" else Source.DEVICE
    return PersonaValue(name=known.name, category=known.category, value=known.value, source=source)
