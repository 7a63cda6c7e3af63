"""What witnesses outside the app saw of a run, as it was written by met.py."""

from __future__ import annotations

from sqlite_utils import Database

from harness.model.environment import Seen, Witnessing

_SEEN = "SELECT witness, kind, name, amount, from_ms, to_ms, detail FROM seen WHERE run = ? ORDER BY rowid"


def seen_outside(db: Database, run: str) -> tuple[Seen, ...]:
    """In the order in which it was stored."""
    return tuple(
        Seen(
            witness=Witnessing(witness),
            kind=kind,
            name=name,
            amount=amount,
            from_ms=from_ms,
            to_ms=to_ms,
            detail=detail or "",
        )
        for witness, kind, name, amount, from_ms, to_ms, detail in db.execute(_SEEN, [run]).fetchall()
    )
