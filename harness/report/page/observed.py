"""What is worth a look and proves nothing: weak hashes, patterns, texts of the screen. Apart from the findings."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.findings import Observation, Observed
from harness.report.page.values import shortened
from harness.report.reading import Run, Study
from harness.report.words import CONSENT_KEYS, chain, place
from harness.store import CaseFile, summed

MOST_ALIKE = 4  # rows of one tracker, kind and sort of thing in one run
MOST_ROWS = 200
WHY = {
    Observed.WEAK_HASH: "A 32-bit checksum fits one text in four thousand million; of many texts, some fit by chance.",
    Observed.PATTERN: "It has the shape of such a thing. Nobody planted it, so that nobody knows whether it is one.",
    Observed.SCREEN_TEXT: "The text of an element on the screen. It may be in the payload for another reason.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One observation."""

    slug: str
    tracker: str
    run: str
    run_key: str
    what: str
    value: str
    where: str
    when: str
    consent: str
    consent_key: str
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenGroup:
    """Observations of one kind."""

    kind: str
    why: str
    rows: tuple[Seen, ...]
    total: int


def observations(case: CaseFile, study: Study) -> tuple[SeenGroup, ...]:
    """By kind, run by run, the first of each sort; all are counted."""
    every = [
        (run, one) for run in study.runs for one in summed.first_observations(case.db, run.row.id, most=MOST_ALIKE)
    ]
    totals = [summed.observed(case.db, run.row.id) for run in study.runs]
    groups = []
    for kind, why in WHY.items():
        mine = [(run, one) for run, one in every if one.kind is kind]
        mine.sort(key=lambda pair: study.tracker_order(pair[1].tracker))
        total = sum(number for counts in totals for (_, named, _), number in counts.items() if named == kind.value)
        if total:
            rows = tuple(_seen(study, run, one) for run, one in mine[:MOST_ROWS])
            groups.append(SeenGroup(kind=kind.value, why=why, rows=rows, total=total))
    return tuple(groups)


def _seen(study: Study, run: Run, one: Observation) -> Seen:
    return Seen(
        slug=one.tracker,
        tracker=study.tracker_name(one.tracker),
        run=run.name,
        run_key=run.key,
        what=one.what,
        value=shortened(one.value),
        where=f"{one.path or '/'}, {chain(one.chain)}",
        when=place(run.step(one.step)),
        consent=one.consent.value,
        consent_key=CONSENT_KEYS[one.consent],
        event=f"event {one.seq}" + (f", {one.times:,} times" if one.times > 1 else ""),
    )
