"""Rows as JSON and CSV: all of them, as they stand in the case file, covered; cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from harness.model.errors import InputError
from harness.report.cover import Cover
from harness.report.export import WHAT, Chosen, write_csv, write_json
from harness.report.export.cells import cell, read_cell
from harness.report.export.rows import covered_row
from harness.store import CaseFile
from tests.outbox import ANDROID_ID, EMAIL, write_outbox
from tests.synthetic import write_case
from tests.zoo import HOSTILE


def chosen(case: CaseFile, *runs: str, reveal: bool = False) -> Chosen:
    return Chosen.of(case, Cover.of(case, reveal=reveal), runs)


def as_json(picked: Chosen, what: str, *, lines: bool = False) -> str:
    stream = io.StringIO()
    write_json(picked, what, stream, lines=lines)
    return stream.getvalue()


def as_csv(picked: Chosen, what: str) -> list[list[str]]:
    stream = io.StringIO(newline="")
    write_csv(picked, what, stream)
    return list(csv.reader(io.StringIO(stream.getvalue(), newline=""), strict=True))


def test_an_array_and_lines_hold_the_same_rows_as_the_case_file() -> None:
    with write_case(":memory:") as case:
        array = json.loads(as_json(chosen(case), "disclosures"))
        lines = [json.loads(line) for line in as_json(chosen(case), "disclosures", lines=True).splitlines()]
        assert array == lines
        assert len(array) == case.db.table("disclosure").count
    assert array[0]["chain"] == ["form", "base64", "json", "raw"]
    assert {row["variant"] for row in array} == {"no choice", "reject", "accept"}


@pytest.mark.parametrize("what", WHAT)
def test_nothing_found_is_an_empty_array_no_line_and_a_heading(what: str) -> None:
    with CaseFile.open(":memory:", create=True) as case:
        assert json.loads(as_json(chosen(case), what)) == []
        assert as_json(chosen(case), what, lines=True) == ""
        assert len(as_csv(chosen(case), what)) == 1


def test_a_table_has_the_same_columns_as_json_has_keys() -> None:
    with write_case(":memory:") as case:
        rows = json.loads(as_json(chosen(case), "transmissions"))
        heading, *cells = as_csv(chosen(case), "transmissions")
    assert set(heading) == set(rows[0])
    assert len(cells) == len(rows)
    assert json.loads(read_cell(cells[0][heading.index("headers")])) == rows[0]["headers"]


def test_runs_are_chosen_by_variant_id_or_the_beginning_of_an_id() -> None:
    with write_case(":memory:") as case:
        every = Chosen.of(case, Cover(), ())
        accept = next(run for run in every.runs if run.variant == "accept")
        for word in ("accept", accept.id):
            assert {row["run"] for row in json.loads(as_json(chosen(case, word), "disclosures"))} == {accept.id}
        with pytest.raises(InputError, match="no run 'nobody'") as caught:
            chosen(case, "nobody")
        assert "accept" in caught.value.remedy
        with pytest.raises(InputError, match="several runs"):
            chosen(case, accept.id[:4])


def test_what_all_runs_show_together_is_not_given_for_one() -> None:
    with write_case(":memory:") as case, pytest.raises(InputError, match="all runs of a case together"):
        as_json(chosen(case, "accept"), "dossiers")


def test_a_covered_row_has_no_value_of_the_device_and_a_revealed_one_has_it() -> None:
    with write_outbox(":memory:") as case:
        assert ANDROID_ID not in as_json(chosen(case), "transmissions")
        case.db.execute("UPDATE transmission SET path = ?", [f"/x?id={ANDROID_ID}"])
        assert ANDROID_ID not in as_json(chosen(case), "transmissions")
        assert ANDROID_ID in as_json(chosen(case, reveal=True), "transmissions")


@pytest.mark.parametrize(
    ("what", "value", "shown"),
    [
        ("e-mail address", "someone@real.example", "[email]"),
        ("IPv4 address", "203.0.113.77", "[private_ip]"),
        ("e-mail address", EMAIL, EMAIL),
    ],
)
def test_what_was_found_by_its_looks_is_covered_unless_it_was_planted(what: str, value: str, shown: str) -> None:
    row = {"kind": "pattern", "what": what, "value": value}
    with write_outbox(":memory:") as case:
        assert covered_row(Cover.of(case), "observation", row)["value"] == shown
        assert covered_row(Cover.of(case, reveal=True), "observation", row)["value"] == value


@pytest.mark.parametrize("text", [*HOSTILE.values(), "plain", "", "-", "'", "1", "a=b", "C:\\temp"])
def test_a_cell_is_no_formula_and_is_read_back_as_it_was(text: str) -> None:
    written = cell(text)
    assert written[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d")
    assert "\x1b" not in written
    assert "\0" not in written
    assert "\u202e" not in written
    assert read_cell(written) == text.encode("utf-8", "backslashreplace").decode() or read_cell(written) == text


def test_plain_text_and_numbers_stay_as_they_are() -> None:
    assert cell("jo.4471@canary.example") == "jo.4471@canary.example"
    assert cell(-5) == -5
    assert cell(None) is None


def test_a_cell_is_not_longer_than_a_spreadsheet_takes() -> None:
    written = cell("A" * 1_000_000)
    assert len(written) < 32_767
    # head -c 1000000 /dev/zero | tr '\0' A | sha256sum
    assert "1,000,000 characters" in written
