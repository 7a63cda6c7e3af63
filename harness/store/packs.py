"""What the hook files of the last analysis said: trackers and kinds of data, as typed rows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from harness.store.queries import typed_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerRow:
    """A tracker as its hook file names it."""

    slug: str
    name: str
    legal_entity: str
    country: str
    code: tuple[str, ...]  # class name prefixes
    sdk_versions: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """A kind of datum as reports name it."""

    name: str
    position: int
    label: str
    description: str


def trackers(db: Database) -> dict[str, TrackerRow]:
    """Every tracker that the hook files of the last analysis know, by slug."""
    rows = typed_rows(db, TrackerRow, "SELECT * FROM tracker GROUP BY slug ORDER BY slug")
    return {row.slug: row for row in rows}


def categories(db: Database) -> dict[str, CategoryRow]:
    """Every kind of datum that the hook files of the last analysis know, by name, in their order."""
    rows = typed_rows(db, CategoryRow, "SELECT * FROM category GROUP BY name ORDER BY position, name")
    return {row.name: row for row in rows}
