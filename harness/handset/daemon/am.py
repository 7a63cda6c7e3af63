"""`am` and `cmd activity`: outputs and exit codes of android.md section 1.5."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from harness.handset.daemon.call import Call, Output, security_exception, take_flag, take_option
from harness.handset.daemon.intent import MAIN, Intent, component_name, parse
from harness.handset.daemon.link import Link
from harness.handset.daemon.manifest import Component
from harness.handset.daemon.packages import Package
from harness.handset.daemon.processes import kill

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

START_TIMEOUT_S = 20.0
_FROM_SHELL = 0x400000  # FLAG_RECEIVER_FROM_SHELL
_BROUGHT_TO_FRONT = "Warning: Activity not started, its current task has been brought to the front"
_DELIVERED = "Warning: Activity not started, intent has been delivered to currently running top-most instance."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    package: Package
    activity: Component


async def am(phone: Phone, call: Call, out: Output) -> int:
    """Dispatch on the word after `am`."""
    verb, *arguments = call.arguments or [""]
    command = _COMMANDS.get(verb)
    if command is None:
        out.error(f"Unknown command: {verb}" if verb else "Activity manager (activity) commands:")
        return 255
    return await command(phone, replace(call, argv=(verb, *arguments)), out)


async def _start(phone: Phone, call: Call, out: Output) -> int:
    began = time.monotonic()
    intent, options = parse(call.arguments)
    wait = take_flag(options, "-W")
    complain = out.line if wait else out.error
    target = _resolve(phone, intent)
    if take_flag(options, "-S"):
        if target is None:
            out.error(f"Error: Intent does not match any activities: {intent}")
            return 1
        out.line(f"Stopping: {target.package.name}")
        phone.processes.stop(target.package.name, why=f"stop {target.package.name} due to from pid {call.pid}")
    out.line(f"Starting: {intent}")
    if target is None:
        return _unresolved(phone, intent, complain)
    if not target.activity.exported and call.uid != 0:
        where = f"not exported from uid {target.package.app_id}"
        raise security_exception(
            f"Permission Denial: starting {intent} from null (pid={call.pid}, uid={call.uid}) {where}"
        )
    return await _bring_up(phone, target, began=began, wait=wait, out=out)


def _resolve(phone: Phone, intent: Intent) -> _Target | None:
    name = intent.component[0] if intent.component else intent.package
    package = phone.packages.get(name) if name else None
    if package is None:
        return None
    wanted = intent.component[1] if intent.component else package.manifest.launcher
    if intent.component is None and intent.action not in (None, MAIN):
        return None
    for activity in package.manifest.activities:
        if activity.name == wanted:
            return _Target(package=package, activity=activity)
    return None


def _unresolved(phone: Phone, intent: Intent, complain: Callable[[str], None]) -> int:
    if intent.component is not None:
        complain("Error type 3")
        complain(f"Error: Activity class {{{'/'.join(intent.component)}}} does not exist.")
    else:
        complain(f"Error: Activity not started, unable to resolve {intent}")
    return 1 if phone.api >= 35 else 0


async def _bring_up(phone: Phone, target: _Target, *, began: float, wait: bool, out: Output) -> int:
    link = main_link(phone, target.package.name)
    shown: str | None = component_name(target.package.name, target.activity.name)
    if link is not None:
        state, complete = "HOT", True
        _deliver(phone, link, target, warn=out.line if wait else out.error)
    else:
        state = "COLD"
        complete = await start_process(phone, target, wait=wait)
        link = main_link(phone, target.package.name)
    if not wait:
        return 0
    if link is not None and link.window is not None:
        shown = component_name(target.package.name, link.window.activity)
    took = int((time.monotonic() - began) * 1000)
    out.line(f"Status: {'ok' if complete else 'timeout'}")
    if phone.api >= 29:
        out.line(f"LaunchState: {state}")
    elif state == "COLD":
        out.line(f"ThisTime: {took}")
    out.line(f"Activity: {shown}")
    if state == "COLD":
        out.line(f"TotalTime: {took}")
    out.line(f"WaitTime: {took + 3}")
    out.line("Complete")
    return 0


def _deliver(phone: Phone, link: Link, target: _Target, *, warn: Callable[[str], None]) -> None:
    on_top = phone.screen.front() is link
    other = link.window is not None and link.window.activity != target.activity.name
    if other and not target.activity.launcher:
        link.send("start", activity=target.activity.name)
    else:
        warn(_DELIVERED if on_top and not other else _BROUGHT_TO_FRONT)
    if not on_top:
        link.send("front", activity=target.activity.name)
    phone.screen.bring_to_front(link)


async def open_app(phone: Phone, package: Package) -> None:
    """What a tap on the app's icon does."""
    launcher = next(activity for activity in package.manifest.activities if activity.launcher)
    target = _Target(package=package, activity=launcher)
    link = main_link(phone, package.name)
    if link is None:
        await start_process(phone, target, wait=True)
    else:
        _deliver(phone, link, target, warn=lambda _: None)


