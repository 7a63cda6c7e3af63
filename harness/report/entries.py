"""The evidence: each payload that the table points at, its values, how they were wrapped, from where, to whom."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.findings import Consent, Disclosure, Grade, Payload, Transmission
from harness.report.matrix import Group, payloads_shown
from harness.report.reading import Run, Study
from harness.report.tree import Tree, draw
from harness.report.words import CONSENT_KEYS, EXPLANATIONS, GRADES, LAYERS, chain, quoted, since, size
from harness.store import CaseFile, queries

LONGEST = 200  # characters of a value in the list of values; the tree shows more


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One datum in a payload."""

    label: str
    value: str
    cut: int
    recognised: str  # in words: whose value it is; "" when only the place tells
    chain: str
    path: str
    grade: str
    grade_key: str
    evidence: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request that carried the payload."""

    where: str
    size: str
    after: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A line of a call stack; `own` is the app's, `theirs` the tracker's."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One payload."""

    anchor: str
    run: str
    tracker: str
    slug: str
    consent: Consent
    consent_key: str
    step: str
    when: str
    layer: str
    attributed_by: str
    meaning: str
    found: tuple[Found, ...]
    sent: tuple[Sent, ...]
    tree: Tree | None
    frames: tuple[Frame, ...]
    thread: str
    hook: str
    event: str
    sha256: str
    size: str


_Cited = tuple[Run, Payload, tuple[Disclosure, ...]]


def entries(case: CaseFile, study: Study, groups: tuple[Group, ...]) -> tuple[Entry, ...]:
    """Everything the table points at, tracker by tracker, in the order of time within a run."""
    every = [
        (study.tracker_order(payload.tracker), run.key, payload.at_ms, payload.seq, anchor, (run, payload, found))
        for anchor, (run, payload, found) in payloads_shown(groups).items()
    ]
    return tuple(_entry(case, study, anchor, what) for *_, anchor, what in sorted(every, key=lambda row: row[:5]))


def _entry(case: CaseFile, study: Study, anchor: str, what: _Cited) -> Entry:
    run, payload, found = what
    seen = queries.event(case.db, run.row.id, payload.process, payload.seq)
    step, tracker = run.step(payload.step), found[0].tracker
    in_order = sorted(found, key=lambda one: (study.category_order(one.category), one.path))
    code = study.trackers[tracker].code if tracker in study.trackers else ()
    return Entry(
        anchor=anchor,
        run=run.name,
        tracker=study.tracker_name(tracker),
        slug=tracker,
        consent=found[0].consent,
        consent_key=CONSENT_KEYS[found[0].consent],
        step=f"{step.position} {step.label}" if step else "before the first step",
        when=since(run.began_ms, payload.at_ms),
        layer=LAYERS[payload.layer],
        attributed_by=payload.attributed_by,
        meaning=payload.meaning,
        found=tuple(_found(study, run, one) for one in in_order),
        sent=tuple(_sent(payload, request) for request in run.sent.get((payload.process, payload.seq), ())),
        tree=draw(payload.decoded, frozenset(one.path for one in found)) if payload.decoded else None,
        frames=tuple(_frame(run, code, text) for text in (seen.stack if seen else ())),
        thread=seen.thread_name if seen else "",
        hook=payload.hook,
        event=f"run {run.row.id}, process {payload.process}, event {', '.join(map(str, payload.parts))}",
        sha256=payload.sha256,
        size=size(payload.size),
    )


def _found(study: Study, run: Run, one: Disclosure) -> Found:
    return Found(
        label=study.category_label(one.category),
        value=one.value[:LONGEST],
        cut=max(0, len(one.value) - LONGEST),
        recognised=_recognised(run, one),
        chain=chain(one.chain),
        path=one.path or "/",
        grade=GRADES[one.grade],
        grade_key=one.grade.value,
        evidence=one.evidence,
        times=one.times,
    )


def _recognised(run: Run, one: Disclosure) -> str:
    """Whose value it is, and the value itself where it was sent in another form."""
    if one.persona is None:
        return ""
    known = run.persona.get(one.persona)
    as_planted = f" {quoted(known.value)}" if known else ""
    whose = "typed by the flow" if one.grade is Grade.PLANTED else "of this device"
    return f"{one.persona}, {whose}{as_planted if known and known.value != one.value else ''}"


def _sent(payload: Payload, request: Transmission) -> Sent:
    return Sent(
        where=f"{request.method} https://{request.host}{request.path}",
        size=size(request.bytes_out),
        after=f"{(request.at_ms - payload.at_ms) / 1000:.2f} s later",
        how=EXPLANATIONS[request.explanation] if request.explanation else "",
    )


def _frame(run: Run, code: tuple[str, ...], text: str) -> Frame:
    if text.startswith(f"{run.app.package}."):
        return Frame(text=text, kind="own")
    return Frame(text=text, kind="theirs" if text.startswith(code) else "other")
