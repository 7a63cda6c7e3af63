"""What runs have in common: which values tell a phone or a person again, who got the same one, what they could join.

A run is reduced to its `Share` as soon as it is analysed; comparing needs no more than that of each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.analyse.linking.persistence import Lasting, lasting, resets
from harness.analyse.linking.samples import IDENTIFYING, MOST_VALUES
from harness.model.facts import PersonaValue, Source
from harness.model.findings import UNATTRIBUTED, Analysis, Disclosure
from harness.model.linkage import Dossier, Identifier, Link, Linkage, Sample, Setting, Sighting

_OF_A_PERSON = frozenset({"email", "phone", "address", "contact"})  # a whole name besides
_KINDS = ("planted", "device", "identifier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A planted or device-read value that a tracker got, however it was written. `value` is the plain one."""

    name: str
    kind: str
    value: str
    sighting: Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one run gives to the comparison."""

    setting: Setting
    samples: tuple[Sample, ...] = ()
    said: tuple[Said, ...] = ()
    categories: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by tracker


@dataclass(slots=True)
class _Shared:
    """One value and everybody who got it."""

    name: str
    kind: str
    value: str
    runs: dict[str, Setting] = field(default_factory=dict)
    sightings: dict[tuple[str, str], Sighting] = field(default_factory=dict)  # by tracker and run

    def add(self, setting: Setting, sighting: Sighting) -> None:
        self.runs[setting.run] = setting
        known = self.sightings.get((sighting.tracker, sighting.run))
        if known is None or (sighting.process, sighting.seq) < (known.process, known.seq):
            self.sightings[sighting.tracker, sighting.run] = sighting

    @property
    def trackers(self) -> tuple[str, ...]:
        return tuple(sorted({tracker for tracker, _ in self.sightings}))

    @property
    def apps(self) -> tuple[str, ...]:
        return tuple(sorted({run.app for run in self.runs.values()}))

    @property
    def resets(self) -> int:
        return resets(list(self.runs.values()))

    @property
    def joins(self) -> bool:
        """Whether by this value anything can be joined that is not one anyway."""
        return len(self.trackers) > 1 or len(self.apps) > 1 or self.resets > 0


def share(setting: Setting, found: Analysis, persona: Sequence[PersonaValue]) -> Share:
    """One run, reduced to what comparing needs."""
    values = {value.name: value for value in persona}
    categories: dict[str, set[str]] = {}
    said: dict[tuple[str, str], Said] = {}
    for made in found.disclosures:
        if made.tracker == UNATTRIBUTED:
            continue
        categories.setdefault(made.tracker, set()).add(made.category)
        value = values.get(made.persona or "")
        if value is not None and _tells_somebody(value):
            said.setdefault((made.tracker, value.name), _said(setting, made, value))
    return Share(
        setting=setting,
        samples=found.samples,
        said=tuple(said.values()),
        categories={tracker: frozenset(words) for tracker, words in categories.items()},
    )


def link(shares: Iterable[Share]) -> Linkage:
    """Compare all runs, given oldest first."""
    every = list(shares)
    settings = {each.setting.run: each.setting for each in every}
    judged = list(_judged(every, settings))
    joined = [shared for shared in _shared(every, judged, settings) if shared.joins]
    return Linkage(
        identifiers=tuple(_identifier(samples, known, settings) for samples, known in judged),
        links=tuple(_merged(joined)),
        dossiers=tuple(_dossiers(every, joined)),
    )


def _tells_somebody(value: PersonaValue) -> bool:
    """Whether by this value a person or a phone is told from all others; a first name or a carrier is not enough."""
    whole_name = value.category == "name" and len(value.value.split()) > 1
    return whole_name or value.category in _OF_A_PERSON | IDENTIFYING


def _said(setting: Setting, made: Disclosure, value: PersonaValue) -> Said:
    kind = "planted" if value.source is Source.PLANTED else "device"
    sighting = Sighting(
        tracker=made.tracker,
        run=made.run,
        app=setting.app,
        process=made.process,
        seq=made.seq,
        path=made.path,
        chain=made.chain,
    )
    return Said(name=value.name, kind=kind, value=value.value, sighting=sighting)


def _judged(shares: Sequence[Share], settings: Mapping[str, Setting]) -> Iterator[tuple[list[Sample], Lasting]]:
    """Every place whose values may tell somebody, in the order of trackers and paths."""
    places: dict[tuple[str, str], list[Sample]] = {}
    met: dict[tuple[str, str, str], set[tuple[str, int]]] = {}
    often: set[tuple[str, str, str]] = set()
    for each in shares:
        for sample in each.samples:
            if sample.value in each.setting.constants:
                continue
            places.setdefault((sample.tracker, sample.path), []).append(sample)
            key = sample.tracker, sample.run, _plain(sample.value)
            met.setdefault(key, set()).add((sample.process, sample.seq))
            if sample.times > 1 or len(met[key]) > 1:
                often.add(key)
    for (tracker, _), samples in sorted(places.items()):
        again = {(each.run, each.value) for each in samples if (tracker, each.run, _plain(each.value)) in often}
        known = lasting(
            samples,
            settings,
            recurs=frozenset(again),
            known=any(each.category in IDENTIFYING for each in samples),
            account=any(each.category == "user_id" for each in samples),
        )
        if known is not None:
            yield samples, known


def _identifier(samples: Sequence[Sample], known: Lasting, settings: Mapping[str, Setting]) -> Identifier:
    values = tuple(dict.fromkeys(each.value for each in samples))
    runs = tuple(dict.fromkeys(each.run for each in samples))
    return Identifier(
        tracker=samples[0].tracker,
        path=samples[0].path,
        persistence=known.persistence,
        category=next((each.category for each in samples if each.category), None),
        property=next((each.property for each in samples if each.property), None),
        runs=runs,
        apps=tuple(sorted({settings[run].app for run in runs})),
        count=len(values),
        values=tuple(_digest(value) for value in values[:MOST_VALUES]),
        example=values[0],
        why=known.why,
    )


def _shared(
    shares: Sequence[Share], judged: Sequence[tuple[list[Sample], Lasting]], settings: Mapping[str, Setting]
) -> list[_Shared]:
    """Every value by which somebody is told, with all who got it."""
    found: dict[tuple[str, str, str], _Shared] = {}
    for each in shares:
        for said in each.said:
            key = said.kind, said.name, said.value
            found.setdefault(key, _Shared(said.name, said.kind, said.value)).add(each.setting, said.sighting)
    for samples, known in judged:
        for sample in () if known.own else samples:
            if sample.persona is None:
                name = sample.property or sample.category or sample.path
                key = "identifier", "", _plain(sample.value)
                made = found.setdefault(key, _Shared(name, "identifier", sample.value))
                made.add(settings[sample.run], _sighting(sample, settings[sample.run]))
    return list(found.values())


def _sighting(sample: Sample, setting: Setting) -> Sighting:
    return Sighting(
        tracker=sample.tracker,
        run=sample.run,
        app=setting.app,
        process=sample.process,
        seq=sample.seq,
        path=sample.path,
        chain=sample.chain,
    )


def _merged(joined: Sequence[_Shared]) -> Iterator[Link]:
    """One link for each value; one for each name where every run has a value of its own, such as an account's id."""
    groups: dict[tuple[int, str, str], list[_Shared]] = {}
    for each in joined:
        value = each.value if each.resets or len(each.apps) > 1 else ""
        groups.setdefault((_KINDS.index(each.kind), each.name, value), []).append(each)
    for _, group in sorted(groups.items()):
        sightings = [sighting for each in group for sighting in each.sightings.values()]
        yield Link(
            name=group[0].name,
            kind=group[0].kind,
            value_sha256=_digest(group[0].value),
            trackers=tuple(sorted({sighting.tracker for sighting in sightings})),
            apps=tuple(sorted({sighting.app for sighting in sightings})),
            resets=max(each.resets for each in group),
            sightings=tuple(sorted(sightings, key=lambda each: (each.run, each.tracker))),
        )


def _dossiers(shares: Sequence[Share], joined: Sequence[_Shared]) -> Iterator[Dossier]:
    """Joined are only what two trackers got of the same value: not what a third shares with one of them."""
    own: dict[str, set[str]] = {}
    for each in shares:
        for tracker, words in each.categories.items():
            own.setdefault(tracker, set()).update(words)
    for tracker in sorted(own):
        mine = [each for each in joined if tracker in each.trackers]
        others = sorted({other for each in mine for other in each.trackers if other != tracker})
        yield Dossier(
            tracker=tracker,
            own=tuple(sorted(own[tracker])),
            joined=tuple((other, tuple(sorted(own.get(other, set()) - own[tracker]))) for other in others),
            by=tuple(sorted({each.name for each in mine if len(each.trackers) > 1})),
        )


def _plain(value: str) -> str:
    """The same id, in capitals or with its hyphens."""
    return value.replace("-", "").lower()


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
