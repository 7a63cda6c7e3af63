"""How values become text that SQLite takes: JSON in ASCII, and strings without lone surrogates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# One encoder for all: json.dumps builds a new one per call.
to_json = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def clean(text: str) -> str:
    """The text with every lone surrogate written as \\udXXX: Java has them, UTF-8 has not."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def clean_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of which every text is clean."""
    return {name: clean(value) if isinstance(value, str) else value for name, value in row.items()}
