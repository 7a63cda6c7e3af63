"""Which trackers a report speaks of in full: those of which the app's code or a run showed anything at all."""

from __future__ import annotations

from collections.abc import Iterator

from harness.model.findings import UNATTRIBUTED
from harness.model.preflight import Found
from harness.report.reading import Run, Study


def traced(study: Study) -> frozenset[str]:
    """Slugs of the trackers that are in the app's code, that were seen, or whose hooks gave an answer."""
    return frozenset(slug for run in study.runs for slug in _traces(run)) - {UNATTRIBUTED}


def untraced(study: Study) -> tuple[str, ...]:
    """Names of the others, as they are sorted in a report."""
    there = traced(study)
    return tuple(
        study.tracker_name(slug) for slug in sorted(study.trackers, key=study.tracker_order) if slug not in there
    )


def _traces(run: Run) -> Iterator[str]:
    if run.foreseen is not None:
        yield from (sdk.tracker for sdk in run.foreseen.sdks)
        yield from (name.tracker for name in run.foreseen.renamed)
        asked = (hook for hook in run.foreseen.hooks if hook.found not in (Found.ABSENT, Found.NOT_ASKED))
        yield from (hook.tracker for hook in asked if hook.tracker)
    yield from (hook.tracker for hook in run.hooks if hook.tracker and hook.status != "pending")
    yield from run.seen
