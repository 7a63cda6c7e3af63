"""The process that listens on frida-server's port: found, ended, started again, or kept from its port."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LOG = Path("/data/local/tmp/fs.log")
POWERLESS = "HANDSET_POWERLESS"  # read by the script frida-server
_LISTENING = "0A"
_GONE_S = 3.0


class Port:
    """The port, and the socket with which another program may hold it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._taken: socket.socket | None = None

    def owner(self) -> int | None:
        """The pid that listens there; None when nobody does, or nobody of this handset."""
        inodes = set(_listening(self.number))
        for process in Path("/proc").iterdir():
            if process.name.isdecimal() and process.name != str(os.getpid()):
                with suppress(OSError):
                    for entry in (process / "fd").iterdir():
                        if os.readlink(entry) in inodes:  # noqa: PTH115 - "socket:[1]" is no path
                            return int(process.name)
        return None

    async def free(self) -> None:
        """Kill who listens, and wait until the port is free."""
        pid = self.owner()
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        deadline = asyncio.get_running_loop().time() + _GONE_S
        # The socket itself, not its owner: a process that ends loses its descriptors a moment earlier.
        while any(_listening(self.number)) and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.02)

    async def take(self) -> None:
        """Have another program (this one) listen there, which says nothing to whoever comes."""
        if self._taken is None:
            await self.free()
            self._taken = socket.create_server(("127.0.0.1", self.number))

    def give_back(self) -> bool:
        """Stop listening; whether it was so."""
        taken, self._taken = self._taken, None
        if taken is not None:
            taken.close()
        return taken is not None

    async def serve(self, *, powerless: bool = False) -> None:
        """Start frida-server there, in place of whoever it was; `powerless` may trace no process."""
        await self.free()
        variables = {**os.environ, **({POWERLESS: "1"} if powerless else {"HANDSET_SU": "1"})}
        with LOG.open("ab") as log:
            await asyncio.create_subprocess_exec(
                *("/system/bin/frida-server", "-l", f"127.0.0.1:{self.number}"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=variables,
                start_new_session=True,
            )


def _listening(port: int) -> Iterator[str]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    yield f"socket:[{fields[9]}]"
