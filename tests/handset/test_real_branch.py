"""Branch 3.0.3 as it was shipped, in an app of the tests' own: hooked, and compared with what the witness saw.

Only the SDK is real. Android, the store's referrer library and the server are stand-ins (docs/handset.md, section 7).
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.handset.handset import RunningHandset
from harness.handset.pack import pack
from harness.handset.witness.environment import witness_python
from tests.handset.cli import Said, harness
from tests.sdks.binaries import BINARIES, fetched
from tests.truth.captured import Captured, contents, events, runs
from tests.truth.decoder import Told, read_told
from tests.truth.reported import Reported, disclosures

pytestmark = pytest.mark.handset

APP = Path(__file__).with_name("real_branch")
BRANCH = next(each for each in BINARIES if (each.tracker, each.version) == ("branch", "3.0.3"))
PATHS = ("v1/install", "v1/open", "v1/profile", "v2/event/custom", "v2/event/standard", "v1/event", "v1/logout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """One run of the app."""

    said: Said
    case: Path
    told: list[Told]
    captured: list[Captured]
    reported: list[Reported]


@pytest.fixture(scope="module")
def linked(handset: RunningHandset, tmp_path_factory: pytest.TempPathFactory) -> Linked:
    """The app made with the SDK's own jar, and its flow played."""
    (jar,) = fetched(BRANCH)
    out = tmp_path_factory.mktemp("linked")
    shutil.copytree(APP, out / "app")
    (out / "app" / "lib").mkdir()
    shutil.copyfile(jar, out / "app" / "lib" / "branch.jar")
    package, case = pack(out / "app", out / "linked.apk"), out / "case.db"
    options = ("--witness", out / "witness", "--app", package)
    said = harness("run", APP / "linked.yaml", "--case", case, "-s", handset.serial, *options)
    (run,) = runs(case).values()
    told = read_told(out / "witness" / run / "flows.mitm", python=witness_python())
    return Linked(
        said=said, case=case, told=told, captured=events(case, run), reported=disclosures(case, run)
    )  # fmt: skip


def bodies(linked: Linked) -> list[dict[str, Any]]:
    return [json.loads(told.body) for told in linked.told if told.body]


def test_the_flow_is_played_to_its_end_and_nothing_limits_what_can_be_said(linked: Linked) -> None:
    assert linked.said.code == 0, linked.said


def test_the_sdk_sends_every_kind_of_request_that_the_app_asks_for(linked: Linked) -> None:
    sent = [told.request.path.lstrip("/") for told in linked.told if told.body]
    assert Counter(sent) == Counter(PATHS)
    assert {told.tracker for told in linked.told} == {"branch"}


def test_every_body_on_the_wire_was_caught(linked: Linked) -> None:
    caught = contents(linked.captured, layers=("encode", "platform"))
    assert [told.request.path for told in linked.told if told.body and told.body.encode() not in caught] == []


def test_the_sdks_own_last_moment_holds_the_body_but_for_the_number_of_the_attempt(linked: Linked) -> None:
    """It is given the complete body, and adds `retryNumber` itself just before it writes."""
    caught = [json.loads(text) for text in contents(linked.captured, layers=("encode",)) if text.startswith(b"{")]
    for body in bodies(linked):
        assert body.pop("retryNumber") == 0
        assert body in caught


def test_text_of_any_alphabet_arrives_as_the_app_gave_it(linked: Linked) -> None:
    (raw,) = [body for body in bodies(linked) if body.get("hardware_id") == "raw-hardware"]
    assert raw["text"] == '\u00fc \U0001f600 "quoted"'


def test_after_the_app_has_switched_it_off_it_sends_nothing(linked: Linked) -> None:
    """The event that the app logs afterwards is accepted, and goes nowhere."""
    with closing(sqlite3.connect(linked.case)) as db:
        ((stopped_ms,),) = db.execute("select min(started_at_ms) from step where phase = 'stop'").fetchall()
        told = db.execute("select tracker, opts_out from consent_call").fetchall()
    assert ("branch", 1) in told
    assert [each.request.url for each in linked.told if each.request.at_s * 1000 > stopped_ms] == []


@pytest.mark.parametrize(
    ("category", "path", "phase"),
    [
        ("android_id", "/hardware_id", "start"),
        ("private_ip", "/local_ip", "start"),
        ("device_model", "/model", "start"),
        ("screen", "/screen_dpi", "start"),
        ("user_id", "/identity", "identify"),
        ("android_id", "/user_data/android_id", "event"),
        ("custom", "/custom_data/label", "event"),
        ("user_action", "/name", "event"),
    ],
)
def test_what_it_hands_over_is_reported_where_it_stands_and_when(
    linked: Linked, category: str, path: str, phase: str
) -> None:
    found = [
        each.phase
        for each in linked.reported
        if (each.tracker, each.category, each.layer, each.path) == ("branch", category, "encode", path)
    ]
    assert found[:1] == [phase]
