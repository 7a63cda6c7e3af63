"""What a case file reports, read with plain sqlite3 from its derived tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One disclosure. `step_phase` is the phase that its step lies in."""

    tracker: str
    category: str
    path: str
    value: str
    persona: str | None
    layer: str
    phase: str
    step_phase: str | None
    consent: str
    at_ms: float


_DISCLOSURES = """
    select tracker, category, path, value, persona, layer, disclosure.phase, step.phase as step_phase, consent, at_ms
    from disclosure left join step on step.id = disclosure.step where disclosure.run = ? order by at_ms
"""


def disclosures(case: Path, run: str) -> list[Reported]:
    """Every disclosure of a run, earliest first."""
    with closing(sqlite3.connect(case)) as db:
        db.row_factory = sqlite3.Row
        return [Reported(**dict(row)) for row in db.execute(_DISCLOSURES, (run,))]


def planted(case: Path, run: str) -> dict[str, str]:
    """The persona of a run and what was read from its device, by name."""
    with closing(sqlite3.connect(case)) as db:
        return dict(db.execute("select name, value from persona where run = ?", (run,)))
