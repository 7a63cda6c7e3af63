"""Where the data that travels with the program lives: hooks/, scenarios/ and device_profiles/."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name` ("hooks", "scenarios", "device_profiles"): inside an installed wheel, or beside the package."""
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name
