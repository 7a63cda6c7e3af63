"""The key findings in sentences. Each says what was observed, in which runs, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.model.facts import PersonaValue, Source
from harness.model.findings import UNATTRIBUTED, Consent, Disclosure, Grade
from harness.report.matrix import Group, Mark, marks
from harness.report.reading import Run, Study
from harness.report.words import CHOICES, counted, inside, is_plain, joined, quoted, written

MOST_NAMED = 8  # kinds of data named in one go


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """`who` is whom it is about, and may stand out; `text` goes on from there."""

    who: str
    text: str

    def __str__(self) -> str:
        return f"{self.who} {self.text}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Sentences under one heading, and what must be known to read them."""

    heading: str
    sentences: tuple[Sentence, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """Something that a tracker got in a run; `left` when it was seen leaving the app."""

    name: str
    run: Run
    left: bool


def key_findings(study: Study, groups: Sequence[Group]) -> tuple[Block, ...]:
    """What the study shows, most telling first; blocks without a sentence are left out."""
    claimed = [group for group in groups if group.slug != UNATTRIBUTED]
    blocks = (
        Block(heading="Before any choice", sentences=tuple(_before(study, claimed)), note=_without_choice(study)),
        Block(heading="After a refusal", sentences=tuple(_refused(study, claimed))),
        Block(heading="What the test person typed", sentences=tuple(_typed(study, claimed))),
        Block(heading="Accepting and refusing compared", sentences=tuple(_compared(study, claimed))),
        Block(heading="Not readable", sentences=tuple(_unread(study))),
    )
    return tuple(block for block in blocks if block.sentences)


def overall(study: Study, groups: Sequence[Group]) -> str:
    """The whole in one sentence; "" when nothing was seen being handed to anybody."""
    claimed = [group for group in groups if group.slug != UNATTRIBUTED]
    if not claimed:
        return ""
    app = study.runs[0].app
    kinds = {row.category for group in claimed for row in group.rows}
    left = [group for group in claimed if any(mark.left for mark in marks([group]))]
    names = joined([group.name for group in claimed])
    handed = f"{app.label or app.package} handed {counted(len(kinds), 'kind')} of data to {names}."
    if len(left) == len(claimed):
        each = "For each of them" if len(left) > 1 else "For it"
        return f"{handed} {each}, data were seen leaving the app."
    if not left:
        return f"{handed} None of it was seen leaving the app."
    return f"{handed} Data were seen leaving the app for {joined([group.name for group in left])}."


def figures(study: Study, groups: Sequence[Group]) -> tuple[tuple[str, str], ...]:
    """Numbers for the top of the page, each with what it counts."""
    claimed = [group for group in groups if group.slug != UNATTRIBUTED]
    kinds = {row.category for group in claimed for row in group.rows}
    before = [group for group in claimed if any(mark.consent is Consent.BEFORE for mark in marks([group]))]
    refused = [group for group in claimed if any(_is_refused(mark) for mark in marks([group]))]
    unread = sum(one.requests for run in study.runs for one in run.traffic if one.blind)
    return (
        (str(len(claimed)), "tracker was handed data" if len(claimed) == 1 else "trackers were handed data"),
        (str(len(before)), "of them before any choice"),
        (str(len(refused)) if _choosing(study, "rejected", "withdrawn") else "\N{EN DASH}", "of them after a refusal"),
        (str(len(kinds)), "kind of data" if len(kinds) == 1 else "kinds of data, all together"),
        (str(unread), "request that nobody can read" if unread == 1 else "requests that nobody can read"),
    )


def _before(study: Study, claimed: Sequence[Group]) -> Iterator[Sentence]:
    for group in claimed:
        early = [mark for mark in marks([group]) if mark.consent is Consent.BEFORE]
        if early:
            first = min(early, key=lambda mark: mark.first.at_ms - mark.run.began_ms)
            after = max(0.0, (first.first.at_ms - first.run.began_ms) / 1000)
            at = f"First: {first.step}, {after:.1f} s after the start."
            yield Sentence(who=group.name, text=f"{_got(study, _kinds(study, early))}. {at}")


def _refused(study: Study, claimed: Sequence[Group]) -> Iterator[Sentence]:
    if not _choosing(study, "rejected", "withdrawn"):
        return
    silent = []
    for group in claimed:
        late = [mark for mark in marks([group]) if _is_refused(mark)]
        if late:
            yield Sentence(who=group.name, text=f"{_got(study, _kinds(study, late))}.")
        else:
            silent.append(group.name)
    if silent:
        yield Sentence(who="", text=f"Nothing more was seen being handed to {joined(silent)}.")


def _typed(study: Study, claimed: Sequence[Group]) -> Iterator[Sentence]:
    """Who was given what the flow had typed, and what of it was seen with nobody."""
    for group in claimed:
        every = [(mark.run, found) for mark in marks([group]) for found in mark.every if found.grade is Grade.PLANTED]
        if every:
            items = [_Item(name=_as_typed(found), run=run, left=_left(run, found)) for run, found in every]
            yield Sentence(who=group.name, text=f"{_got(study, items, name=str)}.")
    planted = {name for run in study.runs for name, value in run.persona.items() if _is_planted(value)}
    if kept := sorted(planted - {found.persona for run in study.runs for found in run.disclosures}):
        values = counted(len(kept), "planted value was", "planted values were")
        yield Sentence(who="", text=f"{values} found with no tracker: {joined([_plain(name) for name in kept])}.")


def _compared(study: Study, claimed: Sequence[Group]) -> Iterator[Sentence]:
    """Whether a refusal changed what was handed over in the run as a whole."""
    accepting, refusing = _choosing(study, "accepted"), _choosing(study, "rejected", "withdrawn")
    if not accepting or not refusing:
        return
    same = []
    for group in claimed:
        accepted = {mark.first.category for mark in marks([group]) if mark.run.key in accepting}
        refused = {mark.first.category for mark in marks([group]) if mark.run.key in refusing}
        if accepted == refused:
            same.append(group.name)
            continue
        more, fewer = (_labels(study, names) for names in (accepted - refused, refused - accepted))
        parts = [f"{more} only when accepted"] * bool(more) + [f"{fewer} only when refused"] * bool(fewer)
        yield Sentence(who=group.name, text=f"was handed {joined(parts)}.")
    if same:
        yield Sentence(who="", text=f"No difference in the kinds of data was seen for {joined(same)}.")


def _unread(study: Study) -> Iterator[Sentence]:
    blind = [one for run in study.runs for one in run.traffic if one.blind]
    if blind:
        hosts = joined(sorted({one.host or "an unknown host" for one in blind}))
        left = counted(sum(one.requests for one in blind), "request left", "requests left")
        yield Sentence(who="", text=f"{left} whose content or receiver is not known, to {hosts}.")


def _without_choice(study: Study) -> str:
    none = [run.name for run in study.runs if not any(step.phase in CHOICES for step in run.steps)]
    if not none or len(none) == len(study.runs):
        return "In no run was a choice made: all of it counts as before." if none else ""
    words = _run_words(study, none)
    return f"{words[:1].upper()}{words[1:]} no choice is ever made, and all of it counts as before."


def _got(study: Study, items: Iterable[_Item], *, name: Callable[[str], str] | None = None) -> str:
    """`was sent A and B (in all 3 runs), C (in run accept); was handed D (in run reject), not seen leaving`."""
    runs: dict[str, set[str]] = {}
    left: dict[str, bool] = {}
    for item in items:
        runs.setdefault(item.name, set()).add(item.run.name)
        left[item.name] = left.get(item.name, False) or item.left
    label = name or (lambda category: inside(study.category_label(category)))
    phrases = []
    for verb, end, seen in (("was sent", "", True), ("was handed", ", not seen leaving", False)):
        alike: dict[frozenset[str], list[str]] = {}
        for key, names in runs.items():
            if left[key] is seen:
                alike.setdefault(frozenset(names), []).append(label(key))
        in_order = sorted(alike.items(), key=lambda same: -len(same[0]))
        told = [f"{_named(labels)} ({_run_words(study, same)})" for same, labels in in_order]
        phrases += [f"{verb} {', '.join(told)}{end}"] if told else []
    return "; ".join(phrases)


def _kinds(study: Study, every: Iterable[Mark]) -> list[_Item]:
    in_order = sorted(every, key=lambda mark: study.category_order(mark.first.category))
    return [_Item(name=mark.first.category, run=mark.run, left=mark.left is not None) for mark in in_order]


def _as_typed(found: Disclosure) -> str:
    """The value's name; with how it was disguised, when it was."""
    form, name = found.chain[-1] if found.chain else "raw", _plain(found.persona or "")
    return name if is_plain(form) else f"{name} as {written(form.partition(',')[0])}"


def _plain(name: str) -> str:
    """`FULL_NAME` as it reads in a sentence."""
    return name.lower().replace("_", " ")


def _left(run: Run, found: Disclosure) -> bool:
    return (found.process, found.seq) in run.left


def _is_planted(value: PersonaValue) -> bool:
    return value.source is Source.PLANTED and value.searchable


def _is_refused(mark: Mark) -> bool:
    return mark.consent in (Consent.REJECTED, Consent.WITHDRAWN)


def _choosing(study: Study, *choices: str) -> set[str]:
    """Keys of the runs in which one of these choices is made."""
    return {run.key for run in study.runs if any(CHOICES.get(step.phase) in choices for step in run.steps)}


def _labels(study: Study, names: Iterable[str]) -> str:
    return _named([inside(study.category_label(name)) for name in sorted(names, key=study.category_order)])


def _named(labels: list[str]) -> str:
    if len(labels) > MOST_NAMED + 1:
        labels = [*labels[:MOST_NAMED], f"{len(labels) - MOST_NAMED} more kinds"]
    return joined(labels)


def _run_words(study: Study, names: Iterable[str]) -> str:
    chosen = set(names)
    in_order = [run.name for run in study.runs if run.name in chosen]
    if len(in_order) == len(study.runs) > 1:
        return f"in all {len(in_order)} runs"
    return f"in {'run' if len(in_order) == 1 else 'runs'} {joined([quoted(name) for name in in_order])}"
