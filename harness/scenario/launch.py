"""Who starts the app. With Frida it is run.py; without, `Unhooked` does it as the launcher would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from harness.model.errors import AppDied
from harness.model.ports import Device
from harness.scenario.permissions import android_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What launchApp asks for."""

    package: str
    clear_state: bool
    stop_app: bool  # false: bring a running app to the front
    permissions: tuple[tuple[str, str], ...] = ()  # (Maestro's or Android's name, "allow" | "deny" | "unset")


class AppControl(Protocol):
    """The player's only way to start, stop and check the app."""

    def launch(self, launch: Launch) -> None:
        """Close a session that is open, call `prepare`, start the app. Return once it may run."""

    def stop(self, package: str) -> None:
        """End the app on purpose: what follows is not a death."""

    def check(self) -> None:
        """Called between looks at the screen. Raise AppDied when the app ended by itself."""


def prepare(device: Device, launch: Launch) -> None:
    """What comes before a start: reset or stop, then the permissions that the flow names (others stay as they are:
    a measurement must not grant what nobody granted)."""
    if launch.clear_state:
        device.reset(launch.package)
    elif launch.stop_app:
        device.stop(launch.package)
    for name, answer in launch.permissions:
        for permission in android_names(name):
            device.permit(launch.package, permission, allow=answer == "allow")


class Unhooked:
    """Starts the app without Frida: the control variant, and tests of flows."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._running: str | None = None

    def launch(self, launch: Launch) -> None:
        prepare(self._device, launch)
        self._device.start(launch.package)
        self._running = launch.package

    def stop(self, package: str) -> None:
        self._running = None
        self._device.stop(package)

    def check(self) -> None:
        if self._running is not None and self._device.pid(self._running) is None:
            raise AppDied(
                f"{self._running} ended while it was being played", remedy="See its log: `adb logcat -b crash`."
            )
