"""State on disk: JSON files that are either the old or the new content, never half of one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any


def load(file: Path, default: Any) -> Any:
    """The file's content, or `default` when there is none."""
    try:
        return json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return default


def save(file: Path, content: Any) -> None:
    """Replace the file's content."""
    write(file, json.dumps(content, indent=1, sort_keys=True))


def write(file: Path, text: str) -> None:
    """Replace a text file's content."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_text(text, "utf-8")
    fresh.replace(file)


def empty(folder: Path) -> None:
    """Remove everything in a folder, which itself stays (or comes to be)."""
    folder.mkdir(parents=True, exist_ok=True)
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
