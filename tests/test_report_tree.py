"""Payloads drawn as lines: what matters is marked, what is left out is counted."""

from __future__ import annotations

import pytest

from harness.report.page.tree import LONGEST_VALUE, MOST_LINES, draw


def test_a_tree_marks_what_is_asked_for_and_shows_what_it_stands_in() -> None:
    tree = draw('{"a": {"b~/c": [1, "x"]}, "d": null}', frozenset({"/a/b~0~1c/1"}))
    lines = [line for part in tree.parts for line in part.lines]
    assert [line.before + line.value + line.after for line in lines if line.marked] == ['"x"']
    text = "".join("  " * line.depth + line.before + line.value + line.after + "\n" for line in lines)
    assert text == '{\n  "a": {\n    "b~/c": [\n      1,\n      "x"\n    ]\n  },\n  "d": null\n}\n'
    assert tree.shown == tree.total == len(lines)


def test_of_a_big_tree_the_marks_are_shown_with_what_they_stand_in_and_the_rest_is_counted() -> None:
    decoded = '{"head": {"deep": {"value": "here"}}, "tail": [' + ", ".join(map(str, range(5000))) + "]}"
    tree = draw(decoded, frozenset({"/head/deep/value", "/tail/2500"}))
    shown = [line for part in tree.parts for line in part.lines]
    assert {'"head": ', '"deep": ', '"value": ', '"tail": '} <= {line.before for line in shown}
    assert [line.value for line in shown if line.marked] == ['"here"', "2500"]
    assert len(shown) == tree.shown < 30
    assert tree.shown + sum(part.skipped for part in tree.parts) + tree.skipped_at_end == tree.total


def test_a_tree_with_marks_everywhere_is_cut_at_a_number_of_lines() -> None:
    decoded = "[" + ", ".join(map(str, range(5000))) + "]"
    tree = draw(decoded, frozenset(f"/{number}" for number in range(5000)))
    assert tree.shown == MOST_LINES
    assert tree.skipped_at_end == tree.total - MOST_LINES


@pytest.mark.parametrize("decoded", ["not json", '"\\ud800"', "[" * 200 + "]" * 200, "[]", "{}", '{"": 1}'])
def test_any_content_can_be_drawn(decoded: str) -> None:
    tree = draw(decoded, frozenset({""}))
    assert tree.total >= 1
    "".join(line.value for part in tree.parts for line in part.lines).encode()


def test_a_long_value_is_cut_in_the_middle_and_the_cut_is_counted() -> None:
    (part,) = draw(f'"{"x" * 5000}"', frozenset()).parts
    assert part.lines[0].cut == 5002 - LONGEST_VALUE
    assert "\N{HORIZONTAL ELLIPSIS}" in part.lines[0].value
