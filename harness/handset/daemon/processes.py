"""App processes: how they are started, found, stopped, and what is noted when one dies."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.handset.daemon.launch import PACKAGE_MARK, PROCESS_MARK, environment, program
from harness.handset.daemon.link import Link
from harness.handset.daemon.packages import Package

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A running app process, whether it has connected or not (Frida's suspended ones have not)."""

    pid: int
    package: str
    name: str


class Processes:
    """The processes of apps. /proc says which run; `links` holds those that have connected."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self.links: list[Link] = []
        self.changed = asyncio.Event()  # replaced at every change: wait on the one you hold
        self.first_activity: dict[str, str] = {}  # by package: what to show instead of the launcher activity
        self._started: dict[int, Process] = {}
        self._stopped: set[int] = set()
        self._tasks: set[asyncio.Task[object]] = set()

    def running(self, package: str | None = None) -> list[Process]:
        """All app processes, or those of one package, lowest pid first."""
        # One just started has no command line in /proc for a moment, while the kernel exchanges the program.
        found = {**self._started, **{process.pid: process for process in scan()}}
        return [process for _, process in sorted(found.items()) if package in (None, process.package)]

    async def launch(self, package: Package, process: str | None = None) -> int:
        """Start the app's main process, or the one named; its output goes to the log."""
        name = process or package.name
        held = self._phone.gates.guards(package.name)
        argv = program(package, self._phone.settings.proxy(), process=name, held=held)
        child = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment(package.name),
            start_new_session=True,
        )
        self.started(child, package, name)
        self.in_background(self._relay(child.stdout, child.pid, level="I", tag="System.out"))
        self.in_background(self._relay(child.stderr, child.pid, level="W", tag="System.err"))
        return child.pid

    def started(self, child: asyncio.subprocess.Process, package: Package, name: str) -> Process:
        """Count a new child as a process of the app until it ends."""
        process = self._started[child.pid] = Process(pid=child.pid, package=package.name, name=name)
        self._phone.log.system("I", "ActivityManager", f"Start proc {child.pid}:{name}/u0a{_user(package)}")
        self.in_background(self._reap(child))
        return process

    def stop(self, package: str, *, why: str) -> list[int]:
        """Kill every process of a package at once; the pids."""
        killed = []
        for process in self.running(package):
            self._stopped.add(process.pid)
            self._phone.log.system("I", "ActivityManager", f"Killing {process.pid}:{process.name} (adj 0): {why}")
            kill(process.pid)
            killed.append(process.pid)
            for link in [link for link in self.links if link.pid == process.pid]:
                self.gone(link)
        return killed

    def connected(self, link: Link) -> None:
        """A process has registered."""
        self.links.append(link)
        package = self._phone.packages.get(link.package)
        if package is not None and (package.stopped or not package.launched):
            self._phone.packages.put(replace(package, stopped=False, launched=True))
        wanted = self.first_activity.pop(link.package, None) if link.process == link.package else None
        if wanted is not None:
            link.send("start", activity=wanted)
        self._phone.services.connected(link)
        self.notify()

    def received(self, link: Link, message: dict[str, Any]) -> None:
        """One message from an app; unknown kinds are ignored, so that apps may be newer than the daemon."""
        match message.get("type"):
            case "window":
                link.shows(message)
                self._phone.screen.shown(link)
                self.notify()
            case "synced":
                link.synced(int(message.get("id", 0)))
            case "log":
                level, tag = str(message.get("level", "I"))[:1].upper(), str(message.get("tag", ""))
                thread, text = message.get("tid", link.pid), str(message.get("message", ""))
                buffer = "crash" if tag == "AndroidRuntime" and level in "EF" else "main"
                self._phone.log.add(level, tag, text, pid=link.pid, tid=int(thread), buffer=buffer)
            case "task":  # the app itself moved its task to the back
                link.foreground = False
                self._phone.screen.moved_to_back(link)
                self.notify()
            case "service":
                self._phone.services.wanted(link.package, str(message.get("name")), message.get("action"))
            case "helper":
                self._phone.helpers.wanted(link.package, str(message.get("name")), str(message.get("input", "")))
            case "sensor":
                self._phone.sensors.note(link, message)
            case _:
                pass

    async def settled(self, link: Link) -> bool:
        """Wait until the app has handled all it was told; false, and a line in the log, when it hangs."""
        if await link.sync(self._phone.config.patience_s):
            return True
        if link in self.links:
            reason = f"PID: {link.pid}\nReason: Input dispatching timed out"
            self._phone.log.system("E", "ActivityManager", f"ANR in {link.process}\n{reason}")
        return False

    def gone(self, link: Link) -> None:
        """A process has ended or hung up; the second call for one is harmless."""
        if link not in self.links:
            return
        self.links.remove(link)
        window = link.window
        link.close()
        self._phone.screen.removed(link)
        self._phone.sensors.drop(link)
        if link.pid in self._stopped:
            self._stopped.discard(link.pid)
        else:
            log = self._phone.log
            log.system("I", "ActivityManager", f"Process {link.process} (pid {link.pid}) has died: fg  TOP ")
            if window is not None:
                log.system("I", "WindowManager", f"WIN DEATH: Window{{{link.pid:x} u0 {window.title}}}")
                log.system("W", "ActivityTaskManager", f"Force removing {window.title}: app died, no saved state")
        self.notify()

    def notify(self) -> None:
        """Wake whoever waits for a change."""
        self.changed.set()
        self.changed = asyncio.Event()

    async def until(self, done: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until `done` after some change; false when it does not happen in time."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while not done():
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            try:
                await asyncio.wait_for(self.changed.wait(), left)
            except TimeoutError:
                return done()
        return True

    def in_background(self, work: Coroutine[Any, Any, object]) -> None:
        """Let something run on its own."""
        task: asyncio.Task[object] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _relay(self, stream: asyncio.StreamReader | None, pid: int, *, level: str, tag: str) -> None:
        while stream is not None and (line := await stream.readline()):
            self._phone.log.add(level, tag, line.decode("utf-8", "replace").rstrip("\n"), pid=pid)

    async def _reap(self, child: asyncio.subprocess.Process) -> None:
        code = await child.wait()
        self._started.pop(child.pid, None)
        how = f"due to signal {-code} ({signal.strsignal(-code)})" if code < 0 else f"cleanly ({code})"
        self._phone.log.system("I", "Zygote", f"Process {child.pid} exited {how}")
        self.notify()


def scan() -> list[Process]:
    """The app processes of /proc, suspended ones too; known by the properties on their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        except OSError:
            continue
        package = _marked(words, PACKAGE_MARK)
        if package:
            found.append(Process(pid=int(entry.name), package=package, name=_marked(words, PROCESS_MARK) or package))
    return found


def _marked(words: list[str], mark: str) -> str:
    return next((word[len(mark) :] for word in words if word.startswith(mark)), "")


def kill(pid: int) -> None:
    """SIGKILL; a process that is gone already is fine."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _user(package: Package) -> int:
    return max(package.app_id - 10000, 0)
