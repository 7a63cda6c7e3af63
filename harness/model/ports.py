"""The three edges where tests may put a fake: the device, the probe, and the wire witness."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from harness.model.facts import AppFacts, AppFile, AppProcess, ChildWatch, DeviceFacts, ShellResult
from harness.model.hook import Hook
from harness.model.records import Record


class ChildGate(Protocol):
    """Holds each new process of one package before any code of the app runs in it. One that nobody releases goes by
    itself after some seconds, and all go when the owner is gone: the app must never hang on us."""

    def wait(self, timeout_s: float) -> AppProcess | None:
        """The next process that is held, or None when none came in that time. Raises HarnessError when the gate is
        gone."""

    def release(self, pid: int) -> bool:
        """Let it run. False when it was not held any more: it runs already, or has ended."""

    def close(self) -> None:
        """Let all run and hold no more. Does not raise."""


class Device(Protocol):
    """One Android device over ADB. Every method raises DeviceLost when it is gone, DeviceError otherwise."""

    @property
    def serial(self) -> str: ...

    def facts(self) -> DeviceFacts: ...

    def identifiers(self) -> dict[str, str]:
        """What identifies this device or its owner, by fact name: android_id, advertising_id, carrier, local_ip ..."""

    def shell(self, argv: Sequence[str], *, timeout_s: float = 20.0, mask: Sequence[str] = ()) -> ShellResult:
        """Run a command; every argument is quoted for the device's shell. `mask` is blotted out of the journal."""

    def install(self, package_file: Path) -> AppFacts: ...

    def app(self, package: str) -> AppFacts | None: ...

    def reset(self, package: str) -> None:
        """Stop the app and clear its data, verified."""

    def permit(self, package: str, permission: str, *, allow: bool) -> bool:
        """Grant or revoke a run-time permission (`all`: every one it asks for); False when it does not apply."""

    def wake(self) -> None:
        """Screen on, and the keyguard away where no PIN guards it."""

    def start(self, package: str) -> None:
        """Start its launcher activity without Frida, or bring it to the front when it runs."""

    def stop(self, package: str) -> None: ...

    def pid(self, package: str) -> int | None: ...

    def processes(self, package: str) -> tuple[AppProcess, ...]:
        """Every process of the app that runs, also `package:name` ones."""

    @property
    def children(self) -> ChildWatch:
        """Who can hold the app's new processes here."""

    def gate(self, package: str) -> ChildGate:
        """The device's own gate, which stands when this returns; only where `children` is GATE."""

    def hierarchy(self) -> str:
        """The current screen as uiautomator's XML."""

    def screenshot(self) -> bytes:
        """The current screen as PNG."""

    def focus(self) -> str | None:
        """`package/activity` in front, or None."""

    def tap(self, x: int, y: int) -> None: ...

    def swipe(self, start: tuple[int, int], end: tuple[int, int], *, ms: int) -> None: ...

    def text(self, text: str, *, secret: bool = False) -> None: ...

    def key(self, code: int, *, times: int = 1) -> None: ...

    def proxy(self, endpoint: str | None) -> AbstractContextManager[None]:
        """Set the global HTTP proxy ("host:port") for the block and restore what was there; None changes nothing."""

    def spawn_target(self, package: str) -> str | tuple[str, ...]:
        """What Frida spawns: the package name on Android, a program's argv where the profile says so."""


class AppFolders(Protocol):
    """The files that apps keep on a device; needs root. Errors as Device's."""

    def app_files(self, package: str) -> tuple[AppFile, ...]:
        """Every file in the app's own folders, in the order of their paths."""

    def read_app_file(self, file: AppFile) -> bytes:
        """Its content. Raises DeviceError when it is gone or too large."""


class Session(Protocol):
    """One instrumented process."""

    @property
    def pid(self) -> int: ...

    @property
    def alive(self) -> bool: ...

    def resume(self) -> None:
        """Let a spawned process run. Call it in any case, or Android kills the app."""

    def pulse(self, token: str) -> None:
        """Ask for a sign of life: an event with this token must arrive."""

    def close(self, *, timeout_s: float = 10.0) -> bool:
        """Quiesce, flush, take the final Counters, unload, detach. False when the app did not answer."""


class Probe(Protocol):
    """Frida on one device."""

    def version(self) -> str:
        """Frida's, on this host."""

    def agent_sha256(self) -> str:
        """Digest of the script that goes into the app."""

    def ready(self) -> bool:
        """True when frida-server answers with full access (android.md fact 2)."""

    def spawn(self, target: str | tuple[str, ...], hooks: Sequence[Hook], sink: Callable[[Record], None]) -> Session:
        """Start the app suspended with the hooks armed before its first instruction; `sink` is called on a thread of
        the probe's own, in order, never on Frida's. It may be a model.sink.BatchSink, which is given batches."""

    def attach(self, pid: int, hooks: Sequence[Hook], sink: Callable[[Record], None]) -> Session: ...

    def gate(self, package: str) -> ChildGate:
        """Frida's spawn gating: only processes of the package are held, all others run at once."""


class Witness(Protocol):
    """An independent record of what left the device, one per run."""

    @property
    def name(self) -> str:
        """What it is, with its version, as the report says it."""

    def watch(self, run: str) -> AbstractContextManager[str]:
        """Listen for the block; gives the proxy endpoint "host:port". The files are complete when the block ends."""

    def kept(self, run: str) -> dict[str, Path]:
        """What it wrote of a run, by the kind of artefact: "witness-flows", "har", "log"."""
