"""The self-test on a real phone or emulator: HARNESS_PHONE=SERIAL .venv/bin/pytest tests/device"""

from __future__ import annotations

import json
import os

import pytest

from tests.handset.cli import harness

SERIAL = os.environ.get("HARNESS_PHONE", "")

pytestmark = [
    pytest.mark.device,
    pytest.mark.skipif(not SERIAL, reason="needs a phone: set HARNESS_PHONE to its serial"),
]


@pytest.mark.parametrize("core", ["native", "plain"])
def test_methods_of_the_platform_give_the_same_with_and_without_hooks(core: str) -> None:
    said = harness("selftest", "-s", SERIAL, "--core", core, "-f", "com.android.settings", "--json")
    (row,) = json.loads(said.out)
    assert (row["differences"], row["reasons"]) == ([], [])
    assert row["observed"]["runtime"] == "art"
    assert said.code == 0


def test_on_android_the_app_must_be_named() -> None:
    said = harness("selftest", "-s", SERIAL)
    assert said.code == 2
    assert "-f PACKAGE" in said.err
