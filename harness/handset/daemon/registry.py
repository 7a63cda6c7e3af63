"""Every shell command that the daemon answers, by name, and `cmd`, which names a service first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from harness.handset.daemon import am, content, handset, hierarchy, logcat, pm, process_tools, props, radios, screencap
from harness.handset.daemon import dumpsys as dumpsys_command
from harness.handset.daemon import settings as settings_command
from harness.handset.daemon import touch as input_command
from harness.handset.daemon.call import Call, Output, take_flag

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

Command = Callable[["Phone", Call, Output], Awaitable[int]]


async def cmd(phone: Phone, call: Call, out: Output) -> int:
    """`cmd [-w] SERVICE ARGUMENTS`."""
    arguments = call.arguments
    take_flag(arguments, "-w")
    if not arguments or arguments[0] == "-l":
        for name in sorted(_SERVICES):
            out.line(f"  {name}")
        return 0
    service = _SERVICES.get(arguments[0])
    if service is None:
        out.error(f"cmd: Can't find service: {arguments[0]}")
        return 20
    return await service(phone, replace(call, argv=tuple(arguments)), out)


_SERVICES: dict[str, Command] = {
    "activity": am.am,
    "bluetooth_manager": radios.bluetooth,
    "connectivity": radios.connectivity,
    "handset": handset.handset,
    "input": input_command.touch,
    "location": radios.location,
    "package": pm.pm,
    "phone": radios.telephony,
    "settings": settings_command.settings,
    "wifi": radios.wifi,
    "window": radios.wm,
}

COMMANDS: dict[str, Command] = {
    "am": am.am,
    "cmd": cmd,
    "content": content.content,
    "dumpsys": dumpsys_command.dumpsys,
    "getenforce": process_tools.getenforce,
    "getprop": props.getprop,
    "input": input_command.touch,
    "ip": radios.ip,
    "logcat": logcat.logcat,
    "monkey": process_tools.monkey,
    "pidof": process_tools.pidof,
    "pm": pm.pm,
    "ps": process_tools.ps,
    "screencap": screencap.screencap,
    "setenforce": process_tools.setenforce,
    "setprop": props.setprop,
    "settings": settings_command.settings,
    "svc": radios.svc,
    "uiautomator": hierarchy.uiautomator,
    "wm": radios.wm,
}
