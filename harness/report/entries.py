"""The evidence: each event that the table points at, its values, how they were wrapped, from where, to whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from harness.model.findings import Consent, Disclosure, Grade, Payload, Transmission
from harness.model.preflight import Tier
from harness.report.found import TIERS
from harness.report.journey import Journey, journey
from harness.report.matrix import Cited, Group, cited, entry_anchor
from harness.report.reading import Run, Study
from harness.report.tree import Tree, draw
from harness.report.words import (
    CONSENT_KEYS,
    EXPLANATIONS,
    GRADES,
    LAYERS,
    action,
    as_sentence,
    chain,
    counted,
    place,
    quoted,
    since,
    size,
)
from harness.store import CaseFile, queries

LONGEST = 120  # characters of a value that stand outside its tree
MOST_VALUES = 6  # different values of one kind named at the head of an entry
MOST_ROWS = 80  # values of one entry that are explained one by one


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
class Sent:
    """A request that carried it, or that it is."""

    where: str
    size: str
    after: str
    how: str
    again: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A line of a call stack; `kind` is "own" for the app's code, "theirs" for the tracker's, or "other"."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event and what it handed over."""

    anchor: str
    run: str
    tracker: str
    slug: str
    consent: Consent
    consent_key: str
    step: str
    action: str
    when: str
    layer: str
    meaning: str
    kinds: tuple[Kind, ...]  # for which the table points here
    also: tuple[str, ...]  # labels of what else is in it, and has been shown before
    found: tuple[Found, ...]
    found_left_out: int
    sent: tuple[Sent, ...]
    journey: Journey | None
    tree: Tree | None
    frames: tuple[Frame, ...]
    thread: str
    trail: tuple[str, ...]
    body: str  # of a request: anchor of the payload that its body carried; "" when there is none to show


def entries(case: CaseFile, study: Study, groups: tuple[Group, ...]) -> tuple[Entry, ...]:
    """Everything the table points at, tracker by tracker, run by run, in the order of time."""
    every = cited(groups)

    def order(item: Cited) -> tuple[object, ...]:
        first = item.found[0]
        return (study.tracker_order(first.tracker), study.runs.index(item.run), first.at_ms, first.seq)

    return tuple(_entry(case, study, item, every) for item in sorted(every.values(), key=order))


def _entry(case: CaseFile, study: Study, item: Cited, every: dict[str, Cited]) -> Entry:
    run, first = item.run, item.found[0]
    payload = run.payloads.get(item.call)
    request = next((sent for sent in run.sent.get(item.call, ()) if (sent.process, sent.seq) == item.call), None)
    seen = queries.event(case.db, run.row.id, *item.call)
    found = sorted(item.found, key=lambda one: (study.category_order(one.category), one.grade is Grade.FIELD, one.path))
    code = study.trackers[first.tracker].code if first.tracker in study.trackers else ()
    step = run.step(first.step)
    return Entry(
        anchor=item.anchor,
        run=run.name,
        tracker=study.tracker_name(first.tracker),
        slug=first.tracker,
        consent=first.consent,
        consent_key=CONSENT_KEYS[first.consent],
        step=as_sentence(place(step)).rstrip("."),
        action=action(step),
        when=since(run.began_ms, first.at_ms),
        layer=LAYERS[first.layer],
        meaning=payload.meaning if payload else "",
        kinds=tuple(_kinds(study, [one for one in found if one.category in item.first])),
        also=tuple(
            dict.fromkeys(study.category_label(one.category) for one in found if one.category not in item.first)
        ),
        found=tuple(_found(study, run, one) for one in found[:MOST_ROWS]),
        found_left_out=max(0, len(found) - MOST_ROWS),
        sent=tuple(_every_sent(run, item)),
        journey=journey(case, item, code, every),
        tree=_tree(item, payload, request),
        frames=tuple(_frame(run, code, text) for text in (seen.stack if seen else ())),
        thread=seen.thread_name if seen else "",
        trail=tuple(_trail(item, payload, seen)),
        body=_body(run, request, every),
    )


def _kinds(study: Study, found: list[Disclosure]) -> list[Kind]:
    by_category: dict[str, dict[str, bool]] = {}
    for one in found:
        values = by_category.setdefault(one.category, {})
        values[_shortened(one.value)] = values.get(_shortened(one.value), False) or one.grade is not Grade.FIELD
    return [_kind(study.category_label(category), values) for category, values in by_category.items()]


def _kind(label: str, values: dict[str, bool]) -> Kind:
    known = [value for value, recognised in values.items() if recognised][:MOST_VALUES]
    others = [value for value, recognised in values.items() if not recognised][: MOST_VALUES - len(known)]
    more = len(values) - len(known) - len(others)
    return Kind(label=label, known=tuple(known), others=tuple(others), more=more)


