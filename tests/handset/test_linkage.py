"""What the three runs of the study say about ids, against what the app's README and its stand-ins' sources say: every
run begins with a reset, the phone stays the same, and each stand-in makes its ids anew for an installation."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.handset.cli import harness
from tests.handset.conftest import Study

pytestmark = pytest.mark.handset

TRACKERS = {"appsflyer", "branch", "crashlytics", "facebook", "mixpanel"}


@pytest.fixture(scope="module")
def rows(study: Study) -> list[dict[str, Any]]:
    said = harness("links", str(study.case), "--json", "--reveal")
    assert said.code == 0, said
    found: list[dict[str, Any]] = json.loads(said.out)
    return found


def _identifiers(rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["tracker"], row["path"]): row for row in rows if row["what"] == "identifier"}


@pytest.mark.parametrize(
    "place",
    [
        ("facebook", "/advertiser_id"),
        ("appsflyer", "/advertiserId"),
        ("appsflyer", "/android_id"),
        ("branch", "/hardware_id"),
    ],
)
def test_what_is_read_from_the_phone_outlives_every_reset(
    rows: list[dict[str, Any]], study: Study, place: tuple[str, str]
) -> None:
    found = _identifiers(rows)[place]
    assert (found["persistence"], found["values"], found["runs"]) == ("persistent", 1, 3)
    with closing(sqlite3.connect(study.case)) as db:
        read = {row[0] for row in db.execute("SELECT value FROM persona WHERE source = 'device'")}
    assert found["example"] in read


@pytest.mark.parametrize(
    "place",
    [
        ("facebook", "/anon_id"),
        ("appsflyer", "/uid"),
        ("branch", "/device_fingerprint_id"),
        ("branch", "/identity_id"),
        ("mixpanel", "/*/properties/$device_id"),
    ],
)
def test_what_a_stand_in_makes_for_an_installation_ends_with_it(
    rows: list[dict[str, Any]], place: tuple[str, str]
) -> None:
    found = _identifiers(rows)[place]
    assert (found["persistence"], found["values"], found["runs"]) == ("session", 3, 3)
    assert "another one after each reset" in found["why"]


def test_the_number_of_an_event_is_random(rows: list[dict[str, Any]]) -> None:
    assert _identifiers(rows)["mixpanel", "/*/$mp_metadata/$mp_event_id"]["persistence"] == "random"


def test_keys_of_the_app_are_not_taken_for_the_phones(rows: list[dict[str, Any]]) -> None:
    for place in (("branch", "/branch_key"), ("mixpanel", "/*/properties/token"), ("crashlytics", "/gmpAppId")):
        assert _identifiers(rows)[place]["persistence"] == "unknown"
        assert "the app's own key" in _identifiers(rows)[place]["why"]


def test_the_accounts_id_joins_all_five_trackers(rows: list[dict[str, Any]]) -> None:
    links = {row["name"]: row for row in rows if row["what"] == "link"}
    assert set(links["userId"]["trackers"]) == TRACKERS
    assert set(links["EMAIL"]["trackers"]) == {"appsflyer", "facebook", "mixpanel"}
    assert set(links["PHONE"]["trackers"]) == {"appsflyer", "facebook"}
    assert set(links["advertising_id"]["trackers"]) == {"appsflyer", "branch", "facebook"}
    assert (links["advertising_id"]["resets"], links["android_id"]["resets"]) == (2, 2)
    assert {row["tracker"] for row in rows if row["what"] == "dossier"} == TRACKERS


def test_ids_are_covered_unless_they_are_asked_for(study: Study, rows: list[dict[str, Any]]) -> None:
    said = harness("links", str(study.case), "--json")
    ids = {row["example"] for row in rows if row["what"] == "identifier" and len(row["example"]) >= 12}
    assert said.code == 0
    assert [value for value in ids if value in said.out] == []
