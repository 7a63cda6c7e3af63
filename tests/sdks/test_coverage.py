"""Every hook file against every real binary: all that should be there is found, and nothing else."""

from __future__ import annotations

import pytest

from harness.model.hook import Confidence
from tests.sdks.binaries import BINARIES, Binary
from tests.sdks.coverage import PACK, RESOLVED, looked_into, row_of

every_binary = pytest.mark.parametrize("binary", BINARIES, ids=lambda binary: binary.name)


@every_binary
def test_the_version_is_the_makers_own_and_no_other_sdk_is_named(binary: Binary) -> None:
    assert row_of(binary).versions == (f"{binary.tracker} {binary.version}",)


@every_binary
def test_every_hook_for_this_version_is_found(binary: Binary) -> None:
    row = row_of(binary)
    assert row.missing == ()
    assert row.in_range >= 3, "so few hooks prove nothing"


@every_binary
def test_no_hook_for_another_version_is_found(binary: Binary) -> None:
    assert row_of(binary).too_old_or_new == ()


@every_binary
def test_no_hook_of_another_tracker_is_found(binary: Binary) -> None:
    row = row_of(binary)
    assert row.foreign == ()
    assert row.others > 100


def test_what_is_said_to_be_verified_on_a_binary_was_found_in_one() -> None:
    seen = {each.key for binary in BINARIES for each in looked_into(binary).hooks if each.found in RESOLVED}
    said = {hook.key for tracker in PACK.trackers for hook in tracker.hooks if hook.confidence is Confidence.BINARY}
    assert said - seen == set()
