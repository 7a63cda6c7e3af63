"""Finds planted and device values in decoded payloads: as they are, encoded or hashed, in one pass over the text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from harness.analyse.decode import Leaf
from harness.analyse.forms import Form, folded, forms
from harness.model.facts import PersonaValue

_SEPARATOR = "\n"


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
        self._forms: list[Form] = []
        for value in persona:
            made, why = forms(value)
            self._forms.extend(made)
            if why:
                self.refusals.append(Refusal(name=value.name, why=why))
        self._forms.sort(key=lambda form: (form.text, form.value.name, form.kind))
        patterns = sorted({folded(form.text) for form in self._forms})
        self._by_pattern: list[list[Form]] = [[] for _ in patterns]
        position = {pattern: index for index, pattern in enumerate(patterns)}
        for form in self._forms:
            self._by_pattern[position[folded(form.text)]].append(form)
        self._search = AhoCorasick(patterns, matchkind=MatchKind.Standard) if patterns else None

    def hits(self, leaves: Sequence[Leaf]) -> list[Hit]:
        """Each value at most once per leaf and form; a value inside a longer one found there is not counted."""
        spans = self._spans(leaves)
        kept = [span for span in spans if not any(_inside(span, other) for other in spans if other.leaf == span.leaf)]
        made: dict[tuple[int, str], Hit] = {}
        for span in sorted(kept, key=lambda span: (span.leaf, span.form.value.name, span.form.rank)):
            hit = Hit(leaf=leaves[span.leaf], persona=span.form.value, form=span.form.kind)
            made.setdefault((span.leaf, span.form.value.name), hit)
        return list(made.values())

    def _spans(self, leaves: Sequence[Leaf]) -> list[_Span]:
        if self._search is None or not leaves:
            return []
        starts: list[int] = []
        length = 0
        for leaf in leaves:
            starts.append(length)
            length += len(leaf.text) + len(_SEPARATOR)
        text = _SEPARATOR.join(leaf.text for leaf in leaves)
        found = self._search.find_matches_as_indexes(folded(text), overlapping=True)
        return list(self._checked(text, starts, found))

    def _checked(self, text: str, starts: list[int], found: Iterable[tuple[int, int, int]]) -> Iterable[_Span]:
        for pattern, start, end in found:
            leaf = bisect_right(starts, start) - 1
            for form in self._by_pattern[pattern]:
                if form.accepts(text, start, end):
                    yield _Span(leaf=leaf, start=start, end=end, form=form)


def _inside(span: _Span, other: _Span) -> bool:
    """Whether a strictly longer match covers this one: a first name inside the full name or the e-mail address."""
    longer = other.end - other.start > span.end - span.start
    return (
        longer and other.start <= span.start and span.end <= other.end and other.form.value.name != span.form.value.name
    )
