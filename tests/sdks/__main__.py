"""`python -m tests.sdks`: the tables of docs/sdk-coverage.md, written and printed."""

from __future__ import annotations

import sys

from tests.sdks.page import PAGE, page

if __name__ == "__main__":
    text = page()
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
