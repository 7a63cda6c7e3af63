"""The motion sensors: what there is, and who listens (`dumpsys sensorservice`, a witness beside the hooks)."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from harness.handset.daemon.link import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """One hardware sensor and what it reads on a table: `type` is android.hardware.Sensor's number."""

    handle: int
    name: str
    vendor: str
    type: int
    string_type: str
    values: tuple[float, ...]


SENSORS = (
    Sensor(
        handle=1,
        name="Virtual 3-axis Accelerometer",
        vendor="Tracker Harness",
        type=1,
        string_type="android.sensor.accelerometer",
        values=(0.0127, 0.2371, 9.7953),
    ),
    Sensor(
        handle=2,
        name="Virtual 3-axis Magnetic field sensor",
        vendor="Tracker Harness",
        type=2,
        string_type="android.sensor.magnetic_field",
        values=(9.875, -22.4375, -41.8125),
    ),
    Sensor(
        handle=3,
        name="Virtual 3-axis Gyroscope",
        vendor="Tracker Harness",
        type=4,
        string_type="android.sensor.gyroscope",
        values=(0.0012, -0.0005, 0.0021),
    ),
)


class Sensors:
    """Registrations of listeners, the newest hundred kept."""

    def __init__(self) -> None:
        self._active: dict[tuple[int, int], str] = {}
        self._history: deque[str] = deque(maxlen=100)

    def note(self, link: Link, message: dict[str, Any]) -> None:
        """An app has registered or unregistered a listener."""
        handle, on = int(message.get("handle", 0)), bool(message.get("registered", True))
        key = (link.pid, handle)
        if on:
            self._active[key] = link.package
        else:
            self._active.pop(key, None)
        self._record(link, handle, on=on)

    def drop(self, link: Link) -> None:
        """The process is gone, and with it its listeners."""
        for pid, handle in [key for key in self._active if key[0] == link.pid]:
            del self._active[(pid, handle)]
            self._record(link, handle, on=False)

    def dump(self) -> list[str]:
        """The lines of `dumpsys sensorservice`."""
        lines = ["Sensor Device:", f"Total {len(SENSORS)} h/w sensors, {len(SENSORS)} running 0 disabled clients:"]
        for sensor in SENSORS:
            count = sum(1 for _, handle in self._active if handle == sensor.handle)
            lines.append(f"0x{sensor.handle:08x}) active-count = {count}; sampling_period(ms) = {{}}")
        lines.append("Sensor List:")
        for sensor in SENSORS:
            about = f"{sensor.name:<38}| {sensor.vendor:<16}| ver: 1 | type: {sensor.string_type}({sensor.type})"
            lines.append(f"0x{sensor.handle:08x}) {about}")
        return [*lines, "Previous Registrations:", *reversed(self._history)]

    def _record(self, link: Link, handle: int, *, on: bool) -> None:
        now = time.strftime("%H:%M:%S", time.gmtime())
        line = f"{now} {'+' if on else '-'} 0x{handle:08x} pid={link.pid:5} uid=10101 package={link.package}"
        self._history.append(f"{line} samplingPeriod=66667us batchingPeriod=0us" if on else line)
