"""The expectations of the Doorbell suite, judged over its three variants, against what its sources say it does."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.resources import folder
from tests.handset.cli import harness
from tests.handset.conftest import Study

pytestmark = pytest.mark.handset

DOORBELL = Path(__file__).parents[2] / "harness" / "handset" / "doorbell"
TRUTH = yaml.safe_load((DOORBELL / "truth.yaml").read_text())
VARIANTS = {"NC": "no-choice", "R": "reject", "A": "accept"}
EFF = {
    "nobody-learns-who-the-person-is": {"name", "email", "phone", "user_id"},
    "nobody-can-know-the-phone-again": {"persistent_id", "android_id", "advertising_id", "hardware_id"},
    "nobody-learns-of-the-home": {"locations_count"},
}


def sent(variant: str) -> list[dict[str, Any]]:
    return [row for row in TRUTH["sent"] if variant in row["variants"]]


def judgements(case: Path) -> dict[tuple[str, str], tuple[str, set[str]]]:
    """Outcome and who broke it, by expectation and variant."""
    with closing(sqlite3.connect(case)) as db:
        rows = db.execute("SELECT expectation, variant, outcome, broken FROM judgement").fetchall()
    return {
        (name, variant): (outcome, {one["tracker"] for one in json.loads(broken)})
        for name, variant, outcome, broken in rows
    }


def test_the_suites_own_expectations(study: Study) -> None:
    told = judgements(study.case)
    for short, variant in VARIANTS.items():
        trackers = {row["tracker"] for row in sent(short)}
        early = trackers if short == "NC" else {row["tracker"] for row in sent(short) if row["phase"] == "start"}
        assert told["only-those-in-the-privacy-notice", variant] == ("finding", trackers - {"mixpanel"})
        assert told["nothing-before-a-choice", variant] == ("finding", early)
        assert told["no-code-to-anybody", variant] == ("clean", set())
    identity = {"name", "email", "phone"}
    assert not [row for row in sent("R") if row["category"] in identity]
    assert told["no-identity-after-a-no", "reject"] == ("clean", set())
    # README: after "Reject all" Facebook is limited and gets explicit events all the same; Mixpanel was stopped.
    assert told["the-no-is-obeyed", "reject"] == ("finding", {"facebook"})
    assert len(told) == 3 * 3 + 2


def test_the_effs_criteria(study: Study, tmp_path: Path) -> None:
    case = tmp_path / "case.db"
    with closing(sqlite3.connect(study.case)) as db, closing(sqlite3.connect(case)) as copy:
        db.backup(copy)
    said = harness("analyse", case, "--policy", folder("scenarios") / "policies" / "eff.yaml")
    assert said.code == 1, said
    told = judgements(case)
    for name, categories in EFF.items():
        for short, variant in VARIANTS.items():
            who = {row["tracker"] for row in sent(short) if row["category"] in categories}
            assert told[name, variant] == ("finding" if who else "clean", who)
    assert harness("analyse", case, "--fail-on", "never").code == 0
    assert judgements(case) == judgements(study.case), "without the file the suite's own are judged again"


def test_the_run_said_its_judgements(study: Study) -> None:
    assert "After a tracker was told no: nothing sent" in study.said.out
    assert "reject: finding - facebook (" in study.said.out
