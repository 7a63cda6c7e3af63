"""docs/add-a-tracker.md works as it is written; the part on the handset is in tests/handset/test_add_a_tracker.py."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.analyse.examples import read_example
from harness.code import open_binary
from harness.model.preflight import Found
from harness.preflight import preflight
from harness.trackers import load_pack
from tests.followed_page import HOOK_FILE, PAGE, at_the_desk, follow
from tests.hook_files import obeys_schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The folder that the page was followed in, and what each command printed."""

    folder: Path
    printed: dict[str, str]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    """In an empty folder."""
    folder = tmp_path_factory.mktemp("page")
    return Followed(folder=folder, printed=follow(at_the_desk(), folder))


def test_the_sdk_is_unknown_before_and_found_after(followed: Followed) -> None:
    before = followed.printed["harness hooks preflight oddwick.jar"]
    assert "in this code, under no name" in before
    after = followed.printed["harness hooks preflight oddwick.jar --hooks mine --tracker oddwick --each"]
    (promised,) = re.findall(r"^    (Oddwick .*)$", PAGE, re.MULTILINE)
    assert promised in after


def test_javap_shows_what_the_page_speaks_of(followed: Followed) -> None:
    shown = "".join(text for command, text in followed.printed.items() if command.startswith("javap"))
    for signature in (
        'public static final java.lang.String VERSION = "3.2.0";',
        "public void identify(java.lang.String);",
        "public int track(java.lang.String)",
        "public void setStopped(boolean);",
        "int upload(java.lang.String, java.lang.String)",
    ):
        assert signature in shown


def test_the_file_loads_obeys_the_schema_and_its_examples_give_what_they_expect(followed: Followed) -> None:
    assert obeys_schema((followed.folder / HOOK_FILE).read_text())
    pack = load_pack(followed.folder / "mine")
    (tracker,) = [tracker for tracker in pack.trackers if tracker.slug == "oddwick"]
    assert len(tracker.examples) == 2
    for example in tracker.examples:
        assert read_example(example, pack) == {*example.expect}
    assert "examples give what they expect" in followed.printed["harness hooks check --hooks mine"]


def test_the_tracker_is_listed_and_shown(followed: Followed) -> None:
    listed = followed.printed["harness hooks list --hooks mine"]
    assert re.search(r"^oddwick +Oddwick Analytics AS +3[.]2[.]0 +3 +1 ", listed, re.MULTILINE)
    shown = followed.printed["harness hooks show oddwick --hooks mine"]
    assert "setStopped(boolean): all sending off or on [switch, true means no]" in shown


def test_every_hook_is_found_in_the_jar(followed: Followed) -> None:
    pack = load_pack(followed.folder / "mine")
    found = preflight(open_binary(followed.folder / "oddwick.jar"), pack, trackers=["oddwick"])
    assert {row.found for row in found.hooks if row.tracker == "oddwick"} == {Found.FOUND}
    assert [(sdk.tracker, sdk.version) for sdk in found.sdks] == [("oddwick", "3.2.0")]
