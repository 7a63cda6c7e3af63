"""`harness selftest` as a user starts it, on a device: the program is built there, run plainly, run hooked."""

from __future__ import annotations

import json

import pytest

from harness.handset.handset import RunningHandset
from tests.handset.cli import harness

pytestmark = pytest.mark.handset


@pytest.mark.parametrize("core", ["native", "plain"])
def test_every_case_is_equal_on_the_handset(handset: RunningHandset, core: str) -> None:
    said = harness("selftest", "-s", handset.serial, "--core", core, "--json")
    (row,) = json.loads(said.out)
    assert (row["differences"], row["reasons"]) == ([], [])
    assert (row["core"], row["sound"], row["equal"]) == (core, True, len(row["cases"]))
    assert row["equal"] >= 40
    assert row["observed"]["closed"]
    assert row["observed"]["self_check"]["outcome"] == "sound"
    assert said.code == 0


def test_a_person_reads_how_many_cases_are_equal_and_what_was_captured(handset: RunningHandset) -> None:
    said = harness("selftest", "-s", handset.serial, "--core", "native")
    cases = next(line for line in said.out.splitlines() if "cases equal" in line)
    assert cases.startswith("native: ")
    assert cases.split()[1] == cases.split()[3] != "0"
    assert "the books close" in said.out
    assert "the session's own check: sound" in said.out
    assert said.code == 0


def test_without_the_device_it_is_the_device_that_is_missing() -> None:
    said = harness("selftest", "-s", "no-such-device")
    assert said.code == 3
    assert "no-such-device" in said.err
