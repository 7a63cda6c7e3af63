"""The exit code of several runs."""

from __future__ import annotations

import pytest

from harness.model.errors import ExitCode, worst

C = ExitCode


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], C.CLEAN),
        ([C.CLEAN, C.CLEAN], C.CLEAN),
        ([C.CLEAN, C.INCONCLUSIVE, C.BOOKS], C.BOOKS),
        ([C.INCONCLUSIVE, C.FINDINGS], C.FINDINGS),
        ([C.FINDINGS, C.INTERRUPTED], C.INTERRUPTED),
        ([C.INTERRUPTED, C.BUG], C.BUG),
        ([C.DEVICE, C.SCENARIO], C.DEVICE),
    ],
)
def test_70_and_130_outrank_all_then_1_then_the_smallest(codes: list[ExitCode], expected: ExitCode) -> None:
    assert worst(codes) is expected
