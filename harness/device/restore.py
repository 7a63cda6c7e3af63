"""Changes on the device that are put back: within a block, or later from the ledger when the block never ended."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from harness.device import replies
from harness.device.ledger import Entry, Ledger
from harness.device.shell import Shell
from harness.model.environment import Change
from harness.model.errors import DeviceError, DeviceLost


@contextmanager
def changed_setting(shell: Shell, ledger: Ledger, namespace: str, key: str, value: str) -> Iterator[None]:
    """A setting has another value for the block."""
    get = ["settings", "get", namespace, key]
    before = replies.setting(shell.run(get, idempotent=True).stdout)
    entry = ledger.begin(
        what=f"settings {namespace} {key}", before=before, after=value, undo=_setting_back(namespace, key, before),
        check=shlex.join(get),
    )  # fmt: skip
    with undone(shell, ledger, entry):
        shell.run(["settings", "put", namespace, key, value])
        yield


@contextmanager
def undone(shell: Shell, ledger: Ledger, entry: Entry) -> Iterator[None]:
    """After the block the change is undone, and struck from the ledger when the device says that it is."""
    try:
        yield
    finally:
        with suppress(DeviceLost):  # what ended the block says so; the ledger keeps what is left to do
            put_back(shell, ledger, entry)


def put_back(shell: Shell, ledger: Ledger, entry: Entry) -> Change:
    """Undo one change and look. What cannot be undone stays in the ledger. Raises DeviceLost only."""
    change = Change(what=entry.what, before=entry.before, after=entry.after)
    try:
        shell.script(entry.undo, root=entry.root, idempotent=True)
        now = None
        if entry.check is not None:
            now = replies.setting(shell.script(entry.check, root=entry.root, idempotent=True).stdout)
    except DeviceLost:
        raise
    except DeviceError as exc:
        return Change(what=entry.what, before=entry.before, after=entry.after, why=exc.problem)
    if entry.check is not None and now != entry.before:
        return Change(what=entry.what, before=entry.before, after=entry.after, why=f"it is still {now!r}")
    ledger.end(entry)
    return Change(what=change.what, before=change.before, after=change.after, restored=True)


def restore(shell: Shell, ledger: Ledger) -> tuple[Change, ...]:
    """Put back everything that processes which are gone have changed, the last change first."""
    return tuple(put_back(shell, ledger, entry) for entry in ledger.open() if not entry.in_use)


def take_over(shell: Shell, ledger: Ledger, package: str) -> tuple[Change, ...]:
    """As `restore`, before a run of `package`: apps that still run are left alone, for somebody may have started them
    since, and that of this run is the run's own from now on."""
    left = [entry for entry in ledger.open() if not entry.in_use]
    for entry in left:
        if entry.app == package:
            ledger.end(entry)
    return tuple(put_back(shell, ledger, entry) for entry in left if entry.app is None)


def _setting_back(namespace: str, key: str, before: str | None) -> str:
    if before is not None:
        return shlex.join(["settings", "put", namespace, key, before])
    delete = shlex.join(["settings", "delete", namespace, key])
    # The system goes on using a proxy whose row was deleted, until the next boot; `:0` takes it out at once.
    return f"settings put global http_proxy :0; {delete}" if key == "http_proxy" else delete
