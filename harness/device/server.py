"""frida-server on a device: the one that fits this computer's Frida, put there whole, started so that it outlives us.

Binaries are not part of this program: they come from a file, a folder or a mirror that the lab names, and are checked
against the lab's lock file. The environment and the detached start are what Android 14 and later, and a dropped ADB
connection, demand (docs/devices.md).
"""

from __future__ import annotations

import hashlib
import lzma
import re
import secrets
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.device.android import AndroidDevice
from harness.device.serverlock import pin, pinned
from harness.model.errors import DeviceError, FridaError, InputError
from harness.resources import cache_folder

_ARCHITECTURES = {"arm64-v8a": "arm64", "armeabi-v7a": "arm", "x86_64": "x86_64", "x86": "x86"}
_READY_S = 20.0
_POLL_S = 0.5
_END_S = 3.0  # after each signal
_ROW = re.compile(r"\s*(\d+)\s+\S*(?:frida-server|fs-\d{4,})")
_FILE = re.compile(r"/\S*/(?:frida-server[^/]*|fs-\d{4,})")
_LOG = "/data/local/tmp/fs.log"
_USAP = "persist.device_config.runtime_native.usap_pool_enabled"
_VARIABLES = (
    "BOOTCLASSPATH|DEX2OATBOOTCLASSPATH|SYSTEMSERVERCLASSPATH|STANDALONE_SYSTEMSERVER_JARS|ANDROID_[A-Z0-9_]*|"
    "EXTERNAL_STORAGE|ASEC_MOUNTPOINT"
)
# Not `$(pidof a || pidof b)`: an old pidof prints nothing and exits 0.
_LAUNCHER = f"""\
zygote=$(pidof -s zygote64); [ -n "$zygote" ] || zygote=$(pidof -s zygote)
if [ -n "$zygote" ]; then
    for pair in $(tr '\\0' '\\n' </proc/$zygote/environ | grep -E '^({_VARIABLES})=' | grep -v '^ANDROID_SOCKET_'); do
        export "$pair"
    done
fi
exec "$1" -l "$2" </dev/null
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """`how` is "adopted" (one that ran and fits) or "started"."""

    how: str
    version: str
    port: int
    path: str  # on the device; "" for one that was adopted
    sha256: str  # of the file as it came, packed


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the binary comes from: a file, else the cache folder, else a mirror (a URL below which releases lie in
    folders by version). `lock` pins digests; `may_pin` writes one that is not there yet."""

    lock: Path
    file: Path | None = None
    mirror: str | None = None
    may_pin: bool = False


def prepare(
    device: AndroidDevice, *, version: str, source: Source, ready: Callable[[], bool], replace: bool = False
) -> Prepared:
    """See that the server of this version runs on `device.frida_port`. `ready` asks Frida, afresh each time.

    Raises DeviceError without root, InputError for a binary that is missing or not the pinned one, FridaError when the
    server does not come up, with the end of its log.
    """
    if not replace and ready() and version in _versions(device):
        _without_usap(device)
        return Prepared(how="adopted", version=version, port=device.frida_port, path="", sha256="")
    if not device.root.available:
        raise DeviceError(
            f"{device.serial} has no root: frida-server cannot run there",
            remedy="Use a rooted phone or an emulator without Google Play; docs/devices.md says how to set one up.",
        )
    path = f"/data/local/tmp/fs-{version.replace('.', '')}"
    packed = _packed(device, version, source)
    digest = _checked(packed, source)
    _deploy(device, packed, path, version)
    _stop(device)
    _without_usap(device)
    _start(device, path)
    _until_ready(device, path, ready)
    return Prepared(how="started", version=version, port=device.frida_port, path=path, sha256=digest)


def file_name(abi: str, version: str) -> str:
    """Of the release's file for a device's ABI. InputError for one that Frida does not know."""
    architecture = _ARCHITECTURES.get(abi)
    if architecture is None:
        raise InputError(f"frida-server does not exist for {abi or 'this ABI'}", remedy="Choose another device.")
    return f"frida-server-{version}-android-{architecture}.xz"


def _packed(device: AndroidDevice, version: str, source: Source) -> Path:
    name = file_name(device.prop("ro.product.cpu.abi"), version)
    if source.file is not None:
        return source.file
    kept = cache_folder("frida-server") / name
    if not kept.exists() and source.mirror is not None:
        _fetch(f"{source.mirror.rstrip('/')}/{version}/{name}", kept)
    if not kept.exists():
        raise InputError(
            f"there is no {name} on this computer",
            remedy=f"Download it from Frida's releases to {kept}, or give --server FILE or --mirror URL.",
        )
    return kept


def _fetch(url: str, target: Path) -> None:
    if not url.startswith(("https://", "http://", "file://")):
        raise InputError(f"{url} is no address of a mirror", remedy="Give an https address.")
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(f".{secrets.token_hex(4)}")
    try:
        with urllib.request.urlopen(url, timeout=120) as answer:  # noqa: S310 - its scheme was looked at
            fresh.write_bytes(answer.read())
        fresh.replace(target)
    except (OSError, ValueError) as exc:
        fresh.unlink(missing_ok=True)
        raise InputError(f"{url} cannot be fetched: {exc}", remedy="Check the mirror's address.") from exc


