"""`dumpsys`: one function per service; texts of android.md sections 1.4, 1.6 and 3.2."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.handset.daemon import dump_package, dump_window
from harness.handset.daemon.call import Call, Output, take_option
from harness.handset.daemon.identity import CARRIER

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

Lines = list[str]


async def dumpsys(phone: Phone, call: Call, out: Output) -> int:
    """`dumpsys [-t SECONDS] SERVICE [ARGUMENTS]`, `dumpsys -l`."""
    arguments = call.arguments
    take_option(arguments, "-t")
    if not arguments or arguments[0] == "-l":
        out.line("Currently running services:")
        for name in sorted(_SERVICES):
            out.line(f"  {name}")
        return 0
    service = _SERVICES.get(arguments[0])
    if service is None:
        out.error(f"Can't find service: {arguments[0]}")
        return 0
    for line in service(phone, arguments[1:]):
        out.line(line)
    return 0


def battery(phone: Phone) -> dict[str, int | str]:
    """The battery's state, as apps ask for it."""
    return {"level": 87, "status": "discharging", "temperature": 251, "voltage": 4123}


def _battery(phone: Phone, arguments: Lines) -> Lines:
    state = battery(phone)
    return [
        "Current Battery Service state:",
        "  AC powered: false",
        "  USB powered: false",
        "  Wireless powered: false",
        "  Max charging current: 0",
        "  status: 3",
        "  health: 2",
        "  present: true",
        f"  level: {state['level']}",
        "  scale: 100",
        f"  voltage: {state['voltage']}",
        f"  temperature: {state['temperature']}",
        "  technology: Li-ion",
    ]


def _bluetooth(phone: Phone, arguments: Lines) -> Lines:
    on = phone.settings.enabled("bluetooth_on")
    name = phone.settings.get("secure", "bluetooth_name") or ""
    return [
        "Bluetooth Status",
        f"  enabled: {str(on).lower()}",
        f"  state: {'ON' if on else 'OFF'}",
        f"  address: {phone.identity.bluetooth_mac}",
        f"  name: {name}",
        "",
        "Enable log:",
        "",
        "0 BLE apps registered",
    ]


def _telephony(phone: Phone, arguments: Lines) -> Lines:
    carrier = phone.props.get("gsm.operator.alpha") or CARRIER
    service = (
        f"mVoiceRegState=0(IN_SERVICE), mDataRegState=0(IN_SERVICE), mOperatorAlphaLong={carrier}, "
        f"mOperatorAlphaShort={carrier}, isManualNetworkSelection=false"
    )
    return [
        "last known state:",
        "  Phone Id=0",
        "  mCallState=0",
        "  mRingingCallState=0",
        "  mCallIncomingNumber=",
        f"  mServiceState={{{service}}}",
        "  mSignalStrength=SignalStrength:{mLte=CellSignalStrengthLte: rssi=-71 rsrp=-98 level=3}",
        "  mDataConnectionState=2",
        "  mCellIdentity=null",
        "  mCellInfo=[]",
        "  mDefaultSubId=1",
        "registrations: count=0",
    ]


def _account(phone: Phone, arguments: Lines) -> Lines:
    # A test's own: "name type, name type"; the handset has no settings page to add one on.
    words = [entry.split() for entry in phone.props.get("persist.handset.accounts").split(",")]
    held = [entry for entry in words if len(entry) == 2]
    return [
        "User UserInfo{0:Owner:4c13}:",
        f"  Accounts: {len(held)}",
        *(f"    Account {{name={name}, type={kind}}}" for name, kind in held),
        "",
        "  AccountId, Action_Type, timestamp, UID, TableName, Key",
    ]


def _wifi(phone: Phone, arguments: Lines) -> Lines:
    return wifi_status(phone)


def wifi_status(phone: Phone) -> Lines:
    """The lines of `cmd wifi status`."""
    if not phone.settings.enabled("wifi_on"):
        return ["Wifi is disabled"]
    me = phone.identity
    rest = "Security type: 2, Supplicant state: COMPLETED, RSSI: -50, Link speed: 866Mbps"
    return [
        "Wifi is enabled",
        "Wifi scanning is only available when wifi is enabled",
        f'Wifi is connected to "{me.ssid}"',
        f'WifiInfo: SSID: "{me.ssid}", BSSID: {me.bssid}, MAC: {me.wlan_mac}, IP: /{me.wlan_ip}, {rest}',
    ]


def _sensors(phone: Phone, arguments: Lines) -> Lines:
    return phone.sensors.dump()


def _power(phone: Phone, arguments: Lines) -> Lines:
    on = phone.screen.interactive
    return [
        "POWER MANAGER (dumpsys power)",
        "",
        "Power Manager State:",
        f"  mWakefulness={'Awake' if on else 'Asleep'}",
        f"Display Power: state={'ON' if on else 'OFF'}",
    ]


def _display(phone: Phone, arguments: Lines) -> Lines:
    return ["DISPLAY MANAGER (dumpsys display)", f"  mScreenState={'ON' if phone.screen.interactive else 'OFF'}"]


def _input_method(phone: Phone, arguments: Lines) -> Lines:
    # A hardware keyboard is attached: the soft one never covers the app.
    chosen = phone.settings.get("secure", "default_input_method") or ""
    return ["Current Input Method Manager state:", f"  mCurMethodId={chosen}", "  mInputShown=false"]


def _location(phone: Phone, arguments: Lines) -> Lines:
    return ["Location Manager State:", "  Historical Records by Provider:"]


def _time(phone: Phone, arguments: Lines) -> Lines:
    return [f"now: {int(time.time() * 1000)}"]


_SERVICES: dict[str, Callable[[Phone, Lines], Lines]] = {
    "account": _account,
    "activity": dump_window.activity,
    "battery": _battery,
    "bluetooth_manager": _bluetooth,
    "display": _display,
    "input_method": _input_method,
    "location": _location,
    "package": dump_package.package,
    "power": _power,
    "sensorservice": _sensors,
    "telephony.registry": _telephony,
    "time_detector": _time,
    "wifi": _wifi,
    "window": dump_window.window,
}
