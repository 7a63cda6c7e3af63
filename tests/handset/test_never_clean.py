"""Clean must be earned: whatever was not in place makes a run inconclusive and is named; what is proven absent is said
to be absent."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.device import AndroidDevice, open_device
from harness.handset import handset as handsets
from harness.handset.handset import RunningHandset
from harness.handset.pack import pack
from tests.handset.bystander import frida_server
from tests.handset.cli import Running, Said, harness

pytestmark = pytest.mark.handset

PACKAGE = "com.example.quiet"
FLOW = """\
appId: com.example.quiet
name: Quiet
---
- launchApp: {{{launch}label: "phase: start"}}
- assertVisible: Quiet
- idle: {{ms: {ms}, label: Wait here}}
"""
HOOKS = """\
name: Quiet Metrics
legal_entity: the tests
country: XX
sdk_versions: "1"
code: [com.quiet.sdk.]
hosts: ['(^|\\.)quiet\\.example$']
hooks:
  encode:
    - class: com.quiet.sdk.{class_name}
      evidence: tests/handset/quiet_app
      verified: source
      methods:
        - method: send
          meaning: a message to its server
          overloads: [[java.lang.String]]
          capture: [argument 0]
          payload: argument 0
fields: {fields}
"""
COLOUR = "[{path: /colour, category: custom, evidence: tests/handset/quiet_app}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How a command ended and what the case file says about its only run: outcome and reasons by tracker."""

    said: Said
    verdicts: dict[str, tuple[str, list[str]]]


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack(Path(__file__).with_name("quiet_app"), tmp_path_factory.mktemp("quiet") / "quiet.apk")


@pytest.fixture
def phone(handset: RunningHandset, quiet: Path) -> Iterator[AndroidDevice]:
    device = open_device(handset.serial)
    device.install(quiet)
    device.reset(PACKAGE)
    yield device
    device.shell(["pm", "uninstall", PACKAGE])


def hooks(folder: Path, *, class_name: str = "Sender", fields: str = "[]") -> Path:
    """A hook file for the app's only library."""
    file = folder / "trackers" / "quiet.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(HOOKS.format(class_name=class_name, fields=fields))
    return folder


def flow(folder: Path, *, launch: str = "clearState: true, ", ms: int = 1500) -> Path:
    file = folder / "quiet.yaml"
    file.write_text(FLOW.format(launch=launch, ms=ms))
    return file


def judged(case: Path, said: Said) -> Judged:
    with closing(sqlite3.connect(case)) as db:
        rows = db.execute("select tracker, outcome, reasons from verdict").fetchall()
    assert rows, said
    return Judged(said=said, verdicts={tracker: (outcome, json.loads(why)) for tracker, outcome, why in rows})


def run(phone: AndroidDevice, tmp_path: Path, *more: str | Path, played: Path | None = None) -> Judged:
    case, witness = tmp_path / "case.db", tmp_path / "witness"
    arguments = ("--case", case, "-s", phone.serial, "--witness", witness, *more)
    return judged(case, harness("run", played or flow(tmp_path), *arguments))


def test_with_its_hook_file_the_app_has_a_finding(phone: AndroidDevice, tmp_path: Path) -> None:
    found = run(phone, tmp_path, "--hooks", hooks(tmp_path / "mine", fields=COLOUR))
    assert found.verdicts["quiet"] == ("finding", [])
    assert found.said.code == 0, found.said


def test_a_library_that_says_nothing_of_interest_is_clean(phone: AndroidDevice, tmp_path: Path) -> None:
    found = run(phone, tmp_path, "--hooks", hooks(tmp_path / "mine"))
    assert found.verdicts["quiet"] == ("clean", [])
    assert found.verdicts[""][0] == "clean"


def test_a_misspelt_hook_is_never_clean_and_is_named(phone: AndroidDevice, tmp_path: Path) -> None:
    found = run(phone, tmp_path, "--hooks", hooks(tmp_path / "mine", class_name="Sendr"))
    outcome, reasons = found.verdicts["quiet"]
    assert outcome == "inconclusive"
    assert any("com.quiet.sdk.Sendr.send" in reason for reason in reasons), reasons
    assert found.verdicts[""][0] == "inconclusive"
    assert found.said.code == 6, found.said


