"""What a case file knows that would identify a real phone, person or account: each value once, by the first run."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One value and what it is. `source` is "planted", "device", "field" (a field map says what it is), "identifier"
    (found by comparing runs) or "serial" (by which ADB knows the phone)."""

    name: str  # persona.name where there is one, else the category
    category: str
    value: str
    source: str
    searchable: bool = True
    secret: bool = False


_QUERY = """
SELECT name, category, value, source, searchable, secret FROM (
    SELECT 1 AS place, name, category, value, source, searchable, coalesce(secret, 0) AS secret, min(run) AS first
    FROM persona GROUP BY name, category, value, source, searchable, secret
    UNION ALL
    SELECT 2, category, category, value, 'field', 1, 0, min(run)
    FROM disclosure WHERE grade = 'field' AND persona IS NULL GROUP BY category, value
    UNION ALL
    SELECT 3, coalesce(category, 'persistent_id'), coalesce(category, 'persistent_id'), example, 'identifier', 1, 0, ''
    FROM identifier WHERE persistence = 'persistent' AND example IS NOT NULL
    UNION ALL
    SELECT 4, 'serial', 'hardware_id', serial, 'serial', 1, 0, '' FROM device WHERE NOT virtual
) ORDER BY place, first, name, value
"""


def known_values(db: Database) -> tuple[Known, ...]:
    """All of them: what was planted and read first, then what analysis concluded, in the order of the runs."""
    return tuple(
        Known(
            name=row["name"],
            category=row["category"],
            value=row["value"],
            source=row["source"],
            searchable=bool(row["searchable"]),
            secret=bool(row["secret"]),
        )
        for row in db.query(_QUERY)
        if row["value"]
    )
