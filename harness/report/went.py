"""Where data went: requests by host, and what the app told the trackers about consent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from harness.model.findings import UNATTRIBUTED, ConsentCall, Transmission
from harness.report.reading import Run, Study
from harness.report.words import counted, since, size

MOST_FAULTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One host and what went there."""

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
class FaultLine:
    """The same fault, counted."""

    run: str
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
    every = [request for run in study.runs for request in run.transmissions]
    keys = sorted({(*study.tracker_order(request.tracker), request.tracker, request.host) for request in every})
    return tuple(_host(study, slug, host) for *_, slug, host in keys)


def _host(study: Study, slug: str, host: str) -> Host:
    def mine(run: Run) -> list[Transmission]:
        return [request for request in run.transmissions if (request.tracker, request.host) == (slug, host)]

    every = [request for run in study.runs for request in mine(run)]
    blind = Counter(request.blind.value for request in every if request.blind)
    unread = [f"{counted(number, 'request')} not: {why}" for why, number in sorted(blind.items())]
    known = len(every) - blind.total()
    return Host(
        host=host,
        tracker="claimed by nobody" if slug == UNATTRIBUTED else study.tracker_name(slug),
        counts=tuple(len(mine(run)) for run in study.runs),
        size=size(sum(request.bytes_out for request in every)),
        content="known" if not unread else "; ".join([f"{known} known", *unread]) if known else "; ".join(unread),
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
        step=f"{step.position} {step.label}" if step else "before the first step",
        when=since(run.began_ms, call.at_ms),
        call=call.hook.rpartition("/")[2],
    )


def fault_lines(study: Study) -> tuple[tuple[FaultLine, ...], int]:
    """Faults, equal ones counted, the most frequent first; and how many kinds are left out."""
    every = Counter((run.name, fault.source, fault.place, fault.message) for run in study.runs for fault in run.faults)
    lines = tuple(
        FaultLine(run=run, source=source, place=place, message=message, times=times)
        for (run, source, place, message), times in sorted(every.items(), key=lambda item: (-item[1], item[0]))
    )
    return lines[:MOST_FAULTS], max(0, len(lines) - MOST_FAULTS)


def files(study: Study) -> tuple[File, ...]:
    """Files of every run."""
    return tuple(
        File(run=run.name, kind=row.kind, path=row.path, size=size(row.size), sha256=row.sha256)
        for run in study.runs
        for row in run.artefacts
    )
