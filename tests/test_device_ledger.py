"""What was changed on a device is known after the one who changed it was killed."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from harness.device.ledger import Ledger
from harness.model.errors import DeviceError

_KILLED = """
import os, signal
from harness.device.ledger import Ledger
Ledger("phone:1").begin(what="settings global http_proxy", before=None, after="h:1", undo="undo it", check="look")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    monkeypatch.setenv("HARNESS_STATE", str(tmp_path))
    return Ledger("phone:1")


def test_a_change_is_open_until_it_has_been_put_back(ledger: Ledger) -> None:
    first = ledger.begin(what="one", before="1", after="2", undo="back to 1")
    second = ledger.begin(what="two", before=None, after="x", undo="delete")
    assert ledger.open() == (second, first), "the last change is undone first"
    ledger.end(second)
    assert ledger.open() == (first,)
    ledger.end(first)
    assert not ledger.path.exists()


def test_only_the_user_may_read_it(ledger: Ledger) -> None:
    ledger.begin(what="one", before="1", after="2", undo="back to 1")
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600


def test_what_a_killed_process_has_changed_is_known_and_not_in_use(ledger: Ledger) -> None:
    ended = subprocess.run([sys.executable, "-c", _KILLED], env=os.environ, check=False)
    assert ended.returncode == -signal.SIGKILL
    (entry,) = ledger.open()
    assert (entry.what, entry.before, entry.undo, entry.in_use) == (
        "settings global http_proxy",
        None,
        "undo it",
        False,
    )


def test_what_a_living_process_has_changed_is_in_use(ledger: Ledger) -> None:
    assert ledger.begin(what="one", before="1", after="2", undo="back to 1").in_use


def test_a_line_that_a_power_failure_cut_short_hides_nothing(ledger: Ledger) -> None:
    entry = ledger.begin(what="one", before="1", after="2", undo="back to 1")
    with ledger.path.open("a") as file:
        file.write('{"begin": {"id": "0123", "wh')
    assert ledger.open() == (entry,)


def test_nothing_may_be_changed_that_cannot_be_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("HARNESS_STATE", str(tmp_path / "file"))
    with pytest.raises(DeviceError, match="cannot be written down"):
        Ledger("phone:1").begin(what="one", before="1", after="2", undo="back to 1")
