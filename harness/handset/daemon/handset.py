"""`cmd handset`: what only the virtual handset has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from harness.handset.daemon.call import Call, Output
from harness.handset.daemon.launch import program

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

_USAGE = """Virtual handset (handset) commands:
  app-process PACKAGE   print, as a JSON array, the command line that starts the app (for Frida's spawn)
  reset                 factory reset: no apps, new identifiers
  api                   print the API level that is imitated"""


async def handset(phone: Phone, call: Call, out: Output) -> int:
    """Dispatch on the word after `cmd handset`."""
    match call.arguments:
        case ["app-process", name]:
            package = phone.packages.get(name)
            if package is None or package.system:
                out.error(f"Error: package {name} is not installed")
                return 1
            out.line(json.dumps(program(package, phone.settings.proxy())))
        case ["reset"]:
            phone.factory_reset()
            out.line("Success")
        case ["api"]:
            out.line(str(phone.api))
        case _:
            out.error(_USAGE)
            return 255
    return 0
