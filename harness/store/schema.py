"""How an older case file becomes a current one. docs/case-file.md says what every column means.

A published migration is never edited: a change of the schema is a new function at the end of MIGRATIONS.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from harness.store.tables import (
    ADDED,
    AT_REST,
    CASE,
    CIRCUMSTANCES,
    CONCLUDED,
    CUSTODY,
    DERIVED,
    FORESEEN,
    LINKED,
    OBSERVED,
    OF_THE_CASE,
    SEEN,
    UNCLAIMED,
    Table,
)

APPLICATION_ID = 0x48524E53  # "HRNS", in bytes 68-71 of the file: what `file` and we know a case file by

Migration = Callable[[Database], None]


def _first(db: Database) -> None:
    _create(db, CASE | SEEN | CONCLUDED)


def _second(db: Database) -> None:
    for column in ("self_check", "self_check_detail"):
        db.table("process").add_column(column, str)
    _create(db, LINKED)


def _third(db: Database) -> None:
    db.table("hook").add_column("resolution", str)
    db.table("app").add_column("preflight", str)
    _create(db, FORESEEN | AT_REST | UNCLAIMED)


def _fourth(db: Database) -> None:
    _add_columns(db, "decoded")
    db.table("persona").add_column("secret", int)
    db.table("run").add_column("policy", str)
    db.execute("DROP TABLE link")  # of runs, and never written: one value may belong to several
    _create(db, CUSTODY | OBSERVED | OF_THE_CASE)


def _fifth(db: Database) -> None:
    db.table("command").add_column("failure", str)
    db.table("attempt").add_column("isolation", str)
    db.table("attempt").add_column("why", str)
    _create(db, CIRCUMSTANCES)


def derived_tables(db: Database) -> None:
    """Make those derived tables that somebody has dropped: analysis writes them anew."""
    there = set(db.table_names())
    missing = {name: table for name, table in DERIVED.items() if name not in there}
    _create(db, missing)
    for name in missing:
        _add_columns(db, name)


def _add_columns(db: Database, table: str) -> None:
    """Those of a derived table that came after its first version."""
    for name, kind in ADDED.get(table, {}).items():
        db.table(table).add_column(name, kind)


def _create(db: Database, tables: dict[str, Table]) -> None:
    for name, table in tables.items():
        columns = dict(table.columns)
        created = db.table(name).create(
            columns, pk=table.key, not_null=table.required, foreign_keys=list(table.refers) or None, strict=True
        )
        for index in table.indexes:
            created.create_index(list(index))


MIGRATIONS: tuple[Migration, ...] = (_first, _second, _third, _fourth, _fifth)
VERSION = len(MIGRATIONS)


def migrate(db: Database, migrations: tuple[Migration, ...] = MIGRATIONS) -> None:
    """Bring the file up to date, one transaction per step: a killed migration leaves the older version whole."""
    for number in range(version_of(db), len(migrations)):
        with db.atomic():
            migrations[number](db)
            db.execute(f"PRAGMA user_version = {number + 1}")
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def version_of(db: Database) -> int:
    """The file's schema version: how many migrations it has been through."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])
