"""The books of a run: per process, called = stored + dropped + lost, or from where on that cannot be known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlite_utils import Database


class State(StrEnum):
    """Whether the sum is right."""

    CLOSED = "closed"  # the agent's final count came, and every call in it is accounted for
    OPEN = "open"  # no final count: see unknown_from_seq and lost_bound
    BROKEN = "broken"  # the numbers contradict each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The account of one process. Pulses are calls too, and are counted like the others."""

    process: str
    state: State
    called: int  # calls that the agent entered; when open, those that are known of
    stored: int
    dropped: int  # counted by the agent and not sent
    lost: int  # numbered and never arrived: table gap says which
    unknown_from_seq: int | None = None  # when open: from this sequence number on nothing is known
    lost_bound: int | None = None  # when open: at most so many more may be missing; None when no bound is known
    pulses_asked: int = 0
    pulses_seen: int = 0

    @property
    def complete(self) -> bool:
        """True when everything that was called is stored."""
        return self.state is State.CLOSED and not self.dropped and not self.lost


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """What the process's rows say before the books are settled."""

    called: int
    dropped: int
    to_seq: int  # the last number given when the agent counted
    final: bool
    bound: int | None
    stored: int
    last_stored: int
    stored_after: int  # events stored with a number beyond to_seq


def settle_run(db: Database, run: str, *, new_id: Callable[[], str]) -> tuple[Books, ...]:
    """Settle every process of the run from the rows that are there, and store result and gaps. Repeatable."""
    db.execute("DELETE FROM gap WHERE run = ? AND from_seq IS NOT NULL", [run])
    every = db.execute("SELECT id, pulses_asked, pulses_seen FROM process WHERE run = ? ORDER BY id", [run]).fetchall()
    return tuple(_settle(db, run, process, (asked, seen), new_id) for process, asked, seen in every)


def _settle(db: Database, run: str, process: str, pulses: tuple[int, int], new_id: Callable[[], str]) -> Books:
    count = _count(db, run, process)
    books = _balance(process, count, pulses)
    if books.lost > 0:
        last = count.to_seq if count.final else count.last_stored
        for first, final in missing_numbers(db, run, process, last):
            row = {"id": new_id(), "run": run, "process": process, "from_seq": first, "to_seq": final}
            db.table("gap").insert({**row, "why": _why(count)})
    db.execute(
        "UPDATE process SET books = ?, called = ?, stored = ?, dropped = ?, lost = ?, unknown_from_seq = ?,"
        " lost_bound = ? WHERE id = ?",
        [
            *(books.state.value, books.called, books.stored, books.dropped, books.lost),
            *(books.unknown_from_seq, books.lost_bound, process),
        ],
    )
    return books


def _count(db: Database, run: str, process: str) -> _Count:
    called, dropped, to_seq, final, bound = db.execute(
        "SELECT called, dropped, counted_to_seq, counted_final, in_flight_bound FROM process WHERE id = ?", [process]
    ).fetchone()
    stored, last, after = db.execute(
        "SELECT count(*), max(seq), sum(seq > ?) FROM event WHERE run = ? AND process = ?", [to_seq or 0, run, process]
    ).fetchone()
    return _Count(
        called=called or 0,
        dropped=dropped or 0,
        to_seq=to_seq or 0,
        final=bool(final),
        bound=bound,
        stored=stored,
        last_stored=last or 0,
        stored_after=after or 0,
    )


def _balance(process: str, count: _Count, pulses: tuple[int, int]) -> Books:
    """A final count must be the sum of its parts. Without one, only the last count and what came after it is known."""
    asked, seen = pulses
    if count.final:
        lost = count.called - count.stored - count.dropped
        state = State.BROKEN if lost < 0 or count.last_stored > count.to_seq else State.CLOSED
        first_unknown = bound = None
    else:
        first_unknown = max(count.last_stored, count.to_seq) + 1
        lost, state, bound = max(0, first_unknown - 1 - count.stored - count.dropped), State.OPEN, count.bound
    return Books(
        process=process,
        state=state,
        called=count.called if count.final else count.stored + count.dropped + lost,
        stored=count.stored,
        dropped=count.dropped,
        lost=max(0, lost),
        unknown_from_seq=first_unknown,
        lost_bound=bound,
        pulses_asked=asked,
        pulses_seen=seen,
    )


def missing_numbers(db: Database, run: str, process: str, last: int) -> list[tuple[int, int]]:
    """Runs of numbers up to `last` that no stored event has, first and last of each."""
    rows = db.execute(
        "SELECT before + 1, seq - 1 FROM (SELECT seq, lag(seq, 1, 0) OVER (ORDER BY seq) AS before FROM event"
        " WHERE run = ? AND process = ?) WHERE seq - before > 1 ORDER BY seq",
        [run, process],
    ).fetchall()
    top = db.execute("SELECT max(seq) FROM event WHERE run = ? AND process = ?", [run, process]).fetchone()[0] or 0
    return [(first, final) for first, final in rows] + ([(top + 1, last)] if last > top else [])


def _why(count: _Count) -> str:
    if count.dropped:
        return f"never arrived, but for {count.dropped} of all missing numbers that the agent dropped and counted"
    return "numbered by the agent and never arrived"
