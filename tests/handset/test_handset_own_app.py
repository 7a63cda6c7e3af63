"""docs/handset.md is enough: the apps printed there, taken from the page as they stand, install, start, are driven and
hooked, and what they send is seen on the wire."""

from __future__ import annotations

import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.device import AndroidDevice, open_device
from harness.handset.authority import witness_ca
from harness.handset.handset import RunningHandset
from harness.handset.pack import pack
from harness.handset.witness.environment import witness_python
from harness.handset.witness.mitm import MitmWitness
from harness.model.errors import InputError
from harness.model.hook import Hook, Layer
from harness.model.records import Event, HookReport, HookStatus, Record
from harness.probe import FridaProbe
from tests.truth.flows import read_flows

pytestmark = pytest.mark.handset

PAGE = Path(__file__).parents[2] / "docs" / "handset.md"
_FILE = re.compile(r"^`(handset\.json|src/[\w/]+\.java)`[^\n]*:\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)


def printed_apps(into: Path) -> dict[str, Path]:
    """The page's apps as source folders, by package; each begins with its handset.json."""
    folders: dict[str, Path] = {}
    for name, text in _FILE.findall(PAGE.read_text()):
        if name == "handset.json":
            package = re.search(r'"package": "([\w.]+)"', text)
            assert package is not None
            folder = folders[package.group(1)] = into / package.group(1)
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folders


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    sources = printed_apps(tmp_path_factory.mktemp("page"))
    assert set(sources) == {"com.example.tally", "com.example.bare"}
    return {package: pack(folder, folder.with_name(f"{package}.apk")) for package, folder in sources.items()}


@pytest.fixture
def phone(handset: RunningHandset, apps: dict[str, Path]) -> Iterator[AndroidDevice]:
    device = open_device(handset.serial)
    for package, file in apps.items():
        assert device.install(file).package == package
    yield device
    for package in apps:
        device.shell(["pm", "uninstall", package])


def hook(class_name: str, method: str, parameter: str) -> Hook:
    key = f"own/{class_name}.{method}({parameter})"
    return Hook(key=key, tracker=None, layer=Layer.API, class_name=class_name, method=method, parameters=(parameter,))


def middle(device: AndroidDevice, resource_id: str) -> tuple[int, int]:
    node = find(device, resource_id)
    left, top, right, bottom = map(int, re.findall(r"\d+", node.attrib["bounds"]))
    return (left + right) // 2, (top + bottom) // 2


def find(device: AndroidDevice, resource_id: str) -> ET.Element:
    found = ET.fromstring(device.hierarchy()).find(f".//node[@resource-id='{resource_id}']")
    assert found is not None, device.hierarchy()
    return found


def until(happened: Callable[[], bool], *, timeout_s: float = 20) -> None:
    deadline = time.monotonic() + timeout_s
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_an_app_with_the_framework_starts_and_is_driven(phone: AndroidDevice) -> None:
    phone.start("com.example.tally")
    phone.tap(*middle(phone, "com.example.tally:id/note"))
    phone.text("two words")
    phone.tap(*middle(phone, "com.example.tally:id/more"))
    assert phone.focus() == "com.example.tally/com.example.tally.TallyActivity"
    assert find(phone, "com.example.tally:id/note").attrib["text"] == "two words"
    assert find(phone, "com.example.tally:id/more").attrib["text"] == "Count: 1"
    assert phone.screenshot().startswith(b"\x89PNG\r\n\x1a\n")


def test_an_app_that_speaks_the_protocol_itself_is_driven_too(phone: AndroidDevice) -> None:
    phone.start("com.example.bare")
    phone.tap(*middle(phone, "com.example.bare:id/more"))
    phone.tap(*middle(phone, "com.example.bare:id/more"))
    assert find(phone, "com.example.bare:id/more").attrib["text"] == "Count: 2"


@pytest.mark.parametrize(
    ("package", "watched", "seen"),
    [
        (
            "com.example.tally",
            hook("com.example.tally.TallyActivity", "report", "java.lang.String"),
            [{"t": "string", "v": " 1"}, {"t": "string", "v": " 2"}],
        ),
        (
            "com.example.bare",
            hook("com.example.bare.Main", "count", "int"),
            [{"t": "int", "v": 1}, {"t": "int", "v": 1}],
        ),
    ],
    ids=["with the framework", "without"],
)
def test_an_own_app_is_spawned_and_hooked(
    phone: AndroidDevice, package: str, watched: Hook, seen: list[dict[str, object]]
) -> None:
    records: list[Record] = []
    phone.stop(package)
    probe = FridaProbe(phone.serial, port=phone.frida_port)
    session = probe.spawn(phone.spawn_target(package), [watched], records.append)
    session.resume()
    try:
        until(lambda: (phone.focus() or "").startswith(package))
        for _ in seen:
            phone.tap(*middle(phone, f"{package}:id/more"))
        until(lambda: len(calls(records)) >= len(seen))
    finally:
        session.close()
        phone.stop(package)
    assert reports(records)[-1] is HookStatus.INSTALLED
    assert [event.arguments[0] for event in calls(records)] == seen


def calls(records: list[Record]) -> list[Event]:
    return [record for record in records if isinstance(record, Event)]


def reports(records: list[Record]) -> list[HookStatus]:
    return [record.status for record in records if isinstance(record, HookReport)]


def test_what_an_own_app_sends_goes_through_the_proxy_and_trusts_the_witness(
    phone: AndroidDevice, tmp_path: Path
) -> None:
    witness = MitmWitness(tmp_path, authority=witness_ca())
    with witness.watch("own") as endpoint, phone.proxy(endpoint):
        phone.stop("com.example.tally")
        phone.start("com.example.tally")
        phone.tap(*middle(phone, "com.example.tally:id/more"))
        until(lambda: "Tally   : answer" in phone.shell(["logcat", "-d"]).stdout)
    (flow,) = read_flows(tmp_path / "own" / "flows.mitm", python=witness_python())
    assert (flow.host, flow.path, flow.body) == ("collect.example.org", "/tally", b" 1")


def test_without_a_proxy_nothing_leaves(phone: AndroidDevice) -> None:
    phone.stop("com.example.tally")
    phone.shell(["logcat", "-c"])
    phone.start("com.example.tally")
    phone.tap(*middle(phone, "com.example.tally:id/more"))
    until(lambda: "UnknownHostException: collect.example.org" in phone.shell(["logcat", "-d"]).stdout)


def test_a_source_that_does_not_compile_gives_javacs_words(tmp_path: Path) -> None:
    folder = printed_apps(tmp_path)["com.example.bare"]
    (folder / "src/com/example/bare/Main.java").write_text("package com.example.bare; class Main { int x = true; }")
    with pytest.raises(InputError, match=r"Main\.java:1: error: incompatible types"):
        pack(folder, tmp_path / "bare.apk")


def test_a_folder_without_a_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no handset\.json"):
        pack(tmp_path, tmp_path / "none.apk")