def test_without_a_look_into_its_code_a_misspelt_hook_is_not_clean_either(phone: AndroidDevice, tmp_path: Path) -> None:
    found = run(phone, tmp_path, "--no-preflight", "--hooks", hooks(tmp_path / "mine", class_name="Sendr"))
    outcome, reasons = found.verdicts["quiet"]
    assert outcome == "inconclusive"
    assert any("nobody looked" in reason for reason in reasons), reasons


def test_without_its_hook_file_the_request_is_a_blind_spot(phone: AndroidDevice, tmp_path: Path) -> None:
    found = run(phone, tmp_path)
    outcome, reasons = found.verdicts[""]
    assert outcome == "inconclusive"
    assert any("collect.quiet.example" in reason and "no hook file claims" in reason for reason in reasons)
    assert found.said.code == 6, found.said


def test_an_app_that_ran_before_it_was_hooked_is_inconclusive(phone: AndroidDevice, tmp_path: Path) -> None:
    phone.start(PACKAGE)
    late = flow(tmp_path, launch="stopApp: false, ")
    found = run(phone, tmp_path, "--hooks", hooks(tmp_path / "mine"), played=late)
    outcome, reasons = found.verdicts["quiet"]
    assert outcome == "inconclusive"
    assert any(reason.startswith("nothing was seen for") for reason in reasons), reasons
    assert found.said.code == 6, found.said


def test_an_app_without_trackers_is_clean_and_says_that_they_are_absent(
    phone: AndroidDevice, tmp_path: Path, quiet_without_library: Path
) -> None:
    found = run(phone, tmp_path, "--app", quiet_without_library)
    assert found.said.code == 0, found.said
    assert {outcome for outcome, _ in found.verdicts.values()} == {"clean"}
    named = {tracker: reasons for tracker, (_, reasons) in found.verdicts.items() if tracker}
    assert set(map(tuple, named.values())) == {("no trace of it in the app's code (preflight)",)}
    assert "No trace of: " in found.said.out


@pytest.fixture(scope="module")
def quiet_without_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same app, built without the library."""
    folder = tmp_path_factory.mktemp("alone")
    shutil.copytree(Path(__file__).with_name("quiet_app"), folder / "app")
    shutil.rmtree(folder / "app" / "src" / "com" / "quiet")
    activity = folder / "app" / "src" / "com" / "example" / "quiet" / "MainActivity.java"
    lines = activity.read_text().splitlines()
    activity.write_text("\n".join(line for line in lines if "Sender" not in line))
    return pack(folder / "app", folder / "alone.apk")


def test_a_server_that_is_killed_makes_it_inconclusive(
    phone: AndroidDevice, handset: RunningHandset, tmp_path: Path
) -> None:
    case = tmp_path / "case.db"
    long = flow(tmp_path, ms=60_000)
    more: tuple[str | Path, ...] = (
        "-s",
        phone.serial,
        "--witness",
        tmp_path / "witness",
        "--hooks",
        hooks(tmp_path / "mine"),
    )
    running = Running("run", long, "--case", case, *more)
    try:
        running.wait_for(lambda: waits(case))
        os.kill(frida_server(handset), signal.SIGKILL)
        found = judged(case, running.end())
    finally:
        running.kill()
        handsets.up(handset.name)  # starts frida-server again
    outcome, reasons = found.verdicts["quiet"]
    assert outcome == "inconclusive"
    assert "the scenario was not played to its end" in reasons
    assert found.said.code in (3, 5, 6), found.said


def waits(case: Path) -> bool:
    """Whether the run has come to the step where it waits."""
    if not case.exists():
        return False
    with closing(sqlite3.connect(case)) as db:
        try:
            return bool(db.execute("select 1 from step where label = 'Wait here'").fetchall())
        except sqlite3.OperationalError:
            return False  # the tables are being made
