"""The handset's android.* classes, seen from outside: an app of the tests' own, driven over ADB."""

from __future__ import annotations

import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.device import AndroidDevice, open_device
from harness.handset.handset import RunningHandset
from harness.handset.pack import pack

pytestmark = pytest.mark.handset

PACKAGE = "org.example.frame"
BACK, HOME, ENTER, DEL, POWER, WAKEUP = 4, 3, 66, 67, 26, 224


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack(Path(__file__).with_name("framework_app"), tmp_path_factory.mktemp("frame") / "frame.apk")


@pytest.fixture
def phone(handset: RunningHandset, package: Path) -> Iterator[AndroidDevice]:
    """The app freshly installed and in front."""
    device = open_device(handset.serial)
    device.install(package)
    device.reset(PACKAGE)
    device.shell(["logcat", "-c"])
    device.wake()
    device.start(PACKAGE)
    until(lambda: named(device, "title") is not None)
    yield device
    device.shell(["pm", "uninstall", PACKAGE])


def until(happened: Callable[[], bool], *, timeout_s: float = 20) -> None:
    deadline = time.monotonic() + timeout_s
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def named(device: AndroidDevice, entry: str) -> ET.Element | None:
    return ET.fromstring(device.hierarchy()).find(f".//node[@resource-id='{PACKAGE}:id/{entry}']")


def node(device: AndroidDevice, entry: str) -> ET.Element:
    found = named(device, entry)
    assert found is not None, entry
    return found


def text(device: AndroidDevice, entry: str) -> str:
    return node(device, entry).attrib["text"]


def middle(device: AndroidDevice, entry: str) -> tuple[int, int]:
    left, top, right, bottom = map(int, re.findall(r"\d+", node(device, entry).attrib["bounds"]))
    return (left + right) // 2, (top + bottom) // 2


def log(device: AndroidDevice) -> list[str]:
    """What the app has logged."""
    lines = device.shell(["logcat", "-d", "-v", "brief"]).stdout.splitlines()
    return [line.partition("): ")[2] for line in lines if re.match(r"\w/Frame *\(", line)]


def life(device: AndroidDevice) -> list[str]:
    return [line.removesuffix(" on main") for line in log(device) if "Activity." in line]


def test_activities_live_in_androids_order_and_on_the_main_thread(phone: AndroidDevice) -> None:
    phone.tap(*middle(phone, "next"))
    assert text(phone, "second") == "Second"
    phone.key(BACK)
    assert text(phone, "title") == "Frame"
    assert life(phone) == [
        *("MainActivity.create", "MainActivity.start", "MainActivity.resume"),
        *("MainActivity.pause", "SecondActivity.create", "SecondActivity.start", "SecondActivity.resume"),
        *("MainActivity.stop", "SecondActivity.pause", "MainActivity.start", "MainActivity.resume"),
        *("SecondActivity.stop", "SecondActivity.destroy"),
    ]
    assert all(line.endswith(" on main") for line in log(phone) if "Activity." in line)


@pytest.mark.parametrize("key", [HOME, BACK, POWER])
def test_leaving_pauses_and_stops_the_activity_and_coming_back_resumes_it(phone: AndroidDevice, key: int) -> None:
    phone.key(key)
    until(lambda: life(phone)[3:] == ["MainActivity.pause", "MainActivity.stop"])
    if key == POWER:
        phone.key(WAKEUP)
        phone.shell(["wm", "dismiss-keyguard"])
    else:
        phone.start(PACKAGE)
    until(lambda: life(phone)[5:] == ["MainActivity.start", "MainActivity.resume"])
    assert text(phone, "title") == "Frame"


def test_the_screen_after_a_tap_shows_all_that_the_tap_set_off(phone: AndroidDevice) -> None:
    where = middle(phone, "chain")
    for _ in range(5):
        phone.tap(*where)
        assert text(phone, "title") == "chain 0"


def test_text_goes_into_the_field_that_was_tapped_and_keys_edit_it(phone: AndroidDevice) -> None:
    phone.text("lost")
    assert node(phone, "field").attrib["text"] == "Words", "an empty field reads as its hint, as on Android"
    phone.tap(*middle(phone, "field"))
    phone.text("some words%")
    phone.key(DEL)
    assert (text(phone, "field"), node(phone, "field").attrib["focused"]) == ("some words", "true")
    phone.key(ENTER)
    assert text(phone, "title") == "entered some words"


def test_a_password_field_never_shows_its_text(phone: AndroidDevice) -> None:
    phone.tap(*middle(phone, "secret"))
    phone.text("hunter2")
    assert text(phone, "secret") == "\u2022" * 7
    assert "hunter2" not in phone.hierarchy()


def test_boxes_are_ticked_and_long_presses_and_disabled_buttons_are_respected(phone: AndroidDevice) -> None:
    phone.tap(*middle(phone, "agree"))
    assert node(phone, "agree").attrib["checked"] == "true"
    x, y = middle(phone, "held")
    phone.swipe((x, y), (x, y), ms=800)
    assert text(phone, "title") == "held"
    phone.tap(x, y)
    assert text(phone, "title") == "tapped"
    phone.tap(*middle(phone, "off"))
    assert (text(phone, "title"), node(phone, "off").attrib["enabled"]) == ("tapped", "false")


def test_what_is_below_the_fold_is_not_there_until_one_scrolls(phone: AndroidDevice) -> None:
    assert named(phone, "last") is None
    assert node(phone, "scroll").attrib["scrollable"] == "true"
    for _ in range(3):
        phone.swipe((540, 1900), (540, 500), ms=200)
    phone.tap(*middle(phone, "last"))
    phone.swipe((540, 500), (540, 2300), ms=200)
    phone.swipe((540, 500), (540, 2300), ms=200)
    assert text(phone, "title") == "last"


def test_preferences_survive_the_process_in_androids_format(phone: AndroidDevice) -> None:
    assert "before 0 entries, same text false" in log(phone)
    phone.stop(PACKAGE)
    phone.shell(["logcat", "-c"])
    phone.start(PACKAGE)
    until(lambda: len(log(phone)) >= 2)
    assert log(phone)[:2] == ["before 6 entries, same text true", "long 1099511627776 float 0.5 set true"]
    stored = phone.shell(["cat", f"/data/data/{PACKAGE}/shared_prefs/frame.xml"]).stdout
    values = {entry.attrib["name"]: entry for entry in ET.fromstring(stored.encode())}
    assert values["text"].text == '<a href="x">&amp; \u00fc \U0001f600\nline two</a>'
    types = {name: entry.tag for name, entry in values.items()}
    assert types == {name: "string" if name == "text" else name for name in types}
    assert len(types) == 6


def test_an_uncaught_exception_ends_the_app_and_is_logged_as_android_logs_it(phone: AndroidDevice) -> None:
    pid = phone.pid(PACKAGE)
    phone.tap(*middle(phone, "crash"))
    until(lambda: phone.pid(PACKAGE) is None)
    crash = [
        line for line in phone.shell(["logcat", "-d", "-v", "brief"]).stdout.splitlines() if "AndroidRuntime" in line
    ]
    said = [line.partition("): ")[2] for line in crash]
    assert said[:3] == [
        "FATAL EXCEPTION: main",
        f"Process: {PACKAGE}, PID: {pid}",
        "java.lang.IllegalStateException: on purpose",
    ]
    assert (phone.focus() or "").startswith("com.android.launcher3")
