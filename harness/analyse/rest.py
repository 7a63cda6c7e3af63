"""What trackers keep on the phone, compared with what hooks saw them being given: a check from the other side.

A value that is kept and was never seen being handed over is no finding; it says that something may have been missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from harness.analyse.decoding.decode import Decoded, decode
from harness.analyse.detecting.detect import Detector
from harness.analyse.detecting.fields import FieldMap
from harness.analyse.values import Tree
from harness.model.facts import PersonaValue
from harness.model.findings import AnalysisFault, Disclosure
from harness.model.hook import Layer
from harness.model.rest import RestStored, RestValue
from harness.model.tracker import Field, RestFile, Tracker
from harness.rest import UnreadableError, records

EARLIER = "written before the run began"
_UNSEEN = "no hook saw the tracker being given it in this run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All that is to be said about kept files."""

    values: tuple[RestValue, ...] = ()
    faults: tuple[AnalysisFault, ...] = ()


def kept_values(
    files: Sequence[RestStored],
    *,
    run: str,
    started_ms: float,
    blobs: Mapping[str, bytes],
    trackers: Sequence[Tracker],
    persona: Sequence[PersonaValue],
    told: Iterable[Disclosure],
) -> Kept:
    """`started_ms` is when the run began, by the device's clock; `told` are the run's disclosures, first ones first."""
    if not files:
        return Kept()
    reader = _Reader(run=run, detector=Detector(persona), told=_first_told(told))
    known = {tracker.slug: tracker for tracker in trackers}
    values: list[RestValue] = []
    faults: list[AnalysisFault] = []
    for file in files:
        tracker = known.get(file.tracker)
        row = row_for(tracker, file.path) if tracker else None
        if tracker is None or row is None:
            faults.append(_fault(file, "no hook file says any more how to read it"))
            continue
        try:
            for made in reader.read(file, blobs.get(file.sha256, b""), row, tracker):
                earlier = made.seq is None and file.modified_ms < started_ms
                values.append(replace(made, note=EARLIER) if earlier else made)
        except UnreadableError as exc:
            faults.append(_fault(file, str(exc)))
    return Kept(values=tuple(dict.fromkeys(values)), faults=tuple(faults))


def row_for(tracker: Tracker, path: str) -> RestFile | None:
    """What a hook file says about a path below the app's data folder; `*` in it also stands for folders."""
    return next((row for row in tracker.at_rest if fnmatchcase(path, row.path)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    run: str
    detector: Detector
    told: Mapping[tuple[str, str, str], Disclosure]

    def read(self, file: RestStored, content: bytes, row: RestFile, tracker: Tracker) -> Iterator[RestValue]:
        for record in records(content, row):
            decoded, prefix = _payload(record.content, tracker)
            field_map = FieldMap((*_below(row.fields, prefix), *_usual(tracker)))
            for path, category, name, value, persona in self._found(decoded, field_map):
                shown = path.removeprefix(prefix)
                yield self._with_sight(
                    RestValue(
                        run=self.run,
                        tracker=tracker.slug,
                        path=file.path,
                        place=" ".join(filter(None, (record.place, shown))),
                        category=category,
                        property=name,
                        value=value,
                        persona=persona,
                    )
                )

    def _found(self, decoded: Decoded, field_map: FieldMap) -> Iterator[tuple[str, str, str | None, str, str | None]]:
        """Path, category, property, value and persona name of each datum; a recognised value before its row."""
        hits = self.detector.hits(decoded.leaves)
        known = {(hit.leaf.path, hit.persona.category) for hit in hits}
        for hit in hits:
            yield hit.leaf.path, hit.persona.category, None, hit.leaf.text, hit.persona.name
        for item in field_map.labelled(decoded.leaves, decoded.tree):
            if (item.leaf.path, item.row.category) not in known:
                yield item.leaf.path, item.row.category, item.row.property, item.leaf.text, None

    def _with_sight(self, made: RestValue) -> RestValue:
        what = (made.persona, "") if made.persona else (made.value, made.category)
        first = self.told.get((made.tracker, *what))
        if first is None:
            return replace(made, note=_UNSEEN)
        return replace(made, process=first.process, seq=first.seq)


def _first_told(told: Iterable[Disclosure]) -> dict[tuple[str, str, str], Disclosure]:
    """By tracker, value and category, for a count of 3 is soon found among others; and by tracker and the name of a
    planted value, whatever form it was in."""
    first: dict[tuple[str, str, str], Disclosure] = {}
    for made in told:
        first.setdefault((made.tracker, made.value, made.category), made)
        if made.persona is not None:
            first.setdefault((made.tracker, made.persona, ""), made)
    return first


def _payload(content: Tree, tracker: Tracker) -> tuple[Decoded, str]:
    """The record decoded, and the pointer to it in what was decoded: SDKs that send a list keep its elements one by
    one, and the rows of their field maps start at the list."""
    alone = decode(content)
    if isinstance(alone.tree, dict):
        listed = decode([content])
        rows = FieldMap(_usual(tracker))
        if rows.labelled(listed.leaves, listed.tree) and not rows.labelled(alone.leaves, alone.tree):
            return listed, "/0"
    return alone, ""


def _usual(tracker: Tracker) -> list[Field]:
    """The rows for what the tracker sends: its queue holds the same."""
    return [row for row in tracker.fields if not row.hooks and Layer.ENCODE in row.layers]


def _below(rows: Iterable[Field], prefix: str) -> list[Field]:
    return [replace(row, path=prefix + row.path) for row in rows]


def _fault(file: RestStored, message: str) -> AnalysisFault:
    return AnalysisFault(process=None, seq=None, where=file.device_path, message=message)
