"""What the runs say to each expectation of a policy, and as a whole: finding, clean or inconclusive, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.model.findings import Outcome
from harness.model.policy import Broken, Judgement
from harness.report.matrix import entry_anchor
from harness.report.reading import Study
from harness.report.words import CONSENT_KEYS, as_sentence, counted, inside, joined, place

MOST_NAMED = 5  # kinds of data that are named of one tracker in one cell
OUTCOMES = {
    Outcome.FINDING: "Found",
    Outcome.CLEAN: "Clean",
    Outcome.INCONCLUSIVE: "Inconclusive",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """What an expectation forbids, and what was seen of it at one tracker."""

    tracker: str
    text: str
    anchor: str  # "" when the payload is not shown
    consent_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the runs of one variant say to one expectation."""

    variant: str
    key: str
    word: str
    runs: str  # "1 of 3 runs"
    occurrences: tuple[Occurrence, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One expectation; `cells` has one for each variant, None where it was not asked."""

    name: str
    says: str
    policy: str
    cells: tuple[Judged | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """All expectations, by variant."""

    variants: tuple[str, ...]
    rows: tuple[Expected, ...]


def verdicts(study: Study, shown: Iterable[str]) -> Verdicts:
    """The judgements of the case as a table; no rows when no policy was stored."""
    anchors = frozenset(shown)
    variants = tuple(dict.fromkeys(one.variant for one in study.judgements))
    by_row: dict[tuple[str, str], dict[str, Judgement]] = {}
    for one in study.judgements:
        by_row.setdefault((one.policy, one.expectation), {})[one.variant] = one
    rows = tuple(
        Expected(
            name=name,
            says=next(iter(by_variant.values())).says,
            policy=policy,
            cells=tuple(
                _judged(study, by_variant[variant], anchors) if variant in by_variant else None for variant in variants
            ),
        )
        for (policy, name), by_variant in by_row.items()
    )
    return Verdicts(variants=variants, rows=rows)


def _judged(study: Study, one: Judgement, shown: frozenset[str]) -> Judged:
    total = len(one.runs)
    by_tracker: dict[str, list[Broken]] = {}
    for broken in sorted(one.broken, key=lambda broken: study.tracker_order(broken.tracker)):
        by_tracker.setdefault(broken.tracker, []).append(broken)
    return Judged(
        variant=one.variant,
        key=one.outcome.value,
        word=OUTCOMES[one.outcome],
        runs=f"seen in {one.found} of {counted(total, 'run')}",
        occurrences=tuple(_occurrence(study, same, shown) for same in by_tracker.values()),
        reasons=tuple(as_sentence(reason) for reason in one.reasons),
    )


def _occurrence(study: Study, same: Sequence[Broken], shown: frozenset[str]) -> Occurrence:
    """What one tracker got that it was expected not to get; the link leads to the first that is shown."""
    names = sorted({broken.category for broken in same if broken.category}, key=study.category_order)
    what = [inside(study.category_label(name)) for name in names[:MOST_NAMED]] or ["a request"]
    if len(names) > MOST_NAMED:
        what.append(counted(len(names) - MOST_NAMED, "more kind"))
    runs = {run.row.id: run for run in study.runs}
    anchors = [entry_anchor(runs[broken.run], broken.process, broken.seq) for broken in same if broken.run in runs]
    first = same[0]
    where = place(runs[first.run].step(first.step)) if first.run in runs else "not known"
    return Occurrence(
        tracker=study.tracker_name(first.tracker),
        text=f"{joined(what)}; first {first.consent.value}, {where}",
        anchor=next((anchor for anchor in anchors if anchor in shown), ""),
        consent_key=CONSENT_KEYS[first.consent],
    )
