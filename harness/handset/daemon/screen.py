"""What is in front: awake or not, locked or not, the order of the apps. Tells apps when they come and go."""

from __future__ import annotations

from harness.handset.daemon.link import Link


class Screen:
    """The display's state. Apps are ordered back to front; the launcher lies behind them all or, after HOME, before."""

    def __init__(self) -> None:
        self.interactive = True
        self.locked = False
        self.home = True
        self.pin: str | None = None
        self._typed = ""
        self.dialog: str | None = None  # the process whose "isn't responding" covers everything
        self.order: list[Link] = []

    def front(self) -> Link | None:
        """The process whose window has the focus as far as apps go; None for the launcher."""
        return None if self.home or not self.order else self.order[-1]

    def seen(self) -> Link | None:
        """The process whose window a person would see now; None for the launcher, the keyguard and the dark."""
        return self.front() if self.interactive and not self.locked and self.dialog is None else None

    def shown(self, link: Link) -> None:
        """A process has sent a window: its first one comes to the front, no window at all leaves the screen."""
        if link.window is None:
            self.removed(link)
        elif link not in self.order:
            self.order.append(link)
            self.home = False
            link.foreground = True
            self._settle()

    def removed(self, link: Link) -> None:
        """A process shows nothing any more: what was behind it is in front, which is the launcher."""
        if link in self.order:
            self.home = self.home or self.order[-1] is link
            self.order.remove(link)
            link.foreground = None
            self._settle()

    def bring_to_front(self, link: Link) -> None:
        """Show a process that has a window."""
        if link in self.order:
            self.order.remove(link)
            self.order.append(link)
            self.home = False
            self._settle()

    def moved_to_back(self, link: Link) -> None:
        """A process has left the foreground by itself (BACK on its last screen)."""
        if self.front() is link:
            self.go_home()

    def go_home(self) -> None:
        """HOME."""
        self.home = True
        self._settle()

    def sleep(self) -> None:
        """Screen off; the keyguard locks at once."""
        self.interactive = False
        self._lock(locked=True)

    def wake(self) -> None:
        """Screen on, keyguard (if locked) in front."""
        self.interactive = True
        self._settle()

    def unlock(self) -> None:
        """Dismiss the keyguard, unless it asks for a PIN."""
        if self.interactive and self.pin is None:
            self._lock(locked=False)

    def typed(self, digits: str) -> None:
        """Digits on the keyguard."""
        self._typed += digits

    def entered(self) -> None:
        """The end of the digits: the right ones open it."""
        right, self._typed = self._typed == self.pin, ""
        if right and self.interactive:
            self._lock(locked=False)

    def _lock(self, *, locked: bool) -> None:
        if locked != self.locked:
            self.locked = locked
            for link in self.order:
                link.send("lock", locked=locked)
        self._settle()

    def _settle(self) -> None:
        """Tell each process whether it is in the foreground, those that leave it first."""
        seen = self.seen()
        for link in self.order:
            if link is not seen and link.foreground:
                link.foreground = False
                link.send("lifecycle", state="background")
        if seen is not None and seen.foreground is False:
            seen.foreground = True
            seen.send("lifecycle", state="foreground")
