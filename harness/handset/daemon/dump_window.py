"""`dumpsys window` and `dumpsys activity`: focus, lock screen, resumed activity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.handset.daemon.intent import component_name
from harness.handset.daemon.link import Link
from harness.handset.daemon.system_windows import KEYGUARD, LAUNCHER
from harness.handset.daemon.window import DENSITY, HEIGHT, WIDTH

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

_LAUNCHER_COMPONENT = f"{LAUNCHER}/.Launcher"


def window(phone: Phone, arguments: list[str]) -> list[str]:
    """All of it, or the part named `displays`, `windows`, `policy`. Focus is in `displays` since API 29."""
    part = arguments[0] if arguments else ""
    displays = ["WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)", *_displays(phone)]
    windows = ["WINDOW MANAGER WINDOWS (dumpsys window windows)", *_windows(phone)]
    policy = ["WINDOW MANAGER POLICY STATE (dumpsys window policy)", *_policy(phone)]
    focus = _focus(phone)
    modern = phone.api >= 29
    match part:
        case "displays" | "d":
            return displays + (focus if modern else [])
        case "windows" | "w":
            return windows + ([] if modern else focus)
        case "policy" | "p":
            return policy
        case _:
            return [*policy, *displays, *focus, *windows]


def activity(phone: Phone, arguments: list[str]) -> list[str]:
    """`dumpsys activity activities|top|processes|...`."""
    part = arguments[0] if arguments else "activities"
    if part in ("processes", "p"):
        return ["ACTIVITY MANAGER RUNNING PROCESSES (dumpsys activity processes)", *_processes(phone)]
    if part in ("recents", "r"):
        return ["ACTIVITY MANAGER RECENT TASKS (dumpsys activity recents)", *_tasks(phone)]
    return ["ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)", *_activities(phone)]


def current_focus(phone: Phone) -> str:
    """What `mCurrentFocus=` says."""
    if not phone.screen.interactive or phone.screen.locked:
        return f"Window{{4f1a2b9 u0 {KEYGUARD}}}"
    if phone.screen.dialog is not None:
        return f"Window{{6a90c3e u0 Application Not Responding: {phone.screen.dialog}}}"
    front = phone.screen.front()
    if front is None or front.window is None:
        return f"Window{{2c8e1d4 u0 {LAUNCHER}/{LAUNCHER}.Launcher}}"
    return f"Window{{{_token(front, 0x48)} u0 {front.window.title}}}"


def _focus(phone: Phone) -> list[str]:
    return [f"  mCurrentFocus={current_focus(phone)}", f"  mFocusedApp={_record(phone.screen.front())}"]


def _record(link: Link | None) -> str:
    if link is None or link.window is None:
        return f"ActivityRecord{{1b7d3aa u0 {_LAUNCHER_COMPONENT} t2}}"
    component = component_name(link.package, link.window.activity)
    return f"ActivityRecord{{{_token(link, 0x12)} u0 {component} t{_task(link)}}}"


def _token(link: Link, salt: int) -> str:
    return f"{(link.pid * 2654435761 + salt * 40503) % 0xFFFFFFF:x}"


def _task(link: Link) -> int:
    return 100 + link.pid % 900


def _displays(phone: Phone) -> list[str]:
    size = f"{WIDTH}x{HEIGHT}"
    return [
        "  Display: mDisplayId=0",
        f"    init={size} {DENSITY}dpi cur={size} app={size} rng={WIDTH}x{WIDTH}-{HEIGHT}x{HEIGHT}",
    ]


def _windows(phone: Phone) -> list[str]:
    lines = []
    shown = [link for link in reversed(phone.screen.order) if link.window is not None]
    for number, link in enumerate(shown):
        if link.window is not None:
            lines.append(f"  Window #{number} Window{{{_token(link, 0x48)} u0 {link.window.title}}}:")
            secure = " fl=SECURE" if link.window.secure else ""
            lines.append(f"    mOwnerUid=10101 showForAllUsers=false package={link.package}{secure}")
    return lines


def _policy(phone: Phone) -> list[str]:
    locked, on = phone.screen.locked, phone.screen.interactive
    state = "ON" if on else "OFF"
    interactive = "AWAKE" if on else "SLEEP"
    return [
        f"    mAwake={_flag(on)} mScreenOnEarly={_flag(on)} mScreenOnFully={_flag(on)}",
        f"    isKeyguardShowing={_flag(locked)}",
        f"    mShowingLockscreen={_flag(locked)} mDreamingLockscreen={_flag(locked and not on)}",
        "    KeyguardServiceDelegate",
        f"      showing={_flag(locked)}",
        f"      screenState=SCREEN_STATE_{state}",
        f"      interactiveState=INTERACTIVE_STATE_{interactive}",
        "      KeyguardStateMonitor",
        f"        mIsShowing={_flag(locked)}",
    ]


def _activities(phone: Phone) -> list[str]:
    seen = phone.screen.seen()
    lines = ["Display #0 (activities from top to bottom):", *_tasks(phone)]
    if phone.screen.interactive and not phone.screen.locked:
        lines += _resumed(phone, _record(seen))
    return lines


def _resumed(phone: Phone, record: str) -> list[str]:
    """As each API level has it; the newest close the brace before the task, as some builds do."""
    if phone.api <= 29:
        return [f"    mResumedActivity: {record}", "", f"  ResumedActivity: {record}"]
    component, _, task = record.removesuffix("}").rpartition(" ")
    top = f"{component}}} {task}}}" if phone.api >= 35 else record
    return [f"  topResumedActivity={top}", "", f"  ResumedActivity: {record}"]


def _tasks(phone: Phone) -> list[str]:
    records = [_record(link) for link in reversed(phone.screen.order)]
    launcher = _record(None)
    ordered = [launcher, *records] if phone.screen.home else [*records, launcher]
    return [f"  * Hist #0: {record}" for record in ordered]


def _processes(phone: Phone) -> list[str]:
    return [
        f"  *APP* UID 10101 ProcessRecord{{{process.pid:x} {process.pid}:{process.name}/u0a101}}"
        for process in phone.processes.running()
    ]


def _flag(value: bool) -> str:
    return "true" if value else "false"
