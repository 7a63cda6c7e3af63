"""Playing flows on a screen that a test controls: waiting, phases, optional steps, secrets, evidence, deaths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from harness.model.errors import AppDied, DeviceLost, ScenarioError
from harness.model.facts import AppFacts, AppProcess, ChildWatch, DeviceFacts, ShellResult
from harness.model.ports import ChildGate, Device
from harness.scenario import Launch, Outcome, Patience, Stage, Unhooked, Watcher, load_flow, play, prepare

_QUICK = Patience(lookup_s=0.4, optional_s=0.2, launch_s=0.4, poll_s=0.005)
_PNG = b"\x89PNG\r\n\x1a\n"
_NODE = '<node text={text} resource-id={id} clickable="true" focused="{focused}" bounds="[0,{top}][100,{bottom}]" />'

Row = tuple[str, str]  # (id, text); an id that ends in * has the focus


def screen(*rows: Row) -> str:
    """A screen of 100 x 1000 with a row of 10 pixels for each element."""
    nodes = "".join(
        _NODE.format(
            text=quoteattr(text),
            id=quoteattr(f"com.x:id/{name.rstrip('*')}"),
            focused=str(name.endswith("*")).lower(),
            top=number * 10,
            bottom=number * 10 + 10,
        )
        for number, (name, text) in enumerate(rows)
    )
    return f'<hierarchy rotation="0"><node bounds="[0,0][101,1001]">{nodes}</node></hierarchy>'


@dataclass
class FakeDevice:
    """Shows screens and notes what is done to it. `screens` are shown one look after the other; the last one stays."""

    screens: list[str | Exception] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    in_front: str | None = "com.x/com.x.Main"
    running: int | None = 7
    input_method: str = "mInputShown=false"
    on_tap: Callable[[int, int], None] | None = None

    serial: str = "FAKE"

    def hierarchy(self) -> str:
        shown = self.screens.pop(0) if len(self.screens) > 1 else self.screens[0]
        if isinstance(shown, Exception):
            raise shown
        return shown

    def tap(self, x: int, y: int) -> None:
        self.done.append(f"tap {x},{y}")
        if self.on_tap:
            self.on_tap(x, y)

    def swipe(self, start: tuple[int, int], end: tuple[int, int], *, ms: int) -> None:
        self.done.append(f"swipe {start[0]},{start[1]} {end[0]},{end[1]} {ms}")

    def text(self, text: str, *, secret: bool = False) -> None:
        self.done.append(f"text {text}{' (secret)' if secret else ''}")

    def key(self, code: int, *, times: int = 1) -> None:
        self.done.append(f"key {code} x{times}")

    def shell(self, argv: Sequence[str], *, timeout_s: float = 20.0, mask: Sequence[str] = ()) -> ShellResult:
        text = "log line with hunter2" if argv[0] == "logcat" else self.input_method
        return ShellResult(command=" ".join(argv), stdout=text, stderr="", exit_code=0, ms=1.0)

    def screenshot(self) -> bytes:
        return _PNG

    def focus(self) -> str | None:
        return self.in_front

    def pid(self, package: str) -> int | None:
        return self.running

    def wake(self) -> None:
        self.done.append("wake")

    def start(self, package: str) -> None:
        self.done.append(f"start {package}")

    def stop(self, package: str) -> None:
        self.done.append(f"stop {package}")

    def reset(self, package: str) -> None:
        self.done.append(f"reset {package}")

    def permit(self, package: str, permission: str, *, allow: bool) -> bool:
        self.done.append(f"{'grant' if allow else 'revoke'} {permission}")
        return True

    def facts(self) -> DeviceFacts:
        raise NotImplementedError

    def identifiers(self) -> dict[str, str]:
        raise NotImplementedError

    def install(self, package_file: Path) -> AppFacts:
        raise NotImplementedError

    def app(self, package: str) -> AppFacts | None:
        raise NotImplementedError

    def proxy(self, endpoint: str | None) -> AbstractContextManager[None]:
        return nullcontext()

    def spawn_target(self, package: str) -> str | tuple[str, ...]:
        return package

    children: ChildWatch = ChildWatch.NONE

    def processes(self, package: str) -> tuple[AppProcess, ...]:
        raise NotImplementedError

    def gate(self, package: str) -> ChildGate:
        raise NotImplementedError


@dataclass
class Played:
    """What a play did."""

    device: FakeDevice
    watcher: Watcher
    error: BaseException | None

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        ends = {end.number: end for end in self.watcher.ended}
        return [(step.command, str(ends[step.number].outcome)) for step in self.watcher.started]

    @property
    def phases(self) -> list[tuple[str, str]]:
        return [(step.command, step.phase) for step in self.watcher.started]


Play = Callable[..., Played]


@pytest.fixture
def play_on(tmp_path: Path) -> Iterator[Play]:
    def run(device: FakeDevice, body: str, *, env: dict[str, str] | None = None, header: str = "") -> Played:
        path = tmp_path / "flow.yaml"
        path.write_text(f"appId: com.x\n{header}---\n{body}")
        watcher = Watcher()
        stage = Stage(
            device=device,
            app=Unhooked(device),
            observer=watcher,
            env=env or {},
            secrets=frozenset({"PASSWORD"}),
            patience=_QUICK,
        )
        error: BaseException | None = None
        try:
            play(load_flow(path), stage)
        except BaseException as exc:  # the tests look at it
            error = exc
        assert [step.number for step in watcher.started] == [end.number for end in watcher.ended]
        return Played(device=device, watcher=watcher, error=error)

    yield run


_PLAIN = screen(("title", "Hello"), ("go", "Go"))


def test_the_fake_is_a_device() -> None:
    device: Device = FakeDevice()
    assert device.serial == "FAKE"


def test_an_element_is_waited_for_and_tapped_in_its_middle(play_on: Play) -> None:
    played = play_on(FakeDevice(screens=[screen(), screen(), _PLAIN]), "- tapOn: {id: go}\n")
    assert played.error is None and played.device.done == ["tap 50,15"]
    assert played.watcher.ended[0].screenshot == _PNG


def test_a_missing_element_breaks_the_scenario_with_its_line_and_what_is_there_instead(play_on: Play) -> None:
    played = play_on(FakeDevice(screens=[_PLAIN]), "- back\n- tapOn: {id: titel}\n- back\n")
    assert isinstance(played.error, ScenarioError)
    assert "flow.yaml:4: no element with id 'titel' on the screen within 0.4 s" in played.error.problem
    assert played.error.remedy == "Did you mean 'title'?"
    assert [outcome for _, outcome in played.outcomes] == ["ok", "failed"]
    evidence = played.watcher.ended[-1].evidence
    assert evidence is not None and evidence.focus == "com.x/com.x.Main" and "Hello" in evidence.hierarchy


def test_a_word_that_is_like_nothing_gets_the_list_of_what_is_there(play_on: Play) -> None:
    played = play_on(FakeDevice(screens=[_PLAIN]), "- tapOn: Zzzz\n")
    assert isinstance(played.error, ScenarioError)
    assert played.error.remedy == "On the screen: id title, id go."


def test_optional_steps_that_cannot_be_done_are_skipped_with_the_reason(play_on: Play) -> None:
    played = play_on(FakeDevice(screens=[_PLAIN]), "- tapOn: {id: no, optional: true}\n- tapOn: {id: go}\n")
    assert played.error is None
    assert [outcome for _, outcome in played.outcomes] == ["skipped", "ok"]
    assert played.watcher.ended[0].reason.startswith("optional: no element with id 'no'")


def test_an_optional_runflow_ends_at_its_first_failure_and_the_flow_goes_on(play_on: Play) -> None:
    body = "- runFlow: {optional: true, commands: [{tapOn: {id: go}}, {tapOn: {id: no}}, back]}\n- pressKey: Home\n"
    played = play_on(FakeDevice(screens=[_PLAIN]), body)
    assert played.error is None
    assert [outcome for _, outcome in played.outcomes] == ["ok", "ok", "skipped", "ok"]
    assert played.device.done == ["tap 50,15", "key 3 x1"]
    assert [step.depth for step in played.watcher.started] == [0, 1, 1, 0]


def test_a_phase_begins_with_the_touch_not_with_the_waiting_for_its_button(play_on: Play) -> None:
    body = '- launchApp\n- tapOn: {id: go, label: "phase: consent.accepted"}\n- back\n'
    played = play_on(FakeDevice(screens=[_PLAIN]), body)
    assert played.phases == [
        ("launchApp", "start"),
        ("assertVisible id 'go'", "start"),
        ("tapOn id 'go'", "consent.accepted"),
        ("back Back", "consent.accepted"),
    ]


def test_a_choice_that_was_not_made_begins_no_phase(play_on: Play) -> None:
    body = (
        '- tapOn: {id: no, optional: true, label: "phase: consent.accepted"}\n'
        '- runFlow: {when: {true: "${A == 1}"}, label: "phase: never", commands: [back]}\n'
        '- runFlow: {when: {true: "${A == 2}"}, label: "phase: two", commands: [back]}\n'
    )
    played = play_on(FakeDevice(screens=[_PLAIN]), body, env={"A": "2"})
    assert [phase for _, phase in played.phases] == ["start", "start", "start", "two"]
    assert [outcome for _, outcome in played.outcomes] == ["skipped", "skipped", "ok", "ok"]


@pytest.mark.parametrize(
    ("when", "runs"),
    [
        ("visible: {id: go}", True),
        ("visible: {id: no}", False),
        ("notVisible: {id: no}", True),
        ("notVisible: {id: go}", False),
        ('true: "${A == 1}"', False),
        ("visible: {id: go}, true: '${!A}'", False),
        ("platform: Android", True),
        ("platform: iOS", False),
    ],
)
def test_runflow_runs_when_every_condition_holds(play_on: Play, when: str, runs: bool) -> None:
    body = f"- runFlow: {{when: {{{when}}}, commands: [{{tapOn: {{id: go}}}}]}}\n"
    played = play_on(FakeDevice(screens=[_PLAIN]), body, env={"A": "x"})
    assert played.error is None and bool(played.device.done) is runs


def test_typing_needs_a_field_that_has_the_focus(play_on: Play) -> None:
    played = play_on(FakeDevice(screens=[_PLAIN]), "- inputText: x\n")
    assert isinstance(played.error, ScenarioError) and "no field has the focus" in played.error.problem


def test_a_secret_is_typed_as_such_and_appears_in_nothing_that_is_told(play_on: Play) -> None:
    device = FakeDevice(screens=[screen(("field*", "hunter2"))])
    body = "- inputText: ${PASSWORD}\n- inputText: ${NAME}\n- assertVisible: x${PASSWORD}\n"
    played = play_on(device, body, env={"PASSWORD": "hunter2", "NAME": "Ada"})
    assert device.done == ["text hunter2 (secret)", "text Ada"]
    assert isinstance(played.error, ScenarioError) and "x***" in played.error.problem
    told = repr((played.watcher.started, played.watcher.ended, played.error.problem, played.error.remedy))
    assert "hunter2" not in told and "${PASSWORD}" in told


def test_a_name_without_a_value_breaks_the_scenario(play_on: Play) -> None:
    played = play_on(FakeDevice(screens=[screen(("f*", ""))]), "- inputText: ${NAME}\n")
    assert isinstance(played.error, ScenarioError) and "${NAME} has no value" in played.error.problem


def test_names_of_inner_scopes_hide_outer_ones_and_may_default_to_them(play_on: Play) -> None:
    device = FakeDevice(screens=[screen(("f*", ""))])
    body = "- inputText: ${A}${B}\n- runFlow: {env: {A: '3'}, commands: [{inputText: '${A}${B}'}]}\n- inputText: ${A}\n"
    played = play_on(device, body, header="env: {A: '1', B: \"${B || 'b'}\"}\n", env={"A": "0", "B": "B"})
    assert played.error is None
    assert device.done == ["text 1B", "text 3B", "text 1"]


def test_erasing_presses_no_more_keys_than_there_is_text(play_on: Play) -> None:
    device = FakeDevice(screens=[screen(("f*", "abc"))])
    play_on(device, "- eraseText\n- eraseText: 2\n")
    assert device.done == ["key 67 x3", "key 67 x2"]


def test_what_disappears_is_waited_for(play_on: Play) -> None:
    device = FakeDevice(screens=[_PLAIN, _PLAIN, screen()])
    assert play_on(device, "- assertNotVisible: {id: go}\n").error is None
    played = play_on(FakeDevice(screens=[_PLAIN]), "- extendedWaitUntil: {notVisible: {id: go}, timeout: 50}\n")
    assert isinstance(played.error, ScenarioError) and "still on the screen after 0.05 s" in played.error.problem


def test_scrolling_goes_on_until_the_element_is_there(play_on: Play) -> None:
    device = FakeDevice(screens=[screen(), screen(), screen(), screen(), _PLAIN])
    assert play_on(device, "- scrollUntilVisible: {element: {id: go}}\n").error is None
    assert device.done and set(device.done) == {"swipe 50,500 50,100 601"}
    played = play_on(FakeDevice(screens=[screen()]), "- scrollUntilVisible: {element: {id: go}, timeout: 30}\n")
    assert isinstance(played.error, ScenarioError) and "showed no id 'go'" in played.error.problem


@pytest.mark.parametrize(
    ("body", "done"),
    [
        ("- swipe: {direction: LEFT}", ["swipe 90,500 10,500 400"]),
        ("- scroll", ["swipe 50,500 50,100 400"]),
        ("- swipe: {direction: UP, from: {id: go}}", ["swipe 50,15 50,100 400"]),
        ('- swipe: {start: "50%,80%", end: "10,20", duration: 9}', ["swipe 50,800 10,20 9"]),
        ("- longPressOn: {id: go}", ["swipe 50,15 50,15 1500"]),
        ("- doubleTapOn: {id: go, delay: 1}", ["tap 50,15", "tap 50,15"]),
        ('- tapOn: {point: "100%,100%"}', ["tap 100,1000"]),
        ("- pressKey: Power", ["key 26 x1"]),
        ("- stopApp", ["stop com.x"]),
        ("- stopApp: com.y", ["stop com.y"]),
        ("- hideKeyboard", []),
        ("- waitForAnimationToEnd: {timeout: 5}", []),
        ("- idle: 1", []),
        ("- background: 1", ["key 3 x1", "start com.x"]),
        ("- launchApp", ["wake", "stop com.x", "start com.x"]),
        ("- launchApp: {stopApp: false}", ["wake", "start com.x"]),
        (
            "- launchApp: {clearState: true, permissions: {location: deny, com.x.P: allow}}",
            [
                "wake",
                "reset com.x",
                "revoke android.permission.ACCESS_FINE_LOCATION",
                "revoke android.permission.ACCESS_COARSE_LOCATION",
                "grant com.x.P",
                "start com.x",
            ],
        ),
    ],
)
def test_each_command_does_its_act(play_on: Play, body: str, done: list[str]) -> None:
    played = play_on(FakeDevice(screens=[_PLAIN]), body + "\n")
    assert played.error is None and played.device.done == done


def test_a_shown_keyboard_is_hidden_with_back(play_on: Play) -> None:
    device = FakeDevice(screens=[_PLAIN], input_method="  mShowRequested=true mInputShown=true")
    play_on(device, "- hideKeyboard\n")
    assert device.done == ["key 4 x1"]


def test_a_screenshot_keeps_its_name(play_on: Play) -> None:
    played = play_on(FakeDevice(screens=[_PLAIN]), "- takeScreenshot: home-${A}\n", env={"A": "1"})
    assert [(end.name, end.screenshot) for end in played.watcher.ended] == [("home-1", _PNG)]


def test_an_app_that_does_not_come_to_the_front_breaks_the_scenario(play_on: Play) -> None:
    played = play_on(FakeDevice(screens=[_PLAIN], in_front="launcher/.Home"), "- launchApp\n")
    assert isinstance(played.error, ScenarioError)
    assert "com.x is not in front after 0.4 s, but launcher/.Home" in played.error.problem


def test_an_app_that_dies_while_it_is_played_is_told_apart_from_a_broken_scenario(play_on: Play) -> None:
    device = FakeDevice(screens=[_PLAIN])
    device.on_tap = lambda _x, _y: setattr(device, "running", None)
    played = play_on(device, "- launchApp\n- tapOn: {id: go}\n- back\n")
    assert isinstance(played.error, AppDied)
    assert played.watcher.ended[-1].outcome is Outcome.FAILED and len(played.watcher.ended) == 2


def test_a_stopped_app_has_not_died(play_on: Play) -> None:
    device = FakeDevice(screens=[_PLAIN], running=None)
    assert play_on(device, "- stopApp\n- assertVisible: {id: go}\n").error is None


def test_a_lost_device_ends_the_play_and_is_not_asked_for_evidence(play_on: Play) -> None:
    lost = DeviceLost("FAKE is gone", remedy="x")
    played = play_on(FakeDevice(screens=[_PLAIN, _PLAIN, lost]), "- tapOn: {id: go}\n- assertVisible: {id: go}\n")
    assert played.error is lost
    end = played.watcher.ended[-1]
    assert (end.outcome, end.screenshot, end.evidence) == (Outcome.FAILED, None, None)


def test_an_interruption_closes_the_step_that_it_hit(play_on: Play) -> None:
    device = FakeDevice(screens=[_PLAIN])

    def interrupt(_x: int, _y: int) -> None:
        raise KeyboardInterrupt

    device.on_tap = interrupt
    played = play_on(device, "- tapOn: {id: go}\n")
    assert isinstance(played.error, KeyboardInterrupt)
    assert played.watcher.ended[-1].outcome is Outcome.FAILED


def test_preparing_a_start_grants_nothing_that_the_flow_does_not_name() -> None:
    device = FakeDevice()
    prepare(device, Launch(package="com.x", clear_state=False, stop_app=True))
    assert device.done == ["stop com.x"]
