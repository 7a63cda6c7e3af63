"""What commands print about switches, logs, content and identity: settings, radios, doze, logcat, `content`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LOG = re.compile(
    r"(?:\d{4}-)?(\d\d-\d\d \d\d:\d\d:\d\d\.\d{3})\d*(?: [+-]\d{4})?\s+(\d+)\s+(\d+)\s+([VDIWEFS])\s+(.*?)\s*: (.*)"
)
_ROW = re.compile(r"^Row: \d+ (.*?)(?=^Row: \d+ |\Z)", re.MULTILINE | re.DOTALL)
_COLUMN = re.compile(r"(?:^|, )(\w+)=(.*?)(?=, \w+=|\Z)", re.DOTALL)
_SSID = re.compile(r'SSID: (?:"(.*?)"|(<[^>]*>)), BSSID: ([0-9a-f:]{17}|<[^>]*>)')


def switched(text: str) -> bool | None:
    """On or off, in any of the words of `settings get`, `cmd wifi status`, `is-location-enabled`, airplane mode and
    `dumpsys bluetooth_manager`; None when it says neither."""
    words = text.strip()
    if words in ("1", "true", "enabled"):
        return True
    if words in ("0", "false", "disabled"):
        return False
    found = re.search(
        r"^(?:Wifi is (enabled|disabled)|\s*enabled: (true|false)|Bluetooth never (enabled))", words, re.M
    )
    if found is None:
        return None
    return (found[1] or found[2]) in ("enabled", "true")


def deleted_rows(text: str) -> int | None:
    """`settings delete`; None when it says something else."""
    found = re.fullmatch(r"Deleted (\d+) rows\s*", text)
    return int(found[1]) if found else None


def app_locales(text: str) -> str | None:
    """`cmd locale get-app-locales`: the list as it stands in the brackets; None for an unknown package."""
    found = re.search(r"^Locales for \S+ for user \d+ are \[(.*)\]", text, re.MULTILINE)
    return found[1] if found else None


def doze_done(text: str) -> bool:
    """Whether `dumpsys deviceidle` did what it was told."""
    done = r"^(Added|Removed): |idle mode (disabled|enabled?)$|^Now forced in to deep idle mode"
    return bool(re.search(done, text, re.MULTILINE)) and "Unknown package" not in text


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of `logcat -v threadtime`; `at` has no year unless it was asked for, and none is kept."""

    at: str
    pid: int
    tid: int
    level: str
    tag: str
    message: str


def log_line(text: str) -> LogLine | None:
    """None for separators (`--------- beginning of main`) and for what is no log."""
    found = _LOG.fullmatch(text.rstrip("\n"))
    if found is None:
        return None
    at, pid, tid, level, tag, message = found.groups()
    return LogLine(at=at, pid=int(pid), tid=int(tid), level=level, tag=tag, message=message)


def content_rows(text: str) -> tuple[dict[str, str], ...]:
    """`content query`: one dict for each row. A value that holds `, word=` is cut there: the output does not quote."""
    return tuple(dict(_COLUMN.findall(row.rstrip("\n"))) for row in _ROW.findall(text))


def content_error(stderr: str) -> str | None:
    """The provider that failed, or None."""
    found = re.search(r"^Error while accessing provider:(\S+)", stderr, re.MULTILINE)
    return found[1] if found else None


def listening(text: str, port: int) -> bool:
    """`/proc/net/tcp`: whether somebody listens on the port, on the loopback or on all addresses."""
    return bool(re.search(rf"^\s*\d+: (?:0100007F|00000000):{port:04X} \S+ 0A ", text, re.MULTILINE))


def network(text: str) -> tuple[str, str] | None:
    """`cmd wifi status` or `dumpsys wifi`: (SSID, BSSID); None when not connected or when it may not be known."""
    found = _SSID.search(text)
    return (found[1], found[3]) if found and found[1] and not found[3].startswith("<") else None


def operator(text: str) -> str | None:
    """`dumpsys telephony.registry`: the name of the network that the first SIM is on; None without service."""
    found = re.search(r"mServiceState=\{.*?mOperatorAlphaLong=([^,}]+)", text)
    name = found[1].strip() if found else ""
    return None if name in ("", "null") else name


def data_state(text: str) -> int | None:
    """`dumpsys telephony.registry`: 2 is connected, 0 off, -1 unknown; None when it does not say."""
    found = re.search(r"^\s*mDataConnectionState=(-?\d+)", text, re.MULTILINE)
    return int(found[1]) if found else None


def bluetooth(text: str) -> dict[str, str]:
    """`dumpsys bluetooth_manager`: its first lines - enabled, state, address, name; empty when it was never on."""
    head = text.partition("Enable log:")[0]
    return dict(re.findall(r"^  (enabled|state|address|name): (.*)$", head, re.MULTILINE))


def ssaid(text: str, package: str) -> str | None:
    """settings_ssaid.xml as text: what ANDROID_ID is to this package."""
    for entry in re.findall(r"<setting [^>]*/>", text):
        fields = dict(re.findall(r'(\w+)="([^"]*)"', entry))
        if fields.get("package") == package:
            return fields.get("value")
    return None


def accounts(text: str) -> tuple[tuple[str, str], ...]:
    """`dumpsys account`: (name, type), each once."""
    return tuple(dict.fromkeys(re.findall(r"Account \{name=(.*?), type=([^}]*)\}", text)))
