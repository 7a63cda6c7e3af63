"""Finds planted and device values in decoded payloads: as they are, encoded or hashed, in one pass over the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from harness.analyse.decoding.decode import Leaf
from harness.analyse.decoding.embedded import holder
from harness.analyse.detecting.forms import HOME, Form, folded, forms
from harness.analyse.detecting.keys import names_a_place
from harness.model.facts import PersonaValue

_SEPARATOR = "\x1e"  # between leaves: a sign that no value has
_HEAD = 16  # letters of a form that the one pass looks for; the rest is compared where they are found
_TOKEN = re.compile(r"(?: ([^<>\n]{1,80}))?>>")
_SPACED_OUT = re.compile(r"[^\0](?:\0[^\0]){3,}")  # letters of one byte as UTF-16, read as if each byte were a letter
_REGION = re.compile(r".*[-_]([A-Z]{2})")
_PASS = 100_000  # characters searched at once: fewer cost calls, more no longer fit the processor's cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One value recognised in one leaf. `form` says how it was written: "raw", "base64", "sha256" ..."""

    leaf: Leaf
    persona: PersonaValue
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A value that is not searched (or only hashed), and why: it would prove nothing, or be found everywhere."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    leaf: int
    start: int
    end: int
    form: Form


class Detector:
    """All values of a run, compiled once."""

    def __init__(self, persona: Sequence[PersonaValue]) -> None:
        self.refusals: list[Refusal] = []
        by_head: dict[str, list[tuple[Form, str]]] = defaultdict(list)
        self.region = _region(persona)
        for value in persona:
            made, why = forms(value, region=self.region)
            for form in made:
                whole = folded(form.text)
                by_head[whole[:_HEAD]].append((form, whole))
            if why:
                self.refusals.append(Refusal(name=value.name, why=why))
        patterns = sorted(by_head)
        self._by_pattern = [
            sorted(by_head[head], key=lambda each: (each[1], each[0].value.name, each[0].rank)) for head in patterns
        ]
        self._lengths = [len(pattern) for pattern in patterns]
        self._search = _automaton(patterns) if patterns else None

    def hits(self, leaves: Sequence[Leaf]) -> list[Hit]:
        """Each value at most once per leaf and form; a value inside a longer one found there is not counted."""
        leaves = [*leaves, *(run for leaf in leaves if "\0" in leaf.text for run in _spaced_out(leaf))]
        every = self._spans(leaves)
        if not every:
            return []
        spans: dict[int, list[_Span]] = defaultdict(list)
        for span in every:
            spans[span.leaf].append(span)
        kept = [span for group in spans.values() for span in group if not any(_inside(span, other) for other in group)]
        made: dict[tuple[int, str], Hit] = {}
        for span in sorted(kept, key=lambda span: (span.leaf, span.form.value.name, span.form.rank)):
            hit = Hit(leaf=leaves[span.leaf], persona=span.form.value, form=span.form.kind)
            made.setdefault((span.leaf, span.form.value.name), hit)
        return _innermost(list(made.values()))

    def _spans(self, leaves: Sequence[Leaf]) -> list[_Span]:
        """What is found in all leaves, of which as many as make a pass are searched as one text."""
        spans: list[_Span] = []
        starts: list[int] = []
        length = first = 0
        for number, leaf in enumerate(leaves, start=1):
            starts.append(length)
            length += len(leaf.text) + len(_SEPARATOR)
            if length >= _PASS or number == len(leaves):
                spans += self._found(leaves[first:number], starts, first)
                starts, length, first = [], 0, number
        return spans

    def _found(self, leaves: Sequence[Leaf], starts: Sequence[int], first: int) -> list[_Span]:
        text = leaves[0].text if len(leaves) == 1 else _SEPARATOR.join([leaf.text for leaf in leaves])
        return [
            _Span(leaf=first + number, start=start, end=end, form=form)
            for pattern, start, _ in self._matches(text)
            for number in (bisect_right(starts, start) - 1,)
            for form, end in self._forms_at(pattern, text, start)
            if not form.place or _is_place(leaves[number], text[start:end])
        ]

    def _forms_at(self, pattern: int, text: str, start: int) -> Iterator[tuple[Form, int]]:
        """The forms that are there as a whole, each with its end."""
        for form, whole in self._by_pattern[pattern]:
            end = start + len(whole)
            if len(whole) > _HEAD and folded(text[start:end]) != whole:
                continue
            if not form.accepts(text, start, end):
                continue
            if not form.token:
                yield form, end
            elif told := _TOKEN.match(text, end):
                yield replace(form, kind=told[1] or form.kind), told.end()

    def _matches(self, text: str) -> list[tuple[int, int, int]]:
        """Pattern, first letter and end of every match."""
        if self._search is None:
            return []
        if text.isascii():
            return self._search.find_matches_as_indexes(text.lower().encode(), overlapping=True)
        content = folded(text).encode()
        return list(self._in_letters(content, self._search.find_matches_as_indexes(content, overlapping=True)))

    def _in_letters(self, content: bytes, found: Sequence[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
        """The search counts bytes, and gives matches in the order of their ends."""
        seen = letters = 0
        for pattern, _, end in found:
            letters += len(content[seen:end].decode())
            seen = end
            yield pattern, letters - self._lengths[pattern], letters


def _automaton(patterns: Sequence[str]) -> BytesAhoCorasick:
    """As a DFA over bytes: twice as fast as any other kind, and four times as fast as a search that counts letters."""
    encoded = [pattern.encode() for pattern in patterns]
    return BytesAhoCorasick(encoded, matchkind=MatchKind.Standard, implementation=Implementation.DFA)


def _inside(span: _Span, other: _Span) -> bool:
    """Whether a strictly longer match covers this one: a first name inside the full name or the e-mail address."""
    longer = other.end - other.start > span.end - span.start
    return (
        longer and other.start <= span.start and span.end <= other.end and other.form.value.name != span.form.value.name
    )


def _region(persona: Sequence[PersonaValue]) -> str:
    """The country of the phone's locale, "en-US"."""
    locale = next((value.value for value in persona if value.name == "locale"), "")
    match = _REGION.fullmatch(locale)
    return match[1] if match else HOME


def _is_place(leaf: Leaf, found: str) -> bool:
    return not leaf.is_key and leaf.text.strip() == found and names_a_place(leaf.path)


def _spaced_out(leaf: Leaf) -> Iterator[Leaf]:
    """UTF-16 among bytes that could not be read otherwise."""
    for match in _SPACED_OUT.finditer(leaf.text):
        yield Leaf(path=leaf.path, text=match[0].replace("\0", ""), chain=(*leaf.chain, "utf-16"), is_key=leaf.is_key)


def _innermost(hits: list[Hit]) -> list[Hit]:
    """Without the second look at one value: in a text, and in what was undone of a part of that text. Where it stands
    as it is, the text has it; else the part, which says more of how it was written."""
    plain = {(hit.persona.name, hit.leaf.path) for hit in hits if hit.form.partition(",")[0] == "raw"}
    within = {(hit.persona.name, holder(hit.leaf.path)) for hit in hits} - {(name, at) for name, at in plain}
    return [
        hit
        for hit in hits
        if (hit.persona.name, hit.leaf.path) not in within and (hit.persona.name, holder(hit.leaf.path)) not in plain
    ]
