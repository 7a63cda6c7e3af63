"""The Markdown summary: what it says, that it stays within bounds, and that it is text whatever an app says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.report.cover import Cover
from harness.report.export import Chosen, write_markdown
from harness.report.export.markdown import MOST_LETTERS, markdown_text
from harness.report.export.marks import code, table, words
from tests.npm_readers import as_html
from tests.synthetic import write_case
from tests.zoo import HOSTILE

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>")
_TEXT_TAGS = {"h1", "h2", "ul", "li", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "em", "code"}


def test_it_says_verdicts_who_got_what_limits_and_books(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    with write_case(":memory:") as case:
        write_markdown(case, path, Cover.of(case))
    text = path.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["Verdicts", "Who got what", "Limits", "Books"]
    assert "| Alpha Metrics | E-mail address | no choice | accept | reject |" in text
    assert "- reject: 1 of 2 signs of life from process 4711 did not arrive" in text
    assert "1 request (9 bytes) to collect.unknown.example" in text


def test_one_run_alone_can_be_told(tmp_path: Path) -> None:
    with write_case(":memory:") as case:
        text = markdown_text(Chosen.of(case, Cover.of(case), ["accept"]))
    assert "reject" not in text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_text_stays_text_in_a_list_and_in_a_table(text: str) -> None:
    given = "\n".join([f"- {words(text)}", "", *table(("a", "b"), [[words(text), code(text)]], most=9)])
    html = as_html(given)
    tags = _TAG.findall(html)
    assert {name.lower() for _, name, _ in tags} <= _TEXT_TAGS
    assert {rest.strip() for _, _, rest in tags} == {""}
    assert html.count("<tr>") == 2
    assert html.count("<td>") == 2
    assert html.count("<li>") == 1


def test_a_summary_of_too_much_is_bounded_and_says_what_it_leaves_out() -> None:
    rows = [["x" * 100] * 5] * 5000
    lines = table(["a"] * 5, rows, most=10_000)
    assert sum(map(len, lines)) < MOST_LETTERS / 2
    left_out = re.fullmatch(r"and (\d+) more rows", lines[-2])
    assert left_out
    assert int(left_out[1]) + len(lines) - 5 == len(rows)
