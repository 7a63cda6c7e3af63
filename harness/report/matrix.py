"""The study's table: tracker by kind of data, and per run the first step at which it was handed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.findings import Consent, Disclosure, Payload
from harness.report.reading import Call, Run, Study
from harness.report.words import CONSENT_KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One kind of data handed to one tracker in one run, in one relation to the choices made."""

    run: Run
    consent: Consent
    first: Disclosure  # the earliest, at any layer
    left: Disclosure | None  # the earliest whose payload was seen leaving the phone
    times: int
    every: tuple[Disclosure, ...]

    @property
    def consent_key(self) -> str:
        """Fit for a class name."""
        return CONSENT_KEYS[self.consent]

    @property
    def evidence(self) -> str:
        """Anchor of the payload that shows it best: one that was seen leaving, else the first."""
        return entry_anchor(self.run, (self.left or self.first).process, (self.left or self.first).seq)

    @property
    def step(self) -> str:
        """The step of the first occurrence, with its number."""
        row = self.run.step(self.first.step)
        return f"{row.position} {row.label}" if row else "before the first step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One kind of data of one tracker; `cells` has the marks of each run, in the order of runs."""

    category: str
    label: str
    description: str
    cells: tuple[tuple[Mark, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One tracker."""

    slug: str
    name: str
    legal_entity: str
    country: str
    rows: tuple[Row, ...]


def entry_anchor(run: Run, process: str, seq: int) -> str:
    """The id of a payload's place in the report: run, process and number."""
    position = next((number for number, row in enumerate(run.processes, start=1) if row.id == process), 0)
    return f"e-{run.key}-p{position}-{seq}"


def study_table(study: Study) -> tuple[Group, ...]:
    """Every tracker that was handed anything in any run, by name; what nobody claims last."""
    slugs = {found.tracker for run in study.runs for found in run.disclosures}
    return tuple(_group(study, slug) for slug in sorted(slugs, key=study.tracker_order))


def marks(groups: Sequence[Group]) -> Iterator[Mark]:
    """Every mark of the table, row by row."""
    for group in groups:
        for row in group.rows:
            for cell in row.cells:
                yield from cell


def payloads_shown(groups: Sequence[Group]) -> dict[str, tuple[Run, Payload, tuple[Disclosure, ...]]]:
    """The payloads that the table points at, by anchor: the first of each mark, and the first that left."""
    shown: dict[str, tuple[Run, Payload, tuple[Disclosure, ...]]] = {}
    for mark in marks(groups):
        for found in (mark.first, mark.left):
            payload = mark.run.payloads.get((found.process, found.seq)) if found else None
            if found is None or payload is None:
                continue
            anchor = entry_anchor(mark.run, found.process, found.seq)
            if anchor not in shown:
                shown[anchor] = (mark.run, payload, _of(mark.run, (found.process, found.seq)))
    return shown


def _of(run: Run, call: Call) -> tuple[Disclosure, ...]:
    return tuple(found for found in run.disclosures if (found.process, found.seq) == call)


def _group(study: Study, slug: str) -> Group:
    names = {found.category for run in study.runs for found in run.disclosures if found.tracker == slug}
    tracker = study.trackers.get(slug)
    return Group(
        slug=slug,
        name=study.tracker_name(slug),
        legal_entity=tracker.legal_entity if tracker else "",
        country=tracker.country if tracker else "",
        rows=tuple(_row(study, slug, name) for name in sorted(names, key=study.category_order)),
    )


def _row(study: Study, slug: str, category: str) -> Row:
    known = study.categories.get(category)
    return Row(
        category=category,
        label=study.category_label(category),
        description=known.description if known else "",
        cells=tuple(tuple(_cell(run, slug, category)) for run in study.runs),
    )


def _cell(run: Run, slug: str, category: str) -> Iterator[Mark]:
    mine = [found for found in run.disclosures if (found.tracker, found.category) == (slug, category)]
    for consent in Consent:
        every = sorted(
            (found for found in mine if found.consent is consent), key=lambda found: (found.at_ms, found.seq)
        )
        if every:
            left = next((found for found in every if (found.process, found.seq) in run.sent), None)
            times = sum(found.times for found in every if left is None or found.layer is left.layer)
            yield Mark(run=run, consent=consent, first=every[0], left=left, times=times, every=tuple(every))
