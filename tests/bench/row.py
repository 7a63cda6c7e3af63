"""What a row of the bench is: one measurement beside the raw limit of the same run, and what was aimed at."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


class NotMeasured(Exception):
    """Cannot be measured on this machine; the text says why, and stands in the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and how much. `classes` holds the compiled fixtures; `scale` is 1 but in the test that runs all once."""

    folder: Path
    classes: Path
    scale: float = 1.0

    def count(self, full: int) -> int:
        return max(50, int(full * self.scale))

    def room(self, name: str) -> Path:
        """A new folder."""
        taken = sum(1 for _ in self.folder.glob(f"{name}-*"))
        place = self.folder / f"{name}-{taken}"
        place.mkdir()
        return place


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Ours and the limit, measured one after the other; None where the row stands alone."""

    ours: float
    limit: float | None = None

    @property
    def value(self) -> float:
        return self.ours if self.limit is None else self.ours / self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. The value is ours divided by the limit, or ours alone."""

    name: str
    measure: Callable[[Setting], Sample]
    target: float
    at_most: bool = True  # otherwise at least
    unit: str = ""  # of ours and of the limit
    meaning: str = ""
    rounds: int = 5
    slow: bool = False  # takes seconds even at the smallest scale

    def met(self, value: float) -> bool:
        return value <= self.target if self.at_most else value >= self.target

    @property
    def aim(self) -> str:
        return f"{'<=' if self.at_most else '>='} {self.target:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A row after its rounds; `why_not` when it was not measured."""

    row: Row
    samples: Sequence[Sample] = ()
    why_not: str = ""

    @property
    def value(self) -> float:
        return statistics.median(sample.value for sample in self.samples)

    @property
    def ours(self) -> float:
        return statistics.median(sample.ours for sample in self.samples)

    @property
    def limit(self) -> float | None:
        limits = [sample.limit for sample in self.samples if sample.limit is not None]
        return statistics.median(limits) if limits else None

    @property
    def verdict(self) -> str:
        """`met`, or by how much not."""
        if self.why_not:
            return self.why_not
        if self.row.met(self.value):
            return "met"
        if self.row.target == 0:
            return f"not met: {self.value:g}"
        return f"not met, {abs(self.value / self.row.target - 1):.0%} {'above' if self.row.at_most else 'below'}"


def run(row: Row, setting: Setting) -> Result:
    """All its rounds."""
    try:
        return Result(row=row, samples=[row.measure(setting) for _ in range(row.rounds)])
    except NotMeasured as exc:
        return Result(row=row, why_not=str(exc))
