"""An app under watch whose device and whose Frida do what a test wants. Fakes stand at the ports only."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from harness.instrumented import InstrumentedApp
from harness.model.errors import AppDied, DeviceError
from harness.model.facts import AppProcess, ChildWatch
from harness.model.hook import Hook
from harness.model.records import Detached, Ready, Record
from harness.scenario import Launch
from harness.store import RunWriter
from tests.rows import hook

PACKAGE = "com.example.app"
MAIN_PID = 4711


class FakeGate:
    """A gate at which the test holds processes; `already_gone` ones have run out of time before they are told of."""

    def __init__(self) -> None:
        self.arrivals: queue.Queue[AppProcess | None] = queue.Queue()
        self.held: set[int] = set()
        self.released: list[int] = []
        self.closed = False

    def hold(self, pid: int, name: str = f"{PACKAGE}:remote", *, already_gone: bool = False) -> None:
        if not already_gone:
            self.held.add(pid)
        self.arrivals.put(AppProcess(pid=pid, name=name))

    def break_down(self) -> None:
        self.arrivals.put(None)

    def wait(self, timeout_s: float) -> AppProcess | None:
        try:
            arrived = self.arrivals.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if arrived is None:
            raise DeviceError("the gate broke", remedy="-")
        return arrived

    def release(self, pid: int) -> bool:
        self.released.append(pid)
        was_held = pid in self.held
        self.held.discard(pid)
        return was_held

    def close(self) -> None:
        self.closed = True
        self.held.clear()


class FakeDevice:
    """Remembers what was asked of it; `running` are the app's processes."""

    serial = "fake"

    def __init__(self, *, children: ChildWatch = ChildWatch.NONE, running: Iterable[AppProcess] = ()) -> None:
        self.calls: list[str] = []
        self.children = children
        self.running = list(running)
        self.gates: list[FakeGate] = []

    def processes(self, package: str) -> tuple[AppProcess, ...]:
        return tuple(self.running)

    def gate(self, package: str) -> FakeGate:
        self.gates.append(FakeGate())
        return self.gates[-1]

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self.calls.append(name)
            return PACKAGE if name == "spawn_target" else None

        return call


class FakeSession:
    """A session whose app lives until the test ends it."""

    alive = True

    def __init__(self, sink: Callable[[Record], None], *, pid: int = MAIN_PID, answers: bool = True) -> None:
        self.sink = sink
        self.pid = pid
        self.answers = answers
        self.resumed = False
        self.pulses: list[str] = []

    def resume(self) -> None:
        self.resumed = True

    def pulse(self, token: str) -> None:
        self.pulses.append(token)

    def close(self, *, timeout_s: float = 10.0) -> bool:
        self.sink(Detached(at_ms=0.0, reason="application-requested", crash=None))
        return self.answers


class FakeProbe:
    """Frida that gives the session the test wants, or fails."""

    def __init__(self, *, answers: bool = True, failure: Exception | None = None, attach_fails: bool = False) -> None:
        self.answers = answers
        self.failure = failure
        self.attach_fails = attach_fails
        self.sessions: list[FakeSession] = []
        self.attached = threading.Event()
        self.spawning = threading.Event()  # a spawn waits for it when the test has cleared it
        self.spawning.set()
        self.spawn_begun = threading.Event()
        self.gates: list[FakeGate] = []
        self._attachments = itertools.count(1)

    def version(self) -> str:
        return "0"

    def agent_sha256(self) -> str:
        return "0"

    def ready(self) -> bool:
        return True

    def spawn(
        self, target: str | tuple[str, ...], hooks: Sequence[Hook], sink: Callable[[Record], None]
    ) -> FakeSession:
        self.spawn_begun.set()
        self.spawning.wait(10.0)
        if self.failure is not None:
            raise self.failure
        self.sessions.append(FakeSession(sink, answers=self.answers))
        return self.sessions[-1]

    def attach(self, pid: int, hooks: Sequence[Hook], sink: Callable[[Record], None]) -> FakeSession:
        if self.attach_fails:
            raise AppDied("fake: the app ended", remedy="-")
        sink(Ready(at_ms=0.0, runtime="jvm", pid=pid))
        self.sessions.append(FakeSession(sink, pid=pid, answers=self.answers))
        self.attached.set()
        return self.sessions[-1]

    def gate(self, package: str) -> FakeGate:
        self.gates.append(FakeGate())
        return self.gates[-1]

    def session_of(self, pid: int) -> FakeSession:
        return next(session for session in self.sessions if session.pid == pid)


def watched(writer: RunWriter, device: FakeDevice, probe: FakeProbe) -> InstrumentedApp:
    return InstrumentedApp(package=PACKAGE, device=device, probe=probe, hooks=[hook()], writer=writer)


def launch(*, stop_app: bool = True, clear_state: bool = False) -> Launch:
    return Launch(package=PACKAGE, clear_state=clear_state, stop_app=stop_app)
