"""The big derived tables in numbers, and the first rows of each kind: a case may hold more findings than memory does.

Everything here is counted by SQLite; nothing is left out of a count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from sqlite_utils import Database

from harness.model.findings import Disclosure, Observation
from harness.store.findings import disclosure_of, observation_of
from harness.store.queries import typed_rows
from harness.store.tally import Handed, Moment, Tally

Call = tuple[str, int]  # process and number of an event

MOST_AT_ONCE = 2000  # events asked for in one statement

# Events whose content was seen leaving: requests, what explains them, and what stands whole in a story with a request.
_LEFT = """
SELECT process, seq FROM transmission WHERE run = :run
UNION ALL SELECT explained_process, explained_seq FROM transmission WHERE run = :run AND explained_process IS NOT NULL
UNION ALL SELECT process, seq FROM story_link
  WHERE run = :run AND layer IN ('encode', 'platform') AND (part = 0 OR how = 'contained')
  AND story IN (SELECT story FROM story_link JOIN transmission USING (run, process, seq) WHERE run = :run)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """The requests of a run to one host, for one tracker, as far as they could be read."""

    tracker: str
    host: str
    consent: str
    blind: str | None
    requests: int
    bytes_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one tracker was handed or sent within a stretch of a run: a kind of datum, or "" for requests."""

    category: str
    times: int
    first_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Summed:
    """The disclosures of a run: the first of each sort, and counts of all."""

    first: tuple[Disclosure, ...]  # in the order that analysis gave them
    left: frozenset[Call]  # those of their events whose content was seen leaving
    handed: tuple[Handed, ...]
    payloads: dict[str, int]  # by tracker: events in which anything was found
    moments: tuple[Moment, ...]


def summed(db: Database, run: str, *, most: int, every_ms: float) -> Summed:
    """Read all disclosures of a run once. Kept are the first `most` of each tracker, kind, consent, layer, recognised
    value and its form, apart for those that were seen leaving and those that were not; of moments the first within
    `every_ms`."""
    leaving = _leaving(db, run)
    tally = Tally(most=most, every_ms=every_ms)
    query = """SELECT tracker, category, consent, layer, persona, CASE WHEN persona IS NOT NULL
        THEN json_extract(chain, '$[#-1]') END, process, seq, at_ms, step, times, position
      FROM disclosure WHERE run = ? ORDER BY position"""
    for row in db.execute(query, [run]):
        tally.take(row, left=row[7] in leaving.get(row[6], ()))
    first = tuple(_at_positions(db, run, tally.positions()))
    return Summed(
        first=first,
        left=frozenset((one.process, one.seq) for one in first if one.seq in leaving.get(one.process, ())),
        handed=tally.handed(),
        payloads=tally.payloads(),
        moments=(*tally.moments(), *_requests(db, run, every_ms)),
    )


def _leaving(db: Database, run: str) -> dict[str, set[int]]:
    """By process, the events whose content was seen leaving."""
    found: dict[str, set[int]] = {}
    for process, seq in db.execute(_LEFT, {"run": run}):
        found.setdefault(process, set()).add(seq)
    return found


def _at_positions(db: Database, run: str, positions: list[int]) -> Iterator[Disclosure]:
    for start in range(0, len(positions), MOST_AT_ONCE):
        some = positions[start : start + MOST_AT_ONCE]
        marks = ", ".join("?" * len(some))
        query = f"SELECT * FROM disclosure WHERE run = ? AND position IN ({marks}) ORDER BY position"
        yield from map(disclosure_of, db.query(query, [run, *some]))


def _requests(db: Database, run: str, every_ms: float) -> tuple[Moment, ...]:
    query = """SELECT tracker, consent, '' AS category, blind IS NOT NULL AS blind, min(at_ms) AS at_ms, process, seq
      FROM transmission WHERE run = ? GROUP BY tracker, consent, blind IS NOT NULL, CAST(at_ms / ? AS INTEGER)
      ORDER BY 5, 7, tracker"""
    return typed_rows(db, Moment, query, run, every_ms)


def disclosures_in(db: Database, run: str, calls: frozenset[Call]) -> dict[Call, tuple[Disclosure, ...]]:
    """Everything found in these events."""
    found: dict[Call, list[Disclosure]] = {}
    for some in _portions(sorted(calls)):
        rows = ", ".join(["(?, ?)"] * len(some))
        query = f"SELECT * FROM disclosure WHERE run = ? AND (process, seq) IN (VALUES {rows}) ORDER BY position"
        for row in db.query(query, [run, *chain.from_iterable(some)]):
            found.setdefault((row["process"], row["seq"]), []).append(disclosure_of(row))
    return {call: tuple(every) for call, every in found.items()}


def _portions(calls: list[Call]) -> Iterator[list[Call]]:
    for start in range(0, len(calls), MOST_AT_ONCE):
        yield calls[start : start + MOST_AT_ONCE]


def traffic(db: Database, run: str) -> tuple[Traffic, ...]:
    """Every host that requests went to, counted."""
    query = """SELECT tracker, host, consent, blind, count(*) AS requests, sum(bytes_out) AS bytes_out
      FROM transmission WHERE run = ? GROUP BY tracker, host, consent, blind ORDER BY tracker, host, consent, blind"""
    return typed_rows(db, Traffic, query, run)


def told_between(db: Database, run: str, tracker: str, from_ms: float, to_ms: float) -> tuple[Told, ...]:
    """What a tracker got after one moment and before another, by kind; requests last."""
    span = [run, tracker, from_ms, to_ms]
    where = "WHERE run = ? AND tracker = ? AND at_ms > ? AND at_ms < ?"
    data = f"""SELECT category, sum(times) AS times, min(at_ms) AS first_ms FROM disclosure {where}
      GROUP BY category ORDER BY 3, 1"""
    sent = f"""SELECT '' AS category, count(*) AS times, min(at_ms) AS first_ms FROM transmission {where}
      HAVING count(*) > 0"""
    return (*typed_rows(db, Told, data, *span), *typed_rows(db, Told, sent, *span))


def seen_trackers(db: Database, run: str) -> frozenset[str]:
    """Every tracker of which anything was derived."""
    tables = ("decoded", "disclosure", "transmission", "consent_call", "rest_value")
    query = " UNION ".join(f"SELECT DISTINCT tracker FROM {table} WHERE run = :run" for table in tables)
    return frozenset(row[0] for row in db.execute(query, {"run": run}))


def explained_by(db: Database, run: str, calls: frozenset[Call], *, most: int) -> dict[Call, tuple[Call, ...]]:
    """The requests whose content is that of one of these events, oldest first, `most` of each at most."""
    query = """SELECT explained_process, explained_seq, process, seq FROM transmission
      WHERE run = ? AND explained_process IS NOT NULL ORDER BY at_ms, process, seq"""
    found: dict[Call, list[Call]] = {}
    for process, seq, by_process, by_seq in db.execute(query, [run]):
        if (process, seq) in calls and len(found.get((process, seq), ())) < most:
            found.setdefault((process, seq), []).append((by_process, by_seq))
    return {call: tuple(every) for call, every in found.items()}


def first_observations(db: Database, run: str, *, most: int) -> tuple[Observation, ...]:
    """The first `most` of each tracker, kind and sort of thing."""
    query = """SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY tracker, kind, what ORDER BY position) AS place
      FROM observation WHERE run = ?) WHERE place <= ? ORDER BY position"""
    return tuple(observation_of(row) for row in db.query(query, [run, most]))


def observed(db: Database, run: str) -> dict[tuple[str, str, str], int]:
    """How many observations there are of each tracker, kind and sort of thing."""
    query = "SELECT tracker, kind, what, count(*) FROM observation WHERE run = ? GROUP BY tracker, kind, what"
    return {(tracker, kind, what): number for tracker, kind, what, number in db.execute(query, [run])}
