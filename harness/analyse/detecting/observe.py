"""What is worth a look in trackers' payloads and proves nothing: weak hashes, patterns, texts of the screen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from harness.analyse.decoding.decode import Leaf
from harness.analyse.detecting.disclose import Material
from harness.analyse.detecting.fields import without_indices
from harness.analyse.detecting.patterns import LONGEST, seen_in
from harness.analyse.detecting.weak import weak_texts
from harness.analyse.judging.consent import Timeline
from harness.model.facts import PersonaValue
from harness.model.findings import UNATTRIBUTED, AnalysisFault, Observation, Observed, StoredStep

MOST_VALUES = 20  # different ones kept of one kind at one place
MOST = 5_000  # of a run
_REMEMBERED = 50_000  # texts of which it is known what they look like
_SHORTEST = 4  # characters of what looks like anything
_SHORT_TEXT = 200  # characters; longer texts are not remembered
_VARIABLE = re.compile(r"\$\{[^}]*\}")  # a condition of the flow, say
_QUOTED = re.compile(r"(?<!id )'([^'$]{4,200})'|(?<!id )\"([^\"$]{4,200})\"")

Seen = tuple[Observed, str, str]  # kind, what, value


class Observer:
    """Collects the observations of one run, the first of each with a count of all."""

    def __init__(
        self, *, run: str, persona: Iterable[PersonaValue], steps: Sequence[StoredStep], timeline: Timeline
    ) -> None:
        self._run = run
        self._timeline = timeline
        self._weak: dict[str, list[str]] = {}
        for value in persona:
            for text, what in weak_texts(value):
                self._weak.setdefault(text, []).append(what)
        self._screen = screen_texts(steps)
        self._looks: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
        self._found: dict[tuple[object, ...], Observation] = {}
        self._handed: dict[tuple[object, ...], set[str]] = {}
        self._places: dict[tuple[object, ...], set[str]] = {}
        self._left_out = 0

    def take(self, material: Material, *, named: Collection[str]) -> None:
        """Everything in this material that is worth a look. `named` are the paths of leaves that disclosures name."""
        if material.owner.tracker == UNATTRIBUTED:
            return
        counts: Counter[tuple[object, ...]] = Counter()
        for leaf in material.leaves:
            if leaf.is_key or not leaf.text or leaf.path in named:
                continue
            for seen in self._in(leaf):
                key = self._key(material, leaf, seen)
                if key in self._found or self._has_room(key, seen[2]):
                    self._found.setdefault(key, self._observation(material, leaf, seen))
                    counts[key] += 1
        for key, times in counts.items():
            handed = self._handed.setdefault(key, set())
            if material.hand_over not in handed:
                handed.add(material.hand_over)
                self._found[key] = replace(self._found[key], times=self._found[key].times + times)

    def observations(self) -> tuple[Observation, ...]:
        """In the order of their first occurrence."""
        order = {id(made): index for index, made in enumerate(self._found.values())}
        return tuple(sorted(self._found.values(), key=lambda made: (made.process, made.seq, order[id(made)])))

    def faults(self) -> tuple[AnalysisFault, ...]:
        """That not all observations are listed, if so."""
        if not self._left_out:
            return ()
        note = f"{self._left_out} more observations, of values of the same kind at the same place, are not listed"
        return (AnalysisFault(process=None, seq=None, where="observations", message=note),)

    def _in(self, leaf: Leaf) -> Iterator[Seen]:
        text = leaf.text.strip()
        for what in self._weak.get(text.lower(), ()):
            yield Observed.WEAK_HASH, what, text
        if self._screen and text.casefold() in self._screen:
            yield Observed.SCREEN_TEXT, "text of an element that the script touched or waited for", text
        for what, value in self._patterns(text, leaf.path):
            yield Observed.PATTERN, what, value

    def _patterns(self, text: str, path: str) -> tuple[tuple[str, str], ...]:
        if len(text) < _SHORTEST:
            return ()
        if len(text) > _SHORT_TEXT:
            return tuple(dict.fromkeys(seen_in(text[:LONGEST], path)))
        key = (text, without_indices(path))
        known = self._looks.get(key)
        if known is None:
            if len(self._looks) >= _REMEMBERED:
                self._looks.clear()
            known = self._looks[key] = tuple(dict.fromkeys(seen_in(text, path)))
        return known

    def _key(self, material: Material, leaf: Leaf, seen: Seen) -> tuple[object, ...]:
        place = without_indices(leaf.path)
        return material.event.process, material.owner.tracker, material.layer, place, *seen

    def _has_room(self, key: tuple[object, ...], value: str) -> bool:
        place = self._places.setdefault(key[:-1], set())
        if len(place) >= MOST_VALUES or len(self._found) >= MOST:
            self._left_out += 1
            return False
        place.add(value)
        return True

    def _observation(self, material: Material, leaf: Leaf, seen: Seen) -> Observation:
        kind, what, value = seen
        step = self._timeline.step(material.event)
        return Observation(
            run=self._run,
            process=material.event.process,
            seq=material.event.seq,
            tracker=material.owner.tracker,
            kind=kind,
            what=what,
            value=value,
            chain=(*leaf.chain, "raw"),
            path=leaf.path,
            layer=material.layer,
            step=step,
            phase=self._timeline.phase(step),
            consent=self._timeline.consent(step),
            at_ms=material.event.at_ms,
            times=0,
        )


def screen_texts(steps: Iterable[StoredStep]) -> frozenset[str]:
    """The texts by which steps name elements, case folded: what stands in quotes, unless it is an id."""
    labels = (_VARIABLE.sub("", step.label) for step in steps)
    quoted = (first or second for label in labels for first, second in _QUOTED.findall(label))
    return frozenset(text.casefold() for text in quoted if any(letter.isalpha() for letter in text))
