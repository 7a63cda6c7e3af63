"""Planted failures: which command they strike, how often, and with what words, which are those of recorded phones."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.handset.daemon.fault_rows import ROWS
from tests.handset_in_process import boot, install, package, say

APP = "com.example.app"
_INJECT = "Injecting to another application requires INJECT_EVENTS permission"
_INJECT_NEW = (
    "Injecting input events requires the caller (or the source of the instrumentation, if any) to have the "
    "INJECT_EVENTS permission."
)
_ABIS = "Failure [INSTALL_FAILED_NO_MATCHING_ABIS: Failed to extract native libraries, res=-113]\n"
_PROVIDERS = "Cannot access system provider: 'settings' before system providers are installed!"


@pytest.mark.parametrize(
    ("row", "line", "told"),
    [
        ("5", "pm path android", ("", "cmd: Can't find service: package\n", 20)),
        ("5", "cmd package list packages", ("", "cmd: Can't find service: package\n", 20)),
        ("5", "settings get global adb_enabled", ("", "cmd: Can't find service: settings\n", 20)),
        ("5-old", "pm path x", ("", "Error: Could not access the Package Manager.  Is the system running?\n", 1)),
        ("7", "pm install x", ("Failure [INSTALL_FAILED_USER_RESTRICTED: Install canceled by user]\n", "", 1)),
        ("9", "pm install x", (_ABIS, "", 1)),
        ("storage", "cmd package install x.apk", ("Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]\n", "", 1)),
        ("10", "uiautomator dump /sdcard/ui.xml", ("", "ERROR: could not get idle state.\n", 0)),
        ("11", "uiautomator dump", ("", "ERROR: null root node returned by UiTestAutomationBridge.\n", 0)),
        ("18", "pm grant com.example.app android.permission.CAMERA", ("", "", 0)),
        ("21", "cmd handset app-process x", ("", "unexpectedly timed out while waiting for app to launch\n", 1)),
        ("25", "logcat -s nothing", ("", "read: unexpected EOF!\n", 1)),
    ],
)
def test_a_planted_failure_has_the_words_and_the_exit_code_of_a_phone(
    tmp_path: Path, row: str, line: str, told: tuple[str, str, int]
) -> None:
    phone = boot(tmp_path)
    assert say(phone, f"cmd handset fault add {row}").code == 0
    answer = say(phone, line)
    assert (answer.out, answer.err, answer.code) == told


@pytest.mark.parametrize(
    ("row", "api", "line", "words"),
    [
        ("14", 31, "input tap 1 1", ("Exception occurred while executing 'tap':", f"SecurityException: {_INJECT}")),
        ("14", 33, "input tap 1 1", ("Exception occurred while executing 'tap':", _INJECT_NEW)),
        ("14", 29, "input tap 1 1", (f"Security exception: {_INJECT}", f"SecurityException: {_INJECT}")),
        ("15", 34, "input text é", ("Exception occurred while executing 'text':", "get length of null array")),
        ("5-providers", 29, "settings get global x", ("Exception occurred while executing:", _PROVIDERS)),
        ("17", 34, "am start -n a/.B", ("Exception occurred while executing 'start':", "not exported from uid")),
    ],
)
def test_what_a_service_throws_is_told_in_the_way_of_the_api_level(
    tmp_path: Path, row: str, api: int, line: str, words: tuple[str, str]
) -> None:
    phone = boot(tmp_path, api=api)
    say(phone, f"cmd handset fault add {row}")
    answer = say(phone, line)
    head, message = words
    assert head in answer.err.splitlines()
    assert message in answer.err
    assert answer.code == 255


@pytest.mark.parametrize(("api", "code"), [(30, 0), (34, 0), (35, 1)])
def test_a_missing_activity_ends_with_the_code_of_the_api_level(tmp_path: Path, api: int, code: int) -> None:
    phone = boot(tmp_path, api=api)
    say(phone, "cmd handset fault add 16")
    answer = say(phone, "am start -W -n com.x/com.x.Main")
    assert answer.out == "Error type 3\nError: Activity class {com.x/com.x.Main} does not exist.\n"
    assert answer.code == code


def test_a_failure_lets_so_many_pass_strikes_so_often_and_is_over(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    say(phone, "cmd handset fault add 10 --after 2 --times 2")
    answers = [say(phone, "uiautomator dump /dev/tty").err for _ in range(6)]
    assert [bool(err) for err in answers] == [False, False, True, True, False, False]
    assert "met 6, struck 2" in say(phone, "cmd handset fault list").out


def test_chance_strikes_the_same_commands_each_time(tmp_path: Path) -> None:
    def struck(name: str) -> list[int]:
        phone = boot(tmp_path / name)
        say(phone, "cmd handset fault add 11 --probability 0.5")
        return [number for number in range(40) if say(phone, "uiautomator dump /dev/tty").err]

    first = struck("a")
    assert first == struck("b")
    assert 8 <= len(first) <= 32


def test_a_failure_can_have_other_words_and_only_some_commands(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    say(phone, "cmd handset fault add 7 --text 'Failure [INSTALL_FAILED_ABORTED]' --on other.apk")
    assert say(phone, f"pm install {package(phone)}").out == "Success\n"
    assert say(phone, "pm install other.apk").out == "Failure [INSTALL_FAILED_ABORTED]\n"


def test_what_is_cleared_strikes_no_more(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    for row in ("5", "10"):
        say(phone, f"cmd handset fault add {row}")
    assert say(phone, "cmd handset fault clear 5").out == "Cleared 1\n"
    assert say(phone, "pm path android").code == 0
    assert say(phone, "uiautomator dump").err
    assert say(phone, "cmd handset fault clear").out == "Cleared 1\n"
    assert say(phone, "cmd handset fault list").out == ""


@pytest.mark.parametrize(
    "words", ["", "add", "add 999", "add 4", "add 5 --probability 2", "add 5 --after x", "clear 1 2"]
)
def test_a_mistake_in_planting_is_told_and_plants_nothing(tmp_path: Path, words: str) -> None:
    phone = boot(tmp_path)
    answer = say(phone, f"cmd handset fault {words}")
    assert answer.code == 255
    assert answer.err
    assert say(phone, "cmd handset fault list").out == ""


def test_every_row_of_the_field_failures_but_that_of_the_adb_server_can_be_planted(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    assert {str(number) for number in range(1, 26)} - set(ROWS) == {"4"}
    for name in ROWS:
        assert say(phone, f"cmd handset fault add {name}").code == 0


def test_a_dialog_of_the_system_covers_everything_until_somebody_waits(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    say(phone, "settings put global hide_error_dialogs 0")
    say(phone, "cmd handset fault add 13 --times 1")
    focus = say(phone, "dumpsys window displays").out
    assert "mCurrentFocus=Window{6a90c3e u0 Application Not Responding: com.android.systemui}" in focus
    screen = say(phone, "uiautomator dump /dev/tty").out
    assert 'resource-id="android:id/aerr_wait"' in screen
    assert "System UI isn't responding" in screen
    say(phone, "input tap 540 1300")
    assert "Application Not Responding" not in say(phone, "dumpsys window displays").out


def test_a_device_that_hides_error_dialogs_only_logs_them(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    say(phone, "settings put global hide_error_dialogs 1")
    say(phone, "cmd handset fault add 13 --times 1")
    assert "Application Not Responding" not in say(phone, "dumpsys window displays").out
    assert "E ActivityManager: ANR in com.android.systemui" in say(phone, "logcat -d").out


def test_half_a_text_is_typed_and_nobody_says_so(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    say(phone, "cmd handset fault add 15-partial")
    answer = say(phone, "input text hello")
    assert (answer.out, answer.err, answer.code) == ("", "", 0)


@pytest.mark.parametrize(
    ("stage", "line", "code", "words"),
    [
        ("adbd", "pm path android", 20, "cmd: Can't find service: package"),
        ("adbd", "settings get global device_provisioned", 20, "cmd: Can't find service: settings"),
        ("packages", "pm path android", 0, ""),
        ("packages", "settings get global device_provisioned", 255, _PROVIDERS),
        ("locked", "am start -n com.example.app/.Main", 0, "Error type 3"),
        ("done", "settings get global device_provisioned", 0, ""),
    ],
)
def test_a_stage_of_booting_has_the_services_that_it_has(
    tmp_path: Path, stage: str, line: str, code: int, words: str
) -> None:
    phone = boot(tmp_path)
    say(phone, f"cmd handset boot {stage}")
    answer = say(phone, line)
    assert answer.code == code
    assert words in answer.err


@pytest.mark.parametrize(
    ("stage", "completed", "animation"),
    [("adbd", "", "running"), ("packages", "", "running"), ("locked", "1", "stopped"), ("done", "1", "stopped")],
)
def test_the_properties_tell_how_far_the_boot_has_come(
    tmp_path: Path, stage: str, completed: str, animation: str
) -> None:
    phone = boot(tmp_path)
    say(phone, f"cmd handset boot {stage}")
    assert say(phone, "getprop sys.boot_completed").out.strip() == completed
    assert say(phone, "getprop init.svc.bootanim").out.strip() == animation


def test_apps_exist_again_once_somebody_has_unlocked(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    install(phone)
    say(phone, "cmd handset boot locked")
    assert "Error type 3" in say(phone, f"am start -n {APP}/.Missing").err
    say(phone, "wm dismiss-keyguard")
    assert say(phone, "pm path android").code == 0
    assert phone.boot.stage == "done"


def test_a_restricted_permission_is_granted_without_a_word_and_without_effect(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    install(phone, permissions=["android.permission.READ_SMS"])
    answer = say(phone, f"pm grant {APP} android.permission.READ_SMS")
    assert (answer.out, answer.err, answer.code) == ("", "", 0)
    assert "android.permission.READ_SMS: granted=false" in say(phone, f"dumpsys package {APP}").out


@pytest.mark.parametrize(
    ("api", "line"),
    [
        (29, "    mResumedActivity: ActivityRecord{1b7d3aa u0 com.android.launcher3/.Launcher t2}"),
        (34, "  topResumedActivity=ActivityRecord{1b7d3aa u0 com.android.launcher3/.Launcher t2}"),
        (35, "  topResumedActivity=ActivityRecord{1b7d3aa u0 com.android.launcher3/.Launcher} t2}"),
    ],
)
def test_the_resumed_activity_is_written_in_the_way_of_the_api_level(tmp_path: Path, api: int, line: str) -> None:
    assert line in say(boot(tmp_path, api=api), "dumpsys activity activities").out.splitlines()


def test_selinux_is_off_and_can_be_made_to_seem_on(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    assert say(phone, "setenforce 0").err == "setenforce: SELinux is disabled\n"
    say(phone, "setprop persist.handset.selinux Enforcing")
    assert say(phone, "getenforce").out == "Enforcing\n"
    assert say(phone, "setenforce 0").code == 0
    assert say(phone, "getenforce").out == "Permissive\n"


def test_a_keyguard_with_a_pin_opens_for_the_pin_alone(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    say(phone, "cmd handset pin 1234")
    for line in ("input keyevent 26", "input keyevent 224", "wm dismiss-keyguard", "input keyevent 82"):
        say(phone, line)
    for digits, locked in (("4321", "true"), ("1234", "false")):
        say(phone, f"input text {digits}")
        say(phone, "input keyevent ENTER")
        assert f"isKeyguardShowing={locked}" in say(phone, "dumpsys window policy").out
