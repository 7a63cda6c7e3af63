"""Findings as JSON and CSV. The columns are those of the case file's tables, with each run's variant beside it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any, TextIO

from harness.model.errors import InputError
from harness.report.cover import Cover
from harness.report.export.cells import cell
from harness.report.export.chosen import Chosen, each_text
from harness.store import exported
from harness.store.exported import KINDS, Row

WHAT = tuple(KINDS)

# Identities and digests that the case file made itself: covering would only take the way back into it.
_OURS = frozenset({"run", "runs", "process", "step", "body_sha256", "explained_process", "layer", "consent", "grade"})
# What was found by its looks is covered as what it looks like: nobody planted it, so it may be a real person's.
_LOOKS = {
    "e-mail address": "email",
    "telephone number": "phone",
    "IPv4 address": "private_ip",
    "IPv6 address": "private_ip",
    "MAC address": "hardware_id",
    "IMEI": "hardware_id",
    "advertising id": "advertising_id",
    "coordinates": "location",
    "latitude": "location",
    "longitude": "location",
    "payment card number": "user_id",
    "IBAN": "user_id",
}
_LIKE_AN_ID = "persistent_id"


def write_json(chosen: Chosen, what: str, stream: TextIO, *, lines: bool = False) -> int:
    """One array, or with `lines` one object a line; gives the number of rows. Rows are read and written one by one."""
    count = 0
    for count, row in enumerate(_rows(chosen, what), start=1):
        before = "" if lines else "[\n " if count == 1 else ",\n "
        stream.write(before + json.dumps(row, ensure_ascii=False) + ("\n" if lines else ""))
    if not lines:
        stream.write("\n]\n" if count else "[]\n")
    return count


def write_csv(chosen: Chosen, what: str, stream: TextIO) -> int:
    """RFC 4180, in UTF-8, with a heading, safe to open in a spreadsheet (see cells.py); gives the number of rows."""
    rows = _rows(chosen, what)
    names = exported.columns(chosen.case.db, KINDS[what])
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(names)
    count = 0
    for row in rows:
        writer.writerow([cell(row[name]) for name in names])
        count += 1
    return count


def _rows(chosen: Chosen, what: str) -> Iterator[Row]:
    kind = KINDS[what]
    if chosen.narrowed and not kind.runs:
        raise InputError(
            f"{what} are concluded from all runs of a case together",
            remedy="Leave out --run, or ask for sightings, which name the runs.",
        )
    found = exported.rows(chosen.case.db, kind, tuple(run.id for run in chosen.runs))
    return (covered_row(chosen.cover, kind.table, row) for row in found)


def covered_row(cover: Cover, table: str, row: Row) -> Row:
    """A row of this table with everything covered that is to be covered."""
    return {name: each_text(_covered(cover, table, row, name), str) for name in row}


def _covered(cover: Cover, table: str, row: Row, name: str) -> Any:
    value = row[name]
    if name in _OURS or value is None:
        return value
    match table, name, value:
        case "transmission", "headers", list():
            return [[header, cover.header(header, text)] for header, text in value]
        case "disclosure" | "rest_value" | "persona", "value", str():
            return cover.value(row["category"] or "", value)
        case "identifier", "example", str():
            return cover.value(row["category"] or "persistent_id", value)
        case "observation", "value", str() if row["kind"] == "pattern":
            return cover.value(_LOOKS.get(row["what"], _LIKE_AN_ID), value)
        case _:
            return each_text(value, cover.text)
