"""A case for Datasette: a copy in which everything is covered, questions that are asked of it, and what its tables and
columns mean."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.report.cover import Cover
from harness.report.export.questions import QUESTIONS, VIEWS
from harness.report.export.rows import covered_row
from harness.resources import folder
from harness.store import CaseFile
from harness.store.exported import KINDS, Row
from harness.store.shelf import write_copy
from harness.store.tables import CASE, CUSTODY, DERIVED, FORESEEN, SEEN

# What an app said and what commands printed, as it was: whoever may see that asks for --reveal.
AS_CAPTURED = ("event", "payload", "command")

_LISTS = {kind.table: kind.lists for kind in KINDS.values()}
_TABLE = re.compile(r"## (\w+)")
_COLUMN = re.compile(r"\| (\w+(?:, \w+)*) \| (.+) \|")


def write_browsable(case: CaseFile, target: Path, cover: Cover) -> None:
    """Write the copy. It has what was captured only where the cover reveals."""
    there = set(case.db.table_names())
    known = (CASE | SEEN | FORESEEN | CUSTODY | DERIVED).keys()
    tables = [name for name in known if name in there and (cover.reveal or name not in AS_CAPTURED)]

    def change(table: str, row: Row) -> Row:
        return row if cover.reveal else _covered(cover, table, row)

    write_copy(case.db, target, tables, change=change, views=VIEWS)


def metadata(database: str, *, title: str, covered: bool) -> dict[str, Any]:
    """What Datasette shows beside the data, for a database of this name."""
    told = (
        "Values that would identify a device, a person or an account are covered." if covered else "Nothing is covered."
    )
    description = f"A copy of a case file of tracker-harness, to be read only. {told}"
    shown = {"description": description, "tables": dict(_tables()), "queries": QUESTIONS}
    return {"title": title, "description": description, "databases": {database: shown}}


def _covered(cover: Cover, table: str, row: Row) -> Row:
    """Columns of JSON are covered text by text, and are JSON again."""
    lists = [name for name in _LISTS.get(table, ()) if row.get(name)]
    read = {**row, **{name: json.loads(row[name]) for name in lists}}
    covered = covered_row(cover, table, read)
    return {**covered, **{name: json.dumps(covered[name]) for name in lists}}


def _tables() -> Iterator[tuple[str, dict[str, Any]]]:
    """The meaning of every table and column, as docs/case-file.md gives it; nothing where that file is not at hand."""
    page = folder("docs") / "case-file.md"
    if not page.is_file():
        return
    parts = _TABLE.split(page.read_text(encoding="utf-8"))[1:]
    for name, part in zip(parts[::2], parts[1::2], strict=True):
        columns = {each: _plain(match[2]) for match in _COLUMN.finditer(part) for each in match[1].split(", ")}
        columns.pop("column", None)
        description = part.partition("\n|")[0].strip().partition("\n\n")[0]
        yield name, {"description": _plain(" ".join(description.split())), "columns": columns}


def _plain(text: str) -> str:
    """Without the marks of Markdown: Datasette shows plain text."""
    return re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text).replace("`", "").replace("**", "").replace("\\|", "|")
