"""Where data went: requests by host, and what the app told the trackers about consent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from harness.model.findings import UNATTRIBUTED, ConsentCall, Unclaimed
from harness.report.page.limits import NOT_SEARCHED, SOURCES
from harness.report.reading import Run, Study
from harness.report.words import counted, place, since, size
from harness.store.summed import Traffic

MOST_FAULTS = 60
MOST_NOBODYS = 40
MOST_FILES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One host and what went there."""

    slug: str
    host: str
    tracker: str
    counts: tuple[int, ...]  # requests, run by run
    size: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One call about consent."""

    run: str
    tracker: str
    said: str
    step: str
    when: str
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nobodys:
    """Payloads of one place in the code that nobody can be named for."""

    why: str
    code: str
    hook: str
    counts: tuple[int, ...]  # payloads, run by run
    size: str
    personas: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultLine:
    """The same fault, counted over all runs."""

    runs: str
    source: str
    place: str
    message: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that a run wrote beside the case file."""

    run: str
    kind: str
    path: str
    size: str
    sha256: str


def hosts(study: Study) -> tuple[Host, ...]:
    """Every host that a request went to, trackers first, by name."""
    every = [one for run in study.runs for one in run.traffic]
    keys = sorted({(*study.tracker_order(one.tracker), one.tracker, one.host) for one in every})
    return tuple(_host(study, slug, host) for *_, slug, host in keys)


def _host(study: Study, slug: str, host: str) -> Host:
    def mine(run: Run) -> list[Traffic]:
        return [one for one in run.traffic if (one.tracker, one.host) == (slug, host)]

    every = [one for run in study.runs for one in mine(run)]
    blind = Counter[str]()
    for one in every:
        blind.update({one.blind: one.requests} if one.blind else {})
    unread = [f"{counted(number, 'request')} not: {why}" for why, number in sorted(blind.items())]
    known = sum(one.requests for one in every) - blind.total()
    return Host(
        slug=slug,
        host=host,
        tracker=_receiver(study, slug, blind=bool(blind)),
        counts=tuple(sum(one.requests for one in mine(run)) for run in study.runs),
        size=size(sum(one.bytes_out for one in every)),
        content="known" if not unread else "; ".join([f"{known} known", *unread]) if known else "; ".join(unread),
    )


def _receiver(study: Study, slug: str, *, blind: bool) -> str:
    """A host that no tracker claims is the maker's own where the suite says so: its requests are no blind spots."""
    if slug != UNATTRIBUTED:
        return study.tracker_name(slug)
    return "not known" if blind else "the app's own maker"


def nobodys(study: Study) -> tuple[tuple[Nobodys, ...], int]:
    """Payloads that were assigned to nobody, those with values of the run first; and how many rows are left out."""
    found: dict[tuple[str, str, str], dict[str, list[Unclaimed]]] = {}
    for run in study.runs:
        for each in run.unclaimed:
            found.setdefault((each.why, each.code, each.hook), {}).setdefault(run.key, []).append(each)
    lines = [_nobodys(study, place, by_run) for place, by_run in found.items()]
    lines.sort(key=lambda line: (not line.personas, -sum(line.counts), line.code, line.hook))
    return tuple(lines[:MOST_NOBODYS]), max(0, len(lines) - MOST_NOBODYS)


def _nobodys(study: Study, where: tuple[str, str, str], by_run: dict[str, list[Unclaimed]]) -> Nobodys:
    why, code, hook = where
    every = [each for group in by_run.values() for each in group]
    return Nobodys(
        why=why,
        code=code,
        hook=hook.rpartition("/")[2],
        counts=tuple(sum(each.payloads for each in by_run.get(run.key, ())) for run in study.runs),
        size=size(sum(each.bytes for each in every)),
        personas=", ".join(sorted({name for each in every for name in each.personas})),
    )


def told(study: Study) -> tuple[Told, ...]:
    """Every call about consent, run by run, in the order of time."""
    return tuple(_told(study, run, call) for run in study.runs for call in run.consent_calls)


def _told(study: Study, run: Run, call: ConsentCall) -> Told:
    step = run.step(call.step)
    said = {True: "switch off", False: "switch on", None: "not readable"}[call.opts_out]
    return Told(
        run=run.name,
        tracker=study.tracker_name(call.tracker),
        said=said,
        step=place(step),
        when=since(run.began_ms, call.at_ms),
        call=call.hook.rpartition("/")[2],
    )


def fault_lines(study: Study) -> tuple[tuple[FaultLine, ...], int]:
    """Faults, equal ones counted, the most frequent first; and how many kinds are left out. What analysis could not
    search for is no fault of the measurement and is told with the facts."""
    seen: dict[tuple[str, str, str], Counter[str]] = {}
    for run in study.runs:
        for fault in run.faults:
            if not fault.place.startswith(NOT_SEARCHED):
                seen.setdefault((fault.source, fault.place, fault.message), Counter())[run.name] += 1
    lines = tuple(
        FaultLine(
            runs=", ".join(runs), source=SOURCES.get(source, source), place=place, message=message, times=runs.total()
        )
        for (source, place, message), runs in sorted(seen.items(), key=lambda item: (-item[1].total(), item[0]))
    )
    return lines[:MOST_FAULTS], max(0, len(lines) - MOST_FAULTS)


def files(study: Study) -> tuple[tuple[File, ...], int]:
    """Files of every run, those that are no pictures first; and how many are left out."""
    every = [(run, row) for run in study.runs for row in run.artefacts]
    every.sort(key=lambda one: one[1].kind == "screenshot")
    kept = tuple(
        File(run=run.name, kind=row.kind, path=row.path, size=size(row.size), sha256=row.sha256)
        for run, row in every[:MOST_FILES]
    )
    return kept, len(every) - len(kept)
