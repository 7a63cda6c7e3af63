"""What commands print, as recorded from devices and read in platform source (API 29 to 36)."""

from __future__ import annotations

import pytest

from harness.device import replies


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Security exception: Injecting to another application\n\njava.lang...", "Injecting to another application"),
        (
            "\nException occurred while executing 'grant':\njava.lang.SecurityException: Package x has not requested\n",
            "java.lang.SecurityException: Package x has not requested",
        ),
        (
            "\nException occurred while executing:\njava.lang.NullPointerException: null\n",
            "java.lang.NullPointerException: null",
        ),
        ("Warning: Activity not started, its current task has been brought to the front", None),
        ("", None),
    ],
)
def test_an_exception_of_a_shell_service_is_recognised_in_both_wordings(text: str, expected: str | None) -> None:
    assert replies.threw(text) == expected


def test_getprop_lines_may_hold_newlines_and_brackets() -> None:
    text = "[ro.product.model]: [Pixel 6]\n[empty]: []\n[two.lines]: [first\nsecond]\n[odd]: [a]b]\n"
    assert replies.properties(text) == {
        "ro.product.model": "Pixel 6",
        "empty": "",
        "two.lines": "first\nsecond",
        "odd": "a]b",
    }


@pytest.mark.parametrize(
    ("text", "value"), [("38cbe2115f76909e\n", "38cbe2115f76909e"), ("null\n", None), ("\n", None)]
)
def test_a_missing_setting_prints_null_with_exit_code_0(text: str, value: str | None) -> None:
    assert replies.setting(text) == value


@pytest.mark.parametrize(
    ("stdout", "stderr", "refusal"),
    [
        ("Success\n", "", None),
        ("Performing Streamed Install\nSuccess\n", "", None),
        (
            "Failure [INSTALL_FAILED_USER_RESTRICTED: Install canceled by user]\n",
            "",
            ("INSTALL_FAILED_USER_RESTRICTED", "Install canceled by user"),
        ),
        ("Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]\n", "", ("INSTALL_FAILED_INSUFFICIENT_STORAGE", "")),
        ("Failure [not installed for 0]", "", ("", "not installed for 0")),
        ("", "cmd: Can't find service: package\n", ("", "cmd: Can't find service: package")),
        (
            "",
            "\nException occurred while executing 'install':\njava.lang.IllegalStateException: No provider\n",
            ("", "java.lang.IllegalStateException: No provider"),
        ),
        ("", "", ("", "no answer")),
    ],
)
def test_an_install_succeeded_only_if_it_says_so(stdout: str, stderr: str, refusal: tuple[str, str] | None) -> None:
    assert replies.installed(stdout, stderr) == refusal


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Starting: Intent { cmp=com.x/.Main }\nStatus: ok\nLaunchState: COLD\nTotalTime: 612\nComplete\n", None),
        ("Warning: Activity not started, its current task has been brought to the front\nStatus: ok\n", None),
        (
            "Error type 3\nError: Activity class {com.x/com.x.Main} does not exist.\n",
            "Error type 3 Error: Activity class {com.x/com.x.Main} does not exist.",
        ),
        (
            "\nException occurred while executing 'start':\njava.lang.SecurityException: not exported\n",
            "java.lang.SecurityException: not exported",
        ),
    ],
)
def test_am_start_is_judged_by_its_words(text: str, error: str | None) -> None:
    assert replies.start_error(text) == error


@pytest.mark.parametrize(
    ("text", "activity"),
    [
        ("priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true\ncom.x/.Main\n", "com.x/.Main"),
        ("No activity found\n", None),
        ("priority=0\nandroid/com.android.internal.app.ResolverActivity\n", None),
    ],
)
def test_the_launcher_activity_is_the_last_line_with_a_slash(text: str, activity: str | None) -> None:
    assert replies.launcher(text) == activity


@pytest.mark.parametrize(
    "text",
    [
        "  mFocusedApp=ActivityRecord{12376650 u0 com.x/.MainActivity t349}",
        "  mFocusedApp=AppWindowToken{3 token=Token{9 ActivityRecord{2 u0 com.x/.MainActivity t181}}}",
        "    topResumedActivity=ActivityRecord{1a70f4a u0 com.x/com.x.MainActivity} t6294}",
        "    mResumedActivity: ActivityRecord{7fbc105 u0 com.x/.MainActivity t1573}",
        "  ResumedActivity: ActivityRecord{7fbc105 u0 com.x/.MainActivity t1573}",
        "  mCurrentFocus=Window{4 u0 NotificationShade}\n  mFocusedApp=ActivityRecord{1 u10 com.x/.MainActivity t3 f}",
    ],
)
def test_the_activity_in_front_is_found_in_every_spelling(text: str) -> None:
    assert replies.focus(text) == "com.x/com.x.MainActivity"


