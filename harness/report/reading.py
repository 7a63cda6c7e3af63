"""What the case file holds, taken into memory once for a report: runs in their order, with names for everything.

Of the tables that grow with the number of events only the first rows of each kind are kept, with counts of all: a case
of a million events is read like one of a thousand. Single events are looked up when they are shown (calls.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.facts import PersonaValue
from harness.model.findings import UNATTRIBUTED, ConsentCall, Disclosure, Unclaimed, Verdict
from harness.model.linkage import Linkage
from harness.model.policy import Judgement
from harness.model.preflight import Preflight
from harness.model.rest import RestValue
from harness.report.calls import Call, Calls
from harness.store import CaseFile, CaseHeader, findings, overall, packs, queries, raw, summed
from harness.store.foreseen import foreseen
from harness.store.packs import CategoryRow, TrackerRow
from harness.store.queries import (
    AppRow,
    ArtefactRow,
    DeviceRow,
    FaultRow,
    HookRow,
    ProcessRow,
    RunRow,
    StepRow,
)
from harness.store.summed import Traffic
from harness.store.tally import Handed, Moment

MOST_MOMENTS = 300  # of one tracker and kind of data in the drawing of a run
MOST_ALIKE = 24  # disclosures kept of one tracker, kind of data, relation to the choices and layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run and all that belongs to it. `name` tells it from the others: its variant, numbered where that is not
    enough; `key` is short and fit for an anchor."""

    key: str
    name: str
    row: RunRow
    app: AppRow
    device: DeviceRow
    began_ms: float  # device clock: when its first step began
    steps: tuple[StepRow, ...]
    processes: tuple[ProcessRow, ...]
    hooks: tuple[HookRow, ...]
    persona: dict[str, PersonaValue]
    gaps: tuple[str, ...]
    faults: tuple[FaultRow, ...]
    artefacts: tuple[ArtefactRow, ...]
    books_reason: str  # why not everything called is stored; "" when it is
    disclosures: tuple[Disclosure, ...]  # the first MOST_ALIKE of each sort
    left: frozenset[Call]  # those of their events whose content was seen leaving
    handed: dict[tuple[str, str, str, str], Handed]  # by tracker, kind of data, consent and layer: all of them
    payloads: dict[str, int]  # by tracker: events in which anything was found
    traffic: tuple[Traffic, ...]
    moments: tuple[Moment, ...]  # for a drawing: as many as it has room for
    seen: frozenset[str]  # trackers of which anything was derived
    calls: Calls
    consent_calls: tuple[ConsentCall, ...]
    verdicts: tuple[Verdict, ...]
    foreseen: Preflight | None  # what was known of the app before it ran
    unclaimed: tuple[Unclaimed, ...]
    rest: tuple[RestValue, ...]
    rest_files: int  # how many files were collected from the phone

    def step(self, step: str | None) -> StepRow | None:
        """The step of an id."""
        return next((row for row in self.steps if row.id == step), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Everything a report is made of."""

    headers: tuple[CaseHeader, ...]
    runs: tuple[Run, ...]
    trackers: dict[str, TrackerRow]
    categories: dict[str, CategoryRow]
    linkage: Linkage
    judgements: tuple[Judgement, ...]

    def tracker_name(self, slug: str) -> str:
        """As people know it."""
        if slug == UNATTRIBUTED:
            return "Unattributed"
        return self.trackers[slug].name if slug in self.trackers else slug

    def category_label(self, name: str) -> str:
        """As people call it."""
        return self.categories[name].label if name in self.categories else name.replace("_", " ").capitalize()

    def category_order(self, name: str) -> tuple[int, str]:
        """To sort by: the order of the list of categories, unknown ones last."""
        return (self.categories[name].position if name in self.categories else len(self.categories) + 1, name)

    def tracker_order(self, slug: str) -> tuple[bool, str]:
        """To sort by: names, what nobody claims last."""
        return (slug == UNATTRIBUTED, self.tracker_name(slug).lower())


def read_study(case: CaseFile) -> Study:
    """Read what a report needs, from the case file alone."""
    db = case.db
    devices, apps, rows = queries.devices(db), queries.apps(db), queries.runs(db)
    names = run_names(rows)
    return Study(
        headers=queries.headers(db),
        runs=tuple(
            _run(case, row, key=f"r{number}", name=names[row.id], app=apps[row.app], device=devices[row.device])
            for number, row in enumerate(rows, start=1)
        ),
        trackers=packs.trackers(db),
        categories=packs.categories(db),
        linkage=overall.linkage(db),
        judgements=overall.judgements(db),
    )


def _run(case: CaseFile, row: RunRow, *, key: str, name: str, app: AppRow, device: DeviceRow) -> Run:
    db = case.db
    on_device = raw.steps(db, row.id)
    facts = raw.run_facts(db, row.id)
    told = summed.summed(db, row.id, most=MOST_ALIKE, every_ms=_every_ms(row))
    return Run(
        key=key,
        name=name,
        row=row,
        app=app,
        device=device,
        began_ms=on_device[0].started_ms if on_device else row.started_at_ms,
        steps=queries.steps(db, row.id),
        processes=queries.processes(db, row.id),
        hooks=queries.hooks(db, row.id),
        persona={value.name: value for value in raw.persona(db, row.id)},
        gaps=facts.gaps,
        faults=queries.faults(db, row.id),
        artefacts=queries.artefacts(db, row.id),
        books_reason="" if facts.books_closed else facts.books_reason,
        disclosures=told.first,
        left=told.left,
        handed={(one.tracker, one.category, one.consent, one.layer): one for one in told.handed},
        payloads=told.payloads,
        traffic=summed.traffic(db, row.id),
        moments=told.moments,
        seen=summed.seen_trackers(db, row.id),
        calls=Calls(case, row.id, frozenset((found.process, found.seq) for found in told.first)),
        consent_calls=findings.consent_calls(db, row.id),
        verdicts=findings.verdicts(db, row.id),
        foreseen=foreseen(db, row.id),
        unclaimed=findings.unclaimed(db, row.id),
        rest=findings.rest_values(db, row.id),
        rest_files=len(raw.rest_files(db, row.id)),
    )


def _every_ms(row: RunRow) -> float:
    """How much of a run one place of its drawing stands for."""
    return ((row.ended_at_ms or row.started_at_ms) - row.started_at_ms) / MOST_MOMENTS


def run_names(rows: Sequence[RunRow]) -> dict[str, str]:
    """The variant, or the flow where there is none; numbered where several runs share it."""
    plain = {row.id: row.variant or row.flow or "run" for row in rows}
    total, seen, names = Counter(plain.values()), Counter[str](), {}
    for run, name in plain.items():
        seen[name] += 1
        names[run] = f"{name} ({seen[name]})" if total[name] > 1 else name
    return names
