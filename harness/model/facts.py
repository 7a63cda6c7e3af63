"""What is known of the device, the app and the person the run pretends to be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.model.failure import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """A device as the report names it. Offsets are device clock minus host clock."""

    serial: str
    profile: str
    model: str
    manufacturer: str
    abi: str
    sdk: int
    release: str
    fingerprint: str
    virtual: bool
    root_style: str  # "adbd", "magisk", "aosp-su", "user-namespace", "none"
    frida_version: str
    clock_offset_ms: float
    clock_error_ms: float
    timezone: str
    locale: str
    network: str
    runtime: str  # "art" or "jvm"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApkFile:
    """One file of an installed package."""

    path: str
    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AppFacts:
    """The app under test as installed."""

    package: str
    version_name: str
    version_code: int
    installer: str | None
    signer_sha256: str | None
    apks: tuple[ApkFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppProcess:
    """One process of an app. `started_ms` is on the host's clock; None where the device does not tell."""

    pid: int
    name: str  # as Android names it: the package, or package:name
    started_ms: float | None = None


class ChildWatch(StrEnum):
    """How new processes of an app can be held until their hooks are set."""

    GATE = "gate"  # the device has a gate of its own
    SPAWN_GATING = "spawn-gating"  # Frida's
    NONE = "none"  # not at all


class Source(StrEnum):
    """Where a value that we look for comes from."""

    PLANTED = "planted"  # typed by the flow, unique to the run
    DEVICE = "device"  # read from the device


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaValue:
    """One value to look for. `name` is its env name in flows (EMAIL) or the fact's name (android_id)."""

    name: str
    category: str
    value: str
    source: Source
    searchable: bool = True  # false when too short or too common to prove anything (then `why` says so)
    why: str = ""
    secret: bool = (
        False  # `value` is then the text that stands for it wherever it was: the case file never had the other
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AppFile:
    """A file in an app's own folders on the device. `relative` is below that folder; the time is the device's clock."""

    path: str
    relative: str
    size: int
    modified_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellResult:
    """What a device command gave. `exit_code` is not to be trusted alone (android.md fact 1)."""

    command: str
    stdout: str
    stderr: str
    exit_code: int
    ms: float
    failure: Failure | None = None  # recognised in what it printed, whatever the exit code
