"""System properties: `getprop` and `setprop`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from harness.handset.daemon import files
from harness.handset.daemon.call import Call, Output
from harness.handset.daemon.identity import CARRIER, OPERATOR, Identity

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

RELEASES = {28: "9", 29: "10", 30: "11", 31: "12", 32: "12", 33: "13", 34: "14", 35: "15", 36: "16"}
MODEL = "Virtual Handset"
MANUFACTURER = "Tracker Harness"


class Props:
    """The property table. `persist.*` survives a restart, everything else is made anew at boot."""

    def __init__(self, file: Path, table: Mapping[str, str]) -> None:
        self._file = file
        self.table: dict[str, str] = {**table, **files.load(file, {})}

    def get(self, key: str) -> str:
        """The value, or "" for a property that does not exist."""
        return self.table.get(key, "")

    def put(self, key: str, value: str) -> None:
        """Set a property, whatever its name."""
        self.table[key] = value
        if key.startswith("persist."):
            files.save(self._file, {name: text for name, text in self.table.items() if name.startswith("persist.")})


def table(identity: Identity, *, api: int, frida_port: int) -> dict[str, str]:
    """The properties a handset boots with."""
    return {
        **_build(api),
        **_hardware(identity),
        **_radio(),
        "dev.bootcomplete": "1",
        "sys.boot_completed": "1",
        "init.svc.bootanim": "stopped",
        "init.svc.adbd": "running",
        "dhcp.wlan0.ipaddress": identity.wlan_ip,
        "handset.frida.port": str(frida_port),
        "ro.handset.virtual": "1",
        "persist.sys.locale": "en-US",
        "persist.sys.timezone": "Etc/UTC",
    }


def _build(api: int) -> dict[str, str]:
    release = RELEASES.get(api, str(api - 20))
    return {
        "ro.build.version.sdk": str(api),
        "ro.build.version.release": release,
        "ro.build.version.security_patch": "2026-01-05",
        "ro.build.version.incremental": "1",
        "ro.build.id": f"VH{api}",
        "ro.build.display.id": f"virtual-handset-{api}",
        "ro.build.fingerprint": f"trackerharness/virtual_handset/virtual:{release}/VH{api}/1:userdebug/test-keys",
        "ro.build.type": "userdebug",
        "ro.build.tags": "test-keys",
        "ro.debuggable": "1",
        "ro.secure": "1",
        "ro.adb.secure": "0",
    }


def build_of(root: str) -> dict[str, str]:
    """Userdebug builds have a root of their own; the others, where somebody added one or nobody did, are for sale."""
    if root == "adbd":
        return {}
    enforcing = {"persist.handset.selinux": "Enforcing"}
    if root == "aosp-su":
        return enforcing
    return {"ro.build.type": "user", "ro.build.tags": "release-keys", "ro.debuggable": "0", **enforcing}


def _hardware(identity: Identity) -> dict[str, str]:
    return {
        "ro.product.model": MODEL,
        "ro.product.manufacturer": MANUFACTURER,
        "ro.product.brand": "trackerharness",
        "ro.product.name": "virtual_handset",
        "ro.product.device": "virtual",
        "ro.product.board": "virtual",
        "ro.product.locale": "en-US",
        "ro.product.cpu.abi": "x86_64",
        "ro.product.cpu.abilist": "x86_64",
        "ro.hardware": "virtual",
        "ro.serialno": identity.serial,
        "ro.boot.serialno": identity.serial,
        "ro.sf.lcd_density": "420",
    }


def _radio() -> dict[str, str]:
    return {
        "gsm.operator.alpha": CARRIER,
        "gsm.operator.numeric": OPERATOR,
        "gsm.operator.iso-country": "us",
        "gsm.operator.isroaming": "false",
        "gsm.sim.operator.alpha": CARRIER,
        "gsm.sim.operator.numeric": OPERATOR,
        "gsm.sim.operator.iso-country": "us",
        "gsm.sim.state": "LOADED",
        "gsm.network.type": "LTE",
    }


async def getprop(phone: Phone, call: Call, out: Output) -> int:
    """`getprop [KEY [DEFAULT]]`: a missing key is an empty line and exit code 0."""
    arguments = call.arguments
    if arguments:
        out.line(phone.props.get(arguments[0]) or (arguments[1] if len(arguments) > 1 else ""))
    else:
        for key, value in sorted(phone.props.table.items()):
            out.line(f"[{key}]: [{value}]")
    return 0


async def setprop(phone: Phone, call: Call, out: Output) -> int:
    """`setprop KEY VALUE`: read-only properties cannot be changed."""
    arguments = call.arguments
    if len(arguments) != 2:
        out.error("usage: setprop NAME VALUE")
        return 1
    key, value = arguments
    if key.startswith("ro."):
        out.error(f"setprop: failed to set property '{key}' to '{value}'")
        return 1
    phone.props.put(key, value)
    return 0
