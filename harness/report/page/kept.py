"""What trackers keep on the phone, beside what hooks saw them being given."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.rest import RestValue
from harness.report.reading import Run, Study
from harness.report.words import place


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One datum in a file."""

    run: str
    file: str
    where: str
    label: str
    value: str
    seen: str  # when a hook saw it being given, or why none may have
    unseen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptGroup:
    """One tracker's; `more` are left out."""

    slug: str
    name: str
    rows: tuple[Kept, ...]
    more: int


MOST_ROWS = 120
LONGEST = 120  # characters


def kept_groups(study: Study) -> tuple[KeptGroup, ...]:
    """By tracker, run by run; what no hook saw first."""
    slugs = sorted({value.tracker for run in study.runs for value in run.rest}, key=study.tracker_order)
    return tuple(_group(study, slug) for slug in slugs)


def not_collected(study: Study) -> tuple[str, ...]:
    """The runs after which no file was taken from the phone."""
    return tuple(run.name for run in study.runs if not run.rest_files)


def _group(study: Study, slug: str) -> KeptGroup:
    every = [(run, value) for run in study.runs for value in run.rest if value.tracker == slug]
    every.sort(key=lambda one: one[1].seq is not None)
    rows = tuple(_kept(study, run, value) for run, value in every[:MOST_ROWS])
    return KeptGroup(slug=slug, name=study.tracker_name(slug), rows=rows, more=max(0, len(every) - MOST_ROWS))


def _kept(study: Study, run: Run, value: RestValue) -> Kept:
    call = (value.process or "", value.seq or 0)
    seen = run.calls.event(call) if value.seq is not None else None
    step = run.step(seen.step) if seen else None
    return Kept(
        run=run.name,
        file=value.path,
        where=value.place,
        label=study.category_label(value.category),
        value=value.value if len(value.value) <= LONGEST else f"{value.value[:LONGEST]}\N{HORIZONTAL ELLIPSIS}",
        seen=value.note if value.seq is None else f"{place(step)}, event {value.seq}",
        unseen=value.seq is None,
    )
