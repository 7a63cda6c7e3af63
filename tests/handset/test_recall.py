"""Recall: what the witness saw leave the handset against what the hooks caught inside the app, told apart by strangers.

The left side is read from raw flows by tests/truth, which knows nothing of the harness; the right side from the case
file's raw tables.
"""

from __future__ import annotations

import ast
import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from harness.handset.handset import RunningHandset
from tests.handset.cli import harness
from tests.handset.conftest import Study
from tests.truth.captured import contents, events, tls_connections
from tests.truth.decoder import Told

pytestmark = pytest.mark.handset

VARIANTS = ("no-choice", "reject", "accept")
TRACKERS = {"appsflyer", "branch", "crashlytics", "facebook", "mixpanel"}


def test_the_study_was_played_to_its_end_in_three_variants(study: Study) -> None:
    assert study.said.code == 0, study.said
    with closing(sqlite3.connect(study.case)) as db:
        outcomes = dict(db.execute("select variant, outcome from run"))
    assert outcomes == dict.fromkeys(VARIANTS, "completed")


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_body_on_the_wire_was_caught_before_it_was_encoded(study: Study, variant: str) -> None:
    run = study.runs()[variant]
    bodies = [told for told in study.told(run) if told.body is not None and not told.native]
    caught = contents(events(study.case, run), layers=("encode", "platform"))
    missed = [
        f"{told.request.method} {told.request.url}" for told in bodies if (told.body or "").encode() not in caught
    ]
    assert missed == []
    assert {told.tracker for told in bodies} == TRACKERS, (
        "a variant in which a tracker is silent proves nothing about it"
    )


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_trackers_own_last_moment_is_caught_where_the_body_is_made_there(study: Study, variant: str) -> None:
    """The platform's JSON and gzip see everything too: this asks the encode hooks alone."""
    run = study.runs()[variant]
    caught = contents(events(study.case, run), layers=("encode",))
    made = [text for told in study.told(run) if not told.native for text in made_by_the_tracker(told)]
    assert len(made) >= 5
    assert [text for text in made if text.encode() not in caught] == []


def made_by_the_tracker(told: Told) -> list[str]:
    """Whole bodies, and the report in Crashlytics' batch. Facebook's form and AppsFlyer's text are the platform's."""
    match told.tracker, told.body:
        case "mixpanel" | "branch", str(body):
            return [body]
        case "crashlytics", str(body):
            batch = json.loads(body)["logRequest"]
            return [event["sourceExtensionJsonProto3"] for request in batch for event in request["logEvent"]]
    return []


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_request_on_the_wire_was_caught_as_it_was_sent_and_no_other(study: Study, variant: str) -> None:
    run = study.runs()[variant]
    on_the_wire = Counter(told.request.url for told in study.told(run) if not told.native)
    sent = [event for event in events(study.case, run) if event.layer == "wire" and ".getInputStream" in event.key]
    assert {url for event in sent for url in event.texts if url.startswith("https://")} == set(on_the_wire)
    assert any(told.body is None for told in study.told(run)), "no GET was sent: then this test says little"


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_native_code_sent_was_caught_byte_for_byte_as_it_was_written_to_tls(study: Study, variant: str) -> None:
    run = study.runs()[variant]
    sent = [told.request.raw for told in study.told(run) if told.native]
    assert len(sent) == 1
    assert tls_connections(events(study.case, run), "SSL_write") == sent


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_derived_transmissions_are_the_requests_on_the_wire(study: Study, variant: str) -> None:
    run = study.runs()[variant]
    with closing(sqlite3.connect(study.case)) as db:
        rows = db.execute("select method, host, path from transmission where run = ?", (run,)).fetchall()
        blind = db.execute(
            "select host, blind from transmission where run = ? and blind is not null", (run,)
        ).fetchall()
    assert Counter(rows) == Counter(
        (each.request.method, each.request.host, each.request.path) for each in study.told(run)
    )
    assert blind == []


START = """\
appId: com.example.doorbell
name: Start
---
- launchApp: {clearState: true, label: "phase: start"}
- assertVisible: {id: consent_title}
- idle: {ms: 3000}
"""


@pytest.fixture
def started(tmp_path: Path) -> Path:
    flow = tmp_path / "start.yaml"
    flow.write_text(START)
    return flow


@pytest.mark.parametrize("blind", [("facebook.yaml", "graph.facebook.com"), ("mixpanel.yaml", "api.mixpanel.com")])
def test_without_its_hook_file_a_tracker_is_a_blind_spot_and_the_run_is_not_complete(
    blind: tuple[str, str], handset: RunningHandset, doorbell: Path, hook_files: Path, started: Path
) -> None:
    removed, host = blind
    (hook_files / "trackers" / removed).unlink()
    case = started.with_name("case.db")
    options = ("--hooks", hook_files, "--app", doorbell, "--witness", started.with_name("witness"))
    said = harness("run", started, "--case", case, "-s", handset.serial, *options)
    assert said.code == 6, said
    assert f"blind spot POST {host}/" in said.out
    with closing(sqlite3.connect(case)) as db:
        unseen = {row[0] for row in db.execute("select host from transmission where blind is not null")}
        ((outcome, reasons),) = db.execute("select outcome, reasons from verdict where tracker = ''").fetchall()
    assert unseen == {host}
    assert outcome == "finding", "the other trackers' findings stand"
    blind_spot, nobodys = json.loads(reasons)
    assert blind_spot.startswith("blind spot: ")
    assert host in blind_spot
    assert nobodys.startswith("limit: ")
    assert "that are nobody's" in nobodys, "what its code made is counted, and assigned to nobody"


def test_the_independent_decoder_imports_nothing_of_the_harness() -> None:
    imported = set()
    for file in (Path(__file__).parent.parent / "truth").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
    assert imported >= {"gzip", "base64", "subprocess"}
    assert "harness" not in imported
