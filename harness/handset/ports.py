"""Free ports for handsets: adb from 6601 in steps of two, Frida from 27061; adb itself scans neither range."""

from __future__ import annotations

import socket
from collections.abc import Collection

from harness.model.errors import HandsetError

_FIRST_ADB, _FIRST_FRIDA, _COUNT = 6601, 27061, 200


def choose(*, port: int | None, frida_port: int | None, reserved: Collection[int]) -> tuple[int, int]:
    """An adb and a Frida port: those asked for, or an error; otherwise the first free ones, `reserved` apart."""
    for wanted in (port, frida_port):
        if wanted is not None and not free(wanted):
            raise HandsetError(
                f"Port {wanted} is taken by another program",
                remedy="Choose another one, or none: then the next free one is used.",
            )
    adb = port or _first_free(range(_FIRST_ADB, _FIRST_ADB + 2 * _COUNT, 2), reserved)
    frida = frida_port or _first_free(range(_FIRST_FRIDA, _FIRST_FRIDA + _COUNT), reserved)
    return adb, frida


def free(port: int) -> bool:
    """Whether nobody listens on this port of the loopback interface, nor on all interfaces."""
    with socket.socket() as probe:
        # Without this, connections of a handset just stopped would count as taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _first_free(candidates: range, reserved: Collection[int]) -> int:
    for port in candidates:
        if port not in reserved and free(port):
            return port
    raise HandsetError(
        f"No port is free between {candidates.start} and {candidates.stop}",
        remedy="Stop handsets that you do not need: `harness handset list`, `harness handset down NAME`.",
    )
