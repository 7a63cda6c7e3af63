"""Flows played on the virtual handset, without Frida: what was typed is on the screens, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.device import AndroidDevice, open_device, plant
from harness.handset.handset import RunningHandset
from harness.model.errors import AppDied, ScenarioError
from harness.model.facts import ShellResult
from harness.resources import folder
from harness.scenario import (
    Launch,
    Outcome,
    Patience,
    Stage,
    StepEnd,
    Unhooked,
    Variant,
    Watcher,
    load_flow,
    load_suite,
    play,
)
from harness.scenario.flow import Command, Idle, RunFlow, Selector, Step
from harness.scenario.ui import find, read_screen

pytestmark = pytest.mark.handset

PACKAGE = "com.example.doorbell"
_PERSONA = plant("handset test")
_SUITE = load_suite(folder("scenarios") / "doorbell" / "suite.yaml", names=_PERSONA.env)
_QUICK = Patience(lookup_s=3.0, optional_s=1.0)


@pytest.fixture
def journal() -> list[ShellResult]:
    return []


@pytest.fixture
def device(handset: RunningHandset, doorbell: Path, journal: list[ShellResult]) -> Iterator[AndroidDevice]:
    """Doorbell installed, its trackers kept from the network: the proxy leads nowhere."""
    device = open_device(handset.serial, journal=journal.append)
    device.install(doorbell)
    with device.proxy("127.0.0.1:9"):
        yield device
    device.stop(PACKAGE)


def _stage(device: AndroidDevice, watcher: Watcher, variant: Variant = _SUITE.variants[0]) -> Stage:
    return Stage(
        device=device,
        app=Unhooked(device),
        observer=watcher,
        env={**_PERSONA.env, **variant.env},
        secrets=_PERSONA.secrets,
        patience=_QUICK,
    )


def _hurried(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same steps without the idling, which is for trackers that here nobody listens to."""
    return tuple(replace(step, command=_shortened(step.command)) for step in steps)


def _shortened(command: Command) -> Command:
    match command:
        case Idle():
            return Idle(ms=0)
        case RunFlow():
            return replace(command, steps=_hurried(command.steps))
        case _:
            return command


def _play(device: AndroidDevice, path: Path, body: str) -> Watcher:
    path.write_text(f"appId: {PACKAGE}\n---\n{body}")
    watcher = Watcher()
    play(load_flow(path, names=_PERSONA.env), _stage(device, watcher))
    return watcher


class Reader(Watcher):
    """Remembers what every screen said at the end of each step."""

    def __init__(self, device: AndroidDevice) -> None:
        super().__init__()
        self.said: set[str] = set()
        self._device = device

    def step_ended(self, end: StepEnd) -> None:
        super().step_ended(end)
        if self.started[-1].command.startswith(("inputText", "assertVisible")):
            screen = read_screen(self._device.hierarchy())
            self.said |= {text for element in screen.elements() for text in element.texts}


@pytest.mark.parametrize("variant", _SUITE.variants, ids=lambda variant: variant.name)
def test_the_study_plays_in_every_variant(device: AndroidDevice, variant: Variant, journal: list[ShellResult]) -> None:
    reader = Reader(device)
    play(replace(_SUITE.flow, steps=_hurried(_SUITE.flow.steps)), _stage(device, reader, variant))

    assert {end.outcome for end in reader.ended} <= {Outcome.OK, Outcome.SKIPPED}
    choice = {"later": "consent.later", "reject": "consent.rejected", "accept": "consent.accepted"}
    phases = list(dict.fromkeys(step.phase for step in reader.started))
    assert phases == [
        "start", choice[variant.env["CHOICE"]], "sign-in", "dashboard", "neighbors", "settings", "background", "return"
    ]  # fmt: skip
    for name, value in _PERSONA.env.items():
        if name not in ("PASSWORD", "FIRST_NAME", "LAST_NAME"):
            assert any(value in text for text in reader.said), name
    assert not any(_PERSONA.env["PASSWORD"] in repr(entry) for entry in journal)
    assert all(
        end.screenshot for step, end in zip(reader.started, reader.ended, strict=True) if "tapOn" in step.command
    )