def _checked(packed: Path, source: Source) -> str:
    try:
        digest = hashlib.sha256(packed.read_bytes()).hexdigest()
    except OSError as exc:
        raise InputError(f"{packed} cannot be read: {exc}", remedy="Give the file of a Frida release.") from exc
    known = pinned(source.lock, packed.name)
    if known is None and source.may_pin:
        pin(source.lock, packed.name, digest)
    elif known is None:
        raise InputError(
            f"{source.lock} does not pin {packed.name}",
            remedy=f"Compare {digest} with the release's digest, then give --pin once.",
        )
    elif known != digest:
        raise InputError(
            f"{packed} is not the file that {source.lock} pins: {digest}, not {known}",
            remedy=f"Delete {packed} and fetch it again; somebody may have changed it.",
        )
    return digest


def _deploy(device: AndroidDevice, packed: Path, path: str, version: str) -> None:
    """Whole or not at all: pushed under another name, asked for its version, then renamed. Raises InputError when it is
    damaged or of another version."""
    try:
        content = lzma.decompress(packed.read_bytes()) if packed.suffix == ".xz" else packed.read_bytes()
    except lzma.LZMAError as exc:
        raise InputError(f"{packed} is damaged: {exc}", remedy="Fetch it again.") from exc
    fresh = f"{path}.new"
    with tempfile.TemporaryDirectory() as folder:
        for name, body, target in (("server", content, fresh), ("launcher", _LAUNCHER.encode(), f"{path}.sh")):
            local = Path(folder) / name
            local.write_bytes(body)
            device.push(local, target)
    line = f"chmod 755 {fresh} && {fresh} --version"
    its = device.root_script(line, doing="asking frida-server for its version").stdout.strip()
    if its != version:
        device.root_script(f"rm -f {fresh}", doing="removing it", may_fail=True)
        raise InputError(f"{packed} is version {its}, this computer's Frida is {version}", remedy="Take that one.")
    device.root_script(f"mv -f {fresh} {path}", doing="putting frida-server in place")


def _stop(device: AndroidDevice) -> None:
    """SIGTERM first: only so does the server take its hooks out of zygote. FridaError when one stays."""
    for signal in ("TERM", "KILL"):
        pids = _running(device)
        if not pids:
            return
        device.root_script(f"kill -{signal} {' '.join(map(str, pids))}", doing="stopping frida-server", may_fail=True)
        until = time.monotonic() + _END_S
        while _running(device) and time.monotonic() < until:
            time.sleep(0.1)
    left = _running(device)
    if left:
        raise FridaError(
            f"{device.serial}: frida-server (process {next(iter(left))}) does not end", remedy="Restart the device."
        )


def _running(device: AndroidDevice) -> dict[int, str]:
    """Servers by the names of their files, the release's or ours: process id to file."""
    pids = [
        row[1] for line in device.shell(["ps", "-A", "-o", "PID,NAME"]).stdout.splitlines() if (row := _ROW.match(line))
    ]
    found = {}
    for pid in pids:
        told = device.root_script(f"cat /proc/{pid}/cmdline", doing="looking at frida-server", may_fail=True).stdout
        file = next((word for word in told.split("\0") if _FILE.fullmatch(word)), None)
        if file is not None:
            found[int(pid)] = file
    return found


def _versions(device: AndroidDevice) -> set[str]:
    """Of the servers that run, as their files tell."""
    files = sorted(set(_running(device).values()))
    asked = (device.root_script(f"{file} --version", doing="asking its version", may_fail=True) for file in files)
    return {answer.stdout.strip() for answer in asked}


def _without_usap(device: AndroidDevice) -> None:
    """Processes that are made in advance escape the spawn; the pool comes back with `harness device restore`."""
    if device.prop(_USAP) == "true":
        device.ledger.begin(
            what=f"property {_USAP}", before="true", after="false", undo=f"setprop {_USAP} true",
            check=f"getprop {_USAP}", root=True,
        )  # fmt: skip
        device.root_script(f"setprop {_USAP} false", doing="turning off the pool of processes")


def _start(device: AndroidDevice, path: str) -> None:
    launch = f"sh {path}.sh {path} 127.0.0.1:{device.frida_port}"
    device.root_script(f"setsid nohup {launch} >{_LOG} 2>&1 </dev/null &", doing="starting frida-server", may_fail=True)


def _until_ready(device: AndroidDevice, path: str, ready: Callable[[], bool]) -> None:
    """It answers, and it is this file that runs."""
    until = time.monotonic() + _READY_S
    while not (ready() and path in _running(device).values()):
        if time.monotonic() > until:
            log = device.shell(["tail", "-n", "5", _LOG]).stdout.strip() or "its log is empty"
            raise FridaError(
                f"{device.serial}: frida-server does not answer: {log}",
                remedy="`harness doctor` looks for the reason; restart the device if it stays.",
            )
        time.sleep(_POLL_S)
