"""YAML with line numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.yamlmarks import load_marked, parse_marked, plain


def test_values_keep_the_line_where_they_stand() -> None:
    (document,), faults = parse_marked("a: 1\nlist:\n  - x\n  - deep: y\n", shown="f.yaml")
    assert faults == []
    assert isinstance(document.value, dict)
    items = document.value["list"].value
    assert isinstance(items, tuple)
    assert [item.line for item in items] == [3, 4]
    assert document.key_lines == {"a": 1, "list": 2}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("NO", "NO"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("2026-11-23", "2026-11-23"),
        ("true", True),
        ("'true'", "true"),
        ("5", 5),
        ('"5.10"', "5.10"),
        ("0.5", 0.5),
        ("~", None),
        ("", None),
        ("!!str 7", "7"),
    ],
)
def test_scalars_follow_the_core_schema(written: str, meant: object) -> None:
    (document,), faults = parse_marked(f"key: {written}\n", shown="f.yaml")
    assert faults == []
    value = plain(document)["key"]
    assert (type(value), value) == (type(meant), meant)


def test_two_documents_of_a_flow_come_apart() -> None:
    documents, faults = parse_marked("appId: x\n---\n- back\n", shown="f.yaml")
    assert faults == []
    assert [plain(document) for document in documents] == [{"appId": "x"}, ["back"]]


@pytest.mark.parametrize(
    ("written", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "already on line 1"),
        ("a:\n  - {x: 1, x: 2}\n", 2, "already on line 2"),
        ("? [q]\n: 1\n", 1, "must be a word"),
        ("a: &loop\n  b: [*loop]\n", 1, "contains itself"),
        ("a: [1\nb: 2\n", 2, "not valid YAML"),
        ("a: 'x\n", 2, "not valid YAML"),
        ("a: \x01\n", 0, "not valid YAML"),
    ],
)
def test_a_fault_names_its_line(written: str, line: int, words: str) -> None:
    _, faults = parse_marked(written, shown="some/file.yaml")
    first = faults[0]
    assert (first.file, words in first.problem) == ("some/file.yaml", True)
    assert abs(first.line - line) <= (1 if "not valid" in words else 0)
    assert first.remedy


def test_the_rest_of_a_file_with_a_doubled_key_is_still_read() -> None:
    (document,), faults = parse_marked("a: 1\na: 2\nb: 3\n", shown="f.yaml")
    assert len(faults) == 1
    assert plain(document) == {"a": 1, "b": 3}


def test_a_shared_anchor_is_not_expanded_for_each_use() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    (document,), faults = parse_marked("\n".join(lines), shown="f.yaml")
    assert faults == []
    assert isinstance(document.value, dict)


def test_a_file_that_is_not_there_is_one_fault(tmp_path: Path) -> None:
    documents, faults = load_marked(tmp_path / "none.yaml")
    assert documents == ()
    assert "cannot be read" in faults[0].problem


def test_a_file_that_is_not_utf_8_is_one_fault(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"name: caf\xe9\n")
    _, faults = load_marked(path)
    assert "not UTF-8" in faults[0].problem


def test_an_unknown_key_is_answered_with_the_nearest_known_one() -> None:
    (document,), _ = parse_marked("clas: x\n", shown="f.yaml")
    (fault,) = document.unknown_keys(["class", "methods"])
    assert (fault.line, "'class'" in fault.remedy) == (1, True)
