"""For every test: who runs at the same time as who, and that signals are heard.

Two tests run at a time, most of them waiting; but never two of one file, nor of a folder that shares a device.
"""

from __future__ import annotations

import signal
from pathlib import PurePosixPath
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# What measures time (probe) comes after what mostly waits (handset), in the same worker: by then the other is done.
_SCOPES = {"handset": "device", "probe": "device", "sdks": "sdks"}
# These of tests/probe measure no time: they need not wait until the handset's tests are done.
_ANY_TIME = ("test_canary", "test_platform", "test_stub", "test_values")


class ByFolder(LoadScopeScheduling):  # type: ignore[misc] # xdist is not typed
    """xdist's own groups do nothing under pytest 9.2: they rename tests, which it no longer notices."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        place = PurePosixPath(file)
        return file if place.name.startswith(_ANY_TIME) else _SCOPES.get(place.parent.name, file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    return ByFolder(config, log)


@pytest.fixture(scope="session", autouse=True)
def signals_are_heard() -> None:
    """Whoever starts pytest in the background has it ignore signals, and every command that tests start after it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
