"""Every failure that is known from the field is recognised by its own words, and nothing else is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.failures import classify
from harness.failures.recognise import KNOWN
from harness.model.failure import FailureClass, Handling

_PAGE = (Path(__file__).parent.parent / "docs" / "failures.md").read_text(encoding="utf-8")

# Row, class and words as devices, adb and Frida print them (recorded outputs, or their sources).
_SAID = [
    (1, "I", "error: device offline"),
    (1, "I", "AdbCommandRejectedException: device offline"),
    (2, "I", "error: device 'emulator-5554' not found"),
    (2, "I", "error: device not found"),
    (2, "C", "error: device unauthorized."),
    (3, "I", "error: protocol fault (couldn't read status): Connection reset by peer"),
    (3, "I", "error: protocol fault (no status)"),
    (3, "I", "error: closed"),
    (4, "C", "adb server version (41) doesn't match this client (39); killing..."),
    (5, "I", "cmd: Can't find service: package"),
    (5, "I", "Error: Could not access the Package Manager.  Is the system running?"),
    (5, "I", ("java.lang.IllegalStateException: Cannot access system provider: 'settings' before system providers are "
             "installed!")),
    (6, "C", ("Failure [INSTALL_FAILED_UPDATE_INCOMPATIBLE: Package a.b signatures do not match previously installed "
             "version; ignoring!]")),
    (7, "C", "Failure [INSTALL_FAILED_USER_RESTRICTED: Install canceled by user]"),
    (8, "C", "Failure [INSTALL_FAILED_VERIFICATION_FAILURE: Install not allowed for file:///data/app/vmdl1.tmp]"),
    (9, "C", "Failure [INSTALL_FAILED_NO_MATCHING_ABIS: Failed to extract native libraries, res=-113]"),
    (9, "C", "Failure [INSTALL_FAILED_MISSING_SPLIT: Missing split for com.x]"),
    (10, "I", "ERROR: could not get idle state."),
    (11, "I", "ERROR: null root node returned by UiTestAutomationBridge."),
    (12, "I", ("java.lang.IllegalStateException: UiAutomationService android.accessibilityservice."
              "IAccessibilityServiceClient$Stub$Proxy@8ecd5a7already registered!")),
    (12, "I", "Killed"),
    (13, "I", "  mCurrentFocus=Window{a1 u0 Application Not Responding: com.android.systemui}"),
    (14, "C", "java.lang.SecurityException: Injecting to another application requires INJECT_EVENTS permission"),
    (14, "C", ("java.lang.SecurityException: Injecting input events requires the caller (or the source of the "
              "instrumentation, if any) to have the INJECT_EVENTS permission.")),
    (15, "S", "java.lang.NullPointerException: Attempt to get length of null array"),
    (16, "S", "Error type 3\nError: Activity class {com.x/com.x.Main} does not exist."),
    (17, "S", ("java.lang.SecurityException: Permission Denial: starting Intent { cmp=a/.B } from null (pid=19537, "
              "uid=2000) not exported from uid 10246")),
    (18, "C", "java.lang.IllegalArgumentException: Unknown permission: a.b.C"),
    (18, "C", "java.lang.SecurityException: Package X has not requested permission P"),
    (18, "C", "java.lang.SecurityException: Permission P requested by X is not a changeable permission type"),
    (19, "I", "unable to connect to remote frida-server: Connection refused"),
    (19, "I", "need Gadget to attach on jailed Android; its default location is: /x/gadget-android-arm64.so"),
    (20, "I", "Unable to start: Error binding to address 127.0.0.1:27042: Address already in use"),
    (21, "I", "unexpectedly timed out while waiting for app to launch"),
    (22, "C", ("unable to access process with pid 7 due to system restrictions; try `sudo sysctl "
              "kernel.yama.ptrace_scope=0`, or run Frida as root")),
    (22, "C", "unable to perform ptrace pokedata: I/O error"),
    (23, "C", "ReferenceError: 'Java' is not defined"),
    (23, "C", "Error: Unable to determine ArtMethod field offsets"),
    (23, "C", "Unable to find copied methods in java/lang/Thread; please file a bug"),
    (24, "A", "Process crashed: Bad access due to invalid address"),
    (25, "I", "read: unexpected EOF!"),
    (0, "C", "incompatible frida-server version"),
    (0, "S", "unable to find application with identifier 'com.x'"),
    (0, "I", "spawn already in progress for the specified package name"),
    (0, "C", "unable to inject library into process without libc"),
    (0, "I", "Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "kind", "words"), _SAID)
def test_a_known_failure_is_recognised(row: int, kind: str, words: str) -> None:
    failure = classify(words)
    assert failure is not None
    assert (failure.row, failure.kind) == (row, FailureClass(kind))
    assert failure.text in words
    assert failure.remedy


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Success",
        "package:/data/app/com.example-1/base.apk",
        "Status: ok\nLaunchState: COLD\nComplete",
        "Warning: Activity not started, its current task has been brought to the front",
        "UI hierchary dumped to: /data/local/tmp/ui.xml",
    ],
)
def test_what_went_well_is_no_failure(words: str) -> None:
    assert classify(words) is None


def test_all_25_rows_are_there() -> None:
    assert {known.row for known in KNOWN} - {0} == set(range(1, 26))


def test_a_finding_about_the_app_is_never_tried_again() -> None:
    again = {Handling.AGAIN, Handling.REBOOT, Handling.RESTART_SERVER}
    assert not [known.name for known in KNOWN if known.kind is FailureClass.APP and again & set(known.handling)]


def test_the_page_has_every_failure_with_its_class_and_handling() -> None:
    for known in KNOWN:
        handling = ", ".join(each.value for each in known.handling)
        row = str(known.row) if known.row else ""
        assert f"| {row} | {known.name} | {known.kind.value} | {handling} |" in _PAGE
