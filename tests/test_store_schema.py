"""The schema is an interface: documented column by column, and older files become current ones."""

from __future__ import annotations

import hashlib
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


# SHA-256 of what version 0.1.0 created, statement by statement.
_PUBLISHED = "8a77849435a611fae12e5325c83bb80a43dd598ec0c5a1e0f20f47570176bd30"


def test_the_first_migration_makes_what_it_made_when_it_was_published() -> None:
    db = Database(memory=True)
    schema.migrate(db, schema.MIGRATIONS[:1])
    made = db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name").fetchall()
    db.close()
    assert hashlib.sha256("\n".join(sql for (sql,) in made).encode()).hexdigest() == _PUBLISHED


def test_a_file_of_the_first_version_becomes_a_current_one_with_its_rows() -> None:
    old, new = Database(memory=True), Database(memory=True)
    schema.migrate(old, schema.MIGRATIONS[:1])
    old.execute(
        "INSERT INTO audit (id, at_ms, command) VALUES ('A', 1.0, 'run')",
    )
    for db in (old, new):
        schema.migrate(db)
    assert [table.columns_dict for table in old.tables] == [table.columns_dict for table in new.tables]
    assert old.execute("SELECT command FROM audit").fetchall() == [("run",)]
    old.close()
    new.close()


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


def test_a_file_of_the_second_version_becomes_a_current_one_with_its_rows() -> None:
    old, new = Database(memory=True), Database(memory=True)
    schema.migrate(old, schema.MIGRATIONS[:2])
    old.execute("INSERT INTO app (id, package, apks) VALUES ('A', 'com.example.app', '[]')")
    old.execute("INSERT INTO device (id, serial, virtual, clock_offset_ms) VALUES ('D', 's', 1, 0.0)")
    old.execute(
        "INSERT INTO run (id, flow, variant, app, device, started_at_ms) VALUES ('R', 'study', '', 'A', 'D', 1.0)"
    )
    old.execute(
        "INSERT INTO hook (run, process, position, key, layer, status) VALUES ('R', 'P', 0, 'k', 'api', 'pending')"
    )
    for db in (old, new):
        schema.migrate(db)
    assert [table.columns_dict for table in old.tables] == [table.columns_dict for table in new.tables]
    assert old.execute("SELECT key, tier, resolution FROM hook").fetchall() == [("k", None, None)]
    assert old.execute("SELECT package, preflight FROM app").fetchall() == [("com.example.app", None)]
    for table in ("renamed", "rest_file", "rest_value", "unclaimed"):
        assert old.table(table).count == 0
    old.close()
    new.close()
