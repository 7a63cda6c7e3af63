"""The consent time line: per tracker and run what its SDK was told, and what it got before a choice, after it, and
after it had been told no."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.findings import UNATTRIBUTED, Consent, ConsentCall
from harness.report.matrix import Group, Mark
from harness.report.reading import Run, Study
from harness.report.words import CHOICES, CONSENT_KEYS, counted, inside, joined, place, since
from harness.store import CaseFile, summed

MOST_NAMED = 8  # kinds of data named in one cell
_CHOICE = {Consent.ACCEPTED: "accepted", Consent.REJECTED: "rejected", Consent.WITHDRAWN: "withdrawn"}
SAID = {True: "told no", False: "told yes", None: "told something that could not be read"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What one tracker got in one relation to the choices. `evidence` is the anchor of the first payload."""

    key: str
    words: str
    sent: str  # kinds of data seen leaving
    handed: str  # kinds handed to its code only
    requests: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One tracker in one run."""

    run: str
    run_key: str
    told: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    after_no: str  # what it got after having been told no; "" when nothing, or when it never was
    silent_after_no: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    """One tracker, run by run."""

    slug: str
    name: str
    cells: tuple[Heard, ...]


def consent_rows(case: CaseFile, study: Study, groups: Sequence[Group]) -> tuple[ConsentRow, ...]:
    """Every tracker that got anything, or was told anything."""
    by_slug = {group.slug: group for group in groups}
    seen = {one.tracker for run in study.runs for one in run.traffic}
    told = {call.tracker for run in study.runs for call in run.consent_calls}
    slugs = sorted((by_slug.keys() | seen | told) - {UNATTRIBUTED}, key=study.tracker_order)
    return tuple(
        ConsentRow(
            slug=slug,
            name=study.tracker_name(slug),
            cells=tuple(
                _heard(case, study, run, slug, _marks(by_slug.get(slug), number))
                for number, run in enumerate(study.runs)
            ),
        )
        for slug in slugs
    )


def _marks(group: Group | None, number: int) -> list[Mark]:
    return [mark for row in (group.rows if group else ()) for mark in row.cells[number]]


def _heard(case: CaseFile, study: Study, run: Run, slug: str, marks: Sequence[Mark]) -> Heard:
    calls = [call for call in run.consent_calls if call.tracker == slug]
    after_no = _after_no(case, study, run, slug, calls)
    return Heard(
        run=run.name,
        run_key=run.key,
        told=tuple(_told(run, call) for call in calls),
        stretches=tuple(_stretches(study, run, slug, marks)),
        after_no=after_no,
        silent_after_no=not after_no and any(call.opts_out for call in calls),
    )


def _told(run: Run, call: ConsentCall) -> str:
    method = call.hook.rpartition("/")[2].partition("(")[0]
    name = ".".join(method.split(".")[-2:])
    return f"{SAID[call.opts_out]} at {place(run.step(call.step))} ({since(run.began_ms, call.at_ms)}), by {name}"


def _stretches(study: Study, run: Run, slug: str, marks: Sequence[Mark]) -> Iterator[Stretch]:
    """Those that the run had: before a choice always, after one only where it was made."""
    made = [CHOICES[step.phase] for step in run.steps if step.phase in CHOICES]
    for consent in Consent:
        mine = [mark for mark in marks if mark.consent is consent]
        requests = sum(one.requests for one in run.traffic if (one.tracker, one.consent) == (slug, consent.value))
        if not (mine or requests or consent is Consent.BEFORE or _CHOICE.get(consent) in made):
            continue
        yield Stretch(
            key=CONSENT_KEYS[consent],
            words=consent.value if made or consent is not Consent.BEFORE else "no choice was made",
            sent=_named(study, [mark.first.category for mark in mine if mark.left]),
            handed=_named(study, [mark.first.category for mark in mine if not mark.left]),
            requests=counted(requests, "request") if requests else "",
            evidence=min(mine, key=lambda mark: mark.first.at_ms).evidence if mine else "",
        )


def _named(study: Study, categories: Sequence[str]) -> str:
    labels = [
        inside(study.category_label(name)) for name in sorted(dict.fromkeys(categories), key=study.category_order)
    ]
    if len(labels) > MOST_NAMED + 1:
        labels = [*labels[:MOST_NAMED], f"{len(labels) - MOST_NAMED} more kinds"]
    return joined(labels)


def _after_no(case: CaseFile, study: Study, run: Run, slug: str, calls: Sequence[ConsentCall]) -> str:
    """In words what a tracker got while the last thing that it had been told was no."""
    words = []
    for number, call in enumerate(calls):
        if call.opts_out and (number == 0 or not calls[number - 1].opts_out):
            until = next((later.at_ms for later in calls[number:] if later.opts_out is False), float("inf"))
            got = summed.told_between(case.db, run.row.id, slug, call.at_ms, until)
            requests = sum(one.times for one in got if not one.category)
            kinds = _named(study, [one.category for one in got if one.category])
            if got:
                first = min(one.first_ms for one in got)
                sent = f" ({counted(requests, 'request')} left for it)" if requests else " (no request left for it)"
                words.append(f"{kinds or 'requests'}{sent}, first {since(call.at_ms, first)} later".replace("+", ""))
    return "; ".join(words)