def test_without_a_focused_app_nothing_is_in_front() -> None:
    assert replies.focus("  mCurrentFocus=null\n  mFocusedApp=null\n") is None


@pytest.mark.parametrize(("text", "found"), [("5078\n", (5078,)), ("5078 6100\n", (5078, 6100)), ("", ())])
def test_pidof_gives_none_one_or_several(text: str, found: tuple[int, ...]) -> None:
    assert replies.pids(text) == found


@pytest.mark.parametrize(
    ("stdout", "stderr", "error"),
    [
        ("UI hierchary dumped to: /data/local/tmp/ui.xml\n", "", None),
        ("UI hierarchy dumped to: /data/local/tmp/ui.xml\n", "", None),
        ("", "ERROR: could not get idle state.\n", "could not get idle state."),
        ("", "Killed\n", "Killed"),
        ("", "", "no answer"),
    ],
)
def test_a_screen_dump_failed_when_no_file_is_announced(stdout: str, stderr: str, error: str | None) -> None:
    assert replies.dump_error(stdout, stderr) == error


def test_warnings_before_a_picture_are_cut_off() -> None:
    picture = b"\x89PNG\r\n\x1a\n the rest of it \0\0\0\0IEND\xae\x42\x60\x82"
    assert replies.png(b"[Warning] Multiple displays were found\n" + picture) == picture
    assert replies.png(picture[:-1]) is None
    assert replies.png(b"Failed to take screenshot. Status: -2\n") is None


def test_package_files_split_at_the_last_equals_sign() -> None:
    text = "package:/data/app/~~6vXk==/com.x-Zr0v==/base.apk=com.x\npackage:/system/app/A.apk=android\nother\n"
    assert replies.package_files(text) == {
        "/data/app/~~6vXk==/com.x-Zr0v==/base.apk": "com.x",
        "/system/app/A.apk": "android",
    }


def test_addresses_leave_the_loopback_out() -> None:
    text = (
        "1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever\n"
        "2: radio0    inet 10.0.2.15/24 brd 10.0.2.255 scope global radio0\\       valid_lft forever\n"
        "4: wlan0    inet 10.0.2.16/24 scope global wlan0\\ \n"
    )
    assert replies.addresses(text) == {"radio0": "10.0.2.15", "wlan0": "10.0.2.16"}


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        (
            '<map><string name="adid_key">70101066-0cf5</string><boolean name="x" value="false" /></map>',
            "70101066-0cf5",
        ),
        ("<map />", None),
        ("cat: /data/x: No such file or directory", None),
    ],
)
def test_a_preference_is_read_or_absent(xml: str, value: str | None) -> None:
    assert replies.preference(xml, "adid_key") == value


_DUMP = """Packages:
  Package [com.example.app] (2036fd1):
    userId=10225
    codePath=/data/app/com.example.app-1
    versionCode=7 minSdk=21 targetSdk=34
    versionName=1.0 beta
    installerPackageName=com.android.vending
    requested permissions:
      android.permission.CAMERA
      android.permission.READ_SMS: restricted=true
    install permissions:
      android.permission.INTERNET: granted=true
    User 0: ceDataInode=1504712 installed=true
      runtime permissions:
        android.permission.CAMERA: granted=false, flags=[ USER_SET ]
        android.permission.RECORD_AUDIO: granted=true
Hidden system packages:
  Package [com.example.app] (aaaa):
    versionCode=3 minSdk=21 targetSdk=30
"""


def test_only_the_first_block_of_a_package_counts() -> None:
    dump = replies.package_dump(_DUMP, "com.example.app")
    assert dump is not None
    assert (dump.version_name, dump.version_code, dump.min_sdk, dump.target_sdk) == ("1.0 beta", 7, 21, 34)
    assert dump.installer == "com.android.vending"
    assert dump.requested == ("android.permission.CAMERA", "android.permission.READ_SMS")
    assert dump.granted == {"android.permission.INTERNET", "android.permission.RECORD_AUDIO"}


def test_an_unknown_package_has_no_block() -> None:
    assert replies.package_dump("Unable to find package: com.y\n", "com.y") is None
    assert replies.package_dump(_DUMP, "com.example") is None
