"""The handset's screen: apps that come and go, input that reaches them, dumps that show what is there."""

from __future__ import annotations

import asyncio
import json
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.handset.daemon.phone import Phone
from tests.handset_in_process import App, ask, boot, node, package, serve, start_app

APP = "com.example.app"
Scene = Callable[[Phone, App], Awaitable[None]]


@asynccontextmanager
async def scene(tmp_path: Path, patience_s: float = 10.0) -> AsyncIterator[tuple[Phone, Path]]:
    phone = boot(tmp_path / "data", patience_s=patience_s)
    await ask(phone, f"pm install {package(phone)}")
    socket = tmp_path / "s"
    server = await serve(phone, socket)
    async with server:
        yield phone, socket


def play(tmp_path: Path, act: Scene, *, patience_s: float = 10.0, **window: Any) -> None:
    """Run `act` with one app in front that shows a window with a button and a field."""

    async def run() -> None:
        async with scene(tmp_path, patience_s) as (phone, socket):
            app = await start_app(socket)
            show(app, **window)
            await until(lambda: phone.screen.front() is not None)
            await act(phone, app)
            await app.leave()
            await until(lambda: phone.screen.front() is None)

    asyncio.run(run())


def show(app: App, *, activity: str = f"{APP}/.Main", secure: bool = False, children: list[Any] | None = None) -> None:
    inner = children if children is not None else [node("Button", (40, 300, 1040, 440), text="Go", clickable=True)]
    root = node("FrameLayout", (0, 0, 1080, 2400), children=inner)
    app.tell("window", activity=activity, secure=secure, root=root)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not happened():
            await asyncio.sleep(0.005)


async def dump(phone: Phone) -> ET.Element:
    answer = await ask(phone, "uiautomator dump /dev/tty")
    assert answer.out.endswith("UI hierchary dumped to: /dev/tty\n")
    return ET.fromstring(answer.out[: answer.out.index("</hierarchy>") + 12])


async def focus(phone: Phone) -> str:
    found = re.search(r"mCurrentFocus=Window\{\w+ u0 (.*)\}", (await ask(phone, "dumpsys window displays")).out)
    assert found is not None
    return found.group(1)


def test_an_apps_first_window_takes_the_focus_and_its_end_gives_it_back(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path) as (phone, socket):
            assert await focus(phone) == "com.android.launcher3/com.android.launcher3.Launcher"
            app = await start_app(socket)
            show(app)
            await until(lambda: phone.screen.front() is not None)
            assert await focus(phone) == f"{APP}/{APP}.Main"
            activities = (await ask(phone, "dumpsys activity activities")).out
            assert re.search(rf"topResumedActivity=ActivityRecord{{\w+ u0 {APP}/\.Main t\d+}}", activities)
            await app.leave()
            await until(lambda: phone.screen.front() is None)
            assert await focus(phone) == "com.android.launcher3/com.android.launcher3.Launcher"

    asyncio.run(run())


def test_an_apps_death_is_written_to_the_log(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path) as (phone, socket):
            app = await start_app(socket)
            show(app)
            app.tell("log", level="E", tag="AndroidRuntime", message=f"FATAL EXCEPTION: main\nProcess: {APP}, PID: 5")
            await until(lambda: phone.screen.front() is not None)
            await app.leave()
            await until(lambda: phone.screen.front() is None)
            log = (await ask(phone, "logcat -d -v threadtime")).out
            pid = os.getpid()
            assert f"I ActivityManager: Process {APP} (pid {pid}) has died" in log
            assert "WIN DEATH: Window{" in log
            crash = (await ask(phone, "logcat -d -b crash -v brief")).out
            assert crash.splitlines()[1] == f"E/AndroidRuntime({pid:5}): FATAL EXCEPTION: main"

    asyncio.run(run())


def test_the_dump_has_uiautomators_attributes_in_uiautomators_order(tmp_path: Path) -> None:
    async def act(phone: Phone, app: App) -> None:
        answer = await ask(phone, "uiautomator dump /data/ui.xml")
        assert (answer.out, answer.err, answer.code) == ("UI hierchary dumped to: /data/ui.xml\n", "", 0)
        assert (phone.data / "ui.xml").read_text() == (
            "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><hierarchy rotation=\"0\">"
            '<node index="0" text="" resource-id="" class="android.widget.FrameLayout" package="com.example.app" '
            'content-desc="" checkable="false" checked="false" clickable="false" enabled="true" focusable="false" '
            'focused="false" scrollable="false" long-clickable="false" password="false" selected="false" '
            'bounds="[0,0][1080,2400]">'
            '<node NAF="true" index="0" text="" resource-id="com.x:id/btn" class="android.widget.Button" '
            'package="com.example.app" content-desc="" checkable="false" checked="false" clickable="true" '
            'enabled="true" focusable="true" focused="false" scrollable="false" long-clickable="false" '
            'password="false" '
            'selected="false" bounds="[42,1731][1038,1857]"/></node></hierarchy>'
        )

    button = node("Button", (42, 1731, 1038, 1857), id="com.x:id/btn", clickable=True, focusable=True)
    play(tmp_path, act, children=[button])


