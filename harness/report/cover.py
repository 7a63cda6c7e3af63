"""Covers in everything that is shown or exported what would identify a real phone, person or account.

Planted values are invented and stay: they are the proof. Covered are values read from the device, ids and account
values that only a field map names, cookies, bearer tokens, keys and secrets. A covered value reads as its name and the
first letters of its SHA-256, so that the same value is known again and cannot be read: `[android_id 3f9c2a]`. Where
the letters would give it away, for there are few such values (addresses, telephone numbers), it has a number instead:
`[private_ip 1]`. What many phones share stays: model, language, time zone, and the carrier's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from harness.report.covered import IDENTIFYING, Covered, Search, fingerprint, guessable
from harness.report.keys import COVERED, HINTS, names_credential, substituted
from harness.store import CaseFile
from harness.store.identifying import known_values

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9-]*) (?P<rest>\S.*)")
_COOKIE = re.compile(r"(?P<name>[^=;\s]+)=(?P<value>[^;]*)")
_ATTRIBUTES = frozenset({"path", "domain", "expires", "max-age", "samesite"})
_BEFORE_NUMBER = re.compile(r'(\\*")\s*:\s*$')
_NOTHING = Covered(words={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What is to be covered in one case. `Cover(reveal=True)` covers nothing: that is for whoever may see it, and is
    written into the audit. Build it once per case; it may be used by several threads."""

    reveal: bool = False
    covered: Covered = _NOTHING
    _search: Search = field(default_factory=lambda: Search(HINTS), repr=False, compare=False)
    _planted: Search = field(default_factory=lambda: Search(()), repr=False, compare=False)

    @classmethod
    def of(cls, case: CaseFile, *, reveal: bool = False) -> Cover:
        """For one case, after analysis: what only a field map names is read from its findings."""
        if reveal:
            return cls(reveal=True)
        covered = Covered.of(known_values(case.db))
        texts = (*HINTS, *(pattern.text for pattern in covered.patterns))
        return cls(covered=covered, _search=Search(texts), _planted=Search(covered.planted))

    def text(self, text: str) -> str:
        """Any text that goes out: JSON, a URL, a body, a sentence. JSON stays JSON. A text that has been through is not
        changed again."""
        if self.reveal or not text:
            return text
        spans, hinted = self._spans(text)
        if spans:
            text = _replaced(text, spans)
        return substituted(text, self._credential) if hinted else text

    def header(self, name: str, value: str) -> str:
        """The value of an HTTP header."""
        if self.reveal:
            return value
        if name.lower() in ("cookie", "set-cookie"):
            return _COOKIE.sub(self._cookie, value)
        if not names_credential(name, value) or self._shown(value):
            return self.text(value)
        scheme = _SCHEME.fullmatch(value)
        if scheme and name.lower().endswith("authorization"):
            return f"{scheme['scheme']} {self._credential(name, scheme['rest'])}"
        return self._credential(name, value)

    def value(self, category: str, value: str) -> str:
        """A value found at a field that says what it is."""
        if self.reveal or category not in IDENTIFYING or len(value) <= 1 or self._shown(value):
            return self.text(value)
        known = self.covered.words.get(value.lower())
        if known is not None:
            return known
        text = self.text(value)
        if text != value or value.lower() in ("true", "false", "null"):
            return text
        return f"[{category}]" if guessable(category, value) else f"[{category} {fingerprint(value)}]"

    def _spans(self, text: str) -> tuple[list[tuple[int, int, str]], bool]:
        """What is to be replaced, from left to right, the longest where several begin; whether a credential's name may
        stand in the text."""
        found: list[tuple[int, int, str]] = []
        hinted = False
        for number, start, end in self._search.found(text):
            if number < len(HINTS):
                hinted = True
                continue
            pattern = self.covered.patterns[number - len(HINTS)]
            if not pattern.bounded or _stands_alone(text, start, end):
                found.append((start, end, pattern.words))
        found.sort(key=lambda span: (span[0], -span[1]))
        kept: list[tuple[int, int, str]] = []
        for span in found:
            if not kept or span[0] >= kept[-1][1]:
                kept.append(span)
        return kept, hinted

    def _credential(self, name: str, value: str) -> str:
        if self._shown(value):
            return value
        word = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[-24:].strip("_")
        return f"[{word} {fingerprint(value)}]" if not guessable("", value) else f"[{word}]"

    def _cookie(self, match: re.Match[str]) -> str:
        name, value = match["name"], match["value"]
        if name.lower() in _ATTRIBUTES or COVERED.fullmatch(value):
            return match[0]
        return f"{name}={self._credential('cookie', value)}"

    def _shown(self, value: str) -> bool:
        """Whether a planted value stands in it, or the mark of a secret that never came into the file."""
        return value.startswith("<<") or any(True for _ in self._planted.found(value))


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() or after.isalnum())


def _replaced(text: str, spans: list[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, words in spans:
        pieces.append(text[at:start])
        quote = _BEFORE_NUMBER.search(text, max(0, start - 12), start)  # a bare number of JSON becomes a text
        pieces.append(f"{quote[1]}{words}{quote[1]}" if quote else words)
        at = end
    pieces.append(text[at:])
    return "".join(pieces)
