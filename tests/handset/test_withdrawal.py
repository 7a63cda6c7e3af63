"""Consent that is given and taken back: what is sent afterwards, and what the app tells its trackers."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import pytest

from harness.handset.handset import RunningHandset
from harness.handset.witness.environment import witness_python
from harness.resources import folder
from tests.handset.cli import harness
from tests.truth.captured import runs
from tests.truth.decoder import Told, read_told
from tests.truth.reported import disclosures

pytestmark = pytest.mark.handset

TRACKERS = {"appsflyer", "branch", "crashlytics", "facebook", "mixpanel"}
FLOW = f"""\
appId: com.example.doorbell
name: Withdrawal
---
- launchApp: {{clearState: true, label: "phase: start"}}
- extendedWaitUntil: {{visible: {{id: consent_title}}, timeout: 20000}}
- idle: {{ms: 2500}}
- tapOn: {{id: consent_accept, label: "phase: consent.accepted"}}
- runFlow: {{file: {folder("scenarios") / "doorbell" / "sign_in.yaml"}, label: "phase: sign-in"}}
- idle: {{ms: 2500}}
- tapOn: {{id: tab_settings, label: "phase: settings"}}
- scroll
- idle: {{ms: 2500}}
- tapOn: {{id: settings_share, label: "phase: consent.withdrawn"}}
- assertVisible: Usage data is not shared
- idle: {{ms: 2500}}
- pressKey: {{key: Home, label: "phase: background"}}
- idle: {{ms: 2500}}
- launchApp: {{stopApp: false, label: "phase: return"}}
- idle: {{ms: 2500}}
"""


@pytest.fixture(scope="module")
def withdrawn(handset: RunningHandset, doorbell: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with a case file of the flow above, and its witness's record."""
    out = tmp_path_factory.mktemp("withdrawal")
    (out / "flow.yaml").write_text(FLOW)
    options = ("--witness", out / "witness", "--app", doorbell)
    said = harness("run", out / "flow.yaml", "--case", out / "case.db", "-s", handset.serial, *options)
    assert said.code == 0, said
    return out


def run_of(out: Path) -> str:
    return next(iter(runs(out / "case.db").values()))


def told_afterwards(out: Path) -> list[Told]:
    """What left the handset from the tap on the switch on."""
    with closing(sqlite3.connect(out / "case.db")) as db:
        ((since_ms,),) = db.execute("select min(started_at_ms) from step where phase = 'consent.withdrawn'").fetchall()
    every = read_told(out / "witness" / run_of(out) / "flows.mitm", python=witness_python())
    assert {told.tracker for told in every} == TRACKERS
    return [told for told in every if told.request.at_s * 1000 >= since_ms]


def test_the_trackers_are_told_of_the_withdrawal(withdrawn: Path) -> None:
    with closing(sqlite3.connect(withdrawn / "case.db")) as db:
        rows = db.execute(
            "select tracker, opts_out, step.phase from consent_call join step on step.id = consent_call.step"
        ).fetchall()
    told: dict[str, set[str]] = defaultdict(set)
    for tracker, opts_out, phase in rows:
        if opts_out:
            told[tracker].add(phase)
    assert dict(told) == {tracker: {"consent.withdrawn"} for tracker in TRACKERS}


def test_afterwards_nothing_leaves_but_one_request_to_forget_the_person(withdrawn: Path) -> None:
    (last,) = told_afterwards(withdrawn)
    assert (last.tracker, last.request.path.partition("?")[0]) == ("mixpanel", "/engage/")
    (message,) = json.loads(last.body or "")
    assert "$delete" in message


def test_afterwards_nothing_is_reported_but_that_request(withdrawn: Path) -> None:
    after = [
        each for each in disclosures(withdrawn / "case.db", run_of(withdrawn)) if each.consent == "after withdrawal"
    ]
    sent = {(each.tracker, each.category, each.path) for each in after if each.layer == "encode"}
    assert sent == {
        ("mixpanel", "user_id", "/0/$distinct_id"),
        ("mixpanel", "user_id", "/0/$user_id"),
        ("mixpanel", "persistent_id", "/0/$device_id"),
        ("mixpanel", "persistent_id", "/0/$mp_metadata/$mp_session_id"),
    }
    assert {each.tracker for each in after if each.layer != "api"} == {"mixpanel"}
