"""Text as it is typed and as the app's own field holds it: every printable ASCII character, and two hundred strings
that break quoting, shells, XML or encodings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.device import AndroidDevice, open_device
from harness.handset.handset import RunningHandset
from harness.model.errors import ScenarioError
from harness.scenario.flow import Selector
from harness.scenario.ui import find, read_screen
from tests.nasty_strings import NASTY, NOT_TEXT

pytestmark = pytest.mark.handset

PACKAGE = "com.example.doorbell"
_HINT = "Full name"  # what the empty field shows
_FIELD = Selector(id="sign_in_name")


@pytest.fixture(scope="module")
def device(handset: RunningHandset, doorbell: Path) -> AndroidDevice:
    """Doorbell with the cursor in its text field, and nothing of it let into the network."""
    device = open_device(handset.serial)
    device.install(doorbell)
    device.reset(PACKAGE)
    device.wake()
    return device


@pytest.fixture
def field(device: AndroidDevice) -> Callable[[], str]:
    with device.proxy("127.0.0.1:9"):
        device.start(PACKAGE)
        for name in ("consent_reject", "sign_in_name"):
            found = find(read_screen(device.hierarchy()), Selector(id=name))
            if found:
                device.tap(*found[0].bounds.middle)

    def read() -> str:
        text = find(read_screen(device.hierarchy()), _FIELD)[0].text
        return "" if text == _HINT else text

    _cleared(device, read)
    return read


def _cleared(device: AndroidDevice, read: Callable[[], str]) -> None:
    """By the DEL key; one takes away one character, whatever its encoding."""
    left = read()
    if left:
        device.key(67, times=len(left))
    assert read() == ""


def test_every_printable_ascii_character_arrives(device: AndroidDevice, field: Callable[[], str]) -> None:
    every = "".join(map(chr, range(0x20, 0x7F)))
    for text in (f"a{every}z", f"a{every[::-1]}z"):
        device.text(text)
        assert field() == text
        _cleared(device, field)


def test_nasty_strings_arrive_exactly_or_are_refused_with_nothing_typed(
    device: AndroidDevice, field: Callable[[], str]
) -> None:
    exact, wrong = 0, []
    for text in (*NASTY, *NOT_TEXT):
        try:
            device.text(text)
        except ScenarioError as exc:
            assert text in NOT_TEXT and exc.problem and exc.remedy, (text, exc.problem)
            assert field() == "", text
            continue
        held = field()
        if held == text:
            exact += 1
        else:
            wrong.append((text, held))
        device.key(67, times=len(held))
    assert wrong == []
    assert len(NASTY) + len(NOT_TEXT) == 200 and exact == len(NASTY) >= 150


def test_without_an_input_method_for_it_text_beyond_ascii_is_refused_with_nothing_typed(
    device: AndroidDevice, field: Callable[[], str]
) -> None:
    before = device.shell(["settings", "get", "secure", "default_input_method"]).stdout.strip()
    device.shell(["settings", "put", "secure", "default_input_method", "com.android.inputmethod.latin/.LatinIME"])
    try:
        for text in ("Zoë", "日本", "two\nlines", "a👍b"):
            with pytest.raises(ScenarioError, match="cannot be typed"):
                device.text(text)
            assert field() == ""
        device.text("plain")
        assert field() == "plain"
    finally:
        device.shell(["settings", "put", "secure", "default_input_method", before])
        _cleared(device, field)
