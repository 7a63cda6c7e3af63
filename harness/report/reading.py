"""What the case file holds, taken into memory once for a report: runs in their order, with names for everything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from harness.model.facts import PersonaValue
from harness.model.findings import UNATTRIBUTED, ConsentCall, Disclosure, Payload, Transmission, Verdict
from harness.report.carried import Call, carriers
from harness.store import CaseFile, CaseHeader, findings, queries, raw
from harness.store.queries import (
    AppRow,
    ArtefactRow,
    CategoryRow,
    DeviceRow,
    FaultRow,
    HookRow,
    ProcessRow,
    RunRow,
    StepRow,
    TrackerRow,
)


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
    disclosures: tuple[Disclosure, ...]
    payloads: dict[Call, Payload]
    transmissions: tuple[Transmission, ...]
    consent_calls: tuple[ConsentCall, ...]
    verdicts: tuple[Verdict, ...]

    sent: dict[Call, tuple[Transmission, ...]]  # requests, by their own event and by that of what they carried
    within: dict[Call, Call]  # what left only as a part of other content, and that content's event

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
    names = _names(rows)
    return Study(
        headers=queries.headers(db),
        runs=tuple(
            _run(case, row, key=f"r{number}", name=names[row.id], app=apps[row.app], device=devices[row.device])
            for number, row in enumerate(rows, start=1)
        ),
        trackers=queries.trackers(db),
        categories=queries.categories(db),
    )


def _run(case: CaseFile, row: RunRow, *, key: str, name: str, app: AppRow, device: DeviceRow) -> Run:
    db = case.db
    on_device = raw.steps(db, row.id)
    facts = raw.run_facts(db, row.id)
    requests, payloads = findings.transmissions(db, row.id), findings.payloads(db, row.id)
    sent = _sent(requests)
    within = carriers(
        [payload for call, payload in payloads.items() if call not in sent],
        [payload for call, payload in payloads.items() if call in sent],
    )
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
        disclosures=findings.disclosures(db, row.id),
        payloads=payloads,
        transmissions=requests,
        sent=sent | {call: sent[carrier] for call, carrier in within.items()},
        within=within,
        consent_calls=findings.consent_calls(db, row.id),
        verdicts=findings.verdicts(db, row.id),
    )


def _sent(requests: tuple[Transmission, ...]) -> dict[Call, tuple[Transmission, ...]]:
    every: dict[Call, tuple[Transmission, ...]] = {}
    for request in requests:
        for call in {(request.process, request.seq), request.explained_by}:
            if call is not None:
                every[call] = (*every.get(call, ()), request)
    return every


def _names(rows: tuple[RunRow, ...]) -> dict[str, str]:
    """The variant, or the flow where there is none; numbered where several runs share it."""
    plain = {row.id: row.variant or row.flow or "run" for row in rows}
    total, seen, names = Counter(plain.values()), Counter[str](), {}
    for run, name in plain.items():
        seen[name] += 1
        names[run] = f"{name} ({seen[name]})" if total[name] > 1 else name
    return names
