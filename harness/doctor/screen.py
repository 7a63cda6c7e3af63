"""What stands between a flow and the app on the screen."""

from __future__ import annotations

import re

from harness.device import replies
from harness.doctor.line import Line, Verdict
from harness.doctor.patient import Patient
from harness.model.errors import DeviceError

_LOCKED = re.compile(r"\b(?:isKeyguardShowing|mShowingLockscreen|mIsShowing)=true")
_ANIMATIONS = ("window_animation_scale", "transition_animation_scale", "animator_duration_scale")
_HUNG = re.compile(r"mCurrentFocus=.*Application Not Responding: (\S+?)\}")
# Servers of other drivers: each holds the one UiAutomation connection that the platform gives.
_DRIVERS = re.compile(
    r"com\.wetest\.uia2\.Main|io\.appium\.uiautomator2\.server|com\.github\.uiautomator|\buiautomator\b"
)


def awake(patient: Patient) -> Line:
    policy = patient.ask("dumpsys window policy").stdout
    asleep = re.search(r"mWakefulness=(?!Awake)", patient.ask("dumpsys power").stdout) is not None
    locked = _LOCKED.search(policy) is not None
    if not asleep and not locked:
        return Line(what="screen", measured="awake, unlocked")
    return Line(
        what="screen",
        measured=", ".join(word for word, true in (("asleep", asleep), ("locked", locked)) if true),
        verdict=Verdict.FAULT,
        remedy="Wake and unlock it; take the PIN off, and let it stay awake while it charges (developer options).",
        commands=(
            patient.adb("input keyevent 224"),
            patient.adb("wm dismiss-keyguard"),
            patient.adb("svc power stayon true"),
        ),
    )


def focus(patient: Patient) -> Line:
    hung = _HUNG.search(patient.ask("dumpsys window").stdout)
    if hung is None:
        return Line(what="focus", measured=patient.device.focus() or "no app in front")
    return Line(
        what="focus", measured=f"a dialog says that {hung[1]} does not respond", verdict=Verdict.FAULT,
        remedy="Dismiss it, and give an emulator a second core.",
        commands=(patient.adb("am broadcast -a android.intent.action.CLOSE_SYSTEM_DIALOGS"),),
    )  # fmt: skip


def animations(patient: Patient) -> Line:
    on = [name for name in _ANIMATIONS if (patient.setting("global", name) or "1") not in ("0", "0.0")]
    if not on:
        return Line(what="animations", measured="off")
    return Line(
        what="animations", measured=f"on: {', '.join(on)}", verdict=Verdict.WARNING,
        remedy="Switch them off: while something moves, the screen cannot be read (`could not get idle state`).",
        commands=tuple(patient.adb(f"settings put global {name} 0") for name in on),
    )  # fmt: skip


def error_dialogs(patient: Patient) -> Line:
    if patient.setting("global", "hide_error_dialogs") == "1":
        return Line(what="error dialogs", measured="hidden")
    return Line(
        what="error dialogs", measured="shown", verdict=Verdict.WARNING,
        remedy="Hide them: \"System UI isn't responding\" covers the app; crashes are read from the log anyway.",
        commands=(patient.adb("settings put global hide_error_dialogs 1"),),
    )  # fmt: skip


def drivers(patient: Patient) -> Line:
    """Whether another UI driver holds the UiAutomation connection."""
    rows = (line.split(maxsplit=1) for line in patient.ask("ps -A -o PID,ARGS").stdout.splitlines())
    found = {int(row[0]): row[1] for row in rows if len(row) == 2 and row[0].isdigit() and _DRIVERS.search(row[1])}
    if not found:
        return Line(what="other UI drivers", measured="none")
    return Line(
        what="other UI drivers",
        measured=", ".join(f"{_DRIVERS.search(name)[0]} (pid {pid})" for pid, name in found.items()),  # type: ignore[index]
        verdict=Verdict.FAULT,
        remedy="End it: only one can read the screen (`UiAutomationService already registered`).",
        commands=tuple(patient.adb(f"kill {pid}", root=True) for pid in found),
    )


def hierarchy(patient: Patient) -> Line:
    """Reads the screen as a flow does: the settings above only make it likely that it works."""
    xml = patient.device.hierarchy()
    return Line(what="reading the screen", measured=f"{xml.count('<node')} widgets")


def screenshot(patient: Patient) -> Line:
    try:
        size = len(patient.device.screenshot())
    except DeviceError as exc:
        return Line(what="screenshot", measured=exc.problem, verdict=Verdict.WARNING, remedy=exc.remedy)
    return Line(what="screenshot", measured=f"{size // 1024} KB")


def touching(patient: Patient) -> Line:
    """Key 0 does nothing anywhere, and is refused where every tap would be."""
    said = patient.ask("input keyevent 0")
    refused = replies.threw(f"{said.stdout}\n{said.stderr}")
    if refused is None and said.exit_code == 0:
        return Line(what="input", measured="allowed")
    return Line(
        what="input",
        measured=refused or (said.stderr or said.stdout).strip()[:200] or f"exit code {said.exit_code}",
        verdict=Verdict.FAULT,
        remedy='Xiaomi, Redmi, Poco: developer options, "USB debugging (Security settings)"; Oppo, Realme: "Disable '
        'permission monitoring".',
    )


def keyboard(patient: Patient) -> Line:
    chosen = patient.setting("secure", "default_input_method") or "none"
    if "adbkeyboard" in chosen.lower() or "adbime" in chosen.lower():
        return Line(what="keyboard", measured=f"{chosen}: any text can be typed")
    return Line(
        what="keyboard", measured=f"{chosen}: ASCII only", verdict=Verdict.NOTE,
        remedy="For other letters install a keyboard that takes the broadcast ADB_INPUT_B64 and choose it: "
        "`adb shell ime set com.android.adbkeyboard/.AdbIME`.",
    )  # fmt: skip
