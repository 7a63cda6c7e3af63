"""The values in a payload, as the evidence names them: whose they are, how they were wrapped, how they are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.findings import Disclosure, Grade, Payload
from harness.report.cover import Cover
from harness.report.reading import Run, Study
from harness.report.words import GRADES, chain, quoted

LONGEST = 120  # characters of a value that stand outside its tree
MOST_VALUES = 6  # different values of one kind named at the head of an entry
MOST_UNDONE = 60  # decoding steps of one payload that are listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The values of one kind of data: those recognised as planted or the device's, then others; `more` are left out."""

    label: str
    known: tuple[str, ...]
    others: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One datum in a payload."""

    label: str
    value: str
    recognised: str  # in words: whose value it is; "" when only the place tells
    chain: str
    path: str
    grade: str
    evidence: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """One decoding step, for anybody to do it again."""

    path: str
    step: str
    part: str  # from where to where
    gave: str


def kinds(study: Study, found: Sequence[Disclosure], cover: Cover) -> tuple[Kind, ...]:
    """By kind of data, in the order given."""
    by_category: dict[str, dict[str, bool]] = {}
    for one in found:
        value = shortened(cover.value(one.category, one.value))
        values = by_category.setdefault(one.category, {})
        values[value] = values.get(value, False) or one.grade is not Grade.FIELD
    return tuple(_kind(study.category_label(category), values) for category, values in by_category.items())


def explained(study: Study, run: Run, one: Disclosure, cover: Cover) -> Found:
    """One datum with everything that is known of it."""
    return Found(
        label=study.category_label(one.category),
        value=shortened(cover.value(one.category, one.value)),
        recognised=_recognised(run, one),
        chain=chain(one.chain),
        path=one.path or "/",
        grade=GRADES[one.grade],
        evidence=one.evidence,
        times=one.times,
    )


def undoings(payload: Payload | None) -> tuple[tuple[Undoing, ...], int]:
    """The steps by which a payload was decoded, and how many are left out."""
    every = payload.undone if payload else ()
    steps = tuple(
        Undoing(path=step.path or "/", step=step.step, part=f"{step.start:,} to {step.end:,}", gave=f"{step.gave:,}")
        for step in every[:MOST_UNDONE]
    )
    return steps, max(0, len(every) - MOST_UNDONE)


def shortened(value: str) -> str:
    """Fit for a line; what is not shown is counted."""
    if len(value) <= LONGEST:
        return value
    return f"{value[:LONGEST]}\N{HORIZONTAL ELLIPSIS} ({len(value) - LONGEST:,} characters more)"


def _kind(label: str, values: dict[str, bool]) -> Kind:
    known = [value for value, recognised in values.items() if recognised][:MOST_VALUES]
    others = [value for value, recognised in values.items() if not recognised][: MOST_VALUES - len(known)]
    more = len(values) - len(known) - len(others)
    return Kind(label=label, known=tuple(known), others=tuple(others), more=more)


def _recognised(run: Run, one: Disclosure) -> str:
    """Whose value it is, and the value itself where it was sent in another form."""
    if one.persona is None:
        return ""
    known = run.persona.get(one.persona)
    whose = "planted for this run" if one.grade is Grade.PLANTED else "of this device"
    return f"{one.persona}, {whose}" + (f": {quoted(known.value)}" if known and known.value != one.value else "")
