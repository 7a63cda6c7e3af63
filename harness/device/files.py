"""Files that an app keeps on the device: listed and read as root, never written."""

from __future__ import annotations

import shlex

from harness.device.shell import Shell
from harness.model.errors import DeviceError
from harness.model.facts import AppFile

LARGEST = 64 * 1024 * 1024  # bytes of one file that are read; an SDK's files are a thousandth of it
_READ_TIMEOUT_S = 120.0

# An app's data: the credential-encrypted part, and the one that is there before the first unlock (Android 7 on).
_PLACES = ("/data/data", "/data/user_de/0")


def app_files(shell: Shell, package: str) -> tuple[AppFile, ...]:
    """Every ordinary file in the app's own folders, code and native libraries left out. Needs root."""
    shown = []
    for place in _PLACES:
        folder = f"{place}/{package}"
        # `-L`: on Android 11 and later the first is a link. One stat for all, for each costs a process on the device.
        line = (
            f"[ -d {shlex.quote(folder)} ] && cd {shlex.quote(folder)} && "
            "find . -type f ! -path './lib/*' ! -path './code_cache/*' -exec stat -c '%s %Y %n' {} +"
        )
        result = shell.script(line, timeout_s=60.0, root=True)
        if result.stderr.strip() and not result.stdout.strip():
            raise DeviceError(
                f"{shell.serial}: the files of {package} cannot be listed: {result.stderr.strip().splitlines()[0]}",
                remedy="Reading an app's files needs root: `adb root`, or allow `su` for the shell.",
            )
        shown += [_listed(folder, row) for row in result.stdout.splitlines() if row.strip()]
    return tuple(sorted(shown, key=lambda file: file.path))


def read_app_file(shell: Shell, file: AppFile) -> bytes:
    """A file's content. Raises DeviceError when it is gone, unreadable or larger than LARGEST."""
    if file.size > LARGEST:
        raise DeviceError(
            f"{shell.serial}: {file.path} has {file.size:,} bytes, more than the {LARGEST:,} that are read",
            remedy=f"Pull it by hand: adb -s {shell.serial} shell su -c 'cat {file.path}'.",
        )
    reply = shell.read(["cat", file.path], timeout_s=_READ_TIMEOUT_S, root=True)
    if reply.exit_code != 0:
        why = reply.stderr.decode(errors="replace").strip() or f"cat ended with {reply.exit_code}"
        raise DeviceError(f"{shell.serial}: {file.path} cannot be read: {why}", remedy="Collect again.")
    return reply.stdout


def _listed(folder: str, row: str) -> AppFile:
    size, modified, name = row.split(" ", 2)
    relative = name.removeprefix("./")
    return AppFile(path=f"{folder}/{relative}", relative=relative, size=int(size), modified_ms=int(modified) * 1000.0)
