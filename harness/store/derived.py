"""What analysis concluded, as rows: written in one transaction, the same rows for the same findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from sqlite_utils import Database

from harness.model.findings import Analysis, AnalysisFault, Payload, Transmission
from harness.model.linkage import Dossier, Identifier, Linkage
from harness.model.policy import Judgement
from harness.model.story import Story, StoryLink
from harness.model.tracker import Pack, Tracker
from harness.store.schema import derived_tables
from harness.store.tables import DERIVED
from harness.store.text import clean_row, to_json


def replace(
    db: Database,
    analyses: Mapping[str, Analysis],
    pack: Pack,
    *,
    linkage: Linkage | None = None,
    judgements: Sequence[Judgement] = (),
) -> None:
    """Rewrite the derived tables for all runs given, and forget what was derived for any other. Call it inside a
    transaction: a reader sees the old findings or the new ones."""
    forget(db)
    for run in sorted(analyses):
        write_run(db, run, analyses[run], pack)
    write_case(db, linkage or Linkage(), judgements)


def forget(db: Database) -> None:
    """Empty the derived tables, and make those that somebody has dropped."""
    derived_tables(db)
    for name in DERIVED:
        db.execute(f"DELETE FROM {name}")
    db.execute("DELETE FROM fault WHERE source = 'analyse'")


def write_payloads(db: Database, run: str, payloads: Sequence[Payload]) -> None:
    """Some of the payloads of a run: they may come in parts, before everything else of it."""
    _insert(db, "decoded", [_decoded(run, payload) for payload in payloads])


def write_run(db: Database, run: str, analysis: Analysis, pack: Pack) -> None:
    """What one run gave."""
    for name, every in _rows(run, analysis, pack).items():
        _insert(db, name, every)


def write_case(db: Database, linkage: Linkage, judgements: Sequence[Judgement]) -> None:
    """What all runs gave together."""
    _insert(db, "identifier", [_identifier(n, each) for n, each in enumerate(linkage.identifiers, start=1)])
    for number, link in enumerate(linkage.links, start=1):
        _insert(db, "link", [{"position": number, **_plain(link, without=("sightings",))}])
        sightings = [
            {"link": number, "position": position, **_plain(sighting)}
            for position, sighting in enumerate(link.sightings, start=1)
        ]
        _insert(db, "sighting", sightings)
    _insert(db, "dossier", [_dossier(each) for each in linkage.dossiers])
    _insert(db, "judgement", [_judgement(number, each) for number, each in enumerate(judgements, start=1)])


def _rows(run: str, analysis: Analysis, pack: Pack) -> dict[str, list[dict[str, Any]]]:
    return {
        "tracker": [_tracker(run, tracker, pack) for tracker in pack.trackers],
        "category": [
            {"run": run, "position": position, **_plain(category)}
            for position, category in enumerate(pack.categories, start=1)
        ],
        "decoded": [_decoded(run, payload) for payload in analysis.payloads],
        "disclosure": [
            {"position": position, **_plain(disclosure)}
            for position, disclosure in enumerate(analysis.disclosures, start=1)
        ],
        "observation": [
            {"position": position, **_plain(observation)}
            for position, observation in enumerate(analysis.observations, start=1)
        ],
        "transmission": [_transmission(transmission) for transmission in analysis.transmissions],
        "story": [_story(position, story) for position, story in enumerate(analysis.stories, start=1)],
        "story_link": [
            _story_link(run, number, position, link)
            for number, story in enumerate(analysis.stories, start=1)
            for position, link in enumerate(story.links, start=1)
        ],
        "consent_call": [{"run": run, **_plain(call)} for call in analysis.consent_calls],
        "unclaimed": [
            {"run": run, "position": position, **_plain(each)}
            for position, each in enumerate(analysis.unclaimed, start=1)
        ],
        "rest_value": [
            {"position": position, **_plain(value)} for position, value in enumerate(analysis.rest, start=1)
        ],
        "verdict": [_plain(verdict) for verdict in analysis.verdicts],
        "fault": [_fault(run, position, fault) for position, fault in enumerate(analysis.faults, start=1)],
    }


def _tracker(run: str, tracker: Tracker, pack: Pack) -> dict[str, Any]:
    named = {
        name: getattr(tracker, name) for name in ("slug", "name", "legal_entity", "country", "sdk_versions", "file")
    }
    lists = {"code": to_json(tracker.code), "hosts": to_json(tracker.hosts)}
    return {"run": run, **named, **lists, "pack_sha256": pack.sha256}


def _decoded(run: str, payload: Payload) -> dict[str, Any]:
    row = _plain(payload, without=("decoded", "undone"))
    return {"run": run, **row, "tree": payload.decoded, "undone": to_json([_plain(step) for step in payload.undone])}


def _identifier(position: int, identifier: Identifier) -> dict[str, Any]:
    row = _plain(identifier, without=("values",))
    return {"position": position, **row, "hashes": to_json(identifier.values)}


def _dossier(dossier: Dossier) -> dict[str, Any]:
    joined = to_json({other: list(categories) for other, categories in dossier.joined})
    return {
        "tracker": dossier.tracker,
        "own": to_json(dossier.own),
        "joined": joined,
        "links": to_json(dossier.by),
    }


def _judgement(position: int, judgement: Judgement) -> dict[str, Any]:
    broken = to_json([_plain(each) for each in judgement.broken])
    return {"position": position, **_plain(judgement, without=("broken",)), "broken": broken}


def _transmission(transmission: Transmission) -> dict[str, Any]:
    row = _plain(transmission)
    process, seq = transmission.explained_by or (None, None)
    del row["explained_by"]
    return {**row, "explained_process": process, "explained_seq": seq}


def _story(position: int, story: Story) -> dict[str, Any]:
    """What a story comes to; its events are in story_link."""
    times = [link.at_ms for link in story.links]
    return {
        "run": story.run,
        "position": position,
        "tracker": story.tracker,
        "sha256": story.sha256,
        "events": len(story.links),
        **{name: to_json(getattr(story, name)) for name in ("processes", "steps", "layers", "hosts")},
        "first_ms": min(times),
        "last_ms": max(times),
        "retries": story.retries,
    }


def _story_link(run: str, story: int, position: int, link: StoryLink) -> dict[str, Any]:
    row = _plain(link)
    process, seq = link.joined or (None, None)
    del row["joined"]
    return {"run": run, "story": story, "position": position, **row, "joined_process": process, "joined_seq": seq}


def _fault(run: str, position: int, fault: AnalysisFault) -> dict[str, Any]:
    row = {"process": fault.process, "seq": fault.seq, "place": fault.where, "message": fault.message}
    return {"id": f"{run}-{position:06}", "run": run, "source": "analyse", **row}


def _plain(value: Any, *, without: Sequence[str] = ()) -> dict[str, Any]:
    """A dataclass as a row: enums by their words, sequences as JSON."""
    row: dict[str, Any] = {}
    for name in value.__slots__:
        if name not in without:
            entry = getattr(value, name)
            row[name] = entry if type(entry) in _AS_IT_IS else _column(entry)
    return row


_AS_IT_IS = (str, int, float, type(None))  # and nothing that only derives from them


def _column(entry: Any) -> Any:
    match entry:
        case Enum():
            return entry.value
        case bool():
            return int(entry)
        case tuple() | list() | dict():
            return to_json(entry)
        case _:
            return entry


def _insert(db: Database, table: str, every: Sequence[dict[str, Any]]) -> None:
    if not every:
        return
    rows = [clean_row(row) for row in every]
    names = list(rows[0])
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({','.join('?' * len(names))})"
    db.conn.executemany(statement, [tuple(row.values()) for row in rows])
