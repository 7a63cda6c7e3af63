"""Finding devices: what the adb server lists, which profile each fits, and opening one."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from harness.device import replies
from harness.device.adb import Listed, Server
from harness.device.android import AndroidDevice
from harness.device.profile import Profile, load_profiles
from harness.device.root import find_root
from harness.device.shell import Journal, Shell
from harness.model.errors import DeviceError, DeviceLost

_NETWORK_SERIAL = re.compile(r"[\w.\-]+:\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One device as `harness devices` shows it. What cannot be asked (offline, unauthorized) is empty."""

    serial: str
    state: str
    model: str
    sdk: int | None
    profile: str
    summary: str
    quirks: tuple[str, ...]


def devices() -> tuple[Listing, ...]:
    """Every device of the adb server, also those that do not answer."""
    server, profiles = Server(), load_profiles()
    return tuple(_listing(server, listed, profiles) for listed in server.list())


def open_device(serial: str | None = None, *, journal: Journal | None = None, unready: bool = False) -> AndroidDevice:
    """The device with this serial, or $ANDROID_SERIAL, or the only one. A HOST:PORT that adb does not know is
    connected first. `unready`: also one that has not finished starting, which only a doctor wants. DeviceError names
    what is there."""
    server, profiles = Server(), load_profiles()
    found = _choose(server, serial or os.environ.get("ANDROID_SERIAL"))
    if found.state != "device":
        raise DeviceError(f"{found.serial} is {found.state}", remedy=_remedy(found.state))
    transport = server.transport(found.serial)
    shell = Shell(transport, journal)
    properties = replies.properties(shell.run(["getprop"]).stdout)
    if not unready:
        _require_booted(found.serial, properties)
    profile = _fitting(found.serial, properties, profiles)
    root = find_root(shell, adbd_style="adbd" if profile.root == "auto" else profile.root)
    shell.as_root = root.wrap
    return AndroidDevice(shell=shell, transport=transport, profile=profile, root=root, properties=properties)


def _choose(server: Server, serial: str | None) -> Listed:
    there = server.list()
    if serial is None:
        ready = [line for line in there if line.state == "device"]
        if len(ready) == 1:
            return ready[0]
        raise DeviceError(
            "no device is connected" if not ready else f"{len(ready)} devices are connected: {_names(there)}",
            remedy="Name one with -s SERIAL."
            if ready
            else "Connect one, or start a virtual one: `harness handset up`.",
        )
    known = {line.serial: line for line in there}
    if serial not in known and _NETWORK_SERIAL.fullmatch(serial):
        server.connect(serial)
        known = {line.serial: line for line in server.list()}
    if serial not in known:
        raise DeviceError(
            f"there is no device {serial!r}; connected: {_names(there) or 'none'}",
            remedy="Choose one of those, or start a virtual one: `harness handset up`.",
        )
    return known[serial]


def _listing(server: Server, listed: Listed, profiles: tuple[Profile, ...]) -> Listing:
    properties: dict[str, str] = {}
    if listed.state == "device":
        try:
            properties = replies.properties(
                Shell(server.transport(listed.serial)).run(["getprop"], timeout_s=5.0).stdout
            )
        except (DeviceError, DeviceLost):
            properties = {}
    profile = next((profile for profile in profiles if properties and profile.fits(properties)), None)
    sdk = properties.get("ro.build.version.sdk", "")
    return Listing(
        serial=listed.serial,
        state=listed.state,
        model=properties.get("ro.product.model", listed.model),
        sdk=int(sdk) if sdk.isdigit() else None,
        profile=profile.name if profile else "",
        summary=profile.summary if profile else "",
        quirks=profile.quirks if profile else (),
    )


def _fitting(serial: str, properties: dict[str, str], profiles: tuple[Profile, ...]) -> Profile:
    for profile in profiles:
        if profile.fits(properties):
            return profile
    raise DeviceError(
        f"{serial}: no device profile fits {properties.get('ro.product.model', 'this device')}",
        remedy="Add one to device_profiles/ (generic-rooted.yaml is a start).",
    )


def _require_booted(serial: str, properties: dict[str, str]) -> None:
    if properties.get("sys.boot_completed") != "1":
        raise DeviceError(
            f"{serial} has not finished starting", remedy="Wait until its home screen shows, then run again."
        )


def _names(lines: tuple[Listed, ...]) -> str:
    return ", ".join(line.serial if line.state == "device" else f"{line.serial} ({line.state})" for line in lines)


def _remedy(state: str) -> str:
    remedies = {
        "unauthorized": "Confirm this computer's key on the phone's screen.",
        "offline": "Run `adb reconnect offline`, or plug it in again.",
    }
    return remedies.get(state, "Wait until `harness devices` lists it as `device`.")
