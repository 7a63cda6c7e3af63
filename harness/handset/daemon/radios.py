"""Switches of the radios and a few device services: `svc`, `cmd wifi`, `cmd connectivity`, `ip`, `wm`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.handset.daemon.call import Call, Output, illegal_argument
from harness.handset.daemon.dumpsys import wifi_status
from harness.handset.daemon.window import DENSITY, HEIGHT, WIDTH

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

_SVC = {"wifi": "wifi_on", "data": "mobile_data", "bluetooth": "bluetooth_on", "nfc": "nfc_on"}


async def svc(phone: Phone, call: Call, out: Output) -> int:
    """`svc wifi|data|bluetooth|nfc enable|disable`, `svc power stayon ...`."""
    arguments = call.arguments
    if len(arguments) == 2 and arguments[0] in _SVC and arguments[1] in ("enable", "disable"):
        _switch(phone, _SVC[arguments[0]], arguments[1] == "enable")
        return 0
    if arguments[:1] == ["power"]:
        return 0
    out.error("Available commands:")
    for name in ("help", "power", "data", "wifi", "usb", "nfc", "bluetooth", "system-server"):
        out.error(f"    {name}")
    return 1


def _switch(phone: Phone, key: str, on: bool) -> None:
    phone.settings.put("global", key, "1" if on else "0")


async def wifi(phone: Phone, call: Call, out: Output) -> int:
    """`cmd wifi status|set-wifi-enabled enabled|disabled`."""
    match call.arguments:
        case ["set-wifi-enabled", ("enabled" | "disabled") as state]:
            _switch(phone, "wifi_on", state == "enabled")
        case ["status"]:
            for line in wifi_status(phone):
                out.line(line)
        case _:
            out.error("Wi-Fi (wifi) commands:")
            return 255
    return 0


async def bluetooth(phone: Phone, call: Call, out: Output) -> int:
    """`cmd bluetooth_manager enable|disable`."""
    match call.arguments:
        case [("enable" | "disable") as verb]:
            _switch(phone, "bluetooth_on", verb == "enable")
        case ["wait-for-state:STATE_ON" | "wait-for-state:STATE_OFF"]:
            pass
        case _:
            out.error("Bluetooth Manager Commands:")
            return 255
    return 0


async def telephony(phone: Phone, call: Call, out: Output) -> int:
    """`cmd phone data enable|disable`."""
    match call.arguments:
        case ["data", ("enable" | "disable") as verb]:
            _switch(phone, "mobile_data", verb == "enable")
        case _:
            out.error("Telephony Commands:")
            return 255
    return 0


async def connectivity(phone: Phone, call: Call, out: Output) -> int:
    """`cmd connectivity airplane-mode [enable|disable]`."""
    match call.arguments:
        case ["airplane-mode", ("enable" | "disable") as verb]:
            _switch(phone, "airplane_mode_on", verb == "enable")
        case ["airplane-mode"]:
            out.line("enabled" if phone.settings.enabled("airplane_mode_on") else "disabled")
        case _:
            out.error("Connectivity service commands:")
            return 255
    return 0


async def location(phone: Phone, call: Call, out: Output) -> int:
    """`cmd location is-location-enabled|set-location-enabled true|false`."""
    match call.arguments:
        case ["is-location-enabled", *_]:
            out.line("false" if phone.settings.get("secure", "location_mode") == "0" else "true")
        case ["set-location-enabled", ("true" | "false") as state, *_]:
            phone.settings.put("secure", "location_mode", "3" if state == "true" else "0")
        case _:
            out.error("Location service commands:")
            return 255
    return 0


async def wm(phone: Phone, call: Call, out: Output) -> int:
    """`wm size|density [VALUE|reset]`, `wm dismiss-keyguard`. An override is remembered; apps keep their layout."""
    match call.arguments:
        case ["size"]:
            _print_size(phone, "size", f"{WIDTH}x{HEIGHT}", out)
        case ["density"]:
            _print_size(phone, "density", str(DENSITY), out)
        case [("size" | "density") as what, "reset"]:
            phone.props.table.pop(f"handset.override.{what}", None)
        case ["size", value]:
            width, _, height = value.partition("x")
            if not (width.isdecimal() and height.isdecimal()):
                out.error(f"Error: bad size {value}")
                return 255
            phone.props.put("handset.override.size", value)
        case ["density", value]:
            if not value.isdecimal() or int(value) < 72:
                out.error("Error: density must be >= 72" if value.isdecimal() else f"Error: bad number {value}")
                return 255
            phone.props.put("handset.override.density", value)
        case ["dismiss-keyguard"]:
            phone.screen.unlock()
        case [other, *_]:
            out.error(f"Unknown command: {other}")
            return 255
        case _:
            out.error("Window manager (window) commands:")
            return 255
    return 0


def _print_size(phone: Phone, what: str, physical: str, out: Output) -> None:
    out.line(f"Physical {what}: {physical}")
    override = phone.props.get(f"handset.override.{what}")
    if override:
        out.line(f"Override {what}: {override}")


async def ip(phone: Phone, call: Call, out: Output) -> int:
    """`ip [-o] [-4|-6] addr|link|route`: the handset's own wlan0, not the network of the machine it runs on."""
    words = [word for word in call.arguments if not word.startswith("-")]
    flags = {word for word in call.arguments if word.startswith("-")}
    what = words[0] if words else ""
    if "link".startswith(what) and what:
        return _links(phone, out)
    if "route".startswith(what) and what:
        network = phone.identity.wlan_ip.rpartition(".")[0]
        out.line(f"{network}.0/24 dev wlan0 proto kernel scope link src {phone.identity.wlan_ip}")
        return 0
    if not ("addr".startswith(what) or what in ("address", "a")):
        raise illegal_argument(f"ip: unknown object {what}")
    one_line = bool({"-o", "-oneline"} & flags)
    for number, name, address, scope in _addresses(phone, flags):
        detail = (
            f"    inet {address} scope {scope} {name}" if ":" not in address else f"    inet6 {address} scope {scope}"
        )
        if one_line:
            out.line(f"{number}: {name}{detail}\\       valid_lft forever preferred_lft forever")
        else:
            out.line(f"{number}: {name}: <UP,LOWER_UP> mtu 1500 state UP")
            out.line(detail)
            out.line("       valid_lft forever preferred_lft forever")
    return 0


