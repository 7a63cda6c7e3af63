"""What a planted failure does when it strikes, and how it is undone when it is cleared."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.handset.daemon.call import Call, Output, ShellException
from harness.handset.daemon.fault_rows import DISPLAYS_WARNING, LINKER_WARNING, Does, Says, Throws
from harness.handset.daemon.faults import Planted

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

EOF_LINE = "read: unexpected EOF!"
_AWAY_S = 3.0
_LOOK_S = 0.1
_SUFFERED_S = 0.5  # how long an app stands Frida
CarryOut = Callable[["Phone", Call, Output], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Struck:
    phone: Phone
    call: Call
    out: Output
    carry_out: CarryOut


async def strike(phone: Phone, call: Call, planted: Planted, out: Output, carry_out: CarryOut) -> int | Call:
    """Let the failure happen: an exit code when that was all, else the command that is now to be carried out."""
    effect = planted.row.effect(phone.api, call)
    phone.log.system("W", "Fault", f"{planted.row.name} strikes {' '.join(call.argv)}")
    match effect:
        case Says(text=text, code=code, stream=stream):
            say = out.line if stream == "o" else out.error
            words = text if planted.text is None else planted.text
            if words:
                say(words)
            return code
        case Throws(name=name, message=message):
            raise ShellException(name, message if planted.text is None else planted.text)
        case Does(what=what):
            return await _DOINGS[what](_Struck(phone=phone, call=call, out=out, carry_out=carry_out))


async def cleared(phone: Phone) -> None:
    """Undo what failures that are planted no more have done to the handset."""
    planted = {each.row.name for each in phone.faults.planted}
    if not planted & {"1", "2"}:
        phone.adbd.come_back()
    if "13" not in planted:
        phone.screen.dialog = None
    taken = "20" not in planted and phone.frida.give_back()
    powerless = "22" not in planted and phone.marks.pop("powerless", "") != ""
    if taken or powerless:
        await phone.frida.serve()


async def _adbd_away(struck: _Struck) -> Call:
    struck.phone.adbd.leave()
    asyncio.get_running_loop().call_later(_AWAY_S, struck.phone.adbd.come_back)
    return struck.call


async def _adbd_gone(struck: _Struck) -> Call:
    struck.phone.adbd.leave()
    return struck.call


async def _adbd_broken(struck: _Struck) -> Call:
    struck.phone.adbd.kill()
    return struck.call


async def _not_responding(struck: _Struck) -> Call:
    phone = struck.phone
    phone.log.system("E", "ActivityManager", "ANR in com.android.systemui")
    if phone.settings.get("global", "hide_error_dialogs") != "1":
        phone.screen.dialog = "com.android.systemui"
    return struck.call


async def _half_the_text(struck: _Struck) -> Call:
    argv = struck.call.argv
    return replace(struck.call, argv=(*argv[:-1], argv[-1][: len(argv[-1]) // 2]))


async def _frida_dies(struck: _Struck) -> Call:
    await struck.phone.frida.free()
    return struck.call


async def _frida_port_taken(struck: _Struck) -> Call:
    await struck.phone.frida.take()
    return struck.call


async def _frida_powerless(struck: _Struck) -> Call:
    if not struck.phone.marks.get("powerless"):
        struck.phone.marks["powerless"] = "1"
        await struck.phone.frida.serve(powerless=True)
    return struck.call


async def _apps_refuse_frida(struck: _Struck) -> Call:
    if not struck.phone.marks.get("refusing"):
        struck.phone.marks["refusing"] = "1"
        struck.phone.processes.in_background(_refuse(struck.phone))
    return struck.call


async def _refuse(phone: Phone) -> None:
    """Kill each app process that has Frida in it, until the failure is cleared."""
    while any(each.row.name == "24" for each in phone.faults.planted):
        for process in phone.processes.running():
            if _has_frida(process.pid):
                await asyncio.sleep(_SUFFERED_S)
                died = f"pid: {process.pid}, tid: {process.pid}, name: main  >>> {process.package} <<<"
                text = f"*** *** ***\n{died}\nsignal 11 (SIGSEGV), code 1 (SEGV_MAPERR), fault addr 0x0"
                phone.log.add("F", "DEBUG", text, pid=process.pid, buffer="crash")
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
        await asyncio.sleep(_LOOK_S)
    phone.marks.pop("refusing", None)


def _has_frida(pid: int) -> bool:
    try:
        return "frida" in Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return False


async def _log_breaks_off(struck: _Struck) -> int:
    shortened = replace(struck.call, argv=(*struck.call.argv, "-d"))
    await struck.carry_out(struck.phone, shortened, struck.out)
    struck.out.error(EOF_LINE)
    return 1


async def _displays_warning(struck: _Struck) -> Call:
    struck.out.line(DISPLAYS_WARNING)
    return struck.call


async def _linker_warning(struck: _Struck) -> Call:
    struck.out.line(LINKER_WARNING)
    return struck.call


async def _hang(struck: _Struck) -> Call:
    await asyncio.Event().wait()
    return struck.call


_DOINGS: dict[str, Callable[[_Struck], Awaitable[int | Call]]] = {
    "adbd_away": _adbd_away,
    "adbd_broken": _adbd_broken,
    "adbd_gone": _adbd_gone,
    "apps_refuse_frida": _apps_refuse_frida,
    "displays_warning": _displays_warning,
    "frida_dies": _frida_dies,
    "frida_port_taken": _frida_port_taken,
    "frida_powerless": _frida_powerless,
    "half_the_text": _half_the_text,
    "hang": _hang,
    "linker_warning": _linker_warning,
    "log_breaks_off": _log_breaks_off,
    "not_responding": _not_responding,
}
