"""The device under examination: what it is asked, at most once, and how a remedy for it is written down."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Protocol

from harness.device import AndroidDevice, replies
from harness.model.facts import DeviceFacts, ShellResult

SelfTest = Callable[[], tuple[str, ...]]  # why the device is not to be trusted with hooks; empty when it is


class Frida(Protocol):
    """The part of probe.FridaProbe that is needed."""

    def ready(self) -> bool: ...

    def version(self) -> str: ...


class Patient:
    """`self_test` is None where the self-test is not to be run: it takes longer than everything else together."""

    def __init__(self, device: AndroidDevice, frida: Frida, *, self_test: SelfTest | None = None) -> None:
        self.device = device
        self.frida = frida
        self.self_test = self_test
        self._answers: dict[tuple[str, bool], ShellResult] = {}
        self._facts: DeviceFacts | None = None
        self._properties: dict[str, str] | None = None

    @property
    def serial(self) -> str:
        return self.device.serial

    @property
    def virtual(self) -> bool:
        return self.device.profile.virtual

    def ask(self, line: str, *, root: bool = False) -> ShellResult:
        """What the device answers to a line of POSIX shell; a second time the first answer."""
        if (line, root) not in self._answers:
            wrapped = self.device.root.wrap(line) if root else line
            self._answers[line, root] = self.device.shell(["sh", "-c", wrapped])
        return self._answers[line, root]

    def facts(self) -> DeviceFacts:
        if self._facts is None:
            self._facts = self.device.facts()
        return self._facts

    def property(self, name: str) -> str:
        """Its value now, "" when there is none; the device object keeps those of when it was opened."""
        if self._properties is None:
            self._properties = replies.properties(self.ask("getprop").stdout)
        return self._properties.get(name, "")

    def setting(self, namespace: str, key: str) -> str | None:
        return replies.setting(self.ask(f"settings get {namespace} {key}").stdout)

    def adb(self, line: str, *, root: bool = False) -> str:
        """The line as a person types it on the computer, to be run on the device."""
        wrapped = self.device.root.wrap(line) if root else line
        return f"adb -s {shlex.quote(self.serial)} shell {shlex.quote(wrapped)}"

    def harness(self, command: str) -> str:
        return f"harness {command} -s {shlex.quote(self.serial)}"
