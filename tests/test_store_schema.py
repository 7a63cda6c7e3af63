"""The schema is an interface: documented column by column, and older files become current ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlite_utils import Database

from harness.store import CaseFile, schema

_PAGE = (Path(__file__).parent.parent / "docs" / "case-file.md").read_text(encoding="utf-8")


def _documented() -> dict[str, list[str]]:
    sections = re.split(r"^## ", _PAGE.split("# Raw tables")[1], flags=re.MULTILINE)[1:]
    return {
        section.split("\n", 1)[0]: [
            name for name in re.findall(r"^\| (\w+) \|", section, flags=re.MULTILINE) if name != "column"
        ]
        for section in sections
    }


def test_every_table_and_column_is_documented_in_the_order_of_the_table() -> None:
    with CaseFile.open(":memory:") as case:
        real = {table.name: [column.name for column in table.columns] for table in case.db.tables}
    assert _documented() == real


def test_every_column_has_something_said_about_it() -> None:
    assert re.findall(r"^\| \w+ \| *\|$", _PAGE, flags=re.MULTILINE) == []


def test_the_page_names_the_current_version_and_mark() -> None:
    assert f"describes version {schema.VERSION}" in _PAGE.replace("\n", " ")
    assert f"0x{schema.APPLICATION_ID:X}" in _PAGE


def test_a_failed_migration_leaves_the_older_version_whole() -> None:
    def breaks(db: Database) -> None:
        db.table("extra").create({"id": str})
        raise RuntimeError("half way")

    db = Database(memory=True)
    schema.migrate(db)
    with pytest.raises(RuntimeError, match="half way"):
        schema.migrate(db, (*schema.MIGRATIONS, breaks))
    assert schema.version_of(db) == schema.VERSION
    assert not db.table("extra").exists()
    db.close()


def test_a_migration_is_applied_once_and_counted() -> None:
    def grows(db: Database) -> None:
        db.table("extra").create({"id": str})

    db = Database(memory=True)
    schema.migrate(db)
    for _ in range(2):
        schema.migrate(db, (*schema.MIGRATIONS, grows))
    assert schema.version_of(db) == schema.VERSION + 1
    assert db.table("extra").exists()
    db.close()
