"""What the device itself saw of the app, held against what hooks saw: a check from another side.

Host names are of the whole device, bytes of the app alone. More bytes than hooks know of is to be expected: the system
counts headers, handshakes and acknowledgements too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.environment import Seen, Witnessing
from harness.report.reading import Run, Study
from harness.report.words import counted, size
from harness.store import CaseFile
from harness.store.outside import seen_outside

NOT_ASKED = "not asked"
MOST_ROWS = 200
_WORDS = {
    Witnessing.NETSTATS: "bytes of the app",
    Witnessing.TCPDUMP: "host names on the device",
    Witnessing.SENSORS: "sensor",
    Witnessing.APPOPS: "permission",
    Witnessing.LOCATION: "place",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing seen. `open` marks what no hook explains."""

    run: str
    witness: str
    what: str
    often: str
    explained: str
    detail: str
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideView:
    """All runs together; `silent` says which witness could not be asked and why, `more` rows are left out."""

    lines: tuple[Line, ...]
    silent: tuple[str, ...]
    more: int


def outside_view(case: CaseFile, study: Study) -> OutsideView | None:
    """None when no run asked any witness."""
    by_run = [(run, seen_outside(case.db, run.row.id)) for run in study.runs]
    if not any(seen for _, seen in by_run):
        return None
    lines = [line for run, seen in by_run for line in (*_bytes(run, seen), *_hosts(run, seen), *_others(run, seen))]
    lines.sort(key=lambda line: not line.open)
    silent = dict.fromkeys(
        f"{_WORDS[one.witness]} ({one.name}): {one.detail}"
        for _, seen in by_run
        for one in seen
        if one.kind == NOT_ASKED
    )
    return OutsideView(lines=tuple(lines[:MOST_ROWS]), silent=tuple(silent), more=max(0, len(lines) - MOST_ROWS))


def _bytes(run: Run, seen: Sequence[Seen]) -> list[Line]:
    counts = [one for one in seen if one.witness is Witnessing.NETSTATS and one.kind != NOT_ASKED]
    sent = sum(one.amount or 0 for one in counts if one.kind == "sent")
    known = sum(one.bytes_out for one in run.traffic)
    if not counts:
        return []
    return [
        Line(
            run=run.name,
            witness=_WORDS[Witnessing.NETSTATS],
            what="sent",
            often=size(sent),
            explained=f"{size(known)} by hooks",
            detail=", ".join(f"{one.kind} {size(one.amount or 0)} over {one.name}" for one in counts),
            open=bool(sent) and not known,
        )
    ]


def _hosts(run: Run, seen: Sequence[Seen]) -> list[Line]:
    requests: dict[str, int] = {}
    for one in run.traffic:
        host = one.host.partition(":")[0].lower()
        requests[host] = requests.get(host, 0) + one.requests
    named: dict[str, list[Seen]] = {}
    for each in seen:
        if each.witness is Witnessing.TCPDUMP and each.kind != NOT_ASKED:
            named.setdefault(each.name, []).append(each)
    return [
        Line(
            run=run.name,
            witness=_WORDS[Witnessing.TCPDUMP],
            what=host,
            often=", ".join(f"{one.amount}\N{MULTIPLICATION SIGN} {one.kind}" for one in ways),
            explained=f"{counted(requests[host], 'request')} by hooks" if host in requests else "by no hook",
            detail=", ".join(dict.fromkeys(one.detail for one in ways if one.detail)),
            open=host not in requests,
        )
        for host, ways in sorted(named.items())
    ]


def _others(run: Run, seen: Sequence[Seen]) -> list[Line]:
    """Sensors, permissions and places: whether a hook saw the same use is for the reader to judge."""
    told = (Witnessing.SENSORS, Witnessing.APPOPS, Witnessing.LOCATION)
    return [
        Line(run=run.name, witness=_WORDS[one.witness], what=one.name, often=one.kind, explained="", detail=one.detail)
        for one in seen
        if one.witness in told and one.kind != NOT_ASKED
    ]
