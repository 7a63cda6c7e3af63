"""What identifies this handset: made at random when it is first started, and anew at a factory reset."""

from __future__ import annotations

import re
import secrets
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from harness.handset.daemon import files

CARRIER = "Canary Mobile"
OPERATOR = "00101"  # MCC 001 MNC 01, the test network of ITU-T E.212: no real carrier has it
NO_ADVERTISING_ID = "00000000-0000-0000-0000-000000000000"
_ADID_XML = """<?xml version='1.0' encoding='utf-8' standalone='yes' ?>
<map>
    <string name="adid_key">{id}</string>
    <boolean name="limit_ad_tracking" value="{limit}" />
    <int name="adid_reset_count" value="1" />
</map>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One handset's identifiers. The advertising id lives in Google's own file (`advertising_id`), not here."""

    android_id: str  # 16 hex digits
    serial: str
    wlan_ip: str
    wlan_mac: str
    bluetooth_mac: str
    ssid: str
    bssid: str
    bluetooth_name: str


def ensure(data: Path) -> Identity:
    """The stored identity; a new one (with a new advertising id) where none is stored."""
    file = data / "system/identity.json"
    stored = files.load(file, None)
    if stored is not None:
        return Identity(**stored)
    identity = _random()
    files.save(file, asdict(identity))
    write_advertising_id(data, str(uuid.uuid4()), limited=False)
    return identity


def forget(data: Path) -> None:
    """Drop the identity and the advertising id; `ensure` makes new ones."""
    (data / "system/identity.json").unlink(missing_ok=True)
    _adid_file(data).unlink(missing_ok=True)


def write_advertising_id(data: Path, value: str, *, limited: bool) -> None:
    """Write Google's preference file, where a rooted phone keeps the advertising id too."""
    files.write(_adid_file(data), _ADID_XML.format(id=value, limit=str(limited).lower()))


def advertising_id(data: Path) -> tuple[str, bool]:
    """The advertising id and whether ad tracking is limited; a deleted file gives a new id, as Google's services do."""
    file = _adid_file(data)
    if not file.exists():
        write_advertising_id(data, str(uuid.uuid4()), limited=False)
    text = file.read_text("utf-8")
    found = re.search(r'name="adid_key">([^<]*)<', text)
    limited = re.search(r'name="limit_ad_tracking" value="true"', text) is not None
    return (found.group(1) if found else NO_ADVERTISING_ID), limited


def _adid_file(data: Path) -> Path:
    return data / "data/com.google.android.gms/shared_prefs/adid_settings.xml"


def _random() -> Identity:
    return Identity(
        android_id=f"{secrets.randbits(64) | 1 << 63:016x}",
        serial=f"VH{secrets.token_hex(5).upper()}",
        wlan_ip=f"192.168.{secrets.randbelow(200) + 20}.{secrets.randbelow(200) + 20}",
        wlan_mac=_mac(),
        bluetooth_mac=_mac(),
        ssid=f"Canary-{secrets.token_hex(2).upper()}",
        bssid=_mac(),
        bluetooth_name=f"Virtual Handset {secrets.token_hex(2).upper()}",
    )


def _mac() -> str:
    # Bit 1 of the first octet marks a locally administered address: no manufacturer's device has it.
    return ":".join(["02", *(f"{octet:02x}" for octet in secrets.token_bytes(5))])
