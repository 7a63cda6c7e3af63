"""Findings as rows for other programs, read one by one: a case may hold more of them than memory does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from harness.store.start import steady_offset

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One table as it is exported. `runs` is the column that says of which run a row is (or the JSON list of them), ""
    where the row is of the whole case. `lists` are the columns that hold JSON."""

    table: str
    order: str
    runs: str = "run"
    lists: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {
    "disclosures": Kind(table="disclosure", order="position", lists=("chain",)),
    "transmissions": Kind(table="transmission", order="at_ms, process, seq", lists=("headers",)),
    "observations": Kind(table="observation", order="position", lists=("chain",)),
    "verdicts": Kind(table="verdict", order="tracker", lists=("reasons",)),
    "judgements": Kind(table="judgement", order="position", runs="runs", lists=("runs", "broken", "reasons")),
    "links": Kind(table="link", order="position", runs="", lists=("trackers", "apps")),
    "sightings": Kind(table="sighting", order="link, position", lists=("chain",)),
    "identifiers": Kind(table="identifier", order="position", runs="runs", lists=("runs", "apps", "hashes")),
    "dossiers": Kind(table="dossier", order="tracker", runs="", lists=("own", "joined", "links")),
}


def columns(db: Database, kind: Kind) -> list[str]:
    """The columns of its rows, in their order."""
    names = [column.name for column in db.table(kind.table).columns]
    return ["run", "variant", *(name for name in names if name != "run")] if kind.runs == "run" else names


def rows(db: Database, kind: Kind, runs: tuple[str, ...]) -> Iterator[Row]:
    """The rows of these runs, run by run, with the run's variant; JSON read."""
    if kind.runs == "run":
        query = (
            f"SELECT run.variant AS variant, it.* FROM {kind.table} AS it JOIN run ON run.id = it.run"
            f" WHERE it.run = ? ORDER BY {kind.order}"
        )
        found = (row for run in runs for row in db.query(query, [run]))
    else:
        found = db.query(f"SELECT * FROM {kind.table} ORDER BY {kind.order}")
    for row in found:
        read = {name: _read(value) if name in kind.lists else value for name, value in row.items()}
        if kind.runs != "runs" or set(read["runs"]) & set(runs):
            yield read


def said_addresses(db: Database, run: str, process: str, seq: int) -> tuple[str, ...]:
    """Every text among the values of one event that may be an address: as the app wrote it."""
    row = db.execute(
        "SELECT captured, arguments FROM event WHERE run = ? AND process = ? AND seq = ?", [run, process, seq]
    ).fetchone()
    if row is None:
        return ()
    captured, arguments = (json.loads(text) if text else None for text in row)
    values = [*(captured or {}).values(), *(arguments or [])]
    return tuple(value["v"] for value in values if isinstance(value, dict) and isinstance(value.get("v"), str))


def clock_offset(db: Database, run: str) -> float:
    """Device clock minus host clock, as the run's steps were put in order by it."""
    row = db.execute(
        "SELECT clock_offset_ms, clock_error_ms FROM device JOIN run ON run.device = device.id WHERE run.id = ?", [run]
    ).fetchone()
    return steady_offset(row[0], row[1] or 0.0)


def told(db: Database) -> Iterator[Row]:
    """Who got what: tracker, kind of datum and relation to the choice, with the runs and the number of hand-overs."""
    yield from db.query(
        "SELECT tracker, category, consent, json_group_array(DISTINCT run) AS runs, sum(times) AS times,"
        " sum(layer = 'wire') AS sent FROM disclosure GROUP BY tracker, category, consent ORDER BY tracker, category"
    )


def blind_spots(db: Database) -> Iterator[Row]:
    """Requests of which nobody can say what they told whom, counted by host and reason."""
    yield from db.query(
        "SELECT run, host, blind, count(*) AS requests, sum(bytes_out) AS bytes FROM transmission"
        " WHERE blind IS NOT NULL GROUP BY run, host, blind ORDER BY run, host, blind"
    )


def _read(text: str | None) -> Any:
    return None if text is None else json.loads(text)
