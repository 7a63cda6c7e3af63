"""From recognised values and labelled fields to disclosures: one per tracker, category, place, value, layer, step."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.analyse.decoding.decode import Leaf
from harness.analyse.detecting.detect import Detector, Hit
from harness.analyse.detecting.fields import FieldMap, Labelled, below, rows_for, without_indices
from harness.analyse.detecting.keyed import Keyed
from harness.analyse.judging.consent import Timeline
from harness.analyse.owner import Owner
from harness.analyse.pairs import Made, short
from harness.analyse.values import Tree
from harness.model.facts import PersonaValue, Source
from harness.model.findings import Disclosure, Grade, StoredEvent
from harness.model.hook import Layer
from harness.model.tracker import Field, Tracker


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What one event hands to one tracker, ready to be searched. What has the same `hand_over` is handed over once,
    however many hooks see it and however often it is sent again."""

    event: StoredEvent
    hand_over: str
    owner: Owner
    layer: Layer
    leaves: Sequence[Leaf]
    tree: Tree
    repeats: bool = False  # a call from within another one of the hand-over: what that one said is no second time
    body_at: str = ""  # where in the tree the tracker's own payload stands that no earlier material shows


class Discloser:
    """Collects the disclosures of one run, the first of each kind with a count of all."""

    def __init__(
        self, *, run: str, trackers: Sequence[Tracker], persona: Sequence[PersonaValue], timeline: Timeline
    ) -> None:
        self.detector = Detector(persona)
        self.keyed = Keyed(persona, self.detector)
        self._run = run
        self._fields = {tracker.slug: tracker.fields for tracker in trackers}
        self._maps: dict[tuple[str, str, Layer, str], FieldMap] = {}
        self._timeline = timeline
        self._found: dict[tuple[object, ...], Disclosure] = {}
        self._handed: dict[tuple[object, ...], set[str]] = {}
        self._said: dict[str, set[tuple[object, ...]]] = {}  # by call of the app: what was said with it

    def add(self, material: Material) -> frozenset[str]:
        """Everything that this material discloses. Gives the paths of the leaves in which it stands."""
        hits = self.detector.hits(material.leaves)
        hits += self.keyed.hits(material.leaves, hits)
        field_map = self._map(material)
        labelled = field_map.labelled(material.leaves, material.tree)
        every = list(self._from_hits(material, hits, field_map))
        known = {(hit.leaf.path, hit.persona.category) for hit in hits}
        every += [made for made in self._from_fields(material, labelled) if (made.path, made.category) not in known]
        named = frozenset(made.path for made in every)
        if material.layer is Layer.API:
            every = self._new(every, material)
        self._keep(every, material.hand_over)
        return named

    def disclosures(self, hashes: Mapping[str, Made]) -> tuple[Disclosure, ...]:
        """All of them, in the order of their first occurrence; a hash that was seen being made with what it is of."""
        order = {id(made): index for index, made in enumerate(self._found.values())}
        every = sorted(self._found.values(), key=lambda made: (made.process, made.seq, order[id(made)]))
        return tuple(_unhashed(made, hashes) for made in every)

    def _new(self, every: Sequence[Disclosure], material: Material) -> list[Disclosure]:
        """Without what the app's own call said already, where this is a call that it led to: an overload with the same
        arguments in other places, say."""
        said = self._said.setdefault(material.hand_over, set())
        made = [each for each in every if not (material.repeats and _content(each) in said)]
        said.update(_content(each) for each in made)
        return made

    def _keep(self, every: Sequence[Disclosure], hand_over: str) -> None:
        counts: Counter[tuple[object, ...]] = Counter()
        for made in every:
            key = _identity(made)
            counts[key] += 1
            if key not in self._found:
                self._found[key] = replace(made, times=0)
        for key, times in counts.items():
            handed = self._handed.setdefault(key, set())
            if hand_over not in handed:
                handed.add(hand_over)
                self._found[key] = replace(self._found[key], times=self._found[key].times + times)

    def _map(self, material: Material) -> FieldMap:
        key = (material.owner.tracker, material.event.hook, material.layer, material.body_at)
        if key not in self._maps:
            fields: Sequence[Field] = self._fields.get(material.owner.tracker, ())
            rows = rows_for(fields, hook=material.event.hook, layer=material.layer)
            if material.body_at:
                rows += below(rows_for(fields, hook="", layer=Layer.ENCODE), material.body_at)
            self._maps[key] = FieldMap(rows)
        return self._maps[key]

    def _from_hits(self, material: Material, hits: Sequence[Hit], field_map: FieldMap) -> Iterator[Disclosure]:
        for hit in hits:
            grade = Grade.PLANTED if hit.persona.source is Source.PLANTED else Grade.DEVICE
            rows = [row for row in field_map.rows_at(hit.leaf.path) if row.category == hit.persona.category]
            steps = (*hit.leaf.chain, *(("key",) if hit.leaf.is_key else ()), hit.form)
            made = self._disclosure(material, hit.leaf, category=hit.persona.category, grade=grade, row=_first(rows))
            yield replace(made, persona=hit.persona.name, chain=steps)

    def _from_fields(self, material: Material, labelled: Sequence[Labelled]) -> Iterator[Disclosure]:
        for item in labelled:
            made = self._disclosure(material, item.leaf, category=item.row.category, grade=Grade.FIELD, row=item.row)
            yield replace(made, chain=(*item.leaf.chain, "raw"))

    def _disclosure(
        self, material: Material, leaf: Leaf, *, category: str, grade: Grade, row: Field | None
    ) -> Disclosure:
        step = self._timeline.step(material.event)
        return Disclosure(
            run=self._run,
            process=material.event.process,
            seq=material.event.seq,
            tracker=material.owner.tracker,
            category=category,
            property=row.property if row else None,
            value=leaf.text,
            persona=None,
            chain=leaf.chain,
            path=leaf.path,
            layer=material.layer,
            step=step,
            phase=self._timeline.phase(step),
            consent=self._timeline.consent(step),
            at_ms=material.event.at_ms,
            grade=grade,
            evidence=row.evidence if row else "",
        )


def _content(made: Disclosure) -> tuple[object, ...]:
    """What is said, wherever it stands."""
    return made.category, made.persona, made.value


def _identity(made: Disclosure) -> tuple[object, ...]:
    place = without_indices(made.path)
    return made.process, made.tracker, made.category, made.persona, place, made.value, made.layer, made.step


def _unhashed(made: Disclosure, hashes: Mapping[str, Made]) -> Disclosure:
    """A hash whose making was seen, with the text that it is of. Where the value was recognised anyway, its chain says
    how already."""
    value = made.value.strip()
    source = hashes.get(value.lower()) or hashes.get(value.rstrip("="))
    if source is None:
        return made
    of = f"{source.algorithm.lower().replace('-', '')} of {json.dumps(source.plain, ensure_ascii=False)}"
    seen = f"{of}, as {short(source.hook)} was seen to make it"
    chain = made.chain if made.persona is not None else (*made.chain[:-1], of)
    return replace(made, chain=chain, evidence=f"{made.evidence}; {seen}" if made.evidence else seen)


def _first(rows: Sequence[Field]) -> Field | None:
    return rows[0] if rows else None
