"""AndroidDevice: model.ports.Device over ADB. Each method is one question or one act; the work is in its module."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from harness.device import facts, files, keyboard, packages, processes, restore, screen
from harness.device.adb import Transport
from harness.device.ledger import Ledger
from harness.device.outside import Outside
from harness.device.profile import Profile, ProgramLaunch
from harness.device.root import Root
from harness.device.shell import Shell
from harness.model.environment import Change
from harness.model.errors import DeviceError
from harness.model.facts import AppFacts, AppFile, AppProcess, ChildWatch, DeviceFacts, ShellResult
from harness.model.ports import ChildGate

_OUR_FILES = "/data/local/tmp/tracker-harness-*"


class AndroidDevice:
    """One device over ADB, phone or virtual handset: the profile says where they differ. See `open_device`."""

    def __init__(
        self, *, shell: Shell, transport: Transport, profile: Profile, root: Root, properties: Mapping[str, str]
    ) -> None:
        self._shell = shell
        self._transport = transport
        self._properties = properties
        self.profile = profile
        self.root = root
        self.ledger = Ledger(shell.serial)

    @property
    def serial(self) -> str:
        return self._shell.serial

    @property
    def frida_port(self) -> int:
        """The port on which frida-server listens inside the device."""
        place = self.profile.frida
        if place.property is None:
            return place.port
        value = self._properties.get(place.property, "")
        if not value.isdigit():
            raise DeviceError(
                f"{self.serial}: the property {place.property} holds no port", remedy="Restart the virtual handset."
            )
        return int(value)

    def close(self) -> None:
        """Leave the shell that was kept open on the device. Without this it ends with the last reference."""
        self._transport.close()

    def facts(self) -> DeviceFacts:
        return facts.read_facts(self._shell, self._properties, self.profile, self.root)

    def identifiers(self) -> dict[str, str]:
        return facts.read_identifiers(self._shell, self._properties, rooted=self.root.available)

    def shell(self, argv: Sequence[str], *, timeout_s: float = 20.0, mask: Sequence[str] = ()) -> ShellResult:
        return self._shell.run(argv, timeout_s=timeout_s, mask=mask)

    def install(self, package_file: Path) -> AppFacts:
        package = packages.install(self._shell, self._transport, package_file)
        found = self.app(package)
        if found is None:
            raise DeviceError(f"{self.serial} lost {package} after installing it", remedy="Install it again.")
        return found

    def app(self, package: str) -> AppFacts | None:
        return packages.app_facts(self._shell, package)

    def pull(self, source: str, target: Path) -> None:
        """Fetch a file that everybody on the device may read."""
        self._transport.pull(source, target)

    def push(self, source: Path, target: str) -> None:
        """Put a file where the shell may write."""
        self._transport.push(source, target)

    def prop(self, name: str) -> str:
        """As it was when the device was opened; "" for none."""
        return self._properties.get(name, "")

    def root_script(self, line: str, *, doing: str, may_fail: bool = False) -> ShellResult:
        """POSIX text, as root. DeviceError that begins with `doing` when it fails, unless it may."""
        result = self._shell.script(line, root=True)
        if result.exit_code != 0 and not may_fail:
            said = (result.stderr or result.stdout).strip() or f"exit code {result.exit_code}"
            raise DeviceError(f"{self.serial}: {doing} failed: {said}", remedy="See the message; `harness doctor`.")
        return result

    def reset(self, package: str) -> None:
        packages.reset(self._shell, package, rooted=self.root.available)

    def app_files(self, package: str) -> tuple[AppFile, ...]:
        return files.app_files(self._shell, package)

    def read_app_file(self, file: AppFile) -> bytes:
        return files.read_app_file(self._shell, file)

    def permit(self, package: str, permission: str, *, allow: bool) -> bool:
        return packages.permit(self._shell, package, permission, allow=allow)

    def wake(self) -> None:
        screen.wake(self._shell)

    def start(self, package: str) -> None:
        packages.start(self._shell, package)

    def stop(self, package: str) -> None:
        packages.stop(self._shell, package)

    def pid(self, package: str) -> int | None:
        return packages.pid(self._shell, package)

    def processes(self, package: str) -> tuple[AppProcess, ...]:
        return processes.running(self._shell, package)

    @property
    def children(self) -> ChildWatch:
        return self.profile.children

    def gate(self, package: str) -> ChildGate:
        return processes.HandsetGate(self._shell, package)

    def hierarchy(self) -> str:
        return screen.hierarchy(self._shell)

    def screenshot(self) -> bytes:
        return screen.screenshot(self._shell)

    def focus(self) -> str | None:
        return screen.focus(self._shell)

    def tap(self, x: int, y: int) -> None:
        screen.tap(self._shell, x, y)

    def swipe(self, start: tuple[int, int], end: tuple[int, int], *, ms: int) -> None:
        screen.swipe(self._shell, start, end, ms=ms)

    def text(self, text: str, *, secret: bool = False) -> None:
        keyboard.text(self._shell, text, secret=secret)

    def key(self, code: int, *, times: int = 1) -> None:
        screen.keys(self._shell, [code] * times)

    def proxy(self, endpoint: str | None) -> AbstractContextManager[None]:
        return self._proxied(endpoint)

    def outside(self, package: str) -> Outside:
        """The device's own view of one app, from `begin` to `end`."""
        return Outside(self._shell, package, rooted=self.root.available)

    def spawn_target(self, package: str) -> str | tuple[str, ...]:
        launch = self.profile.launch
        if not isinstance(launch, ProgramLaunch):
            return package
        argv = [word.replace("{package}", package) for word in launch.command]
        result = self._shell.run(argv)
        try:
            target = tuple(str(word) for word in json.loads(result.stdout))
        except (ValueError, TypeError):
            target = ()
        if not target:
            why = (result.stderr or result.stdout).strip() or "no answer"
            raise DeviceError(f"{self.serial} does not say how to launch {package}: {why}", remedy="Is it installed?")
        return target

    @contextmanager
    def _proxied(self, endpoint: str | None) -> Iterator[None]:
        if endpoint is None:
            yield
            return
        with restore.changed_setting(self._shell, self.ledger, "global", "http_proxy", endpoint):
            yield

    def put_back(self, *, before_run_of: str | None = None) -> tuple[Change, ...]:
        """Undo what controllers that are gone have left changed on this device; before a run, without stopping apps."""
        if before_run_of is not None:
            return restore.take_over(self._shell, self.ledger, before_run_of)
        return restore.restore(self._shell, self.ledger)

    @contextmanager
    def borrowed(self, package: str) -> Iterator[None]:
        """For the block the device is ours: should we be killed, `put_back` stops the app and removes our files."""
        entry = self.ledger.begin(
            what=f"{package} running, files of the harness", before=None, after=None, app=package,
            undo=f"am force-stop {shlex.quote(package)}; rm -f {_OUR_FILES}",
        )  # fmt: skip
        with restore.undone(self._shell, self.ledger, entry):
            yield
