"""What phones answer when they refuse: root styles, packages that do not clear, screens that cannot be read."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator

import pytest
from PIL import Image

from harness.device import AndroidDevice, open_device, packages, screen
from harness.device.adb import Server
from harness.device.facts import clock_offset
from harness.device.profile import FridaPlace
from harness.device.root import find_root
from harness.device.shell import Shell
from harness.model.errors import DeviceError
from tests.fake_adb import Answer, FakeAdbServer

_THREW = "\nException occurred while executing '{}':\njava.lang.SecurityException: {}\n\tat android.os.Parcel\n"
_DUMP = "rm -f {0}; uiautomator dump {0} >&2; cat {0}; rm -f {0}".format("/data/local/tmp/tracker-harness-ui.xml")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAdbServer]:
    fake = FakeAdbServer()
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(fake.port))
    yield fake
    fake.close()


@pytest.fixture
def shell(server: FakeAdbServer) -> Shell:
    server.says("pm path com.x", "package:/data/app/com.x-1/base.apk\n")
    server.says("pidof com.x", exit_code=1)
    server.says("am force-stop com.x")
    return Shell(Server().transport("P1"))


def _in_turn(server: FakeAdbServer, command: str, *answers: tuple[str | bytes, str]) -> None:
    """A command that prints something else each time."""
    services: list[Answer] = []
    for stdout, stderr in answers:
        server.says(command, stdout, stderr=stderr)
        services.append(server.services[f"shell,v2,raw:{command}"])
    turns = iter(services)

    def answer(connection: socket.socket) -> None:
        next(turns)(connection)

    server.services[f"shell,v2,raw:{command}"] = answer


@pytest.mark.parametrize(
    ("answers", "style", "wrapped"),
    [
        ({"id -u": "0\n"}, "adbd", "id -u"),
        ({"id -u": "2000\n", "su -v": "27.0:MAGISKSU\n", "su -c 'id -u'": "0\n"}, "magisk", "su -c 'id -u'"),
        ({"id -u": "2000\n", "su -v": "12:KernelSU\n", "su -c 'id -u'": "0\n"}, "magisk", "su -c 'id -u'"),
        ({"id -u": "2000\n", "su -v": "", "su 0 sh -c 'id -u'": "0\n"}, "aosp-su", "su 0 sh -c 'id -u'"),
        ({"id -u": "2000\n", "su -v": "", "su 0 sh -c 'id -u'": ""}, "none", "id -u"),
        ({"id -u": "2000\n", "su -v": "27.0:MAGISKSU\n", "su -c 'id -u'": "Permission denied"}, "none", "id -u"),
    ],
)
def test_root_is_found_in_every_style(
    server: FakeAdbServer, shell: Shell, answers: dict[str, str], style: str, wrapped: str
) -> None:
    for command, text in answers.items():
        server.says(command, text)
    root = find_root(shell)
    assert (root.style, root.available) == (style, style != "none")
    assert root.wrap("id -u") == wrapped


def test_a_wrapped_command_keeps_its_quotes_through_su(server: FakeAdbServer, shell: Shell) -> None:
    server.says("id -u", "2000\n")
    server.says("su -v", "27.0:MAGISKSU\n")
    server.says("su -c 'id -u'", "0\n")
    shell.as_root = find_root(shell).wrap
    server.says("su -c 'cat '\"'\"'/data/a b'\"'\"''", "content")
    assert shell.run(["cat", "/data/a b"], root=True).stdout == "content"


@pytest.mark.parametrize(
    ("stdout", "stderr", "why"),
    [
        ("", "Failed\n", "Failed"),
        ("", _THREW.format("clear", "PID 1 does not have permission CLEAR_APP_USER_DATA"), "PID 1 does not have"),
        ("Cannot clear data for a protected package: com.x\n", "", "protected package"),
        ("", "", "no answer"),
    ],
)
def test_a_reset_that_is_refused_is_an_error(
    server: FakeAdbServer, shell: Shell, stdout: str, stderr: str, why: str
) -> None:
    server.says("pm clear com.x", stdout, stderr=stderr)
    with pytest.raises(DeviceError, match=why):
        packages.reset(shell, "com.x", rooted=False)


def test_files_that_survive_a_reset_are_an_error(server: FakeAdbServer, shell: Shell) -> None:
    server.says("pm clear com.x", "Success\n")
    server.says(
        "find /data/data/com.x -type f ! -path '*/lib/*' ! -path '*/code_cache/*' 2>/dev/null",
        "/data/data/com.x/files/id\n",
    )
    with pytest.raises(DeviceError, match=r"survived the reset: /data/data/com\.x/files/id"):
        packages.reset(shell, "com.x", rooted=True)


def test_an_activity_that_does_not_start_is_an_error_though_the_exit_code_is_0(
    server: FakeAdbServer, shell: Shell
) -> None:
    launcher = "android.intent.category.LAUNCHER"
    server.says(f"cmd package resolve-activity --brief -c {launcher} com.x", "priority=0\ncom.x/.Main\n")
    start = f"am start -W -a android.intent.action.MAIN -c {launcher} -n com.x/.Main"
    server.says(start, "Error type 3\nError: Activity class {com.x/com.x.Main} does not exist.\n")
    with pytest.raises(DeviceError, match="does not exist"):
        packages.start(shell, "com.x")
    server.says(f"cmd package resolve-activity --brief -c {launcher} com.x", "No activity found\n")
    with pytest.raises(DeviceError, match="has no launcher activity"):
        packages.start(shell, "com.x")


def test_a_permission_that_the_phone_refuses_to_change_is_an_error(server: FakeAdbServer, shell: Shell) -> None:
    command = "pm grant com.x android.permission.CAMERA"
    server.says(command, stderr=_THREW.format("grant", "Neither user 2000 nor current process has G"), exit_code=255)
    with pytest.raises(DeviceError, match="Neither user 2000"):
        packages.permit(shell, "com.x", "android.permission.CAMERA", allow=True)
    server.says(command, stderr=_THREW.format("grant", "Package com.x has not requested permission P"), exit_code=255)
    assert packages.permit(shell, "com.x", "android.permission.CAMERA", allow=True) is False


def test_a_screen_that_was_restless_is_asked_again(server: FakeAdbServer, shell: Shell) -> None:
    _in_turn(
        server, _DUMP, ("", "ERROR: could not get idle state.\n"), ("<?xml version='1.0'?><hierarchy/>", "dumped to: x")
    )
    assert screen.hierarchy(shell).endswith("<hierarchy/>")


def test_a_screen_that_stays_unreadable_is_an_error_with_the_devices_own_words(
    server: FakeAdbServer, shell: Shell
) -> None:
    server.says(_DUMP, stderr="ERROR: null root node returned by UiTestAutomationBridge.\n")
    with pytest.raises(DeviceError, match="null root node returned"):
        screen.hierarchy(shell)


def test_half_a_screen_is_asked_for_again(server: FakeAdbServer, shell: Shell) -> None:
    whole = '<hierarchy rotation="0"><node text="x"/></hierarchy>'
    _in_turn(server, _DUMP, ('<hierarchy rotation="0"><no', "dumped to: x"), (whole, "dumped to: x"))
    assert screen.hierarchy(shell) == whole


def test_no_picture_is_an_error(server: FakeAdbServer, shell: Shell) -> None:
    server.says("screencap -p", stderr="Failed to take screenshot. Status: -2\n", exit_code=1)
    with pytest.raises(DeviceError, match="Status: -2"):
        screen.screenshot(shell)


def test_a_picture_that_broke_off_is_taken_again(server: FakeAdbServer, shell: Shell) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    whole = picture.getvalue()
    _in_turn(server, "screencap -p", (whole[:-20], ""), (b"[Warning] Multiple displays were found\n" + whole, ""))
    assert screen.screenshot(shell) == whole


def test_where_the_window_dump_names_no_app_the_resumed_activity_is_in_front(
    server: FakeAdbServer, shell: Shell
) -> None:
    server.says("dumpsys window | grep -E 'mCurrentFocus|mFocusedApp'", "  mCurrentFocus=null\n")
    record = "  ResumedActivity: ActivityRecord{7fbc105 u0 com.x/.Main t3}\n"
    server.says("dumpsys activity activities | grep -E 'ResumedActivity'", record)
    assert screen.focus(shell) == "com.x/com.x.Main"


def test_a_dialog_of_an_app_that_hangs_is_told_from_the_app_below_it(server: FakeAdbServer, shell: Shell) -> None:
    dump = "  mCurrentFocus=Window{4f u0 Application Not Responding: com.android.systemui}\n"
    app = "  mFocusedApp=ActivityRecord{1 u0 com.x/.Main t3}\n"
    server.says("dumpsys window | grep -E 'mCurrentFocus|mFocusedApp'", dump + app)
    assert (screen.hung(shell), screen.focus(shell)) == ("com.android.systemui", "com.x/com.x.Main")


@pytest.mark.parametrize(
    ("stderr", "message"),
    [
        (_THREW.format("tap", "Injecting input events requires the INJECT_EVENTS permission."), "forbids simulated"),
        ("Error: Invalid arguments for command: tap\n", "Invalid arguments"),
        ("cmd: Can't find service: input\n", "Can't find service"),
    ],
)
def test_input_that_is_refused_is_an_error(server: FakeAdbServer, shell: Shell, stderr: str, message: str) -> None:
    server.says("input tap 1 2", stderr=stderr)
    with pytest.raises(DeviceError, match=message):
        screen.tap(shell, 1, 2)


def test_a_clock_without_fractions_is_half_a_second_uncertain(server: FakeAdbServer, shell: Shell) -> None:
    server.says("date '+%s %N'", "1000000000 N\n")
    offset_ms, error_ms = clock_offset(shell)
    assert error_ms >= 500 and offset_ms < -1e11
    server.says("date '+%s %N'", "1000000000 500000000\n")
    assert clock_offset(shell)[1] < 500


def test_the_first_profile_that_fits_decides_and_frida_port_needs_its_property(server: FakeAdbServer) -> None:
    server.listed = "P1 device\n"
    phone = "[sys.boot_completed]: [1]\n[ro.build.version.sdk]: [34]\n[ro.product.model]: [Pixel 6]\n"
    server.says("getprop", phone)
    server.says("id -u", "0\n")
    device = open_device("P1")
    assert isinstance(device, AndroidDevice) and device.profile.name == "generic-rooted"
    assert device.frida_port == 27042 and device.spawn_target("com.x") == "com.x"
    server.says("getprop", phone + "[ro.handset.virtual]: [1]\n")
    virtual = open_device("P1")
    assert virtual.profile.frida == FridaPlace(property="handset.frida.port")
    with pytest.raises(DeviceError, match="holds no port"):
        _ = virtual.frida_port


def test_a_refusal_that_is_known_says_which_one(server: FakeAdbServer, shell: Shell) -> None:
    launcher = "android.intent.category.LAUNCHER"
    server.says(f"cmd package resolve-activity --brief -c {launcher} com.x", "com.x/.Main\n")
    start = f"am start -W -a android.intent.action.MAIN -c {launcher} -n com.x/.Main"
    server.says(start, "Error type 3\nError: Activity class {com.x/com.x.Main} does not exist.\n")
    server.says(
        "input tap 1 2", stderr=_THREW.format("tap", "Injecting input events requires the INJECT_EVENTS permission.")
    )
    with pytest.raises(DeviceError) as started:
        packages.start(shell, "com.x")
    with pytest.raises(DeviceError) as tapped:
        screen.tap(shell, 1, 2)
    known = [caught.value.failure for caught in (started, tapped)]
    assert [failure.row for failure in known if failure is not None] == [16, 14]
