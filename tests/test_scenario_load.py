"""Flow files: what is read, and that every fault is listed at once with its line and a remedy."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from harness.device.persona import plant
from harness.model.errors import Fault, InputError
from harness.resources import folder
from harness.scenario import load_flow, load_suite, read_flow
from harness.scenario.caption import caption
from harness.scenario.commands import SPECS
from harness.scenario.flow import (
    AssertNotVisible,
    AssertVisible,
    Background,
    Command,
    Direction,
    EraseText,
    HideKeyboard,
    Idle,
    IdleUntilSettled,
    InputText,
    LaunchApp,
    LongPressOn,
    Point,
    PressKey,
    RunFlow,
    ScrollUntilVisible,
    Selector,
    StopApp,
    Swipe,
    TakeScreenshot,
    TapOn,
    WaitForAnimationToEnd,
    every_step,
)
from harness.scenario.lint import lint

_HEADER = "appId: com.x\n---\n"


def _faults(tmp_path: Path, body: str, *, header: str = _HEADER, names: list[str] | None = None) -> list[Fault]:
    path = tmp_path / "flow.yaml"
    path.write_text(header + body)
    return read_flow(path, names=names)[1]


def _command(tmp_path: Path, text: str) -> Command:
    path = tmp_path / "flow.yaml"
    path.write_text(f"{_HEADER}- {text}\n")
    return load_flow(path).steps[0].command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("launchApp", LaunchApp()),
        ("launchApp: com.y", LaunchApp(app_id="com.y")),
        (
            "launchApp: {clearState: true, stopApp: false, permissions: {camera: deny, all: allow}}",
            LaunchApp(clear_state=True, stop_app=False, permissions=(("camera", "deny"), ("all", "allow"))),
        ),
        ("stopApp", StopApp()),
        ("tapOn: Sign in", TapOn(target=Selector(text="Sign in"))),
        ("tapOn: {id: go, index: -1, enabled: true}", TapOn(target=Selector(id="go", index=-1, enabled=True))),
        ("tapOn: {text: A, repeat: 3, delay: 5}", TapOn(target=Selector(text="A"), repeat=3, delay_ms=5)),
        ('tapOn: {point: "50%, 80%"}', TapOn(target=Point(x=50, y=80, percent=True))),
        ('tapOn: {point: "540,1200"}', TapOn(target=Point(x=540, y=1200, percent=False))),
        ("doubleTapOn: A", TapOn(target=Selector(text="A"), repeat=2)),
        ("longPressOn: {id: row}", LongPressOn(target=Selector(id="row"))),
        ("inputText: ${EMAIL}", InputText(text="${EMAIL}")),
        ('inputText: "0123"', InputText(text="0123")),
        ("inputText: {text: no}", InputText(text="no")),
        ("eraseText", EraseText(characters=50)),
        ("eraseText: 3", EraseText(characters=3)),
        ("assertVisible: {checked: true, id: box}", AssertVisible(selector=Selector(id="box", checked=True))),
        ("assertNotVisible: Error", AssertNotVisible(selector=Selector(text="Error"))),
        (
            "extendedWaitUntil: {visible: Done, timeout: 500}",
            AssertVisible(selector=Selector(text="Done"), timeout_ms=500),
        ),
        ("extendedWaitUntil: {notVisible: {id: spinner}}", AssertNotVisible(selector=Selector(id="spinner"))),
        ("pressKey: volume_up", PressKey(name="Volume Up", code=24)),
        ("pressKey: Enter", PressKey(name="Enter", code=66)),
        ("back", PressKey(name="Back", code=4)),
        ("scroll", Swipe(direction=Direction.UP)),
        ("swipe: {direction: LEFT, duration: 100}", Swipe(direction=Direction.LEFT, ms=100)),
        ("swipe: {direction: UP, from: {id: list}}", Swipe(direction=Direction.UP, origin=Selector(id="list"))),
        (
            'swipe: {start: "50%,80%", end: "50%,20%"}',
            Swipe(start=Point(x=50, y=80, percent=True), end=Point(x=50, y=20, percent=True)),
        ),
        ("scrollUntilVisible: {element: End}", ScrollUntilVisible(element=Selector(text="End"))),
        (
            "scrollUntilVisible: {element: {id: e}, direction: UP, timeout: 9, speed: 90, visibilityPercentage: 50}",
            ScrollUntilVisible(
                element=Selector(id="e"), direction=Direction.UP, timeout_ms=9, swipe_ms=101, visible_percent=50
            ),
        ),
        ("hideKeyboard", HideKeyboard()),
        ("takeScreenshot: home", TakeScreenshot(name="home")),
        ("waitForAnimationToEnd", WaitForAnimationToEnd()),
        ("waitForAnimationToEnd: {timeout: 100}", WaitForAnimationToEnd(timeout_ms=100)),
        ("idle: 2000", Idle(ms=2000)),
        ("idle: {until: settled, timeout: 9}", IdleUntilSettled(timeout_ms=9)),
        ("background: {ms: 1500}", Background(ms=1500)),
    ],
)
def test_commands_are_read_with_maestros_names_and_meanings(tmp_path: Path, text: str, command: Command) -> None:
    assert _command(tmp_path, text) == command


def test_label_and_optional_go_with_every_command(tmp_path: Path) -> None:
    path = tmp_path / "flow.yaml"
    path.write_text(
        _HEADER
        + "- back: {label: go back, optional: true}\n"
        + '- tapOn: {id: a, label: "phase: consent.accepted"}\n'
        + '- runFlow: {commands: [back], label: "phase:after"}\n'
        + "- tapOn: {id: a, label: a phase of mine}\n"
    )
    steps = load_flow(path).steps
    assert (steps[0].label, steps[0].optional, steps[0].phase) == ("go back", True, None)
    assert [step.phase for step in steps[1:]] == ["consent.accepted", "after", None]


def test_an_included_flow_brings_its_steps_with_their_own_lines(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "sub.yaml").write_text("appId: com.x\nenv: {WHO: '${WHO || 1}'}\n---\n- inputText: ${WHO}\n")
    path = tmp_path / "flow.yaml"
    path.write_text(_HEADER + "- runFlow: inner/sub.yaml\n- runFlow: {file: inner/sub.yaml, env: {WHO: Ada}}\n")
    flow = load_flow(path, names=[])
    run = flow.steps[1].command
    assert isinstance(run, RunFlow) and run.env == {"WHO": "Ada"} and run.file == "inner/sub.yaml"
    typed = [step for step in every_step(flow.steps) if isinstance(step.command, InputText)]
    assert [(Path(step.place.file).name, step.place.line) for step in typed] == [("sub.yaml", 4)] * 2
    assert [file.name for file in flow.files] == ["flow.yaml", "sub.yaml"]


def test_every_fault_is_listed_at_once_with_file_line_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "sub.yaml").write_text("appId: com.x\n---\n- tapon: x\n")
    body = (
        "- tapOn:\n"  # 3
        "- tapOn: {}\n"  # 4
        "- tapOn: {id: a, colour: red}\n"  # 5
        "- tapOn: {id: a, below: b}\n"  # 6
        "- inputText: 0123\n"  # 7
        "- inputText: #nothing\n"  # 8
        "- repeat: {times: 3}\n"  # 9
        "- tapOm: x\n"  # 10
        "- pressKey: Entr\n"  # 11
        "- idle: soon\n"  # 12
        "- extendedWaitUntil: {timeout: 1}\n"  # 13
        "- swipe: {direction: SIDEWAYS}\n"  # 14
        '- tapOn: {point: "120%,1%"}\n'  # 15
        "- runFlow: missing.yaml\n"  # 16
        "- runFlow: sub.yaml\n"  # 17 (its fault is in sub.yaml:3)
        "- runFlow: flow.yaml\n"  # 18
        "- back: {optional: maybe}\n"  # 19
        "- tapOn: {id: a, id: b}\n"  # 20
        "- inputText: ${EMIAL}\n"  # 21
        "- inputText: ${EMAIL +}\n"  # 22
        "- launchApp: {permissions: {kamera: allow}}\n"  # 23
        "- tapOn: x\n  label: y\n"  # 24, 25
        "- [a]\n"  # 26
        "- idle: {until: quiet}\n"  # 27
    )
    faults = _faults(tmp_path, body, names=["EMAIL", "PASSWORD"])
    lines = {(Path(fault.file).name, fault.line) for fault in faults}
    expected = {("flow.yaml", line) for line in [*range(3, 17), 18, 19, 20, 21, 22, 23, 25, 26, 27]}
    assert lines == expected | {("sub.yaml", 3)}
    assert all(fault.remedy.endswith((".", "?")) for fault in faults)


@pytest.mark.parametrize(
    ("body", "problem", "remedy"),
    [
        ("- repeat: {times: 3}", "repeat is not supported yet", "Do it with other commands."),
        ("- tapOm: x", "unknown command 'tapOm'", "Did you mean 'tapOn'?"),
        ("- tapOn: {childOf: x, id: a}", "tapOn: 'childOf' is not supported yet", "Say it with text, id or index."),
        ("- tapOn: {idd: x, text: a}", "unknown key 'idd'", "Did you mean 'id'?"),
        ("- inputText: 12", "text must be text", "Put it in quotes."),
        ("- inputText: # 12", "text is empty", "Write its text; quote text that begins with #."),
        ("- inputText", "inputText needs something after it", "Write `- inputText: ...`."),
        ("- inputText: {text: }", "text is empty", "Write its text; quote text that begins with #."),
        ("- pressKey: Entr", "unknown key 'Entr'", "Did you mean 'Enter'?"),
        ("- tapOn: x\n  label: y", "'label' does not belong beside 'tapOn'", "Indent it below `tapOn:`."),
        ("- inputText: ${EMIAL}", "${EMIAL} has no value", "Did you mean 'EMAIL'?"),
        ("tapOn: x", "commands must be a list", "Begin each with `- `."),
    ],
)
def test_a_fault_says_what_is_wrong_and_what_to_do(tmp_path: Path, body: str, problem: str, remedy: str) -> None:
    found = [(fault.problem, fault.remedy) for fault in _faults(tmp_path, body + "\n", names=["EMAIL"])]
    assert (problem, remedy) in found


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("- tapOn: x\n", "is not a flow: a header, a line ---, then commands"),
        ("name: x\n---\n", "the header needs `appId`"),
        ("appId: com.x\nurl: x\n---\n", "url is not supported yet"),
        ("appId: com.x\nonFlowStart: x\n---\n", "onFlowStart is not supported yet"),
        ("appId: com.x\ntag: x\n---\n", "unknown key 'tag'"),
        ("appId: com.x\nappId: com.y\n---\n", "the key 'appId' is already on line 1"),
        ("appId: com.x\nenv: {A: 1}\n---\n", "A must be text"),
    ],
)
def test_a_broken_header_is_a_fault(tmp_path: Path, header: str, problem: str) -> None:
    assert problem in [fault.problem for fault in _faults(tmp_path, "- back\n", header=header)]


def test_flows_that_run_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(_HEADER + "- runFlow: b.yaml\n")
    (tmp_path / "b.yaml").write_text(_HEADER + "- runFlow: a.yaml\n")
    with pytest.raises(InputError) as caught:
        load_flow(tmp_path / "a.yaml")
    assert [fault.problem for fault in caught.value.faults] == ["a.yaml runs itself"]


def test_a_missing_file_is_one_clear_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_flow(tmp_path / "none.yaml")
    assert "cannot be read" in caught.value.faults[0].problem


def test_names_come_from_the_caller_the_header_and_the_runflow(tmp_path: Path) -> None:
    body = "- runFlow: {env: {B: '${A}'}, commands: [{inputText: '${A}${B}'}]}\n- inputText: ${B}\n"
    faults = _faults(tmp_path, body, header="appId: com.x\nenv: {A: '${C}'}\n---\n", names=["C"])
    assert [(fault.line, fault.problem) for fault in faults] == [(5, "${B} has no value")]


def test_a_step_is_told_without_its_values(tmp_path: Path) -> None:
    path = tmp_path / "flow.yaml"
    path.write_text(
        _HEADER + "- inputText: ${PASSWORD}\n- tapOn: {text: Hi, index: 2}\n- launchApp: {clearState: true}\n"
        "- idle: 5\n- back\n- runFlow: {when: {true: '${A}'}, commands: [back]}\n- swipe: {direction: UP}\n"
    )
    assert [caption(step.word, step.command) for step in load_flow(path).steps] == [
        "inputText ${PASSWORD}",
        "tapOn text 'Hi', index 2",
        "launchApp clearState",
        "idle 5 ms",
        "back Back",
        "runFlow 1 commands when ${A}",
        "swipe UP",
    ]


def test_every_shipped_flow_is_without_faults() -> None:
    names = {**plant("lint").env, "CHOICE": ""}
    flows = [path for path in folder("scenarios").rglob("*.yaml") if "\n---\n" in path.read_text()]
    assert flows
    for path in flows:
        assert lint(path, names=names).faults == (), path


_DOCUMENT = (Path(__file__).parent.parent / "docs" / "flows.md").read_text()


@pytest.mark.parametrize("word", [*SPECS, "runFlow", *SPECS["launchApp"].keys, *SPECS["swipe"].keys, *plant("x").env])
def test_every_command_and_every_name_is_documented(word: str) -> None:
    assert re.search(rf"\b{word}\b", _DOCUMENT)


def test_the_documents_examples_are_valid(tmp_path: Path) -> None:
    blocks = [textwrap.dedent(block) for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", _DOCUMENT, re.MULTILINE)]
    flow, suite = blocks
    (tmp_path / "study.yaml").write_text(flow)
    (tmp_path / "suite.yaml").write_text(suite)
    assert lint(tmp_path / "study.yaml", names=plant("x").env).faults == ()
    assert load_suite(tmp_path / "suite.yaml", names=plant("x").env).variants[1].env["CHOICE"] == "reject"


def test_lint_tells_what_maestro_would_refuse_and_what_waits_blindly(tmp_path: Path) -> None:
    path = tmp_path / "flow.yaml"
    path.write_text(_HEADER + "- idle: 20000\n- back: {label: 'Phase - x'}\n")
    found = lint(path)
    assert not found.portable
    assert [(note.line, note.problem) for note in found.notes] == [
        (3, "idle is ours; Maestro refuses it"),
        (3, "waits blindly for 20 s"),
    ]
    assert [(fault.line, fault.problem) for fault in found.faults] == [(4, "'Phase - x' sets no phase")]
    path.write_text(_HEADER + "- back\n")
    assert lint(path).portable
