"""Real SDK binaries whose names are taken away: with the mapping all is exact, without it nothing is ever wrong."""

from __future__ import annotations

import pytest

from tests.sdks.binaries import Binary
from tests.sdks.renamed import JARS, renamed, score, unmapped

pytestmark = [
    pytest.mark.handset,
    pytest.mark.parametrize("binary", JARS, ids=lambda binary: binary.name),
]


def test_the_names_are_gone(binary: Binary) -> None:
    truth = renamed(binary).truth
    kept = [name for name, here in truth.classes.items() if name == here]
    assert len(truth.classes) >= 30
    assert kept == []


def test_with_the_mapping_every_hook_is_exact(binary: Binary) -> None:
    assert unmapped(binary) == []


def test_without_it_no_hook_is_ever_found_in_the_wrong_place(binary: Binary) -> None:
    assert score(binary).wrong == ()


def test_the_sdk_is_recognised_by_its_texts_and_no_other_is(binary: Binary) -> None:
    assert score(binary).named
