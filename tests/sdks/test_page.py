"""The page in the documentation says what the binaries say."""

from __future__ import annotations

import os

import pytest

from tests.sdks.page import PAGE, page


@pytest.mark.handset
def test_the_page_is_what_the_binaries_say_today() -> None:
    text = page()
    if os.environ.get("HARNESS_GOLDEN") == "write":
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "run `make test-sdks` and look at the change"
