"""What all runs of a case gave together, and the policies that were stored with them, read back as values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from harness.model.findings import Consent, Grade, Outcome
from harness.model.linkage import Dossier, Identifier, Link, Linkage, Persistence, Sighting
from harness.model.policy import Broken, Expectation, Hearing, Judgement, Means, Policy, Scope
from harness.store.text import to_json


def linkage(db: Database) -> Linkage:
    """Identifiers, links and what each tracker could build with them."""
    return Linkage(
        identifiers=tuple(map(_identifier, db.query("SELECT * FROM identifier ORDER BY position"))),
        links=tuple(_link(db, row) for row in db.query("SELECT * FROM link ORDER BY position")),
        dossiers=tuple(map(_dossier, db.query("SELECT * FROM dossier ORDER BY tracker"))),
    )


def judgements(db: Database) -> tuple[Judgement, ...]:
    """Expectation by expectation, variant by variant."""
    return tuple(map(_judgement, db.query("SELECT * FROM judgement ORDER BY position")))


def policies(db: Database) -> dict[str, Policy]:
    """Every stored policy by its id."""
    rows = db.query("SELECT * FROM policy ORDER BY at_ms, id")
    return {row["id"]: _policy(row["name"], row["file"], row["sha256"], json.loads(row["definition"])) for row in rows}


def policy_of(db: Database, run: str) -> str | None:
    """The id of the policy by which a run is judged."""
    row = db.execute("SELECT policy FROM run WHERE id = ?", [run]).fetchone()
    return None if row is None or row[0] is None else str(row[0])


def policy_text(policy: Policy) -> str:
    """For policy.definition: the expectations as JSON."""
    return to_json([asdict(expectation) for expectation in policy.expectations])


def _policy(name: str, file: str, sha256: str, definition: Sequence[dict[str, Any]]) -> Policy:
    return Policy(
        name=name, file=file or "", sha256=sha256 or "", expectations=tuple(_expectation(each) for each in definition)
    )


def _expectation(told: dict[str, Any]) -> Expectation:
    allow = tuple(_scope(scope) for scope in told["allow"])
    return Expectation(**{**told, "forbid": _scope(told["forbid"]), "allow": allow, "means": Means(told["means"])})


def _scope(told: dict[str, Any]) -> Scope:
    words = {name: tuple(entry) for name, entry in told.items()}
    words["consents"] = tuple(map(Consent, words["consents"]))
    words["hearings"] = tuple(map(Hearing, words["hearings"]))
    words["grades"] = tuple(map(Grade, words["grades"]))
    return Scope(**words)


def _identifier(row: dict[str, Any]) -> Identifier:
    return Identifier(
        tracker=row["tracker"],
        path=row["path"],
        persistence=Persistence(row["persistence"]),
        category=row["category"],
        property=row["property"],
        runs=tuple(json.loads(row["runs"])),
        apps=tuple(json.loads(row["apps"])),
        count=row["count"],
        values=tuple(json.loads(row["hashes"])),
        example=row["example"],
        why=row["why"],
    )


def _link(db: Database, row: dict[str, Any]) -> Link:
    sightings = db.query("SELECT * FROM sighting WHERE link = ? ORDER BY position", [row["position"]])
    return Link(
        name=row["name"],
        kind=row["kind"],
        value_sha256=row["value_sha256"],
        trackers=tuple(json.loads(row["trackers"])),
        apps=tuple(json.loads(row["apps"])),
        resets=row["resets"],
        sightings=tuple(map(_sighting, sightings)),
    )


def _sighting(row: dict[str, Any]) -> Sighting:
    told = {name: row[name] for name in ("tracker", "run", "app", "process", "seq", "path")}
    return Sighting(**told, chain=tuple(json.loads(row["chain"])))


def _dossier(row: dict[str, Any]) -> Dossier:
    joined = json.loads(row["joined"])
    return Dossier(
        tracker=row["tracker"],
        own=tuple(json.loads(row["own"])),
        joined=tuple((other, tuple(categories)) for other, categories in joined.items()),
        by=tuple(json.loads(row["links"])),
    )


def _judgement(row: dict[str, Any]) -> Judgement:
    return Judgement(
        policy=row["policy"],
        expectation=row["expectation"],
        says=row["says"],
        variant=row["variant"],
        outcome=Outcome(row["outcome"]),
        found=row["found"],
        runs=tuple(json.loads(row["runs"])),
        broken=tuple(_broken(each) for each in json.loads(row["broken"])),
        reasons=tuple(json.loads(row["reasons"])),
    )


def _broken(told: dict[str, Any]) -> Broken:
    return Broken(**{**told, "consent": Consent(told["consent"])})
