"""The study's table: tracker by kind of data, and per run the first step at which it was handed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.findings import Consent, Disclosure
from harness.report.calls import Call
from harness.report.reading import Run, Study
from harness.report.words import CONSENT_KEYS, action, place


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One kind of data handed to one tracker in one run, in one relation to the choices made."""

    run: Run
    consent: Consent
    first: Disclosure  # the earliest, at any layer
    left: Disclosure | None  # the earliest whose payload was seen leaving the app
    times: int  # about how often
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
        """Where the script stood at the first occurrence."""
        return place(self.run.step(self.first.step))

    @property
    def action(self) -> str:
        """What the script did there."""
        return action(self.run.step(self.first.step))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One kind of data of one tracker; `cells` has the marks of each run, in the order of runs."""

    category: str
    label: str
    cells: tuple[tuple[Mark, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One tracker."""

    slug: str
    name: str
    legal_entity: str
    country: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """An event that the table points at."""

    anchor: str
    run: Run
    call: Call
    tracker: str
    at_ms: float
    first: frozenset[str]  # the kinds of data for which the table points at it


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


def cited(groups: Sequence[Group]) -> dict[str, Cited]:
    """The events that the table points at, by anchor: the first of each mark, and the first that left."""
    named: dict[str, set[str]] = {}
    where: dict[str, tuple[Run, Disclosure]] = {}
    for mark in marks(groups):
        for found in (mark.first, mark.left):
            if found is not None:
                anchor = entry_anchor(mark.run, found.process, found.seq)
                named.setdefault(anchor, set()).add(found.category)
                where[anchor] = (mark.run, found)
    return {
        anchor: Cited(
            anchor=anchor,
            run=run,
            call=(found.process, found.seq),
            tracker=found.tracker,
            at_ms=found.at_ms,
            first=frozenset(named[anchor]),
        )
        for anchor, (run, found) in where.items()
    }


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
    return Row(
        category=category,
        label=study.category_label(category),
        cells=tuple(tuple(_cell(run, slug, category)) for run in study.runs),
    )


def _cell(run: Run, slug: str, category: str) -> Iterator[Mark]:
    mine = [found for found in run.disclosures if (found.tracker, found.category) == (slug, category)]
    for consent in Consent:
        every = sorted(
            (found for found in mine if found.consent is consent), key=lambda found: (found.at_ms, found.seq)
        )
        if every:
            left = next((found for found in every if (found.process, found.seq) in run.left), None)
            yield Mark(
                run=run,
                consent=consent,
                first=every[0],
                left=left,
                times=_times(run, left or every[0]),
                every=tuple(every),
            )


def _times(run: Run, best: Disclosure) -> int:
    """How often: step by step the value that came most often, at one layer, for a payload may hold several of a kind
    and is seen at several layers on its way."""
    counted = run.handed.get((best.tracker, best.category, best.consent.value, best.layer.value))
    return counted.times if counted else 1
