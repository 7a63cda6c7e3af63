"""Services of apps: each start is delivered to the process that the manifest names, which is started when needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.handset.daemon.link import Link
from harness.handset.daemon.packages import Package

if TYPE_CHECKING:
    from harness.handset.daemon.phone import Phone


class Services:
    """What has been asked of processes that have not registered yet."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._waiting: dict[str, list[tuple[str, str | None]]] = {}  # by process name
        self._launching: set[str] = set()

    def wanted(self, package: str, name: str, action: str | None) -> None:
        """An app starts a service of its own; one that its manifest does not know is only a line in the log."""
        installed = self._phone.packages.get(package)
        known = installed.manifest.services if installed else ()
        service = next((each for each in known if each.name == name), None)
        if installed is None or service is None:
            words = f"Unable to start service Intent {{ cmp={package}/{name} }} U=0: not found"
            self._phone.log.system("W", "ActivityManager", words)
            return
        process = service.process or package
        link = next((link for link in self._phone.processes.links if link.process == process), None)
        if link is not None:
            link.send("service", name=name, action=action)
            return
        self._waiting.setdefault(process, []).append((name, action))
        running = {each.name for each in self._phone.processes.running(package)}
        if process not in running | self._launching:
            self._launching.add(process)
            self._phone.processes.in_background(self._launch(installed, process))

    async def _launch(self, package: Package, process: str) -> None:
        try:
            await self._phone.processes.launch(package, process)
        finally:
            self._launching.discard(process)

    def connected(self, link: Link) -> None:
        """A process has registered: what was asked of it meanwhile is its first work."""
        for name, action in self._waiting.pop(link.process, ()):
            link.send("service", name=name, action=action)
