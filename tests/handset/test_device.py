"""The device package against the virtual handset: real adb server, real adbd, real shell."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from adbutils import adb_path

from harness.device import AndroidDevice, devices, open_device
from harness.handset.handset import RunningHandset
from harness.model.errors import DeviceError, DeviceLost, InputError
from harness.model.facts import ShellResult
from harness.scenario.flow import Selector
from harness.scenario.ui import find, read_screen

pytestmark = pytest.mark.handset

PACKAGE = "com.example.doorbell"
_DATA = f"/data/data/{PACKAGE}"


def _adb(serial: str, *words: str) -> str:
    """What Google's own adb client says."""
    done = subprocess.run([adb_path(), "-s", serial, *words], capture_output=True, text=True, timeout=30, check=False)
    return done.stdout


@pytest.fixture
def journal() -> list[ShellResult]:
    return []


@pytest.fixture
def device(handset: RunningHandset, journal: list[ShellResult]) -> AndroidDevice:
    return open_device(handset.serial, journal=journal.append)


@pytest.fixture
def doorbell_installed(device: AndroidDevice, doorbell: Path) -> Iterator[AndroidDevice]:
    """Doorbell freshly installed, and its trackers kept from the network: the proxy leads nowhere."""
    device.install(doorbell)
    device.reset(PACKAGE)
    device.wake()
    with device.proxy("127.0.0.1:9"):
        yield device
    device.stop(PACKAGE)


def test_devices_lists_the_handset_with_its_profile(handset: RunningHandset) -> None:
    found = {line.serial: line for line in devices()}[handset.serial]
    assert (found.state, found.model, found.sdk, found.profile) == ("device", "Virtual Handset", 34, "virtual")


def test_an_unknown_serial_is_answered_with_those_that_are_there(handset: RunningHandset) -> None:
    with pytest.raises(DeviceError, match=re.escape(handset.serial)):
        open_device("nobody")


def test_facts_are_what_the_device_says_of_itself(device: AndroidDevice) -> None:
    facts = device.facts()
    for value, key in (
        (facts.model, "ro.product.model"),
        (facts.manufacturer, "ro.product.manufacturer"),
        (str(facts.sdk), "ro.build.version.sdk"),
        (facts.release, "ro.build.version.release"),
        (facts.fingerprint, "ro.build.fingerprint"),
    ):
        assert value == _adb(device.serial, "shell", "getprop", key).strip() != ""
    assert facts.virtual and facts.runtime == "jvm" and facts.root_style == "user-namespace"
    # The handset shares its host's clock, so the offset is the measuring error and no more
    assert abs(facts.clock_offset_ms) <= facts.clock_error_ms < 1000


def test_identifiers_are_read_and_none_is_empty(device: AndroidDevice) -> None:
    found = device.identifiers()
    assert re.fullmatch(r"[0-9a-f]{16}", found["android_id"])
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", found["advertising_id"])
    assert found["local_ip"].startswith("192.168.")
    assert found["carrier"] == _adb(device.serial, "shell", "getprop", "gsm.operator.alpha").strip()
    assert all(found.values())


@pytest.mark.parametrize(
    "argument",
    ["plain", "two words", "$HOME `id` $(id)", 'it\'s "quoted"', "a;b|c&d", "tab\tnew\nline", "", "äöü ✓", "-n"],
)
def test_every_argument_reaches_the_command_as_it_was_given(device: AndroidDevice, argument: str) -> None:
    assert device.shell(["printf", "<%s>", argument]).stdout == f"<{argument}>"


def test_stdout_stderr_and_exit_code_are_kept_apart(device: AndroidDevice) -> None:
    result = device.shell(["sh", "-c", "echo out; echo err >&2; exit 7"])
    assert (result.stdout, result.stderr, result.exit_code) == ("out\n", "err\n", 7)


def test_a_command_that_reads_its_input_ends(device: AndroidDevice) -> None:
    assert device.shell(["cat"], timeout_s=5).stdout == ""


def test_a_command_that_takes_too_long_is_given_up(device: AndroidDevice) -> None:
    with pytest.raises(DeviceError, match="did not end in time"):
        device.shell(["sleep", "30"], timeout_s=0.3)


def test_installing_gives_the_file_that_was_installed(device: AndroidDevice, doorbell: Path) -> None:
    for _ in range(2):  # the second time it replaces itself
        facts = device.install(doorbell)
        assert (facts.package, facts.version_name, facts.version_code) == (PACKAGE, "3.21.1", 3211)
        assert [apk.sha256 for apk in facts.apks] == [hashlib.sha256(doorbell.read_bytes()).hexdigest()]
        assert [apk.size for apk in facts.apks] == [doorbell.stat().st_size]
    assert device.app(PACKAGE) == facts


def test_what_is_no_package_is_refused_with_a_remedy(device: AndroidDevice, tmp_path: Path) -> None:
    broken = tmp_path / "broken.apk"
    broken.write_text("not a zip")
    with pytest.raises(DeviceError) as caught:
        device.install(broken)
    assert "INSTALL_" in caught.value.problem and caught.value.remedy
    with pytest.raises(InputError):
        device.install(tmp_path / "missing.apk")


