"""The device is left as it was found: after a run, and by `harness device restore` after one that was killed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.handset.handset import RunningHandset
from tests.handset.cli import harness
from tests.handset.waiting import PACKAGE, Waiting, shell

pytestmark = pytest.mark.handset

_LOOKS = (
    "settings list global",
    "settings list secure",
    "settings list system",
    "getprop",
    "find /data/local/tmp /sdcard -type f",
    "ps -A -o NAME",
    "pm list packages",
)


def snapshot(handset: RunningHandset) -> dict[str, list[str]]:
    """What a run could leave behind. The commands that look are no processes of the device's."""
    looking = {"ps", "sh", "ask-daemon", "find"}
    said = {look: sorted(shell(handset, look).splitlines()) for look in _LOOKS}
    return {look: [line for line in lines if line.strip() not in looking] for look, lines in said.items()}


def test_after_a_run_the_device_is_as_before(handset: RunningHandset, doorbell: Path, tmp_path: Path) -> None:
    harness("device", "restore", "-s", handset.serial)  # what other tests have left
    assert harness("run", _short(tmp_path), *_options(handset, doorbell, tmp_path)).code == 0  # installs the app
    before = snapshot(handset)
    assert harness("run", _short(tmp_path), *_options(handset, doorbell, tmp_path)).code == 0
    assert snapshot(handset) == before
    assert "Nothing is left to put back" in harness("device", "restore", "-s", handset.serial).out


def test_after_a_killed_run_it_is_put_back_by_a_command(
    handset: RunningHandset, doorbell: Path, waiting: Waiting
) -> None:
    busy = snapshot(handset)
    assert any("http_proxy=127.0.0.1:" in line for line in busy["settings list global"])
    waiting.running.kill()
    said = harness("device", "restore", "-s", handset.serial, "--json")
    assert said.code == 0, said
    told = {row["what"]: row["restored"] for row in json.loads(said.out)}
    assert told == {"settings global http_proxy": True, f"{PACKAGE} running, files of the harness": True}
    after = snapshot(handset)
    assert not any("http_proxy" in line for line in after["settings list global"])
    assert not any("tracker-harness" in line for line in after["find /data/local/tmp /sdcard -type f"])
    assert PACKAGE not in after["ps -A -o NAME"]


def test_after_a_killed_run_it_is_put_back_by_the_next_run(
    handset: RunningHandset, doorbell: Path, waiting: Waiting, tmp_path: Path
) -> None:
    waiting.running.kill()
    said = harness("run", _short(tmp_path), *_options(handset, doorbell, tmp_path))
    assert said.code == 0, said
    assert not any("http_proxy" in line for line in snapshot(handset)["settings list global"])


def _short(folder: Path) -> Path:
    flow = folder / "short.yaml"
    commands = "- launchApp: {clearState: true}\n- assertVisible: {id: consent_title}\n"
    flow.write_text(f"appId: {PACKAGE}\nname: Look\n---\n{commands}")
    return flow


def _options(handset: RunningHandset, doorbell: Path, folder: Path) -> tuple[str | Path, ...]:
    where = ("--case", folder / "short.db", "-s", handset.serial, "--app", doorbell)
    return (*where, "--witness", folder / "seen", "--fail-on", "never")
