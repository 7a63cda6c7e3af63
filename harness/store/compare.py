"""A seal held against the raw tables as they are now: every row that is not what it was, by name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlite_utils import Database

from harness.store.canonical import LAYOUTS, MARK_BYTES, Block, Cut, Key, columns_of, key_mark, lines, mark
from harness.store.seal import Seal, digest_of_blocks, sealed_blocks


class Change(StrEnum):
    """What became of a row, or of the seal itself."""

    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"
    BROKEN = "broken"  # the seal's own rows contradict each other: they prove nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One row that is not as it was sealed. `key` is as in canonical.LAYOUTS; of a payload or stack that is missing
    it is the beginning only."""

    change: Change
    table: str
    key: Key
    detail: str = ""

    @property
    def run(self) -> str | None:
        """The run that the row belongs to; None for rows of the case, and for what runs share."""
        return str(self.key[0]) if self.key and LAYOUTS[self.table].key[0] == "run" else None

    @property
    def says(self) -> str:
        """In words, with all that leads to the row."""
        return f"{name_of(self.table, self.key)}: {self.detail or self.change.value}"


def differences(db: Database, seal: Seal, *, known: Seal | None = None) -> Iterator[Difference]:
    """Everything that differs from what was sealed, table by table. Rows that came later and belong to nothing that was
    sealed are no difference. `known` is a later seal that was held against the rows already: what it keeps in the same
    words is not looked at again."""
    if not seal.sound:
        yield Difference(change=Change.BROKEN, table="seal", key=(seal.id,), detail="the seal's row was changed")
    runs = _sealed_runs(db, seal)
    for table in LAYOUTS:
        if table not in seal.tables:
            continue
        yield from _of_table(db, seal, table, runs, known)


def added_since(db: Database, seal: Seal) -> dict[str, int]:
    """How many more rows each table has than when it was sealed; audit, seals and tombstones do not count."""
    grown = {}
    for table, sealed in seal.tables.items():
        only = LAYOUTS[table].only
        if table in ("audit", "seal", "tombstone") or not columns_of(db, table):
            continue
        where = f" WHERE {only}" if only else ""
        now = db.execute(f"SELECT count(*) FROM {table}{where}").fetchone()[0]
        if now > sealed.rows:
            grown[table] = now - sealed.rows
    return grown


_NAMES = {
    "event": "event {2} of process {1}, run {0}",
    "hook": "hook {2} of process {1}, run {0}",
    "step": "step {1} of run {0} ({2})",
    "persona": "persona value {1} of run {0}",
    "renamed": "renamed class {1} of run {0}",
}


def name_of(table: str, key: Key) -> str:
    """A row as people look for it."""
    words = table.replace("_", " ")
    usual = words + (" {1} of run {0}" if len(key) == 2 else " {0}")
    return _NAMES.get(table, usual).format(*key)


def _of_table(db: Database, seal: Seal, table: str, runs: frozenset[str], known: Seal | None) -> Iterator[Difference]:
    sealed = seal.tables[table]
    if digest_of_blocks(db, seal.id, table) != sealed.sha256:
        why = f"what seal {seal.id} keeps of table {table} was changed"
        yield Difference(change=Change.BROKEN, table="seal", key=(seal.id,), detail=why)
        return
    if set(sealed.columns) - set(columns_of(db, table)):
        yield Difference(change=Change.BROKEN, table="seal", key=(seal.id,), detail=f"table {table} has lost columns")
        return
    if known is not None and known.tables.get(table) == sealed:
        return
    for difference in _walk(db, seal, table):
        if difference.change is not Change.ADDED or _belongs(difference, runs):
            yield difference


def _belongs(difference: Difference, runs: frozenset[str]) -> bool:
    """Whether a row that came later claims to be part of a run that was sealed. Files that a tracker keeps on the phone
    may be collected from it at any time."""
    return difference.table not in ("run", "rest_file") and difference.run in runs


def _walk(db: Database, seal: Seal, table: str) -> Iterator[Difference]:
    """Rows and blocks side by side, both in the order of the key."""
    cut = LAYOUTS[table].cut
    rows = lines(db, table, seal.tables[table].columns)
    row = next(rows, None)
    for block in sealed_blocks(db, seal.id, table):
        while row is not None and row[0] < block.first:
            yield Difference(change=Change.ADDED, table=table, key=row[0])
            row = next(rows, None)
        present = []
        while row is not None and row[0] <= block.last:
            present.append(row)
            row = next(rows, None)
        if (
            len(present) != block.rows
            or hashlib.sha256(b"".join(text for _, text in present)).hexdigest() != block.sha256
        ):
            yield from _within(table, cut, block, present)
    while row is not None:
        yield Difference(change=Change.ADDED, table=table, key=row[0])
        row = next(rows, None)


def _within(table: str, cut: Cut, block: Block, present: Sequence[tuple[Key, bytes]]) -> Iterator[Difference]:
    """Which rows of one block it was."""
    sealed = _marks(cut, block)
    found = False
    here = {}
    for key, text in present:
        short = key_mark(key) if cut is Cut.HASHED else key
        here[short] = True
        found = found or short not in sealed or _differs(cut, sealed[short], key, text)
        if short not in sealed:
            yield Difference(change=Change.ADDED, table=table, key=key)
        elif _differs(cut, sealed[short], key, text):
            yield Difference(change=Change.CHANGED, table=table, key=key)
    for short in sealed:
        if short not in here:
            found = True
            yield Difference(change=Change.MISSING, table=table, key=_shown(short))
    if not found:
        detail = f"one of the {block.rows} rows from here on was changed, or the seal's own row was"
        yield Difference(change=Change.CHANGED, table=table, key=block.first, detail=detail)


def _marks(cut: Cut, block: Block) -> dict[Key | bytes, bytes]:
    """The mark of each row that was sealed in this block, by its key."""
    match cut:
        case Cut.EACH_ROW:
            return {block.first: bytes.fromhex(block.sha256)}
        case Cut.NUMBERED:
            keys = [(*block.first[:-1], number) for number in range(block.first[-1], block.last[-1] + 1)]
            parts = [block.marks[at : at + MARK_BYTES] for at in range(0, len(block.marks), MARK_BYTES)]
            return dict(zip(keys, parts, strict=False))
        case Cut.HASHED:
            step = 2 * MARK_BYTES
            whole = [block.marks[at : at + step] for at in range(0, len(block.marks), step)]
            return {each[:MARK_BYTES]: each[MARK_BYTES:] for each in whole}


def _differs(cut: Cut, sealed: bytes, key: Key, text: bytes) -> bool:
    if cut is Cut.EACH_ROW:
        return hashlib.sha256(text).digest() != sealed
    return mark(cut, key, text)[-MARK_BYTES:] != sealed


def _shown(short: Key | bytes) -> Key:
    return (short.hex() + "...",) if isinstance(short, bytes) else short


def _sealed_runs(db: Database, seal: Seal) -> frozenset[str]:
    return frozenset(str(block.first[0]) for block in sealed_blocks(db, seal.id, "run"))