def main_link(phone: Phone, package: str) -> Link | None:
    """The connection of the package's main process, once it has shown something."""
    for link in phone.processes.links:
        if link.process == package and link.windows:
            return link
    return None


async def start_process(phone: Phone, target: _Target, *, wait: bool) -> bool:
    """Start the app; with `wait`, until its first window. False when that does not come."""
    package = target.package
    if not _main_runs(phone, package.name):
        pid = await phone.processes.launch(package)
        component = component_name(package.name, target.activity.name)
        phone.log.system("I", "ActivityTaskManager", f"START u0 {{act={MAIN} cmp={component}}} pid {pid}")
    if not target.activity.launcher:
        phone.processes.first_activity[package.name] = target.activity.name
    if not wait:
        return True

    def settled() -> bool:
        return main_link(phone, package.name) is not None or not _main_runs(phone, package.name)

    await phone.processes.until(settled, START_TIMEOUT_S)
    return main_link(phone, package.name) is not None


def _main_runs(phone: Phone, package: str) -> bool:
    return any(process.name == package for process in phone.processes.running(package))


async def _force_stop(phone: Phone, call: Call, out: Output) -> int:
    arguments = call.arguments
    take_option(arguments, "--user")
    for name in arguments:
        phone.processes.stop(name, why=f"stop {name} due to from pid {call.pid}")
        package = phone.packages.get(name)
        if package is not None and not package.system:
            phone.packages.put(replace(package, stopped=True))
    return 0


async def _kill(phone: Phone, call: Call, out: Output) -> int:
    # Only what the user does not see may be killed this way.
    seen = phone.screen.seen()
    for name in call.arguments:
        if seen is None or seen.package != name:
            phone.processes.stop(name, why="kill background")
    return 0


async def _crash(phone: Phone, call: Call, out: Output) -> int:
    for name in call.arguments:
        for process in phone.processes.running(name):
            head = f"FATAL EXCEPTION: main\nProcess: {process.name}, PID: {process.pid}"
            text = f"{head}\nandroid.app.RemoteServiceException$CrashedByAdbException: shell-induced crash"
            phone.log.add("E", "AndroidRuntime", text, pid=process.pid, buffer="crash")
            kill(process.pid)
    return 0


async def _broadcast(phone: Phone, call: Call, out: Output) -> int:
    intent, _ = parse(call.arguments)
    intent = replace(intent, flags=intent.flags | _FROM_SHELL)
    out.line(f"Broadcasting: {intent}")
    text = _typed_by_keyboard(intent)
    front = phone.screen.seen()
    if text is not None and front is not None:
        front.send("text", text=text)
        await phone.processes.settled(front)
    elif text is None:
        for link in phone.processes.links:
            link.send("broadcast", action=intent.action, extras=intent.extras)
    out.line("Broadcast completed: result=0")
    return 0


def _typed_by_keyboard(intent: Intent) -> str | None:
    """The text for ADBKeyBoard, the input method of tests, which counts as installed and chosen."""
    if intent.action == "ADB_INPUT_TEXT":
        return intent.extras.get("msg", "")
    if intent.action == "ADB_INPUT_B64":
        try:
            return base64.b64decode(intent.extras.get("msg", "")).decode()
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return None


async def _get_current_user(phone: Phone, call: Call, out: Output) -> int:
    out.line("0")
    return 0


async def _idle(phone: Phone, call: Call, out: Output) -> int:
    out.line("All broadcast queues are idle!")
    return 0


_COMMANDS: dict[str, Callable[[Phone, Call, Output], Awaitable[int]]] = {
    "start": _start,
    "start-activity": _start,
    "force-stop": _force_stop,
    "kill": _kill,
    "crash": _crash,
    "broadcast": _broadcast,
    "get-current-user": _get_current_user,
    "wait-for-broadcast-idle": _idle,
}
