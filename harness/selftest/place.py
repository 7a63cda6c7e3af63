"""The program on a device with a JDK, which the virtual handset is: built there once, run plainly, run hooked."""

from __future__ import annotations

import io
import tarfile
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from harness.device import AndroidDevice
from harness.device.adb import Server
from harness.model.errors import AppDied, DeviceError
from harness.model.ports import Probe
from harness.selftest.judge import Outcome, judge
from harness.selftest.observe import observe
from harness.selftest.program import END, FOLDER, JAVAC, arguments, digest, program_plan, read_lines, sources

_COMPILE_S = 180.0  # a JDK on a busy machine
_RUN_S = 120.0


class DevicePlace:
    """Where the program lies on one device. `java_home` is the JDK's folder there."""

    def __init__(self, device: AndroidDevice, *, java_home: str) -> None:
        self._device = device
        self._bin = f"{java_home}/bin"
        self._folder = f"/data/local/tmp/harness-selftest-{digest()[:16]}"

    def without_hooks(self) -> dict[str, str]:
        """Run the program as it is; what each case says."""
        self._build()
        file = self._fresh("plain.txt")
        result = self._device.shell(self._target(None, file), timeout_s=_RUN_S)
        text = self._read(file)
        if result.exit_code != 0 or text.splitlines()[-1:] != [END]:
            raise AppDied(
                f"{self._device.serial}: the self-test's program ended early although nothing was hooked: "
                f"{(result.stderr or result.stdout).strip()[-300:] or f'exit code {result.exit_code}'}",
                remedy="Run it again; a device on which it cannot run is not to be measured on.",
            )
        return read_lines(text)

    def hooked(self, probe: Probe, core: str, without: dict[str, str]) -> Outcome:
        """Run it once more with every method hooked, and compare with what it said `without`."""
        plan = program_plan(core)
        file = self._fresh(f"{core}.txt")
        spawn = partial(probe.spawn, self._target(core, file), plan.hooks)
        observed = observe(spawn, plan, timeout_s=_RUN_S, kill=self._kill)
        return judge(core, without, read_lines(self._read(file)), observed, len(plan.hooks))

    def _build(self) -> None:
        if self._device.shell(["test", "-e", f"{self._folder}/built"]).exit_code == 0:
            return
        self._run(["rm", "-rf", self._folder])
        self._run(["mkdir", "-p", f"{self._folder}/classes"])
        with tempfile.TemporaryDirectory(prefix="harness-selftest-") as work:
            archive = Path(work) / "sources.tar"
            archive.write_bytes(_packed())
            Server().transport(self._device.serial).push(archive, f"{self._folder}/sources.tar")
        self._run(["tar", "-xf", f"{self._folder}/sources.tar", "-C", self._folder])
        listed = [f"{self._folder}/{file.relative_to(FOLDER).as_posix()}" for file in sources()]
        self._run([f"{self._bin}/{JAVAC[0]}", *JAVAC[1:], "-d", f"{self._folder}/classes", *listed])
        self._run(["touch", f"{self._folder}/built"])

    def _target(self, core: str | None, file: str) -> tuple[str, ...]:
        return (f"{self._bin}/java", "-cp", f"{self._folder}/classes", *arguments(core, file))

    def _fresh(self, name: str) -> str:
        self._run(["rm", "-f", f"{self._folder}/{name}"])
        return f"{self._folder}/{name}"

    def _read(self, file: str) -> str:
        return self._device.shell(["cat", file]).stdout

    def _kill(self, pid: int) -> None:
        self._device.shell(["kill", "-9", str(pid)])

    def _run(self, argv: Sequence[str]) -> None:
        result = self._device.shell(argv, timeout_s=_COMPILE_S)
        if result.exit_code != 0:
            said = (result.stderr or result.stdout).strip()[-300:]
            raise DeviceError(
                f"{self._device.serial}: the self-test's program cannot be built there ({argv[0]}): {said}",
                remedy="Free space on the device, or start a new handset: `harness handset up`.",
            )


def _packed() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for file in sources():
            archive.add(file, file.relative_to(FOLDER).as_posix())
    return buffer.getvalue()
