"""Keeps what the device's commands print, word for word: samples for the tests of the parsers, from a device that a
developer does not have. Only commands that change nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from harness.doctor.patient import Patient
from harness.model.errors import DeviceLost, HarnessError

PACKAGE = "com.android.settings"  # on every Android, and nobody's secret
ABSENT = "com.example.not.there"  # refusals are half of what a parser has to know

# Name -> line of shell. Accounts, calls and contacts are left out: a sample is meant to be handed on.
COMMANDS: dict[str, str] = {
    "id": "id",
    "id-u": "id -u",
    "su-version": "su -v",
    "su-aosp": "su 0 id -u",
    "su-magisk": "su -c id",
    "getenforce": "getenforce",
    "getprop": "getprop",
    "getprop-missing": "getprop no.such.property",
    "pm-list": "pm list packages",
    "pm-list-third-party": "pm list packages -3 -U -i",
    "pm-list-versions": "pm list packages --show-versioncode",
    "pm-list-bad-option": "pm list packages -x",
    "pm-path": f"pm path {PACKAGE}",
    "pm-path-missing": f"pm path {ABSENT}",
    "pm-uninstall-missing": f"pm uninstall {ABSENT}",
    "pm-clear-missing": f"pm clear {ABSENT}",
    "pm-grant-missing": f"pm grant {ABSENT} android.permission.CAMERA",
    "pm-grant-unknown": f"pm grant {PACKAGE} com.example.NO_SUCH_PERMISSION",
    "pm-list-users": "pm list users",
    "dumpsys-package": f"dumpsys package {PACKAGE}",
    "dumpsys-package-missing": f"dumpsys package {ABSENT}",
    "dumpsys-package-art": "dumpsys package com.google.android.art",
    "resolve-activity": f"cmd package resolve-activity --brief -c android.intent.category.LAUNCHER {PACKAGE}",
    "resolve-activity-missing": f"cmd package resolve-activity --brief -c android.intent.category.LAUNCHER {ABSENT}",
    "am-start-missing": f"am start -W -n {ABSENT}/.Main",
    "am-start-unresolved": "am start -W -a android.intent.action.VIEW -d no-such-scheme://x",
    "am-force-stop-missing": f"am force-stop {ABSENT}",
    "monkey-missing": f"monkey -p {ABSENT} -c android.intent.category.LAUNCHER 1",
    "dumpsys-window": "dumpsys window",
    "dumpsys-window-displays": "dumpsys window displays",
    "dumpsys-window-windows": "dumpsys window windows",
    "dumpsys-window-policy": "dumpsys window policy",
    "dumpsys-activities": "dumpsys activity activities",
    "dumpsys-power": "dumpsys power",
    "pidof-missing": f"pidof {ABSENT}",
    "ps": "ps -A -o PID,NAME",
    "ps-default": "ps -A",
    "wm-size": "wm size",
    "wm-density": "wm density",
    "wm-size-bad": "wm size foo",
    "uiautomator": "rm -f /data/local/tmp/harness-sample.xml; uiautomator dump /data/local/tmp/harness-sample.xml",
    "uiautomator-file": "cat /data/local/tmp/harness-sample.xml; rm -f /data/local/tmp/harness-sample.xml",
    "input-nothing": "input keyevent 0",
    "input-bad": "input tap x",
    "settings-missing": "settings get global no_such_setting",
    "settings-bad-namespace": "settings get nowhere x",
    "settings-global": "settings list global",
    "wifi-bad": "cmd wifi no-such-command",
    "deviceidle-missing": f"dumpsys deviceidle whitelist +{ABSENT}",
    "logcat-size": "logcat -g",
    "logcat-lines": "logcat -d -v threadtime -t 5",
    "ip-addresses": "ip -o -4 addr",
    "df": "df -k /data",
    "date": "date '+%s %N'",
    "dumpsys-battery": "dumpsys battery",
    "dumpsys-sensors": "dumpsys sensorservice",
    "dumpsys-location": "dumpsys location",
    "content-missing": "content query --uri content://com.example.not.there/x",
    "service-missing": "cmd no_such_service x",
    "dumpsys-service-missing": "dumpsys no_such_service",
    "command-missing": "no-such-command",
}
_HIDDEN = ("android_id", "advertising_id", "serial_number", "local_ip", "device_name")
_MASK = "<hidden>"


class _Readable(yaml.SafeDumper):
    """Outputs as blocks, as they looked; YAML falls back to quotes for those that a block cannot hold."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _text)


def record(patient: Patient, folder: Path, *, progress: Callable[[str], None] = lambda name: None) -> Path:
    """Write `MODEL-apiNN.yaml` into the folder, as tests/device_samples/README.md describes it. What identifies this
    one device or its network is blotted out; a command that does not end is kept with the reason."""
    facts = patient.facts()
    secrets = [value for name, value in patient.device.identifiers().items() if name in _HIDDEN and len(value) > 3]
    samples = [_sample(patient, name, line, secrets, progress) for name, line in COMMANDS.items()]
    sheet = {
        "device": {
            "model": facts.model,
            "manufacturer": facts.manufacturer,
            "api": facts.sdk,
            "fingerprint": facts.fingerprint,
            "root": facts.root_style,
            "virtual": facts.virtual,
        },
        "samples": samples,
    }
    folder.mkdir(parents=True, exist_ok=True)
    name = "".join(letter if letter.isalnum() else "-" for letter in facts.model.lower()).strip("-")
    file = folder / f"{name or 'device'}-api{facts.sdk}.yaml"
    text = yaml.dump(sheet, Dumper=_Readable, sort_keys=False, allow_unicode=True, width=1_000_000)
    file.write_text(text, encoding="utf-8")
    return file


def _sample(
    patient: Patient, name: str, line: str, secrets: list[str], progress: Callable[[str], None]
) -> dict[str, Any]:
    progress(name)
    try:
        said = patient.ask(line)
    except DeviceLost:
        raise
    except HarnessError as exc:
        return {"name": name, "command": line, "failed": exc.problem}
    return {
        "name": name,
        "command": line,
        "stdout": _blotted(said.stdout, secrets),
        "stderr": _blotted(said.stderr, secrets),
        "exit_code": said.exit_code,
    }


def _blotted(text: str, secrets: list[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, _MASK)
    return text
