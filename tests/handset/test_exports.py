"""What really left the sample app, as other people's programs read it out of the exports."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from haralyzer import HarParser

from tests.handset.cli import harness
from tests.handset.conftest import Study
from tests.npm_readers import har_faults, trackhar

pytestmark = pytest.mark.handset

# TrackHAR 1.0.0 has an adapter for these addresses of Branch, and none for its /v2/event.
_BRANCH = ("/v1/install", "/v1/open", "/v1/close", "/v1/profile", "/v1/logout")


@pytest.fixture(scope="module")
def log(study: Study) -> str:
    told = harness("export", "har", study.case)
    assert told.code == 0, told.err
    return told.out


def test_trackhar_recognises_what_went_to_branch_and_facebook(log: str) -> None:
    seen = trackhar(log)
    branch = [
        each for each in seen if each["url"].startswith("https://api2.branch.io") and each["url"].endswith(_BRANCH)
    ]
    facebook = [each for each in seen if each["url"].startswith("https://graph.facebook.com")]
    assert Counter(each["tracker"] for each in branch) == {"branch-io": len(branch)}
    assert Counter(each["tracker"] for each in facebook) == {"facebook": len(facebook)}
    assert len(branch) > 5
    assert len(facebook) > 5
    for name in ("deviceId", "model", "osName"):
        assert all(name in {each for each, _ in request["data"]} for request in facebook), name


def test_the_log_is_valid_and_has_every_request_of_every_run(log: str, study: Study) -> None:
    assert har_faults(log) == []
    entries = [entry for page in HarParser(json.loads(log)).pages for entry in page.entries]
    rows = json.loads(harness("export", "json", study.case, "--what", "transmissions").out)
    assert len(entries) == len(rows) > 50