def test_a_package_that_is_not_there_is_said_to_be_absent_everywhere(device: AndroidDevice) -> None:
    assert device.app("com.example.none") is None
    assert device.pid("com.example.none") is None
    for act in (device.reset, device.start):
        with pytest.raises(DeviceError, match=r"com\.example\.none is not installed"):
            act("com.example.none")
    with pytest.raises(DeviceError):
        device.spawn_target("com.example.none")


def test_a_reset_leaves_no_file_of_the_app(doorbell_installed: AndroidDevice) -> None:
    device = doorbell_installed
    device.start(PACKAGE)
    device.shell(["sh", "-c", f"mkdir -p {_DATA}/files && echo x > '{_DATA}/files/a b'"])
    assert _adb(device.serial, "shell", f"find {_DATA} -type f").strip()
    device.reset(PACKAGE)
    assert device.pid(PACKAGE) is None
    assert _adb(device.serial, "shell", f"find {_DATA} -type f").strip() == ""


def test_an_app_starts_comes_to_the_front_and_stops(doorbell_installed: AndroidDevice) -> None:
    device = doorbell_installed
    assert device.pid(PACKAGE) is None
    device.start(PACKAGE)
    pid = device.pid(PACKAGE)
    assert pid is not None
    assert device.focus() == f"{PACKAGE}/{PACKAGE}.ConsentActivity"
    device.key(3)
    assert PACKAGE not in (device.focus() or "")
    device.start(PACKAGE)  # to the front again, the same process
    assert device.pid(PACKAGE) == pid and (device.focus() or "").startswith(PACKAGE)
    device.stop(PACKAGE)
    assert device.pid(PACKAGE) is None


def _field(device: AndroidDevice, name: str) -> str:
    return find(read_screen(device.hierarchy()), Selector(id=name))[0].text


def _tap(device: AndroidDevice, name: str) -> None:
    device.tap(*find(read_screen(device.hierarchy()), Selector(id=name))[0].bounds.middle)


def test_text_arrives_letter_by_letter_as_it_was_typed(doorbell_installed: AndroidDevice) -> None:
    device = doorbell_installed
    device.start(PACKAGE)
    _tap(device, "consent_reject")
    _tap(device, "sign_in_name")
    for text in ("Ada O'Neill", "50% sale %s 100%s", '$(id) `id` "x" \\ & | ; < > * ? ! ~ # {a} [b]', "a@b.org", "-n"):
        device.text(text)
        assert _field(device, "sign_in_name") == text
        device.key(67, times=len(text))


def test_a_secret_is_typed_but_stands_in_no_journal(
    doorbell_installed: AndroidDevice, journal: list[ShellResult]
) -> None:
    device = doorbell_installed
    device.start(PACKAGE)
    _tap(device, "consent_reject")
    _tap(device, "sign_in_name")
    device.text("hunter 2's", secret=True)
    assert _field(device, "sign_in_name") == "hunter 2's"
    typed = [entry.command for entry in journal if entry.command.startswith("input text")]
    assert typed == ["input text ***"]


def test_a_screenshot_is_a_picture_of_the_whole_screen(device: AndroidDevice) -> None:
    device.wake()
    picture = device.screenshot()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert (int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])) == (1080, 2400)


def test_the_proxy_is_put_back_whatever_happens(device: AndroidDevice) -> None:
    def proxy() -> str:
        return _adb(device.serial, "shell", "settings", "get", "global", "http_proxy").strip()

    before = proxy()
    with device.proxy(None):
        assert proxy() == before
    with pytest.raises(RuntimeError), device.proxy("127.0.0.1:8080"):
        assert proxy() == "127.0.0.1:8080"
        with device.proxy("127.0.0.1:9090"):
            assert proxy() == "127.0.0.1:9090"
        assert proxy() == "127.0.0.1:8080"
        raise RuntimeError
    assert proxy() == before


def test_permissions_are_granted_and_revoked_and_others_do_not_apply(doorbell_installed: AndroidDevice) -> None:
    device = doorbell_installed
    device.permit(PACKAGE, "all", allow=False)
    assert device.permit(PACKAGE, "android.permission.INTERNET", allow=True) is False  # granted at install
    assert device.permit(PACKAGE, "android.permission.SEND_SMS", allow=True) is False  # not asked for
    assert device.permit(PACKAGE, "no.such.PERMISSION", allow=True) is False


def test_the_spawn_target_is_the_command_that_starts_the_app(doorbell_installed: AndroidDevice) -> None:
    target = doorbell_installed.spawn_target(PACKAGE)
    assert isinstance(target, tuple) and target[0].endswith("/java") and PACKAGE in target[-1]


def test_frida_port_is_the_one_that_the_handset_was_given(device: AndroidDevice, handset: RunningHandset) -> None:
    assert device.frida_port == handset.frida_port


def test_a_device_that_is_disconnected_meanwhile_is_lost_and_found_again(
    device: AndroidDevice, handset: RunningHandset
) -> None:
    subprocess.run([adb_path(), "disconnect", handset.serial], check=True, capture_output=True, timeout=30)
    try:
        with pytest.raises(DeviceLost):
            device.shell(["true"])
    finally:
        again = open_device(handset.serial)  # HOST:PORT is connected by itself
    assert again.shell(["echo", "back"]).stdout == "back\n"


def test_the_adb_server_is_the_one_named_by_the_environment(handset: RunningHandset) -> None:
    from harness.device.adb import Server

    assert Server().port == int(os.environ["ANDROID_ADB_SERVER_PORT"])
