"""The key findings in sentences. Each says what was observed, in how many runs, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from harness.model.facts import Source
from harness.model.findings import UNATTRIBUTED, Consent, Grade
from harness.report.matrix import Group, Mark, marks
from harness.report.reading import Study
from harness.report.words import counted, inside, joined, quoted

MOST_NAMED = 6  # kinds of data named in one sentence


def key_findings(study: Study, groups: Sequence[Group]) -> tuple[str, ...]:
    """What the whole study shows, most telling first. Empty when nothing was handed to anybody."""
    claimed = [group for group in groups if group.slug != UNATTRIBUTED]
    if not claimed:
        return ()
    return (
        _overall(study, claimed),
        *_before(study, claimed),
        *_refused(study, claimed),
        *_person(study, claimed),
        *_same(study, claimed),
        *_nowhere(study),
        *_unread(study),
    )


def figures(study: Study, groups: Sequence[Group]) -> tuple[tuple[str, str], ...]:
    """Numbers for the top of the page, each with what it counts."""
    claimed = [group for group in groups if group.slug != UNATTRIBUTED]
    before = [group for group in claimed if any(mark.consent is Consent.BEFORE for mark in marks([group]))]
    refused = [group for group in claimed if any(_is_refused(mark) for mark in marks([group]))]
    kinds = {row.category for group in claimed for row in group.rows}
    unread = sum(request.blind_spot for run in study.runs for request in run.transmissions)
    return (
        (str(len(claimed)), "tracker was handed data" if len(claimed) == 1 else "trackers were handed data"),
        (str(len(kinds)), "kind of data, all trackers together" if len(kinds) == 1 else "kinds of data, all together"),
        (str(len(before)), "of them before any choice"),
        (str(len(refused)), "of them after a refusal" if _has_refusal(study) else "after a refusal: none was played"),
        (str(unread), "request that nobody can read" if unread == 1 else "requests that nobody can read"),
    )


def _overall(study: Study, claimed: Sequence[Group]) -> str:
    app = study.runs[0].app
    kinds = {row.category for group in claimed for row in group.rows}
    left = [group for group in claimed if any(mark.left for mark in marks([group]))]
    name = app.label or app.package
    handed = f"{name} handed {counted(len(kinds), 'kind')} of data to {counted(len(claimed), 'tracker')}"
    if len(left) == len(claimed):
        return f"{handed}: {joined([group.name for group in claimed])}. For each, data were seen leaving the phone."
    return (
        f"{handed}: {joined([group.name for group in claimed])}. "
        f"Data were seen leaving the phone for {joined([group.name for group in left]) if left else 'none of them'}."
    )


def _before(study: Study, claimed: Sequence[Group]) -> Iterator[str]:
    for group in claimed:
        early = [mark for mark in marks([group]) if mark.consent is Consent.BEFORE]
        if early:
            first = min(early, key=lambda mark: mark.first.at_ms - mark.run.began_ms)
            after = (first.first.at_ms - first.run.began_ms) / 1000
            yield (
                f"{group.name} was {_verb(early)} {_kinds(study, early)} before any choice was made, first in step "
                f"{quoted(first.step)}, "
                f"{max(0.0, after):.1f} s after the start ({_runs(study, early)})."
            )


def _refused(study: Study, claimed: Sequence[Group]) -> Iterator[str]:
    for group in claimed:
        late = [mark for mark in marks([group]) if _is_refused(mark)]
        if late:
            yield f"{group.name} was {_verb(late)} {_kinds(study, late)} after the refusal ({_runs(study, late)})."
    still = {group.slug for group in claimed if any(_is_refused(mark) for mark in marks([group]))}
    silent = [group.name for group in claimed if group.slug not in still]
    if silent and _has_refusal(study):
        yield f"Nothing was seen going to {joined(silent)} after the refusal."


def _person(study: Study, claimed: Sequence[Group]) -> Iterator[str]:
    """Who was given what the test person typed."""
    for group in claimed:
        typed = [mark for mark in marks([group]) if any(found.grade is Grade.PLANTED for found in mark.every)]
        if typed:
            names = sorted({found.persona or "" for mark in typed for found in mark.every if found.persona} - {""})
            planted = [name for name in names if any(_is_planted(run.persona.get(name)) for run in study.runs)]
            yield (
                f"{group.name} was {_verb(typed)} what the test person had typed: {_kinds(study, typed)} "
                f"({joined(planted)}; {_runs(study, typed)})."
            )


def _same(study: Study, claimed: Sequence[Group]) -> Iterator[str]:
    """Whether refusing changed what was handed over, for trackers seen in both runs."""
    refused = {mark.run.key for group in claimed for mark in marks([group]) if _is_refused(mark)}
    accepted = {mark.run.key for group in claimed for mark in marks([group]) if mark.consent is Consent.ACCEPTED}
    for group in claimed:
        in_refused = {mark.first.category for mark in marks([group]) if mark.run.key in refused}
        in_accepted = {mark.first.category for mark in marks([group]) if mark.run.key in accepted}
        if refused and accepted and in_refused and in_refused == in_accepted:
            yield f"Refusing made no difference to the kinds of data that {group.name} was handed."
        elif refused and accepted and in_accepted - in_refused:
            more = sorted(in_accepted - in_refused, key=study.category_order)
            yield f"Only when accepted was {group.name} handed {_labels(study, more)}."


def _nowhere(study: Study) -> Iterator[str]:
    """Planted values that were seen with nobody: what the app kept to itself, as far as was seen."""
    planted = {name for run in study.runs for name, value in run.persona.items() if _is_planted(value)}
    found = {found.persona for run in study.runs for found in run.disclosures}
    if kept := sorted(planted - found):
        values = counted(
            len(kept), "value that the test person typed or saw", "values that the test person typed or saw"
        )
        yield f"{values} {'was' if len(kept) == 1 else 'were'} found with no tracker: {', '.join(kept)}."


def _unread(study: Study) -> Iterator[str]:
    blind = [request for run in study.runs for request in run.transmissions if request.blind_spot]
    if blind:
        hosts = sorted({request.host for request in blind})
        yield f"{counted(len(blind), 'request')} left whose content or receiver is not known, to {joined(hosts)}."


def _is_planted(value: object) -> bool:
    return getattr(value, "source", None) is Source.PLANTED and bool(getattr(value, "searchable", False))


def _is_refused(mark: Mark) -> bool:
    return mark.consent in (Consent.REJECTED, Consent.WITHDRAWN)


def _has_refusal(study: Study) -> bool:
    return any(step.phase in ("consent.rejected", "consent.withdrawn") for run in study.runs for step in run.steps)


def _verb(every: Iterable[Mark]) -> str:
    """Sent, where it was seen leaving; handed, where only the tracker's code in the app was seen to have it."""
    return "sent" if any(mark.left for mark in every) else "handed"


def _kinds(study: Study, every: Iterable[Mark]) -> str:
    return _labels(study, sorted({mark.first.category for mark in every}, key=study.category_order))


def _labels(study: Study, names: Sequence[str]) -> str:
    labels = [inside(study.category_label(name)) for name in names]
    if len(labels) > MOST_NAMED + 1:
        labels = [*labels[:MOST_NAMED], f"{len(labels) - MOST_NAMED} more kinds"]
    return joined(labels)


def _runs(study: Study, every: Iterable[Mark]) -> str:
    names = list(dict.fromkeys(mark.run.name for mark in every))
    if len(study.runs) == 1:
        return f"run {names[0]}"
    if len(names) == len(study.runs):
        return f"in all {len(names)} runs"
    in_order = [run.name for run in study.runs if run.name in names]
    return f"in {'run' if len(names) == 1 else 'runs'} {joined(in_order)}"
