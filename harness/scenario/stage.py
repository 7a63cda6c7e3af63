"""Where a flow is played: device, app, who watches, what the names stand for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.ports import Device
from harness.scenario.launch import AppControl
from harness.scenario.observer import Observer
from harness.scenario.patience import Patience

MASKED = "***"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """`env` is what ${NAME} stands for; the values of `secrets` (names) are blotted out of everything that is told."""

    device: Device
    app: AppControl
    observer: Observer
    env: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    patience: Patience = field(default_factory=Patience)

    def masked(self, text: str) -> str:
        for name in self.secrets:
            value = self.env.get(name)
            text = text.replace(value, MASKED) if value else text
        return text

    def pause(self, seconds: float) -> None:
        """Wait, looking now and then whether the app is still there."""
        until = time.monotonic() + seconds
        while True:
            self.app.check()
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, 0.25))
