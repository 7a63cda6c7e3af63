"""What devices and adb say when something is wrong: the texts, and what is to be done about each.

Sources of the texts: AOSP's and vendors' code and recorded outputs, gathered in docs/failures.md. The first that fits
counts, so the particular stand before the general.
"""

from __future__ import annotations

from harness.failures.known import Known, known

_MIUI = "Allow 'USB debugging (Security settings)' in the phone's developer options; some makers hide it."

DEVICES: tuple[Known, ...] = (
    known(1, "device-offline", "I", "reconnect wait quarantine",
          "Plug the device in again; `adb reconnect offline` touches only those that are offline. "
          "Never `adb kill-server` while other devices run.",
          r"\bdevice offline\b|device still connecting"),
    known(2, "device-unauthorized", "C", "ask",
          "Confirm this computer's key on the phone's screen.",
          r"device unauthorized|device still authorizing"),
    known(2, "device-not-found", "I", "wait reconnect quarantine",
          "Check the cable, or start the emulator; `harness devices` lists what is there.",
          r"device ('.*' )?not found"),
    known(4, "adb-version-clash", "C", "ask",
          "Use one adb on this computer (`harness doctor` names those it finds), and a server port of the lab's own: "
          "ANDROID_ADB_SERVER_PORT.",
          r"adb server version \(\d+\) doesn't match this client \(\d+\)"),
    known(3, "connection-broke", "I", "again reconnect",
          "Check the cable and the hub; the command is repeated only where that is harmless.",
          r"protocol fault|error: closed|^closed$|connection reset by peer"),
    known(5, "not-booted", "I", "wait reboot quarantine",
          "Wait until the device has started: its home screen shows and `pm path android` answers.",
          r"can't find service: (package|activity|settings)|could not access the package manager|"
          r"before system providers are installed"),
    known(6, "other-signer", "C", "ask",
          "A copy signed by somebody else is installed: uninstall it first (its data is lost).",
          r"INSTALL_FAILED_UPDATE_INCOMPATIBLE"),
    known(7, "install-restricted", "C", "ask",
          "Allow 'Install via USB' in the developer options of this phone.",
          r"INSTALL_FAILED_USER_RESTRICTED"),
    known(8, "install-verification", "C", "ask",
          "Turn off 'Verify apps over USB' in the developer options; the harness records that it is off.",
          r"INSTALL_FAILED_VERIFICATION_(FAILURE|TIMEOUT)"),
    known(9, "wrong-abi", "C", "ask",
          "The package has no code for this processor: choose a device by its ABI.",
          r"INSTALL_FAILED_(NO_MATCHING_ABIS|CPU_ABI_INCOMPATIBLE)"),
    known(9, "missing-split", "C", "ask",
          "Install all split APKs of the app together, not only the base.",
          r"INSTALL_FAILED_MISSING_SPLIT"),
    known(0, "storage-full", "I", "again quarantine",
          "Free space on the device.",
          r"INSTALL_FAILED_INSUFFICIENT_STORAGE|no space left on device"),
    known(10, "screen-not-idle", "I", "again quiet_screen other_way",
          "Turn animations off; an app that never rests is read with uiautomator2 instead.",
          r"could not get idle state"),
    known(11, "no-root-node", "I", "wake again other_way",
          "Wake and unlock the screen; if it stays so, the app hangs (see the log for ANR).",
          r"null root node returned by UiTestAutomationBridge"),
    known(12, "automation-taken", "I", "again ask",
          "Another UI automation runs on the device (uiautomator2, Appium): stop it.",
          r"UiAutomationService .*already registered|^Killed$"),
    known(13, "system-not-responding", "I", "quiet_screen again reboot",
          "Give an emulator 2 cores and 2 GB; error dialogs are switched off, crashes are still read in the log.",
          r"Application Not Responding: (com\.android\.systemui|com\.android\.launcher\S*|"
          r"com\.google\.android\.apps\.nexuslauncher)|(System UI|Pixel Launcher) isn't responding"),
    known(14, "input-forbidden", "C", "ask", _MIUI,
          r"INJECT_EVENTS permission"),
    known(15, "text-not-typed", "S", "other_way",
          "Only plain letters can be typed without an input method that takes text by broadcast (ADBKeyBoard).",
          r"Attempt to get length of null array"),
    known(17, "not-exported", "S", "other_way",
          "Start the app through its launcher activity, or as root.",
          r"Permission Denial: starting Intent .* not exported from uid \d+"),
    known(16, "activity-missing", "S", "wake again",
          "Check the activity's name in the app's manifest; a locked device says the same.",
          r"Error type 3\b|Activity class \{.*\} does not exist|unable to resolve Intent"),
    known(18, "permission-not-applicable", "C", "not_applicable",
          "The app does not ask for this permission, or this Android has none of that name.",
          r"Unknown permission: |has not requested permission |is not a changeable permission type"),
    known(25, "log-ended", "I", "resume_capture",
          "The device closed its log; it is followed again from the last line, and the hole is recorded.",
          r"read: unexpected EOF"),
)  # fmt: skip
