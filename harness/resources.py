"""Where files live: the data that travels with the program (hooks/, scenarios/, device_profiles/) and the cache."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name` ("hooks", "scenarios", "device_profiles"): inside an installed wheel, or beside the package."""
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def cache_folder(name: str) -> Path:
    """`$XDG_CACHE_HOME` (an absolute path, as its specification wants) or `~/.cache`, then tracker-harness/NAME, which
    need not exist."""
    configured = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(configured) if Path(configured).is_absolute() else Path.home() / ".cache"
    return base / "tracker-harness" / name
