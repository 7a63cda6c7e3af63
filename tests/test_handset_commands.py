"""The handset's shell commands against what Android prints; the texts are those recorded in the platform's sources."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.handset_in_process import boot, install, package, say

APP = "com.example.app"


@pytest.mark.parametrize(
    ("line", "out", "code"),
    [
        ("getprop ro.build.version.sdk", "34\n", 0),
        ("getprop ro.build.version.release", "14\n", 0),
        ("getprop ro.handset.virtual", "1\n", 0),
        ("getprop gsm.operator.numeric", "00101\n", 0),
        ("getprop there.is.none", "\n", 0),
        ("getprop there.is.none fallback", "fallback\n", 0),
        ("settings get global there_is_none", "null\n", 0),
        ("settings get global bluetooth_on", "1\n", 0),
        ("settings put global proxy_test x", "", 0),
        ("settings delete global there_is_none", "Deleted 0 rows\n", 0),
        ("settings delete global wifi_on", "Deleted 1 rows\n", 0),
        ("wm size", "Physical size: 1080x2400\n", 0),
        ("wm density", "Physical density: 420\n", 0),
        ("pm path android", "package:/system/framework/framework-res.apk\n", 0),
        ("pm path com.not.there", "", 1),
        ("pm list packages -3", "", 0),
        ("pm list packages -x", "Error: Unknown option: -x\n", 255),
        ("pm uninstall com.not.there", "Failure [not installed for 0]\n", 1),
        ("pm grant com.not.there android.permission.CAMERA", "", 0),
        ("cmd package resolve-activity --brief com.not.there", "No activity found\n", 0),
        ("am force-stop com.not.there", "", 0),
        ("pidof com.not.there", "", 1),
        ("getenforce", "Disabled\n", 0),
        ("dumpsys package com.not.there", "Unable to find package: com.not.there\n", 0),
        ("cmd connectivity airplane-mode", "disabled\n", 0),
        ("cmd location is-location-enabled", "true\n", 0),
        ("monkey -p com.not.there 1", "** No activities found to run, monkey aborted.\n", 252),
        ("content query --uri content://com.android.contacts/data", "No result found.\n", 0),
    ],
)
def test_a_command_answers_as_android_does(tmp_path: Path, line: str, out: str, code: int) -> None:
    answer = say(boot(tmp_path), line)
    assert (answer.out, answer.err, answer.code) == (out, "", code)


@pytest.mark.parametrize(
    ("line", "err", "code"),
    [
        ("pm clear com.not.there", "Failed\n", 1),
        ("settings get nowhere key", "Invalid namespace 'nowhere'\n", 255),
        ("settings get global", "Bad arguments\n", 255),
        ("wm density 20", "Error: density must be >= 72\n", 255),
        ("wm size foo", "Error: bad size foo\n", 255),
        ("cmd nosuch thing", "cmd: Can't find service: nosuch\n", 20),
        ("cmd handset app-process com.not.there", "Error: package com.not.there is not installed\n", 1),
        ("setprop ro.product.model Other", "setprop: failed to set property 'ro.product.model' to 'Other'\n", 1),
        ("nosuchcommand", "/system/bin/sh: nosuchcommand: inaccessible or not found\n", 127),
        ("am start -S -n com.not.there/.Main", "Error: Intent does not match any activities: ", 1),
    ],
)
def test_a_mistake_is_told_on_stderr_as_android_does(tmp_path: Path, line: str, err: str, code: int) -> None:
    answer = say(boot(tmp_path), line)
    assert answer.err.startswith(err)
    assert (answer.out, answer.code) == ("", code)


def test_getprop_dumps_every_property_in_brackets(tmp_path: Path) -> None:
    lines = say(boot(tmp_path), "getprop").out.splitlines()
    assert "[ro.build.version.sdk]: [34]" in lines
    assert all(re.fullmatch(r"\[[^]]+\]: \[.*\]", line) for line in lines)


def test_settings_stay_over_a_restart_and_volatile_properties_do_not(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    for line in ("settings put global http_proxy 127.0.0.1:8080", "setprop persist.own 1", "setprop debug.own 1"):
        say(phone, line)
    phone = boot(tmp_path)
    assert say(phone, "settings get global http_proxy").out == "127.0.0.1:8080\n"
    assert say(phone, "getprop persist.own").out == "1\n"
    assert say(phone, "getprop debug.own").out == "\n"


@pytest.mark.parametrize(
    ("switch_off", "key"),
    [
        ("svc wifi disable", "wifi_on"),
        ("svc bluetooth disable", "bluetooth_on"),
        ("svc data disable", "mobile_data"),
        ("cmd wifi set-wifi-enabled disabled", "wifi_on"),
        ("cmd bluetooth_manager disable", "bluetooth_on"),
        ("cmd phone data disable", "mobile_data"),
    ],
)
def test_a_radio_switch_is_read_back_from_the_settings(tmp_path: Path, switch_off: str, key: str) -> None:
    phone = boot(tmp_path)
    assert say(phone, switch_off).code == 0
    assert say(phone, f"settings get global {key}").out == "0\n"


def test_install_lists_and_paths_agree(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    assert install(phone, "-r -t").out == "Success\n"
    path = say(phone, f"pm path {APP}").out
    assert re.fullmatch(r"package:/data/app/~~[\w-]{22}==/com\.example\.app-[\w-]{22}==/base\.apk\n", path)
    listed = say(phone, "pm list packages -3 -f -i -U --show-versioncode example").out
    assert listed == f"{path.strip()}={APP} versionCode:7  installer=null uid:10101\n"
    assert say(phone, f"cmd package resolve-activity --brief -c android.intent.category.LAUNCHER {APP}").out == (
        "priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true\ncom.example.app/.Main\n"
    )


@pytest.mark.parametrize(
    ("options", "changes", "failure"),
    [
        (
            "",
            {"min_sdk": 35},
            (
                "INSTALL_FAILED_OLDER_SDK: Failed parse during installPackageLI: com.example.app: "
                "Requires newer sdk version #35 (current version is #34)"
            ),
        ),
        (
            "",
            {"target_sdk": 22},
            "INSTALL_FAILED_DEPRECATED_SDK_VERSION: App package must target at least SDK version 23, but found 22",
        ),
        ("", {"test_only": True}, "INSTALL_FAILED_TEST_ONLY: installPackageLI"),
        (
            "",
            {"version_code": 6},
            "INSTALL_FAILED_VERSION_DOWNGRADE: Downgrade detected: Update version code 6 is older than current 7",
        ),
        (
            "",
            {"signer": "00"},
            (
                "INSTALL_FAILED_UPDATE_INCOMPATIBLE: Existing package com.example.app signatures do not match newer "
                "version; ignoring!"
            ),
        ),
        (
            "-R",
            {},
            "INSTALL_FAILED_ALREADY_EXISTS: Attempt to re-install com.example.app without first uninstalling.",
        ),
        ("", {"package": "nodots"}, "INSTALL_PARSE_FAILED_MANIFEST_MALFORMED: package must be a name like "),
        ("", {"version_code": "7"}, "INSTALL_PARSE_FAILED_MANIFEST_MALFORMED: version_code must be of type int"),
        ("", {"activities": [{}]}, "INSTALL_PARSE_FAILED_MANIFEST_MALFORMED: every entry of activities must be "),
        ("", {"helpers": [{"name": "x"}]}, "INSTALL_PARSE_FAILED_MANIFEST_MALFORMED: host must be of type str"),
        (
            "",
            {"helpers": [{"name": "x", "host": "a:1"}]},
            "INSTALL_PARSE_FAILED_MANIFEST_MALFORMED: a helper has a name ",
        ),
    ],
)
def test_a_package_that_android_refuses_is_refused(
    tmp_path: Path, options: str, changes: dict[str, object], failure: str
) -> None:
    phone = boot(tmp_path)
    install(phone)
    answer = install(phone, options, **changes)
    assert answer.out.startswith(f"Failure [{failure}")
    assert answer.code == 1
    assert say(phone, f"pm path {APP}").code == 0


def test_a_file_that_is_no_package_is_refused(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    (tmp_path / "local/tmp/x.apk").write_text("no zip")
    answer = say(phone, "pm install /data/local/tmp/x.apk")
    assert (answer.out[:41], answer.code) == ("Failure [INSTALL_PARSE_FAILED_NOT_APK: Fa", 1)
    missing = say(phone, "pm install /data/local/tmp/none.apk")
    assert missing.code == 255
    assert "Error: Unable to open file: /data/local/tmp/none.apk" in missing.err


def test_an_update_keeps_data_and_uninstall_removes_it(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    install(phone)
    kept = tmp_path / "data" / APP / "files" / "kept"
    kept.write_text("x")
    assert install(phone, version_code=8).out == "Success\n"
    assert kept.exists()
    assert len(list((tmp_path / "app").iterdir())) == 1
    assert say(phone, f"pm uninstall {APP}").out == "Success\n"
    assert not (tmp_path / "data" / APP).exists()
    assert list((tmp_path / "app").iterdir()) == []


def test_clear_empties_the_data_folder_and_takes_permissions_back(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    install(phone)
    say(phone, f"pm grant {APP} android.permission.CAMERA")
    (tmp_path / "data" / APP / "files" / "gone").write_text("x")
    assert say(phone, f"pm clear {APP}").out == "Success\n"
    assert list((tmp_path / "data" / APP / "files").iterdir()) == []
    assert "android.permission.CAMERA: granted=false" in say(phone, f"dumpsys package {APP}").out


@pytest.mark.parametrize(
    ("permission", "fault"),
    [
        ("android.permission.NO_SUCH", "java.lang.IllegalArgumentException: Unknown permission: "),
        (
            "android.permission.RECORD_AUDIO",
            "java.lang.SecurityException: Package com.example.app has not requested permission ",
        ),
        (
            "android.permission.INTERNET",
            (
                "java.lang.SecurityException: Permission android.permission.INTERNET requested by com.example.app is "
                "not a changeable permission type"
            ),
        ),
    ],
)
def test_a_grant_that_android_refuses_throws(tmp_path: Path, permission: str, fault: str) -> None:
    phone = boot(tmp_path)
    install(phone)
    answer = say(phone, f"pm grant {APP} {permission}")
    assert answer.code == 255
    assert answer.err.startswith(f"\nException occurred while executing 'grant':\n{fault}")


def test_install_with_g_grants_what_it_asks_for(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    install(phone, "-g")
    assert "android.permission.CAMERA: granted=true" in say(phone, f"dumpsys package {APP}").out


def test_post_notifications_is_unknown_before_api_33(tmp_path: Path) -> None:
    wanted = "android.permission.POST_NOTIFICATIONS"
    for api, code in ((32, 255), (33, 0)):
        phone = boot(tmp_path / str(api), api=api)
        install(phone, permissions=[wanted], target_sdk=api)
        assert say(phone, f"pm grant {APP} {wanted}").code == code


def test_dumpsys_package_moves_ids_and_dates_at_api_34(tmp_path: Path) -> None:
    blocks = {}
    for api in (33, 34):
        phone = boot(tmp_path / str(api), api=api)
        install(phone, target_sdk=api)
        blocks[api] = say(phone, f"dumpsys package {APP}").out
    assert re.search(r"^    appId=10101$", blocks[34], re.MULTILINE)
    assert re.search(r"^    userId=10101$", blocks[33], re.MULTILINE)
    assert re.search(r"^      firstInstallTime=\d", blocks[34], re.MULTILINE)
    assert re.search(r"^    firstInstallTime=\d", blocks[33], re.MULTILINE)
    assert "versionCode=7 minSdk=24 targetSdk=34" in blocks[34]


@pytest.mark.parametrize(("api", "code"), [(30, 0), (34, 0), (35, 1), (36, 1)])
def test_starting_what_is_not_there_prints_an_error_and_its_code_depends_on_the_api(
    tmp_path: Path, api: int, code: int
) -> None:
    phone = boot(tmp_path, api=api)
    answer = say(phone, "am start -n com.x/.Main")
    assert answer.code == code
    assert answer.out == "Starting: Intent { cmp=com.x/.Main }\n"
    assert answer.err == "Error type 3\nError: Activity class {com.x/com.x.Main} does not exist.\n"
    waiting = say(phone, "am start -W -a android.intent.action.VIEW -d foo://bar/x -f 0x10000000")
    assert waiting.code == code
    assert waiting.out.splitlines()[1] == (
        "Error: Activity not started, unable to resolve "
        "Intent { act=android.intent.action.VIEW dat=foo://bar/... flg=0x10000000 }"
    )


def test_the_shell_may_not_start_an_activity_that_is_not_exported(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    install(phone)
    answer = say(phone, f"am start -n {APP}/.Inner")
    assert answer.code == 255
    assert (
        f"java.lang.SecurityException: Permission Denial: starting Intent {{ cmp={APP}/.Inner }} from null (pid=4711, "
        "uid=2000) not exported from uid 10101"
    ) in answer.err


@pytest.mark.parametrize(
    ("api", "line", "err", "code"),
    [
        (34, "input tap x 5", "\nException occurred while executing 'tap':\njava.lang.NumberFormatException: ", 255),
        (30, "input tap x 5", "Error: Invalid arguments for command: tap\n", 0),
        (34, "input tap 5", "\nException occurred while executing 'tap':\njava.lang.IllegalArgumentException: ", 255),
        (
            34,
            "input text gr\u00fcn",
            (
                "\nException occurred while executing 'text':\njava.lang.NullPointerException: "
                "Attempt to get length of null array\n"
            ),
            255,
        ),
        (29, "pm grant com.example.app android.permission.INTERNET", "Security exception: Permission ", 255),
    ],
)
def test_how_a_bad_argument_is_told_depends_on_the_api(
    tmp_path: Path, api: int, line: str, err: str, code: int
) -> None:
    phone = boot(tmp_path, api=api)
    install(phone, target_sdk=api)
    answer = say(phone, line)
    assert answer.err.startswith(err)
    assert answer.code == code


def test_app_process_gives_the_command_line_with_the_proxy_that_is_set(tmp_path: Path) -> None:
    import json

    phone = boot(tmp_path)
    install(phone)
    assert "-Dhttps.proxyHost" not in say(phone, f"cmd handset app-process {APP}").out
    say(phone, "settings put global http_proxy 127.0.0.1:8080")
    argv = json.loads(say(phone, f"cmd handset app-process {APP}").out)
    assert argv[0].endswith("/bin/java")
    assert {"-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=8080", f"-Dhandset.package={APP}"} <= set(argv)
    assert argv[-2:] == ["android.app.ActivityThread", APP]
    say(phone, "settings put global http_proxy :0")
    assert "-Dhttps.proxyHost" not in say(phone, f"cmd handset app-process {APP}").out


def test_a_factory_reset_makes_another_device(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    install(phone)
    ids = ("settings get secure android_id", "getprop ro.serialno", "getprop dhcp.wlan0.ipaddress")
    before = [say(phone, line).out for line in ids]
    adid = tmp_path / "data/com.google.android.gms/shared_prefs/adid_settings.xml"
    old_adid = adid.read_text()
    assert say(phone, "cmd handset reset").out == "Success\n"
    after = [say(phone, line).out for line in ids]
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert old_adid != adid.read_text()
    assert say(phone, f"pm path {APP}").code == 1


def test_identifiers_look_like_the_real_ones(tmp_path: Path) -> None:
    phone = boot(tmp_path)
    assert re.fullmatch(r"[0-9a-f]{16}\n", say(phone, "settings get secure android_id").out)
    adid = (tmp_path / "data/com.google.android.gms/shared_prefs/adid_settings.xml").read_text()
    assert re.search(r'<string name="adid_key">[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}</string>', adid)
    address = say(phone, "getprop dhcp.wlan0.ipaddress").out.strip()
    assert f"wlan0    inet {address}/24 brd " in say(phone, "ip -o -4 addr").out
    assert "127.0.0.1/8" in say(phone, "ip -o -4 addr").out


def test_an_ipv6_link_local_address_is_made_of_the_mac_as_rfc_2464_says() -> None:
    from harness.handset.daemon.radios import link_local

    # RFC 2464 section 4: 34-56-78-9A-BC-DE gives the interface identifier 36-56-78-FF-FE-9A-BC-DE
    assert link_local("34:56:78:9a:bc:de") == "fe80::3656:78ff:fe9a:bcde"


def test_a_package_cannot_write_outside_its_folder(tmp_path: Path) -> None:
    import zipfile

    phone = boot(tmp_path)
    path = package(phone)
    with zipfile.ZipFile(tmp_path / "local/tmp/app.apk", "a") as file:
        file.writestr("assets/../../../../../escaped", "x")
    assert say(phone, f"pm install {path}").out == "Success\n"
    assert not any(file.name == "escaped" for file in tmp_path.parent.glob("*"))
    inside = [file for file in tmp_path.rglob("escaped") if file.is_file()]
    assert all((tmp_path / "app") in file.parents for file in inside)