def test_the_dump_escapes_text_cuts_bounds_and_leaves_out_what_is_not_on_the_screen(tmp_path: Path) -> None:
    async def act(phone: Phone, app: App) -> None:
        nodes = (await dump(phone)).findall(".//node")
        assert [found.attrib["text"] for found in nodes] == ["", 'a<b> & "c"\n.', "hint"]
        assert nodes[1].attrib["bounds"] == "[0,2300][1080,2400]"
        assert nodes[2].attrib["index"] == "2"

    children = [
        node("TextView", (0, 2300, 1080, 2500), text='a<b> & "c"\n\x01'),
        node("TextView", (0, 2500, 1080, 2600), text="below the fold"),
        node("EditText", (0, 100, 1080, 200), hint="hint"),
    ]
    play(tmp_path, act, children=children)


def test_input_reaches_the_app_in_order_and_as_it_was_meant(tmp_path: Path) -> None:
    async def act(phone: Phone, app: App) -> None:
        for line in (
            "input tap 10 20.7",
            "input swipe 10 20 10 20 800",
            "input swipe 1 2000 1 500",
            "input text 'a%sb'",
            "input keyevent 4 KEYCODE_ENTER",
            "input keyevent --longpress DEL",
        ):
            answer = await ask(phone, line)
            assert (answer.out, answer.err, answer.code) == ("", "", 0)
        assert app.seen == [
            {"type": "touch", "x": 10, "y": 20, "long": False},
            {"type": "touch", "x": 10, "y": 20, "long": True},
            {"type": "swipe", "x1": 1, "y1": 2000, "x2": 1, "y2": 500, "ms": 300},
            {"type": "text", "text": "a b"},
            {"type": "key", "code": 4, "long": False},
            {"type": "key", "code": 66, "long": False},
            {"type": "key", "code": 67, "long": True},
        ]

    play(tmp_path, act)


def test_unicode_is_typed_through_the_test_keyboard(tmp_path: Path) -> None:
    async def act(phone: Phone, app: App) -> None:
        answer = await ask(phone, "am broadcast -a ADB_INPUT_B64 --es msg Z3LDvG4=")
        assert answer.out == (
            "Broadcasting: Intent { act=ADB_INPUT_B64 flg=0x400000 (has extras) }\nBroadcast completed: result=0\n"
        )
        assert app.seen == [{"type": "text", "text": "gr\u00fcn"}]

    play(tmp_path, act)


def test_home_sends_the_app_to_the_background_and_am_start_brings_it_back(tmp_path: Path) -> None:
    async def act(phone: Phone, app: App) -> None:
        await ask(phone, "input keyevent HOME")
        assert app.seen == [{"type": "lifecycle", "state": "background"}]
        assert await focus(phone) == "com.android.launcher3/com.android.launcher3.Launcher"
        answer = await ask(phone, f"am start -W -n {APP}/.Main")
        assert answer.out.splitlines()[1] == (
            "Warning: Activity not started, its current task has been brought to the front"
        )
        assert "LaunchState: HOT" in answer.out
        assert "TotalTime" not in answer.out
        await until(lambda: len(app.seen) == 3)
        assert app.seen[1:] == [
            {"type": "front", "activity": f"{APP}.Main"},
            {"type": "lifecycle", "state": "foreground"},
        ]
        again = await ask(phone, f"am start -W -n {APP}/.Main")
        assert "intent has been delivered to currently running top-most instance." in again.out

    play(tmp_path, act)


def test_the_launcher_has_an_icon_that_starts_the_app(tmp_path: Path) -> None:
    async def act(phone: Phone, app: App) -> None:
        await ask(phone, "input keyevent 3")
        icon = (await dump(phone)).find(".//node[@text='App']")
        assert icon is not None
        left, top, right, bottom = map(int, re.findall(r"\d+", icon.attrib["bounds"]))
        await ask(phone, f"input tap {(left + right) // 2} {(top + bottom) // 2}")
        assert await focus(phone) == f"{APP}/{APP}.Main"

    play(tmp_path, act)


