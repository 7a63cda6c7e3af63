"""Text out of an app as text that a page can show: what cannot be seen, or would turn its surroundings round, is
written as an escape, and nothing is longer than a reader would read."""

from __future__ import annotations

from harness.report.export.visible import visible as written_out

LONGEST = 4000  # characters of one text; what is longer is cut and counted


def visible(text: str) -> str:
    """The text with everything unseen written out, as `\\u202e`; tabs and line feeds stay."""
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}\N{HORIZONTAL ELLIPSIS} ({len(text) - LONGEST:,} characters more)"
    return text if text.isascii() and text.isprintable() else written_out(text, lines=True)
