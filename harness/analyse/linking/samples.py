"""Collects from one run the values in trackers' payloads by which somebody could be told again, place by place.

Bounded, whatever the payloads are. What the values mean is found by comparing runs: see linkage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from harness.analyse.detecting.disclose import Material
from harness.analyse.detecting.fields import without_indices
from harness.analyse.linking.idlike import looks_like_id
from harness.model.facts import PersonaValue, Source
from harness.model.findings import UNATTRIBUTED, AnalysisFault, Disclosure
from harness.model.hook import Layer
from harness.model.linkage import Sample

IDENTIFYING = frozenset({"persistent_id", "android_id", "advertising_id", "hardware_id", "push_token", "user_id"})
MOST_VALUES = 20  # different ones kept of a place; more are random anyway
_MOST_PLACES = 2_000  # of a run
_ORDER = {Layer.ENCODE: 0, Layer.PLATFORM: 1, Layer.WIRE: 2}
_NOT_SAID = ("", "/path")  # the whole of a content that is no structure; the address of a request

Place = tuple[str, int, str]  # tracker, rank of the layer, path


@dataclass(slots=True, kw_only=True)
class _Seen:
    """One value at one place."""

    process: str
    seq: int
    chain: tuple[str, ...]
    times: int = 1
    hand_over: str = ""


@dataclass(slots=True)
class Sampler:
    """Takes the material of one run as it comes."""

    _places: dict[Place, dict[str, _Seen]] = field(default_factory=dict)
    _full: bool = False

    def take(self, material: Material) -> None:
        """Every value of a tracker's payload that looks like an id."""
        if material.layer is Layer.API or material.owner.tracker == UNATTRIBUTED:
            return
        at_ms, tracker, rank = material.event.at_ms, material.owner.tracker, _ORDER[material.layer]
        for leaf in material.leaves:
            if leaf.is_key or not looks_like_id(leaf.text, at_ms=at_ms) or leaf.path in _NOT_SAID:
                continue
            values = self._at((tracker, rank, without_indices(leaf.path)))
            seen = values.get(leaf.text)
            if seen is not None:
                seen.times += seen.hand_over != material.hand_over
                seen.hand_over = material.hand_over
            elif len(values) < MOST_VALUES:
                event = material.event
                values[leaf.text] = _Seen(
                    process=event.process, seq=event.seq, chain=leaf.chain, hand_over=material.hand_over
                )

    def samples(
        self, run: str, *, disclosures: Sequence[Disclosure], persona: Sequence[PersonaValue]
    ) -> tuple[Sample, ...]:
        """What was collected, with what is known of it, and the values that only a field map knows to be ids. Without
        planted values, and without places that repeat what stood at an earlier layer."""
        known, planted = _known(disclosures, persona)
        for made in disclosures:
            if made.category in IDENTIFYING and made.layer in _ORDER and made.tracker != UNATTRIBUTED:
                self._add(made)
        earlier: dict[str, set[str]] = {}
        found: list[Sample] = []
        for (tracker, rank, path), values in sorted(self._places.items(), key=lambda entry: (entry[0][1], entry[0])):
            labels = known.get((tracker, path), {})
            told = [
                _sample(run, (tracker, path), value=value, seen=seen, known=labels.get(value))
                for value, seen in values.items()
            ]
            told = [each for each in told if each.value not in planted and _may_identify(each)]
            above = earlier.setdefault(tracker, set())
            repeats = rank == 1 or (rank > 1 and path.startswith("/body"))
            if not told or (repeats and all(each.value in above for each in told)):
                continue
            found += told
            above.update(each.value for each in told)
        return tuple(sorted(found, key=lambda each: (each.tracker, each.path, each.process, each.seq, each.value)))

    def faults(self) -> Iterator[AnalysisFault]:
        """What was left out."""
        if self._full:
            said = f"more than {_MOST_PLACES} places of payloads hold what looks like ids: the rest is not compared"
            yield AnalysisFault(process=None, seq=None, where="samples", message=said)

    def _at(self, place: Place) -> dict[str, _Seen]:
        values = self._places.get(place)
        if values is None:
            values = {}
            if len(self._places) < _MOST_PLACES:
                self._places[place] = values
            else:
                self._full = True
        return values

    def _add(self, made: Disclosure) -> None:
        values = self._at((made.tracker, _ORDER[made.layer], without_indices(made.path)))
        if made.value not in values and len(values) < MOST_VALUES:
            values[made.value] = _Seen(process=made.process, seq=made.seq, chain=made.chain[:-1], times=made.times)


def _known(
    disclosures: Iterable[Disclosure], persona: Sequence[PersonaValue]
) -> tuple[dict[tuple[str, str], dict[str, Disclosure]], set[str]]:
    """By tracker and path, then by value, what it was recognised as; and the texts that are planted values, however
    they were written."""
    typed = {value.name for value in persona if value.source is Source.PLANTED}
    known: dict[tuple[str, str], dict[str, Disclosure]] = {}
    planted: set[str] = set()
    for made in disclosures:
        at = known.setdefault((made.tracker, without_indices(made.path)), {})
        if made.value not in at or made.category in IDENTIFYING:
            at[made.value] = made
        if made.persona in typed:
            planted.add(made.value)
    return known, planted


def _sample(run: str, place: tuple[str, str], *, value: str, seen: _Seen, known: Disclosure | None) -> Sample:
    tracker, path = place
    return Sample(
        run=run,
        tracker=tracker,
        path=path,
        value=value,
        process=seen.process,
        seq=seen.seq,
        category=known.category if known else None,
        property=known.property if known else None,
        persona=known.persona if known else None,
        times=seen.times,
        chain=seen.chain,
    )


def _may_identify(sample: Sample) -> bool:
    """Not what is known to be something else: the name of a model, a version, the text of an action."""
    return sample.category is None or sample.category in IDENTIFYING