def test_the_switch_below_the_fold_is_scrolled_to_and_read(device: AndroidDevice, tmp_path: Path) -> None:
    body = (
        "- launchApp: {clearState: true}\n- tapOn: Accept all\n- runFlow: {commands: [{tapOn: {id: sign_in_name}}]}\n"
        "- inputText: ${FULL_NAME}\n- tapOn: {id: sign_in_email}\n- inputText: ${EMAIL}\n"
        "- tapOn: {id: sign_in_password}\n- inputText: ${PASSWORD}\n- tapOn: {id: sign_in_submit}\n"
        "- tapOn: Settings\n- assertNotVisible: {id: settings_share}\n"
        "- scrollUntilVisible: {element: {id: settings_share}}\n- assertVisible: {id: settings_share, checked: true}\n"
        "- tapOn: {id: settings_share}\n- assertVisible: {id: settings_share, checked: false}\n"
        "- assertVisible: Usage data is not shared\n- back\n- assertVisible: {id: tab_dashboard, selected: true}\n"
    )
    assert {end.outcome for end in _play(device, tmp_path / "f.yaml", body).ended} == {Outcome.OK}


def test_fields_are_erased_and_typed_again(device: AndroidDevice, tmp_path: Path) -> None:
    body = (
        "- launchApp: {clearState: true}\n- tapOn: {id: consent_reject}\n- tapOn: {id: sign_in_name}\n"
        "- inputText: abcdef\n- eraseText: 2\n- assertVisible: abcd\n- eraseText\n- inputText: '50% %s'\n"
        "- assertVisible: {id: sign_in_name, text: '50% %s'}\n- hideKeyboard\n- assertVisible: {id: sign_in_name}\n"
    )
    _play(device, tmp_path / "f.yaml", body)


def test_the_background_command_comes_back_to_the_same_screen(device: AndroidDevice, tmp_path: Path) -> None:
    body = (
        "- launchApp: {clearState: true}\n- tapOn: {id: consent_reject}\n- background: 200\n"
        "- assertVisible: {id: sign_in_title}\n- pressKey: Power\n- launchApp: {stopApp: false}\n"
        "- assertVisible: {id: sign_in_title}\n- idle: {until: settled}\n- takeScreenshot: signed-out\n"
    )
    watcher = _play(device, tmp_path / "f.yaml", body)
    assert watcher.ended[-1].name == "signed-out" and watcher.ended[-1].screenshot


def test_a_wrong_selector_is_answered_with_the_right_one_and_evidence(device: AndroidDevice, tmp_path: Path) -> None:
    watcher = Watcher()
    path = tmp_path / "f.yaml"
    path.write_text(f"appId: {PACKAGE}\n---\n- launchApp: {{clearState: true}}\n- tapOn: {{id: consent_acept}}\n")
    with pytest.raises(ScenarioError) as caught:
        play(load_flow(path), _stage(device, watcher))
    assert f"{path}:4" in caught.value.problem and caught.value.remedy == "Did you mean 'consent_accept'?"
    end = watcher.ended[-1]
    assert end.outcome is Outcome.FAILED and end.screenshot and end.evidence
    assert find(read_screen(end.evidence.hierarchy), Selector(id="consent_accept"))
    assert end.evidence.focus.startswith(PACKAGE) and "ActivityTaskManager" in end.evidence.log


def test_an_app_that_is_killed_meanwhile_has_died(device: AndroidDevice, tmp_path: Path) -> None:
    class Killer(Unhooked):
        def launch(self, launch: Launch) -> None:
            super().launch(launch)
            device.shell(["kill", "-9", str(device.pid(PACKAGE))])

    path = tmp_path / "f.yaml"
    path.write_text(f"appId: {PACKAGE}\n---\n- launchApp: {{clearState: true}}\n- tapOn: {{id: consent_accept}}\n")
    watcher = Watcher()
    stage = Stage(device=device, app=Killer(device), observer=watcher, patience=_QUICK)
    with pytest.raises(AppDied):
        play(load_flow(path), stage)
    assert watcher.ended[-1].outcome is Outcome.FAILED
