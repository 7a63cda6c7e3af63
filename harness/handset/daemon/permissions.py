"""Which permissions the system knows, and what kind they are: the part of the platform's manifest that grants need."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """How a permission is given."""

    INSTALL = "install"  # granted with the installation
    RUNTIME = "runtime"  # granted by the user
    SIGNATURE = "signature"  # for the system's own apps
    ROLE = "role"  # comes with a role (API 31 and later)


# By the API level that brought them; 0 for older than any that is imitated.
_RUNTIME = {
    0: """ACCESS_COARSE_LOCATION ACCESS_FINE_LOCATION ADD_VOICEMAIL CALL_PHONE CAMERA GET_ACCOUNTS
        PROCESS_OUTGOING_CALLS READ_CALENDAR READ_CALL_LOG READ_CONTACTS READ_EXTERNAL_STORAGE READ_PHONE_STATE READ_SMS
        RECEIVE_MMS RECEIVE_SMS RECEIVE_WAP_PUSH RECORD_AUDIO SEND_SMS USE_SIP WRITE_CALENDAR WRITE_CALL_LOG
        WRITE_CONTACTS WRITE_EXTERNAL_STORAGE BODY_SENSORS ANSWER_PHONE_CALLS READ_PHONE_NUMBERS ACCEPT_HANDOVER""",
    29: "ACCESS_BACKGROUND_LOCATION ACCESS_MEDIA_LOCATION ACTIVITY_RECOGNITION",
    31: "BLUETOOTH_ADVERTISE BLUETOOTH_CONNECT BLUETOOTH_SCAN UWB_RANGING",
    33: """BODY_SENSORS_BACKGROUND NEARBY_WIFI_DEVICES POST_NOTIFICATIONS READ_MEDIA_AUDIO READ_MEDIA_IMAGES
        READ_MEDIA_VIDEO""",
    34: "READ_MEDIA_VISUAL_USER_SELECTED",
}
_INSTALL = {
    0: """ACCESS_LOCATION_EXTRA_COMMANDS ACCESS_NETWORK_STATE ACCESS_NOTIFICATION_POLICY ACCESS_WIFI_STATE BLUETOOTH
        BLUETOOTH_ADMIN BROADCAST_STICKY CHANGE_NETWORK_STATE CHANGE_WIFI_MULTICAST_STATE CHANGE_WIFI_STATE
        DISABLE_KEYGUARD EXPAND_STATUS_BAR FOREGROUND_SERVICE GET_PACKAGE_SIZE INSTALL_SHORTCUT INTERNET
        KILL_BACKGROUND_PROCESSES MANAGE_OWN_CALLS MODIFY_AUDIO_SETTINGS NFC READ_SYNC_SETTINGS READ_SYNC_STATS
        RECEIVE_BOOT_COMPLETED REORDER_TASKS REQUEST_DELETE_PACKAGES REQUEST_IGNORE_BATTERY_OPTIMIZATIONS SET_ALARM
        SET_WALLPAPER TRANSMIT_IR USE_BIOMETRIC USE_FINGERPRINT VIBRATE WAKE_LOCK WRITE_SYNC_SETTINGS""",
    29: "USE_FULL_SCREEN_INTENT",
    30: "NFC_PREFERRED_PAYMENT_INFO QUERY_ALL_PACKAGES",
    31: "HIGH_SAMPLING_RATE_SENSORS SCHEDULE_EXACT_ALARM USE_EXACT_ALARM",
    33: "READ_BASIC_PHONE_STATE",
    34: """DETECT_SCREEN_CAPTURE FOREGROUND_SERVICE_DATA_SYNC FOREGROUND_SERVICE_LOCATION
        FOREGROUND_SERVICE_MEDIA_PLAYBACK""",
}
_SIGNATURE = """BIND_ACCESSIBILITY_SERVICE DUMP INSTALL_PACKAGES READ_LOGS READ_PRIVILEGED_PHONE_STATE
    WRITE_SECURE_SETTINGS"""
_ROLE = "MANAGE_COMPANION_DEVICES_ROLE BYPASS_ROLE_QUALIFICATION"


# Given only to those whom the installer allows it: a grant is accepted, and nothing is granted.
_HARD_RESTRICTED = """PROCESS_OUTGOING_CALLS READ_CALL_LOG READ_SMS RECEIVE_MMS RECEIVE_SMS RECEIVE_WAP_PUSH SEND_SMS
    WRITE_CALL_LOG"""


def hard_restricted(permission: str) -> bool:
    """Whether a grant of it is silently without effect, as no allow-list is given at installation here."""
    return permission.removeprefix("android.permission.") in _HARD_RESTRICTED.split()


def kind(permission: str, api: int) -> Kind | None:
    """The kind, or None for a permission that the system of this API level does not know."""
    prefix, _, name = permission.rpartition(".")
    if prefix == "com.google.android.gms.permission" and name == "AD_ID":
        return Kind.INSTALL
    if prefix not in ("android.permission", "com.android.launcher.permission"):
        return None
    if _listed(name, _RUNTIME, api):
        return Kind.RUNTIME
    if _listed(name, _INSTALL, api):
        return Kind.INSTALL
    if name in _SIGNATURE.split():
        return Kind.SIGNATURE
    return Kind.ROLE if api >= 31 and name in _ROLE.split() else None


def _listed(name: str, table: dict[int, str], api: int) -> bool:
    return any(name in names.split() for since, names in table.items() if api >= since)
