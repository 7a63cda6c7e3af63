"""docs/add-a-tracker.md to its end: the made-up SDK in an app on the handset, found and hooked by its one file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.code import open_binary
from harness.device import open_device
from harness.handset.handset import RunningHandset
from harness.handset.minify import minified
from harness.model.preflight import Found
from harness.preflight import preflight
from harness.trackers import load_pack
from tests.followed_page import at_the_desk, follow, on_the_handset
from tests.handset.bystander import rows

pytestmark = pytest.mark.handset

PACKAGE = "com.example.shed"


@pytest.fixture(scope="module")
def folder(handset: RunningHandset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the page was followed, from its first line to its last."""
    made = tmp_path_factory.mktemp("page")
    follow(at_the_desk(), made)
    follow(on_the_handset(), made, {"ANDROID_SERIAL": handset.serial})
    yield made
    open_device(handset.serial).shell(["pm", "uninstall", PACKAGE])


def test_the_run_reads_what_the_sdk_was_told_and_what_it_sent(folder: Path) -> None:
    case = folder / "study.db"
    (run,) = rows(case, "select id, outcome from run")
    assert run["outcome"] == "completed", run
    told = rows(case, "select * from disclosure where tracker = 'oddwick'")
    sent = [row for row in told if row["layer"] == "encode"]
    assert {("user_id", "ann-42"), ("user_action", "door_opened")} <= {(row["category"], row["value"]) for row in sent}
    assert {row["phase"] for row in sent} == {"start"}
    assert [(row["phase"], row["value"]) for row in told if row["phase"] == "refused"] == [("refused", "door_opened")]
    left = rows(case, "select tracker, host, explained_seq from transmission where tracker = 'oddwick'")
    assert [row["host"] for row in left] == ["collect.oddwick.example"]
    assert left[0]["explained_seq"] is not None
    assert "oddwick" in (folder / "study.html").read_text().lower()


def test_the_refusal_is_a_statement_about_consent(folder: Path) -> None:
    calls = rows(folder / "study.db", "select tracker, opts_out from consent_call where tracker = 'oddwick'")
    assert calls == [{"tracker": "oddwick", "opts_out": 1}]


def test_without_its_names_the_last_moment_is_still_found(folder: Path, tmp_path: Path) -> None:
    mapping = minified(folder / "oddwick.jar", tmp_path / "renamed.jar")
    renamed, pack = open_binary(tmp_path / "renamed.jar"), load_pack(folder / "mine")
    by_marks = {row.key: row for row in preflight(renamed, pack, trackers=["oddwick"]).hooks}
    upload = by_marks["oddwick/encode/com.oddwick.sdk.Uploader.upload(java.lang.String,java.lang.String)"]
    assert upload.found is Found.RENAMED
    by_mapping = {row.key: row for row in preflight(renamed, pack, trackers=["oddwick"], mapping=mapping).hooks}
    assert {row.found for row in by_mapping.values() if row.tracker == "oddwick"} == {Found.RENAMED}
    same = by_mapping[upload.key]
    assert (upload.class_name, upload.method) == (same.class_name, same.method)
