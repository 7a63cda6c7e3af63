"""How long the player waits for what. Maestro's numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """All in seconds. Tests and fast devices may be less patient."""

    lookup_s: float = 17.0  # until an element is there
    optional_s: float = 7.0  # the same for optional steps and conditions
    launch_s: float = 30.0  # until the app is in front
    poll_s: float = 0.1  # between two looks at the screen
    settle_s: float = 3.0  # until the screen stands still after a touch; then go on anyway
    key_s: float = 0.3  # after HOME and BACK, before the next look
