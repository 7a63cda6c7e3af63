"""Permissions of launchApp: Maestro's short names beside Android's own."""

from __future__ import annotations

from harness.yamlmarks import suggestion

_SHORT = {
    "all": ("all",),
    "bluetooth": ("BLUETOOTH_CONNECT", "BLUETOOTH_SCAN"),
    "calendar": ("READ_CALENDAR", "WRITE_CALENDAR"),
    "camera": ("CAMERA",),
    "contacts": ("READ_CONTACTS", "WRITE_CONTACTS"),
    "location": ("ACCESS_FINE_LOCATION", "ACCESS_COARSE_LOCATION"),
    "medialibrary": ("READ_EXTERNAL_STORAGE", "READ_MEDIA_AUDIO", "READ_MEDIA_IMAGES", "READ_MEDIA_VIDEO"),
    "microphone": ("RECORD_AUDIO",),
    "notifications": ("POST_NOTIFICATIONS",),
    "phone": ("CALL_PHONE", "READ_PHONE_STATE"),
    "sms": ("READ_SMS", "RECEIVE_SMS", "SEND_SMS"),
    "storage": ("READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE"),
}


def android_names(name: str) -> tuple[str, ...]:
    """What a short name stands for; a full name stands for itself."""
    if "." in name:
        return (name,)
    return tuple(each if each == "all" else f"android.permission.{each}" for each in _SHORT[name])


def unknown_permission(name: str) -> str | None:
    """What is wrong with a permission's name, or None."""
    return None if "." in name or name in _SHORT else f"unknown permission {name!r}; {suggestion(name, _SHORT)}"
