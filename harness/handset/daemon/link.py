"""The daemon's end of one app process's window connection."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from harness.handset.daemon.manifest import full_name
from harness.handset.daemon.window import Window, node


class Link:
    """One connected process: what it shows, and a way to tell it things."""

    def __init__(self, writer: asyncio.StreamWriter, *, package: str, process: str, pid: int) -> None:
        self.package = package
        self.process = process
        self.pid = pid
        self.window: Window | None = None
        self.foreground: bool | None = None  # what the process was last told; None before its first window
        self.windows = 0  # how many it has sent
        self._writer = writer
        self._number = 0
        self._waiting: dict[int, asyncio.Future[bool]] = {}

    def send(self, kind: str, **fields: Any) -> None:
        """One message; a process that is gone is noticed elsewhere."""
        if not self._writer.is_closing():
            self._writer.write(json.dumps({"type": kind, **fields}).encode() + b"\n")

    async def sync(self, timeout_s: float) -> bool:
        """Wait until the app's main thread has handled everything sent before; false when it does not answer."""
        self._number += 1
        answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[self._number] = answered
        self.send("sync", id=self._number)
        try:
            return await asyncio.wait_for(answered, timeout_s)
        except TimeoutError:
            return False

    def synced(self, number: int) -> None:
        """The app has answered."""
        answered = self._waiting.pop(number, None)
        if answered is not None and not answered.done():
            answered.set_result(True)

    def shows(self, message: dict[str, Any]) -> None:
        """Take a "window" message."""
        root = message.get("root")
        activity = str(message.get("activity") or "")
        name = full_name(self.package, activity.rpartition("/")[2]) if activity else ""
        secure = bool(message.get("secure", False))
        self.windows += 1
        if root is None:
            self.window = None
        else:
            self.window = Window(package=self.package, activity=name, secure=secure, root=node(root))

    def close(self) -> None:
        """Nobody waits for this process any more."""
        for answered in self._waiting.values():
            if not answered.done():
                answered.set_result(False)
        self._waiting.clear()
        self._writer.close()
