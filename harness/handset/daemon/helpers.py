"""Native processes of apps: started with a text to send, which they get when nobody holds them back (any more).

They speak TLS with Debian's libssl and have no Java in them. What an app on a phone starts with ProcessBuilder, the
daemon starts here, so that the gate is told.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from harness.handset.daemon.launch import OPENSSL, environment, helper_program
from harness.handset.daemon.manifest import Helper
from harness.handset.daemon.packages import Package
from harness.handset.daemon.processes import Process

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone

_UP_S = 5.0  # until it opens its first socket; loading the program takes a twentieth of a second
_LOOK_S = 0.01


class Helpers:
    """Starts them; they end by themselves."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone

    def wanted(self, package: str, name: str, text: str) -> None:
        """An app starts a helper of its own; one that its manifest does not know is only a line in the log."""
        installed = self._phone.packages.get(package)
        known = installed.manifest.helpers if installed else ()
        helper = next((each for each in known if each.name == package + name), None)
        if installed is None or helper is None:
            self._phone.log.system("W", "ActivityManager", f"Unable to start helper {package}{name}: not found")
            return
        self._phone.processes.in_background(self._run(installed, helper, text.encode("utf-8", "replace")))

    async def _run(self, package: Package, helper: Helper, text: bytes) -> None:
        """What it prints goes nowhere, as with native code on Android."""
        child = await asyncio.create_subprocess_exec(
            *helper_program(helper, self._phone.settings.proxy()),
            executable=OPENSSL,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment(package.name),
            start_new_session=True,
        )
        process = self._phone.processes.started(child, package, helper.name)
        await self._leave(child, process)
        if child.stdin is not None:
            child.stdin.write(text)
            with suppress(ConnectionError):  # it has ended: nobody could be reached
                await child.stdin.drain()
            child.stdin.close()

    async def _leave(self, child: asyncio.subprocess.Process, process: Process) -> None:
        """Wait at the gate, if there is one, or until the process has ended."""
        if not self._phone.gates.guards(process.package) or not await _is_up(child):
            return
        held = asyncio.ensure_future(self._phone.gates.hold(process))
        ended = asyncio.ensure_future(child.wait())
        await asyncio.wait({held, ended}, return_when=asyncio.FIRST_COMPLETED)
        for waiting in (held, ended):
            waiting.cancel()


async def _is_up(child: asyncio.subprocess.Process) -> bool:
    """Wait until it opens a socket: its libraries are loaded then, and it can be attached to. False when it ends first.
    One that does neither is held as it is."""
    deadline = asyncio.get_running_loop().time() + _UP_S
    while child.returncode is None and not _has_socket(child.pid):
        if asyncio.get_running_loop().time() > deadline:
            return True
        await asyncio.sleep(_LOOK_S)
    return child.returncode is None


def _has_socket(pid: int) -> bool:
    try:
        return any(str(entry.readlink()).startswith("socket:") for entry in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False
