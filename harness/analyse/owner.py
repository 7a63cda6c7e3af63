"""Whose a payload or a request is, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.findings import UNATTRIBUTED

APP = "app: "
UNKNOWN = "unknown code: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A tracker's slug (or "unattributed") and how it was found. Of what is nobody's, `how` says why: "app: <frame>"
    when it is the app's own doing, "unknown code: <frame>" when code made it of which nobody knows whose it is."""

    tracker: str = UNATTRIBUTED
    how: str = ""

    @property
    def known(self) -> bool:
        return self.tracker != UNATTRIBUTED

    @property
    def own_doing(self) -> bool:
        """Whether the app's own code did it."""
        return not self.known and self.how.startswith(APP)

    @property
    def code(self) -> str:
        """The class that did it, as it is called in the app, where it is nobody's; "" where no stack was kept."""
        word, _, frame = self.how.partition(": ")
        return "" if self.known or f"{word}: " not in (APP, UNKNOWN) else class_of(frame.partition(" ")[0])


def class_of(frame: str) -> str:
    """The class in `a.b.C$D.method(File.java:12)`."""
    return frame.partition("(")[0].rpartition(".")[0]
