"""What was written piece by piece, read as a whole, and put back in other words: for secrets that no piece holds alone.

Only the end of a run does this, while its secrets are known; afterwards nothing in the raw tables changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlite_utils import Database

from harness.store.mask import Hit
from harness.store.rows import HIT, PAYLOAD
from harness.store.text import to_json

BIGGEST = 32 * 1024 * 1024  # bytes of one object's writes that are looked at together
_TEXT_METHODS = frozenset({"write", "append", "print", "update", "writeUTF", "writeBytes", "writeChars"})
_COLUMNS = ("arguments", "captured")
_EVENTS = """
SELECT event.process, event.this_id, hook.class_name, event.seq, hook.method, event.arguments, event.captured
FROM event JOIN hook ON hook.process = event.process AND hook.position = event.hook
WHERE event.run = ? AND event.this_id IS NOT NULL AND event.pulse IS NULL
ORDER BY event.process, event.this_id, hook.class_name, event.seq
"""
Path = tuple[int | str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one event wrote: the value at `path` of its column."""

    process: str
    seq: int
    column: str
    path: Path
    content: bytes


def written_objects(db: Database, run: str) -> Iterator[list[Piece]]:
    """The pieces written to each object, in order; objects that were written to once are left out."""
    for _, group in groupby(db.execute(_EVENTS, [run]), key=lambda row: row[:3]):
        pieces: list[Piece] = []
        size = 0
        for row in group:
            for piece in _pieces(db, row):
                size += len(piece.content)
                if size <= BIGGEST:
                    pieces.append(piece)
        if len(pieces) > 1:
            yield pieces


def rewrite_pieces(db: Database, run: str, pieces: Iterable[Piece]) -> None:
    """Give these pieces their new content, and forget the payloads that no event names any more. In a transaction of
    the caller's."""
    forgotten: set[str] = set()
    for piece in pieces:
        where = [run, piece.process, piece.seq]
        query = f"SELECT {piece.column} FROM event WHERE run = ? AND process = ? AND seq = ?"
        ((text,),) = db.execute(query, where).fetchall()
        sha256 = hashlib.sha256(piece.content).hexdigest()
        made, before = _replaced(
            json.loads(text), piece.path, {"t": "bytes", "sha256": sha256, "n": len(piece.content)}
        )
        if before.get("t") == "bytes":
            forgotten.add(str(before["sha256"]))
        db.execute(PAYLOAD, [sha256, len(piece.content), piece.content, 1])
        statement = f"UPDATE event SET {piece.column} = ? WHERE run = ? AND process = ? AND seq = ?"
        db.execute(statement, [to_json(made), *where])
    for sha256 in sorted(forgotten):
        if not _is_named(db, sha256):
            db.execute("DELETE FROM payload WHERE sha256 = ?", [sha256])


def add_hits(db: Database, run: str, hits: Iterable[tuple[str, Piece, Hit]]) -> None:
    """Say what was found: the row's id, the first piece of the object, and the hit."""
    for row_id, piece, hit in hits:
        chain = to_json(hit.chain)
        db.execute(HIT, [row_id, run, None, piece.process, piece.seq, hit.name, hit.offset, chain])


def _pieces(db: Database, row: tuple[Any, ...]) -> Iterator[Piece]:
    process, _, _, seq, method, *columns = row
    told: set[str] = set()
    for column, text in zip(_COLUMNS, columns, strict=True):
        for path, value in _leaves(json.loads(text), ()) if text else ():
            content = _content(db, value, method, told)
            if content is not None:
                yield Piece(process=process, seq=seq, column=column, path=path, content=content)
                if value["t"] != "bytes":
                    return  # what follows a text says where it begins and ends


def _content(db: Database, value: Mapping[str, Any], method: str, told: set[str]) -> bytes | None:
    match value["t"]:
        case "bytes":
            sha256 = str(value.get("sha256"))
            if sha256 in told:
                return None
            told.add(sha256)
            found = db.execute("SELECT content FROM payload WHERE sha256 = ?", [sha256]).fetchone()
            return None if found is None else bytes(found[0])
        case "string" if method in _TEXT_METHODS and not told:
            return str(value.get("v")).encode("utf-8", "surrogatepass")
        case "int" | "byte" | "char" if method in _TEXT_METHODS and not told:
            letter = value.get("v")
            return bytes([letter & 0xFF]) if isinstance(letter, int) else str(letter).encode("utf-8", "surrogatepass")
        case _:
            return None


def _leaves(tree: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The values that hold no others, with the way to each."""
    if isinstance(tree, dict) and isinstance(tree.get("t"), str):
        if isinstance(tree.get("v"), list):
            yield from _leaves(tree["v"], (*path, "v"))
        else:
            yield path, tree
        return
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, below in entries:
        yield from _leaves(below, (*path, key))


def _replaced(tree: Any, path: Path, value: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The tree with another value there, and the one that stood there."""
    root: dict[Any, Any] = {"": tree}
    place: Any = root
    *way, last = ("", *path)
    for step in way:
        place = place[step]
    before = place[last]
    place[last] = value
    return root[""], before


def _is_named(db: Database, sha256: str) -> bool:
    like = f"%{sha256}%"
    query = (
        "SELECT 1 FROM event WHERE arguments LIKE ? OR captured LIKE ? OR returned LIKE ? OR threw LIKE ?"
        " UNION ALL SELECT 1 FROM rest_file WHERE sha256 = ? LIMIT 1"
    )
    return db.execute(query, [like, like, like, like, sha256]).fetchone() is not None
