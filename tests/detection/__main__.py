"""`python -m tests.detection` writes docs/detection.md."""

from __future__ import annotations

from tests.detection.page import PATH, page

PATH.write_text(page(), encoding="utf-8")
