"""What the case file holds, taken into memory once for a report: runs in their order, with names for everything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from harness.model.facts import PersonaValue
from harness.model.findings import UNATTRIBUTED, ConsentCall, Disclosure, Payload, Transmission, Unclaimed, Verdict
from harness.model.hook import Layer
from harness.model.preflight import Preflight
from harness.model.rest import RestValue
from harness.model.story import Joint, Story
from harness.store import CaseFile, CaseHeader, findings, packs, queries, raw
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

Call = tuple[str, int]  # process and number of an event


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
    foreseen: Preflight | None  # what was known of the app before it ran
    unclaimed: tuple[Unclaimed, ...]
    rest: tuple[RestValue, ...]
    rest_files: int  # how many files were collected from the phone

    stories: dict[Call, tuple[Story, ...]]  # by each of their events
    sent: dict[Call, tuple[Transmission, ...]]  # requests, by their own event and by those of what they carried
    within: frozenset[Call]  # what left only as a part of other content

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
        trackers=packs.trackers(db),
        categories=packs.categories(db),
    )


def _run(case: CaseFile, row: RunRow, *, key: str, name: str, app: AppRow, device: DeviceRow) -> Run:
    db = case.db
    on_device = raw.steps(db, row.id)
    facts = raw.run_facts(db, row.id)
    requests, payloads = findings.transmissions(db, row.id), findings.payloads(db, row.id)
    told = findings.stories(db, row.id)
    sent, within = _sent(requests, told)
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
        stories=_by_event(told),
        sent=sent,
        within=within,
        consent_calls=findings.consent_calls(db, row.id),
        verdicts=findings.verdicts(db, row.id),
        foreseen=foreseen(db, row.id),
        unclaimed=findings.unclaimed(db, row.id),
        rest=findings.rest_values(db, row.id),
        rest_files=len(raw.rest_files(db, row.id)),
    )


def _sent(
    requests: tuple[Transmission, ...], told: tuple[Story, ...]
) -> tuple[dict[Call, tuple[Transmission, ...]], frozenset[Call]]:
    """Requests by their own events and by those of what they carried; and what they carried as a part of something
    else. A call of the public API is never what left: at most a value of it was."""
    every: dict[Call, dict[Call, Transmission]] = {}
    for request in requests:
        for call in {(request.process, request.seq), request.explained_by} - {None}:
            every.setdefault(call, {})[request.process, request.seq] = request  # type: ignore[arg-type]
    whole = frozenset(every)
    by_event = {(request.process, request.seq): request for request in requests}
    within: set[Call] = set()
    for story in told:
        left = {call: by_event[call] for link in story.links if (call := (link.process, link.seq)) in by_event}
        for link in story.links if left else ():
            call = (link.process, link.seq)
            if link.layer in (Layer.ENCODE, Layer.PLATFORM) and (not link.part or link.how == Joint.CONTAINED):
                every.setdefault(call, {}).update(left)
                if link.part and call not in whole:
                    within.add(call)
    return {call: _in_order(known) for call, known in every.items()}, frozenset(within)


def _in_order(requests: dict[Call, Transmission]) -> tuple[Transmission, ...]:
    return tuple(sorted(requests.values(), key=lambda request: (request.at_ms, request.process, request.seq)))


def _by_event(told: tuple[Story, ...]) -> dict[Call, tuple[Story, ...]]:
    found: dict[Call, tuple[Story, ...]] = {}
    for story in told:
        for link in story.links:
            call = (link.process, link.seq)
            found[call] = (*found.get(call, ()), story)
    return found


def _names(rows: tuple[RunRow, ...]) -> dict[str, str]:
    """The variant, or the flow where there is none; numbered where several runs share it."""
    plain = {row.id: row.variant or row.flow or "run" for row in rows}
    total, seen, names = Counter(plain.values()), Counter[str](), {}
    for run, name in plain.items():
        seen[name] += 1
        names[run] = f"{name} ({seen[name]})" if total[name] > 1 else name
    return names
