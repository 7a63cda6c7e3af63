"""What an earlier run, another tool or the phone's owner has left that would change what is measured."""

from __future__ import annotations

import re

from harness.device import replies
from harness.device.ledger import Ledger
from harness.doctor.line import Line, Verdict
from harness.doctor.patient import Patient

_NO_PROXY = (None, ":0", "")
_VERIFIERS = ("verifier_verify_adb_installs", "package_verifier_enable")
_ACCOUNT = re.compile(r"Account \{name=(.*?), type=([^}\s]+)\}")
_TUNNEL = re.compile(r"(?:tun|ppp|wg|ipsec)\d+")


def proxy(patient: Patient) -> Line:
    set_to = patient.setting("global", "http_proxy")
    if set_to in _NO_PROXY:
        return Line(what="proxy", measured="none")
    return Line(
        what="proxy", measured=str(set_to), verdict=Verdict.WARNING,
        remedy="Take it off, unless it is yours: `:0`, for deleting the setting has no effect before the next boot.",
        commands=(patient.adb("settings put global http_proxy :0"),),
    )  # fmt: skip


def unrestored(patient: Patient) -> Line:
    """What runs that were killed have changed and not put back, by this computer's own books."""
    left = [entry.what for entry in Ledger(patient.serial).open() if not entry.in_use]
    if not left:
        return Line(what="interrupted runs", measured="nothing left changed")
    return Line(
        what="interrupted runs", measured=f"left changed: {', '.join(left)}", verdict=Verdict.WARNING,
        remedy="Have it put back; the next run would do so, too.", commands=(patient.harness("device restore"),),
    )  # fmt: skip


def detours(patient: Patient) -> Line | None:
    """Private DNS and a VPN change where traffic goes; a witness on the phone sees less of it."""
    found = []
    mode = patient.setting("global", "private_dns_mode")
    if mode == "hostname":
        found.append(f"private DNS {patient.setting('global', 'private_dns_specifier')}")
    tunnels = [name for name in replies.addresses(patient.ask("ip -o -4 addr").stdout) if _TUNNEL.fullmatch(name)]
    found += [f"VPN {name}" for name in tunnels]
    if not found:
        return Line(what="VPN, private DNS", measured="none")
    return Line(
        what="VPN, private DNS", measured=", ".join(found), verdict=Verdict.WARNING,
        remedy="Switch them off, unless the study wants them: names looked up there are seen by no witness.",
        commands=(patient.adb("settings put global private_dns_mode off"),) if mode == "hostname" else (),
    )  # fmt: skip


def network(patient: Patient) -> Line:
    if patient.setting("global", "airplane_mode_on") == "1":
        return Line(
            what="network", measured="airplane mode", verdict=Verdict.FAULT,
            remedy="Switch airplane mode off: nothing an app wants to send can leave.",
            commands=(patient.adb("cmd connectivity airplane-mode disable"),),
        )  # fmt: skip
    wifi, mobile = patient.setting("global", "wifi_on"), patient.setting("global", "mobile_data")
    if wifi == "0" and mobile != "1":
        return Line(
            what="network", measured="Wi-Fi and mobile data are off", verdict=Verdict.FAULT,
            remedy="Switch Wi-Fi on.", commands=(patient.adb("svc wifi enable"),),
        )  # fmt: skip
    return Line(what="network", measured=patient.facts().network or "on, no address yet")


def verifier(patient: Patient) -> Line:
    """Unset means on, except where there is no Play Store."""
    on = [name for name in _VERIFIERS if patient.setting("global", name) not in ("0", "-1")]
    if _VERIFIERS[0] not in on:
        return Line(what="install verifier", measured="off for adb")
    if all(patient.setting("global", name) is None for name in _VERIFIERS) and not _has(patient, "com.android.vending"):
        return Line(what="install verifier", measured="not set, and no Play Store")
    return Line(
        what="install verifier", measured=f"on: {', '.join(on)}", verdict=Verdict.WARNING,
        remedy="Switch it off for adb: it refuses apps it does not know (INSTALL_FAILED_VERIFICATION_FAILURE), and "
        "tells its maker what is installed.",
        commands=tuple(patient.adb(f"settings put global {name} 0") for name in on),
    )  # fmt: skip


def accounts(patient: Patient) -> Line:
    """A person's account is in what apps read and send; no run may record it."""
    found = dict.fromkeys(_ACCOUNT.findall(patient.ask("dumpsys account").stdout))
    if not found:
        return Line(what="accounts", measured="none")
    return Line(
        what="accounts",
        measured=", ".join(f"{_shortened(name)} ({kind})" for name, kind in found),
        verdict=Verdict.WARNING,
        remedy="Remove them on the phone (the command opens the place), or use a test account and say so in the case "
        "header: runs record what apps read.",
        commands=(patient.adb("am start -a android.settings.SYNC_SETTINGS"),),
    )


def play_updates(patient: Patient) -> Line | None:
    """Play renews the runtime itself without an update of the system."""
    if not _has(patient, "com.android.vending"):
        return None
    disabled = "package:com.android.vending" in patient.ask("pm list packages -d com.android.vending").stdout.split()
    if disabled:
        return Line(what="Play updates", measured="Play Store is disabled")
    return Line(
        what="Play updates", measured="Play Store is active", verdict=Verdict.NOTE,
        remedy="Switch automatic app and system updates off, or disable it between campaigns: an update of ART can end "
        "hooking overnight.",
    )  # fmt: skip


def log_buffer(patient: Patient) -> Line:
    """A small one loses lines where an app logs faster than adb reads."""
    said = patient.ask("logcat -g").stdout
    sizes = re.findall(r"main: ring buffer is (\d+(?:\.\d+)?)\s*([KM])i?[bB]", said)
    if not sizes:
        return Line(what="log buffer", measured="not told", verdict=Verdict.NOTE)
    amount, unit = sizes[0]
    kilobytes = float(amount) * (1024 if unit == "M" else 1)
    if kilobytes >= 1024:
        return Line(what="log buffer", measured=f"{amount} {unit}iB")
    return Line(
        what="log buffer", measured=f"{amount} {unit}iB", verdict=Verdict.NOTE,
        remedy="Enlarge it for apps that log much.", commands=(patient.adb("logcat -G 16M"),),
    )  # fmt: skip


def _has(patient: Patient, package: str) -> bool:
    return patient.ask(f"pm path {package}").exit_code == 0


def _shortened(name: str) -> str:
    """Enough to know it again: whose it is belongs on no screen and in no log."""
    return f"{name[:1]}…{name[name.rfind('@') :] if '@' in name else ''}"
