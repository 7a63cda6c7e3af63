"""What trackers keep on the phone after a run, pulled as root: equal to the files, and matched with what was seen."""

from __future__ import annotations

import hashlib
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing
from pathlib import Path

import pytest

from harness.device import open_device
from harness.handset.handset import RunningHandset
from tests.handset.bystander import PACKAGE
from tests.handset.cli import harness

pytestmark = pytest.mark.handset

START = """\
appId: com.example.doorbell
name: Start
---
- launchApp: {clearState: true, label: "phase: start"}
- assertVisible: {id: consent_title}
- idle: {ms: 2500}
"""


@pytest.fixture(scope="module")
def case(handset: RunningHandset, doorbell: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of nothing but the start, with its files collected."""
    folder = tmp_path_factory.mktemp("collect")
    (folder / "start.yaml").write_text(START)
    made = folder / "case.db"
    options = ("--app", doorbell, "--witness", folder / "witness", "--collect")
    said = harness("run", folder / "start.yaml", "--case", made, "-s", handset.serial, *options)
    assert said.code == 0, said
    return made


def kept(handset: RunningHandset) -> dict[str, bytes]:
    """Path and content of every preferences file, as a shell on the device has them."""
    shell = open_device(handset.serial).shell
    folder = f"/data/data/{PACKAGE}/shared_prefs"
    names = shell(["ls", folder]).stdout.split()
    return {f"shared_prefs/{name}": shell(["cat", f"{folder}/{name}"]).stdout.encode() for name in names}


def test_the_files_in_the_case_are_those_on_the_device(case: Path, handset: RunningHandset) -> None:
    there = kept(handset)
    with closing(sqlite3.connect(case)) as db:
        stored = db.execute(
            "SELECT path, sha256, size, tracker FROM rest_file WHERE path LIKE 'shared_prefs/%'"
        ).fetchall()
        contents = dict(db.execute("SELECT sha256, content FROM payload"))
    assert {tracker for *_, tracker in stored} >= {"appsflyer", "branch", "crashlytics", "facebook", "mixpanel"}
    for path, sha256, size, _ in stored:
        assert hashlib.sha256(there[path]).hexdigest() == sha256
        assert (contents[sha256], len(contents[sha256])) == (there[path], size)


def test_an_id_that_is_kept_names_the_event_in_which_it_was_seen(case: Path, handset: RunningHandset) -> None:
    texts = {
        entry.get("name"): entry.text
        for content in kept(handset).values()
        for entry in ET.fromstring(content).iter("string")
    }
    with closing(sqlite3.connect(case)) as db:
        rows = db.execute(
            "SELECT place, value, process, seq FROM rest_value WHERE category = 'persistent_id' AND seq IS NOT NULL"
        ).fetchall()
        assert len(rows) >= 4
        for place, value, process, seq in rows:
            assert texts[place.removeprefix("/")] == value
            told = "SELECT count(*) > 0 FROM disclosure WHERE process = ? AND seq = ? AND value = ?"
            assert db.execute(told, (process, seq, value)).fetchone() == (1,)


def test_files_can_be_collected_later_into_the_last_run_of_the_app(case: Path, handset: RunningHandset) -> None:
    with closing(sqlite3.connect(case)) as db:
        ((before,),) = db.execute("SELECT count(*) FROM rest_file").fetchall()
    said = harness("device", "collect", PACKAGE, "--case", case, "-s", handset.serial)
    assert said.code == 0, said
    assert "shared_prefs/branch_referral_shared_pref.xml" in said.out
    with closing(sqlite3.connect(case)) as db:
        assert db.execute("SELECT count(*) FROM rest_file").fetchone() == (2 * before,)
        audited = db.execute("SELECT command FROM audit").fetchall()
    assert ("device collect",) in audited


def test_a_package_that_was_never_run_is_an_input_error(case: Path, handset: RunningHandset) -> None:
    said = harness("device", "collect", "com.example.other", "--case", case, "-s", handset.serial)
    assert said.code == 2
    assert "has no run of com.example.other" in said.err