def _found(study: Study, run: Run, one: Disclosure) -> Found:
    return Found(
        label=study.category_label(one.category),
        value=_shortened(one.value),
        recognised=_recognised(run, one),
        chain=chain(one.chain),
        path=one.path or "/",
        grade=GRADES[one.grade],
        evidence=one.evidence,
        times=one.times,
    )


def _shortened(value: str) -> str:
    if len(value) <= LONGEST:
        return value
    return f"{value[:LONGEST]}\N{HORIZONTAL ELLIPSIS} ({len(value) - LONGEST:,} characters more)"


def _recognised(run: Run, one: Disclosure) -> str:
    """Whose value it is, and the value itself where it was sent in another form."""
    if one.persona is None:
        return ""
    known = run.persona.get(one.persona)
    whose = "typed by the flow" if one.grade is Grade.PLANTED else "of this device"
    return f"{one.persona}, {whose}" + (f": {quoted(known.value)}" if known and known.value != one.value else "")


def _every_sent(run: Run, item: Cited) -> Iterator[Sent]:
    """The requests that carried it: those after it, one for each place, with how often they were sent again."""
    first, part = item.found[0], item.call in run.within
    requests = run.sent.get(item.call, ())
    after = [request for request in requests if request.at_ms >= first.at_ms] or list(requests)
    by_place: dict[tuple[str, str, str], list[Transmission]] = {}
    for request in after:
        address = (request.method, request.host, request.path.partition("?")[0])
        by_place.setdefault(address, []).append(request)
    for same in by_place.values():
        yield _sent(first, same[0], part=part, again=len(same) - 1)


def _sent(first: Disclosure, request: Transmission, *, part: bool, again: int) -> Sent:
    itself = (request.process, request.seq) == (first.process, first.seq)
    how = EXPLANATIONS[request.explanation] if request.explanation else ""
    if part:
        how = f"a part of what was sent equals this content; {how}"
    return Sent(
        where=f"{request.method} https://{request.host}{_shortened(request.path)}",
        size=size(request.bytes_out),
        after="" if itself else f"{(request.at_ms - first.at_ms) / 1000:.2f} s later",
        how="" if itself else how,
        again=f"sent again {counted(again, 'time')}" if again else "",
    )


def _tree(item: Cited, payload: Payload | None, request: Transmission | None) -> Tree | None:
    """The decoded content; for a request its address and headers, whose body is a payload of its own."""
    pointers = frozenset(one.path for one in item.found)
    if payload is not None:
        return draw(payload.decoded, pointers) if payload.decoded else None
    if request is None:
        return None
    path, _, query = request.path.partition("?")
    address = {"path": path, "query": dict(parse_qsl(query, keep_blank_values=True)), "headers": dict(request.headers)}
    return draw(json.dumps(address), pointers)


def _body(run: Run, request: Transmission | None, every: dict[str, Cited]) -> str:
    if request is None or request.explained_by is None:
        return ""
    anchor = entry_anchor(run, *request.explained_by)
    return anchor if anchor in every else ""


def _trail(item: Cited, payload: Payload | None, seen: queries.EventRow | None) -> list[str]:
    """How to find it in the case file."""
    process, seq = item.call
    parts = payload.parts if payload else (seq,)
    found_in = f"run {item.run.row.id}, process {process}, event {', '.join(map(str, parts))}"
    content = [size(payload.size), f"SHA-256 {payload.sha256}"] if payload else []
    how = [f"attributed by {payload.attributed_by}"] if payload and payload.attributed_by not in ("", "hook") else []
    hook = payload.hook if payload else (seen.hook if seen else "")
    return [*content, found_in, f"hook {hook}{_found_as(item.run, item.call[0], hook)}", *how]


def _found_as(run: Run, process: str, key: str) -> str:
    """How the hook's method was found in this app, where that was looked up; with its name there, where it has one of
    its own."""
    row = next((hook for hook in run.hooks if hook.process == process and hook.key == key), None)
    if row is None or row.tier is None:
        return ""
    here = f"{row.class_name}.{row.method}"
    renamed = "" if key.partition("(")[0].endswith(here) else f"as {here}, "
    return f" (found {renamed}by {TIERS[Tier(row.tier)]})"


def _frame(run: Run, code: tuple[str, ...], text: str) -> Frame:
    if text.startswith(f"{run.app.package}."):
        return Frame(text=text, kind="own")
    return Frame(text=text, kind="theirs" if text.startswith(code) else "other")
