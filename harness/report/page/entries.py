"""The evidence: each event that the table points at, its values, how they were wrapped, from where, to whom."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from harness.model.findings import Consent, Disclosure, Grade, Payload, Transmission
from harness.model.preflight import Tier
from harness.report.cover import Cover
from harness.report.matrix import Cited, Group, cited, entry_anchor
from harness.report.page.found import TIERS
from harness.report.page.journey import Journey, journey
from harness.report.page.tree import Tree, draw
from harness.report.page.values import Found, Kind, Undoing, explained, kinds, shortened, undoings
from harness.report.reading import Run, Study
from harness.report.words import (
    CONSENT_KEYS,
    EXPLANATIONS,
    LAYERS,
    action,
    as_sentence,
    counted,
    place,
    since,
    size,
)
from harness.store import CaseFile, queries, summed

MOST_ENTRIES = 600  # payloads in one report; the others are counted and stay in the case file
MOST_OF_ONE = 40  # of them of one tracker in one run
MOST_ROWS = 24  # values of one entry that are explained one by one


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
    run_key: str
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
    categories: tuple[str, ...]
    found: tuple[Found, ...]
    found_left_out: int
    undone: tuple[Undoing, ...]
    undone_left_out: int
    sent: tuple[Sent, ...]
    journey: Journey | None
    tree: Tree | None
    frames: tuple[Frame, ...]
    thread: str
    trail: tuple[str, ...]
    body: str  # of a request: anchor of the payload that its body carried; "" when there is none to show
    step_id: str


def shown(study: Study, groups: Sequence[Group]) -> dict[str, Cited]:
    """What is shown of everything that the table points at, tracker by tracker, run by run, in the order of time."""
    room: Counter[tuple[str, str]] = Counter()
    kept: dict[str, Cited] = {}

    def order(item: Cited) -> tuple[object, ...]:
        return (study.tracker_order(item.tracker), study.runs.index(item.run), item.at_ms, item.call)

    for item in sorted(cited(groups).values(), key=order):
        room[item.tracker, item.run.key] += 1
        if room[item.tracker, item.run.key] <= MOST_OF_ONE and len(kept) < MOST_ENTRIES:
            kept[item.anchor] = item
    return kept


def entries(case: CaseFile, study: Study, every: dict[str, Cited], cover: Cover) -> Iterator[Entry]:
    """Each of them in full, one at a time: only one payload is held in memory."""
    found = {
        run.key: summed.disclosures_in(
            case.db, run.row.id, frozenset(item.call for item in every.values() if item.run is run)
        )
        for run in study.runs
    }
    for item in every.values():
        yield _entry(study, item, found[item.run.key][item.call], every, cover)


def _entry(study: Study, item: Cited, found: Sequence[Disclosure], every: dict[str, Cited], cover: Cover) -> Entry:
    run, first = item.run, found[0]
    payload, request, seen = run.calls.payload(item.call), run.calls.request(item.call), run.calls.event(item.call)
    found = sorted(found, key=lambda one: (study.category_order(one.category), one.grade is Grade.FIELD, one.path))
    code = study.trackers[first.tracker].code if first.tracker in study.trackers else ()
    step = run.step(first.step)
    steps, steps_left_out = undoings(payload)
    return Entry(
        anchor=item.anchor,
        run=run.name,
        run_key=run.key,
        tracker=study.tracker_name(first.tracker),
        slug=first.tracker,
        consent=first.consent,
        consent_key=CONSENT_KEYS[first.consent],
        step=as_sentence(place(step)).rstrip("."),
        action=action(step),
        when=since(run.began_ms, first.at_ms),
        layer=LAYERS[first.layer],
        meaning=payload.meaning if payload else "",
        kinds=kinds(study, [one for one in found if one.category in item.first], cover),
        also=tuple(
            dict.fromkeys(study.category_label(one.category) for one in found if one.category not in item.first)
        ),
        categories=tuple(dict.fromkeys(one.category for one in found)),
        found=tuple(explained(study, run, one, cover) for one in found[:MOST_ROWS]),
        found_left_out=max(0, len(found) - MOST_ROWS),
        undone=steps,
        undone_left_out=steps_left_out,
        sent=tuple(_every_sent(run, item, first)),
        journey=journey(item, code, every),
        tree=_tree(frozenset(one.path for one in found), payload, request, cover),
        frames=tuple(_frame(run, code, text) for text in (seen.stack if seen else ())),
        thread=seen.thread_name if seen else "",
        trail=tuple(_trail(item, payload, seen)),
        body=_body(run, request, every),
        step_id=first.step or "",
    )


def _every_sent(run: Run, item: Cited, first: Disclosure) -> Iterator[Sent]:
    """The requests that carried it: those after it, one for each place, with how often they were sent again."""
    requests = run.calls.sent(item.call)
    part = bool(requests) and run.calls.is_part(item.call)
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
        where=f"{request.method} https://{request.host}{shortened(request.path)}",
        size=size(request.bytes_out),
        after="" if itself else f"{(request.at_ms - first.at_ms) / 1000:.2f} s later",
        how="" if itself else how,
        again=f"sent again {counted(again, 'time')}" if again else "",
    )


def _tree(pointers: frozenset[str], payload: Payload | None, request: Transmission | None, cover: Cover) -> Tree | None:
    """The decoded content; for a request its address and headers, whose body is a payload of its own. It is covered as
    a whole: a line of it does not say what it is a value of."""
    if payload is not None:
        return draw(cover.text(payload.decoded), pointers) if payload.decoded else None
    if request is None:
        return None
    path, _, query = request.path.partition("?")
    headers = {name: cover.header(name, value) for name, value in request.headers}
    address = {"path": path, "query": dict(parse_qsl(query, keep_blank_values=True)), "headers": headers}
    return draw(cover.text(json.dumps(address)), pointers)


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
