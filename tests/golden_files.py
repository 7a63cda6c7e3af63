"""Expected long texts, kept under tests/golden and written anew by `make golden` (HARNESS_GOLDEN=write)."""

from __future__ import annotations

import os
from pathlib import Path

_FOLDER = Path(__file__).parent / "golden"


def assert_golden(name: str, text: str) -> None:
    """Compare with the file of that name, or write it when asked to."""
    path = _FOLDER / name
    if os.environ.get("HARNESS_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{name} is not there: run `make golden` and look at it"
    assert text == path.read_text(encoding="utf-8")
