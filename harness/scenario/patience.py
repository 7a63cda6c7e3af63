"""How long the player waits for what. Maestro's numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """All in seconds. Tests and fast devices may be less patient."""

    lookup_s: float = 17.0  # until an element is there
    optional_s: float = 7.0  # the same for optional steps and conditions
    launch_s: float = 30.0  # until the app is in front
    poll_s: float = 0.03  # between two looks at the screen; a look itself takes a phone a second
