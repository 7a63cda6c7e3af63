"""The statements of one transaction, put in an order in which SQLite takes them fast."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from harness.store.rows import EVENT, PAYLOAD, STACK, Row

_BULK = frozenset((EVENT, PAYLOAD, STACK))  # of these no statement needs another to have gone before


class Statements:
    """Many rows of one statement are executed at once; all but the bulk keep the order in which they were added."""

    def __init__(self) -> None:
        self._bulk: dict[str, list[tuple[Any, ...]]] = {statement: [] for statement in _BULK}
        self._ordered: list[tuple[str, list[tuple[Any, ...]]]] = []

    def add(self, row: Row) -> None:
        """Take one statement with its parameters."""
        statement, parameters = row
        if statement in self._bulk:
            self._bulk[statement].append(parameters)
        elif self._ordered and self._ordered[-1][0] == statement:
            self._ordered[-1][1].append(parameters)
        else:
            self._ordered.append((statement, [parameters]))

    def execute(self, db: Database) -> None:
        """Run all of them, within a transaction of the caller's."""
        for statement, every in (*self._ordered, *self._bulk.items()):
            db.conn.executemany(statement, every)
