"""What a run's disclosures come to, counted in one reading of the table: it may be longer than memory is."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Any

Key = tuple[str, str, str, str]  # tracker, category, consent, layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """How often one kind of datum was handed to one tracker in one relation to the choices, at one layer: step by step
    the value that came most often. `values` counts the rows of the table."""

    tracker: str
    category: str
    consent: str
    layer: str
    times: int
    values: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something at about this time: the first of its kind within a stretch of the run."""

    tracker: str
    consent: str
    category: str  # "" for a request
    blind: bool
    at_ms: float
    process: str
    seq: int


class Tally:
    """Takes rows (tracker, category, consent, layer, persona, form, process, seq, at_ms, step, times, position)."""

    def __init__(self, *, most: int, every_ms: float) -> None:
        self._most = most
        self._every_ms = max(1.0, every_ms)
        self._first: dict[tuple[Any, ...], list[tuple[float, int, int]]] = {}  # the earliest, latest of them on top
        self._times: dict[Key, dict[str | None, int]] = {}
        self._values: dict[Key, int] = {}
        self._events: dict[tuple[str, str], set[int]] = {}
        self._moments: dict[tuple[str, str, str, int], tuple[float, int, str]] = {}

    def take(self, row: tuple[Any, ...], *, left: bool) -> None:
        """One disclosure; `left` when its content was seen leaving."""
        tracker, category, consent, layer, persona, form, process, seq, at_ms, step, times, position = row
        sort = (tracker, category, consent, layer, persona, form, left)
        kept = self._first.setdefault(sort, [])
        place = (-at_ms, -seq, -position)
        if len(kept) < self._most:
            heapq.heappush(kept, place)
        elif place > kept[0]:
            heapq.heapreplace(kept, place)
        key = (tracker, category, consent, layer)
        steps = self._times.setdefault(key, {})
        steps[step] = max(steps.get(step, 0), times)
        self._values[key] = self._values.get(key, 0) + 1
        self._events.setdefault((tracker, process), set()).add(seq)
        stretch = (tracker, consent, category, int(at_ms / self._every_ms))
        moment = (at_ms, seq, process)
        if stretch not in self._moments or moment < self._moments[stretch]:
            self._moments[stretch] = moment

    def positions(self) -> list[int]:
        """Of the rows to keep, in order."""
        return sorted(-position for kept in self._first.values() for _, _, position in kept)

    def handed(self) -> tuple[Handed, ...]:
        """Every kind of datum that every tracker was handed, counted."""
        return tuple(
            Handed(
                tracker=key[0],
                category=key[1],
                consent=key[2],
                layer=key[3],
                times=sum(steps.values()),
                values=self._values[key],
            )
            for key, steps in sorted(self._times.items())
        )

    def payloads(self) -> dict[str, int]:
        """By tracker, how many events had anything in them."""
        found: dict[str, int] = {}
        for (tracker, _), events in sorted(self._events.items()):
            found[tracker] = found.get(tracker, 0) + len(events)
        return found

    def moments(self) -> tuple[Moment, ...]:
        """In the order of time."""
        ordered = sorted((at_ms, seq, *key[:3], process) for key, (at_ms, seq, process) in self._moments.items())
        return tuple(
            Moment(
                tracker=tracker, consent=consent, category=category, blind=False, at_ms=at_ms, process=process, seq=seq
            )
            for at_ms, seq, tracker, consent, category, process in ordered
        )
