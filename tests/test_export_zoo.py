"""What apps can put into payloads, in every export: each stays valid, and nothing in it is run by whoever reads it."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from haralyzer import HarParser
from junitparser import JUnitXml

from harness.report.cover import Cover
from harness.report.export import WHAT, Chosen, write_csv, write_har, write_json, write_junit
from harness.report.export.markdown import MOST_LETTERS, markdown_text
from tests.npm_readers import as_html, har_faults
from tests.zoo import LONG, OUTSIDE, write_zoo

# What a terminal obeys, and what turns or hides text.
_TERMINAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff]")


@pytest.fixture(scope="module", params=[False, True], ids=["covered", "revealed"])
def zoo(request: pytest.FixtureRequest) -> Iterator[Chosen]:
    with write_zoo(":memory:") as case:
        yield Chosen.of(case, Cover.of(case, reveal=request.param))


def test_the_log_is_valid_har_and_a_public_reader_opens_it(zoo: Chosen) -> None:
    stream = io.StringIO()
    count = write_har(zoo, stream)
    text = stream.getvalue()
    text.encode("utf-8")
    assert har_faults(text) == []
    entries = [entry for page in HarParser(json.loads(text)).pages for entry in page.entries]
    assert len(entries) == count == 75
    assert any(len(entry.request.text or "") >= len(LONG) for entry in entries)


@pytest.mark.parametrize("what", WHAT)
def test_every_row_is_json_whose_text_utf_8_can_hold(zoo: Chosen, what: str) -> None:
    stream = io.StringIO()
    count = write_json(zoo, what, stream)
    assert len(json.loads(stream.getvalue().encode("utf-8"))) == count > 0


@pytest.mark.parametrize("what", WHAT)
def test_every_table_keeps_its_columns_and_no_cell_is_a_formula(zoo: Chosen, what: str) -> None:
    stream = io.StringIO(newline="")
    count = write_csv(zoo, what, stream)
    content = stream.getvalue().encode("utf-8").decode("utf-8")
    heading, *rows = csv.reader(io.StringIO(content, newline=""), strict=True)
    assert len(rows) == count > 0
    for row in rows:
        assert len(row) == len(heading)
        for cell in row:
            assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n")
            assert len(cell) < 32_767
    assert not _TERMINAL.search(content.replace("\r\n", "\n").replace("\r", "").replace("\t", ""))


def test_junit_is_xml_without_anything_that_xml_forbids(zoo: Chosen, tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    write_junit(zoo.case, path, zoo.cover)
    text = path.read_text(encoding="utf-8")
    assert "<!DOCTYPE" not in text
    assert not _TERMINAL.search(text)
    assert ET.fromstring(text).tag == "testsuites"
    [suite] = JUnitXml.fromfile(str(path))
    assert suite.tests == 35
    assert path.stat().st_size < 1_000_000


def test_markdown_is_bounded_and_becomes_neither_a_link_nor_a_picture_nor_html(zoo: Chosen) -> None:
    text = markdown_text(zoo)
    assert len(text) <= MOST_LETTERS
    assert not _TERMINAL.search(text)
    html = as_html(text)
    assert re.findall(r"<(?:a|img|script|iframe|svg|details|input|!--)[^>]*>", html) == []
    assert f"https://{OUTSIDE}" in html.replace("&#39;", "'")  # it is shown, as text
    assert re.findall(r"<h[12][^>]*>(.*?)</h[12]>", html) == [
        "What was handed to trackers",
        "Verdicts",
        "Who got what",
        "Limits",
        "Books",
    ]
    assert not any(line.startswith(("::", "##[")) for line in text.splitlines())