def _addresses(phone: Phone, flags: set[str]) -> list[tuple[int, str, str, str]]:
    network = phone.identity.wlan_ip.rpartition(".")[0]
    rows = []
    if "-6" not in flags:
        rows += [
            (1, "lo", "127.0.0.1/8", "host"),
            (2, "wlan0", f"{phone.identity.wlan_ip}/24 brd {network}.255", "global"),
        ]
    if "-4" not in flags:
        rows += [(1, "lo", "::1/128", "host"), (2, "wlan0", f"{link_local(phone.identity.wlan_mac)}/64", "link")]
    return sorted(rows, key=lambda row: row[0])


def link_local(mac: str) -> str:
    """The IPv6 link-local address that a network card's address gives (RFC 2464 section 4)."""
    octets = [int(part, 16) for part in mac.split(":")]
    octets = [octets[0] ^ 2, *octets[1:3], 0xFF, 0xFE, *octets[3:]]
    groups = [f"{octets[at] << 8 | octets[at + 1]:x}" for at in range(0, 8, 2)]
    return "fe80::" + ":".join(groups)


def _links(phone: Phone, out: Output) -> int:
    out.line("1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN")
    out.line("2: wlan0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP")
    out.line(f"    link/ether {phone.identity.wlan_mac} brd ff:ff:ff:ff:ff:ff")
    return 0
