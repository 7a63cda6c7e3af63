"""What the device says of itself: the facts of a report, and what identifies it or its owner."""

from __future__ import annotations

import time
from collections.abc import Mapping

from harness.device import replies
from harness.device.profile import Profile
from harness.device.root import Root
from harness.device.shell import Shell
from harness.model.facts import DeviceFacts

_GAID_FILE = "/data/data/com.google.android.gms/shared_prefs/adid_settings.xml"
_CLOCK_SAMPLES = 5


def read_facts(shell: Shell, properties: Mapping[str, str], profile: Profile, root: Root) -> DeviceFacts:
    """`frida_version` is left empty: only the probe knows it."""
    offset_ms, error_ms = clock_offset(shell)
    return DeviceFacts(
        serial=shell.serial,
        profile=profile.name,
        model=properties.get("ro.product.model", ""),
        manufacturer=properties.get("ro.product.manufacturer", ""),
        abi=properties.get("ro.product.cpu.abi", ""),
        sdk=int(properties.get("ro.build.version.sdk") or 0),
        release=properties.get("ro.build.version.release", ""),
        fingerprint=properties.get("ro.build.fingerprint", ""),
        virtual=profile.virtual,
        root_style=root.style,
        frida_version="",
        clock_offset_ms=offset_ms,
        clock_error_ms=error_ms,
        timezone=properties.get("persist.sys.timezone", ""),
        locale=properties.get("persist.sys.locale") or properties.get("ro.product.locale", ""),
        network=_network(shell, properties),
        runtime=profile.runtime,
    )


def clock_offset(shell: Shell) -> tuple[float, float]:
    """Device clock minus host clock and its error, both ms: the sample with the shortest round trip wins, and half of
    that trip is the error."""
    best = (float("inf"), 0.0)
    for _ in range(_CLOCK_SAMPLES):
        before = time.time()
        words = shell.run(["date", "+%s %N"]).stdout.split()
        after = time.time()
        if not words or not words[0].isdigit():
            continue
        exact = len(words) > 1 and words[1].isdigit()  # old toolboxes print N literally
        device_s = float(words[0]) + (int(words[1]) / 1e9 if exact else 0.5)
        error_ms = (after - before) * 500 + (0 if exact else 500)
        best = min(best, (error_ms, (device_s - (before + after) / 2) * 1000))
    return best[1], best[0]


def read_identifiers(shell: Shell, properties: Mapping[str, str], *, rooted: bool) -> dict[str, str]:
    """By fact name; what the device does not have is left out."""
    found = {
        "android_id": replies.setting(shell.run(["settings", "get", "secure", "android_id"], idempotent=True).stdout),
        "advertising_id": _advertising_id(shell) if rooted else None,
        "carrier": properties.get("gsm.operator.alpha", "").strip(",") or None,
        "carrier_code": properties.get("gsm.operator.numeric", "").strip(",") or None,
        "local_ip": next(iter(_addresses(shell, properties).values()), None),
        "model": properties.get("ro.product.model"),
        "manufacturer": properties.get("ro.product.manufacturer"),
        "fingerprint": properties.get("ro.build.fingerprint"),
        "serial_number": properties.get("ro.serialno"),
        "device_name": replies.setting(shell.run(["settings", "get", "global", "device_name"], idempotent=True).stdout),
        "timezone": properties.get("persist.sys.timezone"),
        "locale": properties.get("persist.sys.locale") or properties.get("ro.product.locale"),
    }
    return {name: value for name, value in found.items() if value}


def _advertising_id(shell: Shell) -> str | None:
    return replies.preference(shell.run(["cat", _GAID_FILE], root=True, idempotent=True).stdout, "adid_key")


def _addresses(shell: Shell, properties: Mapping[str, str]) -> dict[str, str]:
    """Interface -> private address. The DHCP property comes first: a virtual handset shares its host's interfaces."""
    leased = properties.get("dhcp.wlan0.ipaddress")
    return (
        {"wlan0": leased}
        if leased
        else replies.addresses(shell.run(["ip", "-o", "-4", "addr"], idempotent=True).stdout)
    )


def _network(shell: Shell, properties: Mapping[str, str]) -> str:
    interfaces = ", ".join(f"{name} {address}" for name, address in _addresses(shell, properties).items())
    carrier = properties.get("gsm.operator.alpha", "").strip(",")
    return "; ".join(part for part in (interfaces, carrier) if part)
