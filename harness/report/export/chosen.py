"""What is exported: a case, those of its runs that are wanted, and what is covered in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from harness.model.errors import InputError
from harness.report.cover import Cover
from harness.report.reading import run_names
from harness.store import CaseFile, packs, queries
from harness.store.queries import RunRow
from harness.store.text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """`runs` in the order of time. `names` has every run's name: its variant (or flow), numbered where several share
    it. `narrowed` when not all runs were wanted."""

    case: CaseFile
    cover: Cover
    runs: tuple[RunRow, ...]
    names: dict[str, str]
    trackers: dict[str, str]  # names by slug
    narrowed: bool = False

    @classmethod
    def of(cls, case: CaseFile, cover: Cover, wanted: Sequence[str] = ()) -> Chosen:
        """The runs that `wanted` names: by id, by the beginning of one, or by name; all of them when it is empty.
        Raises InputError for what names none."""
        every = queries.runs(case.db)
        names = run_names(every)
        ids = {run for word in wanted for run in _named(word, names)}
        return cls(
            case=case,
            cover=cover,
            runs=tuple(row for row in every if not wanted or row.id in ids),
            names=names,
            trackers={slug: row.name for slug, row in packs.trackers(case.db).items()},
            narrowed=bool(wanted),
        )

    @property
    def ids(self) -> frozenset[str]:
        """Of the runs that are wanted."""
        return frozenset(row.id for row in self.runs)

    def tracker(self, slug: str) -> str:
        """As people know it."""
        return self.trackers.get(slug) or slug


def each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every text in it changed and written so that UTF-8 can hold it; keys too."""
    match value:
        case str():
            return clean(change(value))
        case dict():
            return {each_text(name, change): each_text(entry, change) for name, entry in value.items()}
        case list() | tuple():
            return [each_text(entry, change) for entry in value]
        case _:
            return value


def _named(word: str, names: dict[str, str]) -> list[str]:
    """Every run of that name; or the only one whose id begins so."""
    named = [run for run, name in names.items() if word in (run, name)]
    begins = [run for run in names if word and run.startswith(word.upper())]
    if named or len(begins) == 1:
        return named or begins
    known = ", ".join(f"{name} ({run})" for run, name in names.items())
    problem = f"{word!r} is the beginning of several runs' ids" if begins else f"there is no run {word!r} in this case"
    raise InputError(problem, remedy=f"Name one of: {known}." if known else "The case file holds no run yet.")
