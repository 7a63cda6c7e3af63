"""A password nobody knows is typed into an app that leaks it: who got it is reported, and it is found nowhere."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.device import open_device
from harness.handset.build import Variant, doorbell
from harness.handset.handset import RunningHandset
from harness.handset.witness.environment import witness_python
from harness.resources import folder
from tests.handset.cli import Said, harness
from tests.leaks import traces
from tests.truth.decoder import read_told

pytestmark = pytest.mark.handset

FLOW = """\
appId: com.example.doorbell
name: Sign-in
---
- launchApp: {clearState: true, label: "phase: start"}
- tapOn: {id: consent_reject, label: "phase: consent.rejected"}
- runFlow: {file: sign_in.yaml, label: "phase: sign-in"}
- idle: {ms: 1200}
"""
CHAINS = {
    ("/body/custom_events/*/form_state/password", '["gzip","form","json","json","raw"]'),
    ("/body/custom_events/*/form_check", '["gzip","form","json","base64"]'),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaked:
    """One run of the leaky build, and everything that it left."""

    said: Said
    folder: Path
    password: str

    @property
    def case(self) -> Path:
        return self.folder / "case.db"

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.case)) as db:
            return db.execute(query).fetchall()


@pytest.fixture(scope="module")
def leaked(handset: RunningHandset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Leaked]:
    out = tmp_path_factory.mktemp("leaked")
    flows = tmp_path_factory.mktemp("flows")
    shutil.copy(folder("scenarios") / "doorbell" / "sign_in.yaml", flows)
    (flows / "leak.yaml").write_text(FLOW)
    password = f"{secrets.token_hex(4)}-{secrets.token_urlsafe(6)}!7"
    package = doorbell(variant=Variant.LEAKY).package
    said = harness(
        *("run", flows / "leak.yaml", "--case", out / "case.db", "-s", handset.serial),
        *("--app", package, "--witness", out / "witness", "--collect", "-e", f"PASSWORD={password}"),
    )
    (out / "said.txt").write_text(said.out + said.err)
    yield Leaked(said=said, folder=out, password=password)
    open_device(handset.serial).shell(
        ["pm", "uninstall", "com.example.doorbell"]
    )  # the plain build is an older version


def test_it_is_reported_for_the_tracker_that_got_it_however_it_was_encoded(leaked: Leaked) -> None:
    found = leaked.rows("select tracker, path, chain from disclosure where persona = 'PASSWORD'")
    assert {row[0] for row in found} == {"facebook"}
    ended = {("/".join("*" if part.isdigit() else part for part in str(row[1]).split("/")), row[2]) for row in found}
    assert ended >= CHAINS
    assert leaked.rows("select distinct category, consent from disclosure where persona = 'PASSWORD'") == [
        ("password", "after reject")
    ]


def test_it_is_found_nowhere(leaked: Leaked) -> None:
    """Case file with its free pages, artefacts, the witness's own record, and what the command said."""
    assert "completed" in str(leaked.rows("select outcome from run"))
    assert any(leaked.folder.glob("witness/*/flows.mitm"))
    assert any(leaked.folder.glob("case-evidence/*/*.png"))
    assert traces(leaked.folder, leaked.password) == []


def test_the_same_look_finds_it_where_it_was_put(leaked: Leaked, tmp_path: Path) -> None:
    run = next(leaked.folder.glob("witness/*/flows.mitm"))
    (tmp_path / "flows.mitm").write_bytes(run.read_bytes() + leaked.password.encode("utf-16-le"))
    assert traces(tmp_path, leaked.password) == ["flows.mitm bytes: UTF-16LE"]


def test_the_file_says_where_it_stood_and_how_it_was_encoded(leaked: Leaked) -> None:
    hits = leaked.rows("select hit.name, chain, payload.masked from hit left join payload using (sha256)")
    assert {row[0] for row in hits} == {"PASSWORD"}
    assert {tuple(json.loads(str(row[1]))) for row in hits} >= {("raw",), ("gzip", "url", "base64", "raw")}
    assert {row[2] for row in hits} == {1, None}
    assert leaked.rows("select value, secret, category from persona where name = 'PASSWORD'") == [
        ("<<PASSWORD>>", 1, "password")
    ]


def test_the_witnesses_record_still_reads_with_what_stands_for_it(leaked: Leaked) -> None:
    (record,) = leaked.folder.glob("witness/*/flows.mitm")
    bodies = [told.body for told in read_told(record, python=witness_python()) if told.tracker == "facebook"]
    assert any("PASSWORD" in (body or "") for body in bodies)
    digest = hashlib.sha256(record.read_bytes()).hexdigest()
    assert leaked.rows("select sha256 from artefact where kind = 'witness-flows'") == [(digest,)]


def test_analysis_without_the_password_gives_the_same_findings(leaked: Leaked) -> None:
    query = "select * from disclosure order by run, position"
    before = leaked.rows(query)
    assert harness("analyse", leaked.case).code in (0, 1, 6)
    assert leaked.rows(query) == before