@pytest.mark.parametrize(
    "unlock", ["wm dismiss-keyguard", "input keyevent 82", "input swipe 540 2000 540 500"], ids=["wm", "MENU", "swipe"]
)
def test_power_locks_and_the_keyguard_hides_the_app_until_it_is_dismissed(tmp_path: Path, unlock: str) -> None:
    async def act(phone: Phone, app: App) -> None:
        await ask(phone, "input keyevent POWER")
        assert app.seen == [{"type": "lock", "locked": True}, {"type": "lifecycle", "state": "background"}]
        dark = await ask(phone, "uiautomator dump")
        assert (dark.err, dark.code) == ("ERROR: null root node returned by UiTestAutomationBridge.\n", 0)
        await ask(phone, "input keyevent WAKEUP")
        assert await focus(phone) == "NotificationShade"
        assert "mShowingLockscreen=true" in (await ask(phone, "dumpsys window policy")).out
        assert (await dump(phone)).find(".//node[@package='com.android.systemui']") is not None
        await ask(phone, unlock)
        await until(lambda: len(app.seen) == 4)
        assert app.seen[2:] == [{"type": "lock", "locked": False}, {"type": "lifecycle", "state": "foreground"}]
        assert await focus(phone) == f"{APP}/{APP}.Main"

    play(tmp_path, act)


def test_an_app_that_does_not_answer_gives_no_root_node_and_a_line_in_the_log(tmp_path: Path) -> None:
    async def act(phone: Phone, app: App) -> None:
        app.hangs = True
        answer = await ask(phone, "uiautomator dump /data/ui.xml")
        assert (answer.err, answer.code) == ("ERROR: null root node returned by UiTestAutomationBridge.\n", 0)
        assert not (phone.data / "ui.xml").exists()
        assert f"E ActivityManager: ANR in {APP}" in (await ask(phone, "logcat -d")).out

    play(tmp_path, act, patience_s=0.05)


def test_an_app_may_leave_the_foreground_by_itself(tmp_path: Path) -> None:
    async def act(phone: Phone, app: App) -> None:
        app.tell("task", state="background")
        await until(lambda: phone.screen.front() is None)
        assert app.seen == []
        await ask(phone, f"am start -n {APP}/.Main")
        await until(lambda: len(app.seen) == 2)
        assert app.seen[-1] == {"type": "lifecycle", "state": "foreground"}

    play(tmp_path, act)


def test_a_process_without_a_window_never_comes_to_the_front(tmp_path: Path) -> None:
    async def act(phone: Phone, app: App) -> None:
        other = await start_app(tmp_path / "s", process=f"{APP}:remote")
        other.tell("log", level="I", tag="T", message="here")
        await until(lambda: "T       : here" in _log(phone))
        assert await focus(phone) == f"{APP}/{APP}.Main"
        await ask(phone, "input tap 1 1")
        assert other.seen == []
        await other.leave()

    play(tmp_path, act)


def _log(phone: Phone) -> str:
    return "\n".join(f"{entry.tag:<8}: {entry.message}" for entry in phone.log.since(0))


def test_questions_are_answered_on_a_second_connection(tmp_path: Path) -> None:
    async def run() -> dict[str, Any]:
        async with scene(tmp_path) as (_, socket):
            reader, writer = await asyncio.open_unix_connection(socket)
            writer.write(b'{"type":"client"}\n')
            answers: dict[str, Any] = {}
            for what, key in (
                ("getprop", "ro.product.model"),
                ("setting", "global/bluetooth_on"),
                ("setting", "nowhere/x"),
                ("package", APP),
                ("installer", APP),
                ("sensors", ""),
                ("nonsense", ""),
            ):
                writer.write(json.dumps({"type": "query", "what": what, "key": key}).encode() + b"\n")
                answers[f"{what} {key}"] = json.loads(await reader.readline())["value"]
            writer.close()
            await writer.wait_closed()
            return answers

    answers = asyncio.run(run())
    facts = answers[f"package {APP}"]
    assert answers["getprop ro.product.model"] == "Virtual Handset"
    assert answers["setting global/bluetooth_on"] == "1"
    assert answers["setting nowhere/x"] is None
    assert (facts["version_code"], facts["data_dir"], facts["activities"][0]["name"]) == (
        7,
        f"/data/data/{APP}",
        f"{APP}.Main",
    )
    assert answers[f"installer {APP}"] is None
    assert {"android.sensor.accelerometer", "android.sensor.gyroscope"} <= {
        sensor["string_type"] for sensor in answers["sensors "]
    }
    assert answers["nonsense "] is None


def test_sensor_listeners_are_listed_with_their_package(tmp_path: Path) -> None:
    async def act(phone: Phone, app: App) -> None:
        app.tell("sensor", handle=1, registered=True)
        app.tell("sensor", handle=1, registered=False)
        await phone.processes.settled(phone.processes.links[0])
        lines = (await ask(phone, "dumpsys sensorservice")).out.splitlines()
        noted = lines[lines.index("Previous Registrations:") + 1 :]
        assert re.fullmatch(rf"\d\d:\d\d:\d\d - 0x00000001 pid= *\d+ uid=\d+ package={APP}", noted[0])
        assert re.match(rf"\d\d:\d\d:\d\d \+ 0x00000001 pid= *\d+ uid=\d+ package={APP} samplingPeriod=", noted[1])

    play(tmp_path, act)
