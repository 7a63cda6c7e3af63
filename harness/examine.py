"""From the case file through analysis back into it: raw tables in, derived tables out, the same rows every time."""

from __future__ import annotations

from collections.abc import Callable

from harness.analyse import analyse_run
from harness.model.findings import Analysis
from harness.model.tracker import Pack
from harness.store import CaseFile, derived, raw
from harness.store.foreseen import foreseen


def analyse(case: CaseFile, pack: Pack, *, progress: Callable[[str], None] = lambda run: None) -> dict[str, Analysis]:
    """Analyse every run of the case with these hook files and rewrite the derived tables, in one transaction. Gives the
    findings by run. `progress` is told each run as its turn comes. Raises CaseError when the file cannot be written."""
    analyses = {}
    for run in raw.run_ids(case.db):
        progress(run)
        analyses[run] = _analyse_one(case, run, pack)
    with case.transaction() as db:
        derived.replace(db, analyses, pack)
    return analyses


def _analyse_one(case: CaseFile, run: str, pack: Pack) -> Analysis:
    db = case.db
    return analyse_run(
        run=raw.run_facts(db, run),
        events=raw.events(db, run),
        blobs=raw.Payloads(db),
        stacks=raw.stacks(db),
        hooks=raw.hooks(db, run),
        steps=raw.steps(db, run),
        persona=raw.persona(db, run),
        pack=pack,
        foreseen=foreseen(db, run),
        rest=raw.rest_files(db, run),
    )
