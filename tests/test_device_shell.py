"""Quoting, masking and typing, without a device."""

from __future__ import annotations

import pytest

from harness.device.keyboard import pieces
from harness.device.shell import blotted


@pytest.mark.parametrize(
    ("typed", "arguments"),
    [
        ("plain", ["plain"]),
        ("two words", ["two%swords"]),
        ("100%sure", ["100%", "sure"]),
        ("50% sale", ["50%%ssale"]),
        ("%s%s", ["%", "s%", "s"]),
        ("", []),
    ],
)
def test_spaces_become_percent_s_and_a_literal_percent_s_is_cut_in_two(typed: str, arguments: list[str]) -> None:
    assert pieces(typed) == arguments


def _typed_by_android(argument: str) -> str:
    """What `input text` types: %s is a space, a percent sign before anything else stays."""
    typed, escaped = "", False
    for character in argument:
        if escaped and character == "s":
            typed = typed[:-1] + " "
        else:
            typed += character
        escaped = character == "%"
    return typed


@pytest.mark.parametrize("text", ["a b", "100%s", "% s", "%%s s%", "x%s y%s", "$(reboot) 'quoted' \"too\" & | ;"])
def test_what_is_sent_types_exactly_the_text(text: str) -> None:
    assert "".join(map(_typed_by_android, pieces(text))) == text


@pytest.mark.parametrize(
    ("text", "secrets", "expected"),
    [
        ("input text hunter2", ["hunter2"], "input text ***"),
        ("input text 'it'\"'\"'s'", ["it's"], "input text ***"),
        ("long longer", ["long", "longer"], "*** ***"),
        ("nothing", [""], "nothing"),
    ],
)
def test_secrets_are_blotted_out_plain_and_quoted(text: str, secrets: list[str], expected: str) -> None:
    assert blotted(text, secrets) == expected
