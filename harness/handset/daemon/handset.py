"""`cmd handset`: what only the virtual handset has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from harness.handset.daemon import faults, files
from harness.handset.daemon.boot import Stage
from harness.handset.daemon.call import Call, Output
from harness.handset.daemon.fault_effects import cleared
from harness.handset.daemon.launch import program

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

_USAGE = """Virtual handset (handset) commands:
  app-process PACKAGE   print, as a JSON array, the command line that starts the app (for Frida's spawn)
  reset                 factory reset: no apps, new identifiers
  api                   print the API level that is imitated
  gate PACKAGE          while this runs, hold each new process of the package before its app's code and print it as a
                        line of JSON; the first line says that the gate stands
  pending               print the pids that are held
  fault ...             plant failures: `cmd handset fault` alone explains
  boot STAGE [SECONDS]  be at a stage of booting (adbd, packages, locked, done), and go on after so many seconds each
  pin [DIGITS]          have the keyguard ask for a PIN, or for none
  logd-restart          end everybody who follows the log: "read: unexpected EOF!"
  su grant|deny         answer the dialog of a handset whose root is magisk-prompt
  release PID           let a held process go; exit code 1 when it is not held"""


async def handset(phone: Phone, call: Call, out: Output) -> int:
    """Dispatch on the word after `cmd handset`."""
    match call.arguments:
        case ["app-process", name]:
            package = phone.packages.get(name)
            if package is None or package.system:
                out.error(f"Error: package {name} is not installed")
                return 1
            out.line(json.dumps(program(package, phone.settings.proxy())))
        case ["gate", name]:
            out.line(json.dumps({"gate": name}))
            await phone.gates.own(name, lambda held: out.line(json.dumps({"pid": held.pid, "process": held.name})))
        case ["pending"]:
            for pid in phone.gates.waiting():
                out.line(str(pid))
        case ["release", pid] if pid.isdecimal():
            return 0 if phone.gates.release(int(pid)) else 1
        case ["reset"]:
            phone.factory_reset()
            out.line("Success")
        case ["api"]:
            out.line(str(phone.api))
        case words:
            return await _misbehave(phone, words, out)
    return 0


async def _misbehave(phone: Phone, words: list[str], out: Output) -> int:
    """What makes it a bad device."""
    match words:
        case ["fault", *rest]:
            code = faults.command(phone.faults, rest, out)
            await cleared(phone)
            return code
        case ["boot", stage, *pause] if stage in tuple(Stage):
            phone.boot.reach(Stage(stage))
            if pause:
                phone.boot.go_on(float(pause[0]))
        case ["pin", *words] if len(words) <= 1:
            phone.screen.pin = words[0] if words else None
        case ["logd-restart"]:
            phone.log.break_off()
        case ["su", "grant" | "deny" as word]:
            files.write(phone.data / "system/su_answer", f"{word}\n")
        case _:
            out.error(_USAGE)
            return 255
    return 0
