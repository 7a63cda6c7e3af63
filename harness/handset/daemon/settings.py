"""The three settings tables and the `settings` command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from harness.handset.daemon import files
from harness.handset.daemon.call import Call, Output, take_option
from harness.handset.daemon.identity import Identity

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

NAMESPACES = ("system", "secure", "global")


class Settings:
    """system, secure and global; every change is on disk before the command ends."""

    def __init__(self, file: Path, identity: Identity) -> None:
        self._file = file
        self.tables: dict[str, dict[str, str]] = files.load(file, None) or _defaults(identity)
        self._save()

    def get(self, namespace: str, key: str) -> str | None:
        """The value, or None."""
        return self.tables[namespace].get(key)

    def put(self, namespace: str, key: str, value: str) -> None:
        """Set a value."""
        self.tables[namespace][key] = value
        self._save()

    def delete(self, namespace: str, key: str) -> int:
        """How many rows went: 1 or 0."""
        gone = self.tables[namespace].pop(key, None)
        self._save()
        return int(gone is not None)

    def enabled(self, key: str) -> bool:
        """Whether a global switch such as bluetooth_on is on."""
        return self.get("global", key) == "1"

    def proxy(self) -> tuple[str, int] | None:
        """The global HTTP proxy as host and port; None for none, which Android writes as `:0`."""
        host, _, port = (self.get("global", "http_proxy") or "").rpartition(":")
        return (host, int(port)) if host and port.isdecimal() and port != "0" else None

    def _save(self) -> None:
        files.save(self._file, self.tables)


def _defaults(identity: Identity) -> dict[str, dict[str, str]]:
    return {
        "system": {"screen_off_timeout": "600000", "screen_brightness": "128", "accelerometer_rotation": "1"},
        "secure": {
            "android_id": identity.android_id,
            "bluetooth_address": identity.bluetooth_mac,
            "bluetooth_name": identity.bluetooth_name,
            "default_input_method": "com.android.adbkeyboard/.AdbIME",
            "enabled_input_methods": "com.android.adbkeyboard/.AdbIME",
            "location_mode": "3",
            "show_ime_with_hard_keyboard": "0",
            "user_setup_complete": "1",
        },
        "global": {
            "adb_enabled": "1",
            "airplane_mode_on": "0",
            "animator_duration_scale": "0",  # as `harness doctor` wants a lab's phone
            "bluetooth_on": "1",
            "device_name": "Virtual Handset",
            "device_provisioned": "1",
            "hide_error_dialogs": "1",
            "mobile_data": "1",
            "package_verifier_enable": "0",
            "transition_animation_scale": "0",
            "verifier_verify_adb_installs": "0",
            "wifi_on": "1",
            "window_animation_scale": "0",
        },
    }


async def settings(phone: Phone, call: Call, out: Output) -> int:
    """`settings [--user N] get|put|delete|list NAMESPACE [KEY [VALUE]]`: a missing key is `null`, exit code 0."""
    arguments = call.arguments
    take_option(arguments, "--user")
    verb, *rest = arguments or [""]
    wanted = {"get": (2, 2), "put": (3, 5), "delete": (2, 2), "list": (1, 1)}.get(verb)
    if wanted is None:
        out.error(f"Unknown command: {verb}" if verb else "Bad arguments")
        return 255
    if rest and rest[0] not in NAMESPACES:
        out.error(f"Invalid namespace '{rest[0]}'")
        return 255
    if not wanted[0] <= len(rest) <= wanted[1]:
        out.error("Bad arguments")
        return 255
    _carry_out(phone.settings, verb, rest, out)
    return 0


def _carry_out(store: Settings, verb: str, rest: list[str], out: Output) -> None:
    namespace = rest[0]
    match verb:
        case "get":
            value = store.get(namespace, rest[1])
            out.line("null" if value is None else value)
        case "put":
            store.put(namespace, rest[1], rest[2])
        case "delete":
            out.line(f"Deleted {store.delete(namespace, rest[1])} rows")
        case _:
            for key, value in sorted(store.tables[namespace].items()):
                out.line(f"{key}={value}")
