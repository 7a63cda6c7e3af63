"""Where the virtual handset keeps things: the cached system root, the witness CA, the state of each named handset."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.model.errors import HandsetError
from harness.resources import cache_folder

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def home() -> Path:
    """The handset's part of the cache; created on first use."""
    folder = cache_folder("handset")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise HandsetError(
            f"The cache folder {folder} cannot be created: {exc.strerror}",
            remedy="Set XDG_CACHE_HOME to a folder that you may write to.",
        ) from exc
    return folder


def devices() -> Path:
    """The folder that holds one folder per named handset."""
    return home() / "devices"


def device(name: str) -> Path:
    """The folder of the handset `name`; it need not exist."""
    if not _NAME.fullmatch(name):
        raise HandsetError(
            f"'{name}' is no name for a handset",
            remedy="Use letters, digits, dots, dashes and underscores, 64 at most.",
        )
    return devices() / name


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold an exclusive lock on `file` for the block, waiting for whoever has it. The file itself stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
