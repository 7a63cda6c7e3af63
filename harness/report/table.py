"""The study's table as plain rows, for whoever prints them."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.findings import Disclosure
from harness.report.matrix import Mark, marks, study_table
from harness.report.present import untraced
from harness.report.reading import Study, read_study
from harness.report.words import is_plain
from harness.store import CaseFile

LONGEST_VALUE = 60  # characters; the case file has the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One kind of data of one tracker in one relation to the choices, over all runs where it was seen."""

    tracker: str
    category: str
    first_step: str
    consent: str  # "before any choice", "after accept" ...
    variants: tuple[str, ...]
    value: str  # the most telling one seen, cut to LONGEST_VALUE
    left: bool  # seen leaving the app, not only in the hands of the tracker's code
    count: int  # occurrences over all runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The table, and the names of the trackers of which neither the app's code nor any run showed anything."""

    rows: tuple[Row, ...]
    no_trace: tuple[str, ...]


def overview(case: CaseFile) -> Overview:
    """What is to be said of a whole case in a few lines."""
    study = read_study(case)
    return Overview(rows=_rows(study), no_trace=untraced(study))


def rows(case: CaseFile) -> tuple[Row, ...]:
    """Tracker by tracker, in the order of the report's table; empty when nothing was seen being handed over."""
    return _rows(read_study(case))


def _rows(study: Study) -> tuple[Row, ...]:
    found: list[Row] = []
    for group in study_table(study):
        for row in group.rows:
            by_consent: dict[str, list[Mark]] = {}
            for mark in marks([group]):
                if mark.first.category == row.category:
                    by_consent.setdefault(mark.consent.value, []).append(mark)
            found.extend(_row(study, group.name, same) for same in by_consent.values())
    return tuple(found)


def _row(study: Study, tracker: str, same: list[Mark]) -> Row:
    first = same[0]
    value = max((found for mark in same for found in mark.every), key=_telling).value.replace("\n", " ")
    return Row(
        tracker=tracker,
        category=study.category_label(first.first.category),
        first_step=first.step,
        consent=first.consent.value,
        variants=tuple(dict.fromkeys(mark.run.name for mark in same)),
        value=value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 1]}\N{HORIZONTAL ELLIPSIS}",
        left=any(mark.left for mark in same),
        count=sum(mark.times for mark in same),
    )


def _telling(found: Disclosure) -> tuple[bool, int]:
    """A planted value in clear tells more than its hash, a long value more than a short one."""
    return found.persona is not None and bool(found.chain) and is_plain(found.chain[-1]), len(found.value)
