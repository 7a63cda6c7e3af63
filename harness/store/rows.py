"""How each record of the probe becomes rows: pure, one function per kind of record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from functools import lru_cache
from typing import Any

from harness.model.hook import Hook
from harness.model.records import AgentFault, Blob, Counters, Event, HookReport, Ready, SelfCheck, Stack
from harness.store.mask import Hit, Mask, Masked
from harness.store.text import clean, to_json

Row = tuple[str, tuple[Any, ...]]  # a statement and its parameters; rows of one statement are stored together

# Where nothing is told, an event's row has "", for Python's sqlite3 takes 0.25 us to bind a None and 0.05 a text.
EVENT = (
    "INSERT OR IGNORE INTO event (seq, hook, at_ms, elapsed_us, took_us, thread_id, thread_name, stack, this_id,"
    " this_class, arguments, returned, threw, captured, pulse, run, process, step, received_at_ms) VALUES"
    " (?,?,?,?,?,?,?,nullif(?,''),nullif(?,''),nullif(?,''),?,nullif(?,''),nullif(?,''),nullif(?,''),nullif(?,''),"
    "?,?,nullif(?,''),?)"
)
PAYLOAD = "INSERT OR IGNORE INTO payload (sha256, size, content, masked) VALUES (?,?,?,?)"
STACK = "INSERT OR IGNORE INTO stack (sha256, frames) VALUES (?,?)"
HIT = "INSERT INTO hit (id, run, sha256, process, seq, name, place, chain) VALUES (?,?,?,?,?,?,?,?)"
FAULT = "INSERT INTO fault (id, run, process, hook, at_ms, source, place, message) VALUES (?,?,?,?,?,?,?,?)"
HOOK = (
    "INSERT INTO hook (run, process, position, key, tracker, layer, class_name, method, parameters, meaning,"
    " definition, tier, resolution, status) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,'unanswered')"
)
_HOOK_COLUMNS = ("key", "tracker", "layer", "class_name", "method", "parameters", "meaning", "tier", "resolution")
HOOK_REPORT = (
    "UPDATE hook SET status = ?, reason = ?, initialised_by_us = ?, seen_at_ms = ?, installed_at_ms = ?,"
    " class_found = ? WHERE process = ? AND position = ?"
)
HOOK_COUNT = "UPDATE hook SET called = ?, dropped = ? WHERE process = ? AND position = ?"
PROCESS_COUNT = (
    "UPDATE process SET called = ?, dropped = ?, counted_to_seq = ?, counted_final = max(counted_final, ?) WHERE id = ?"
)
PROCESS_READY = "UPDATE process SET ready_at_ms = ?, runtime = ?, pid = ? WHERE id = ?"
PROCESS_END = (
    "UPDATE process SET ended_at_ms = coalesce(ended_at_ms, ?), reason = coalesce(reason, ?),"
    " crash = coalesce(crash, ?) WHERE id = ?"
)
SELF_CHECK = "UPDATE process SET self_check = ?, self_check_detail = ? WHERE id = ?"
PULSE_ASKED = "UPDATE process SET pulses_asked = pulses_asked + 1 WHERE id = ?"
PULSE_SEEN = "UPDATE process SET pulses_seen = pulses_seen + 1 WHERE id = ?"


def hook_rows(run: str, process: str, hooks: Sequence[Hook]) -> Iterator[Row]:
    """The plan as armed, every hook `unanswered` until the agent speaks."""
    for position, hook in enumerate(hooks):
        yield (
            HOOK,
            (
                *(run, process, position, hook.key, hook.tracker, hook.layer.value, hook.class_name, hook.method),
                *(to_json(hook.parameters), hook.meaning, _definition(hook)),
                *(hook.tier, to_json(hook.resolution)),
            ),
        )


@lru_cache(maxsize=4096)
def _definition(hook: Hook) -> str:
    """What has no column of its own and is not as in every hook: a thousand hooks are armed in each process."""
    told = asdict(hook)
    usual = {field.name: field.default for field in fields(hook)}
    return to_json(
        {
            name: value
            for name, value in told.items()
            if name not in _HOOK_COLUMNS and getattr(hook, name) != usual[name]
        }
    )


def report_row(process: str, report: HookReport) -> Row:
    """The agent's answer for one hook; a later one replaces it."""
    ours = None if report.initialised_by_us is None else int(report.initialised_by_us)
    reason = None if report.reason is None else clean(report.reason)
    answer = (report.status.value, reason, ours, report.seen_at_ms, report.installed_at_ms, report.class_name)
    return HOOK_REPORT, (*answer, process, report.index)


def counter_rows(process: str, counters: Counters) -> Iterator[Row]:
    """The agent's books at a moment, for the process and for every hook."""
    total = (sum(counters.called), sum(counters.dropped), counters.last_seq, int(counters.final))
    yield PROCESS_COUNT, (*total, process)
    for position, (called, dropped) in enumerate(zip(counters.called, counters.dropped, strict=True)):
        yield HOOK_COUNT, (called, dropped, process, position)


def ready_row(process: str, ready: Ready) -> Row:
    """The agent runs."""
    return PROCESS_READY, (ready.at_ms, ready.runtime, ready.pid, process)


def end_row(process: str, at_ms: float, reason: str, crash: str | None) -> Row:
    """Why the process is no longer watched; the first reason told is kept."""
    return PROCESS_END, (at_ms, clean(reason), None if crash is None else clean(crash), process)


def self_check_row(process: str, check: SelfCheck) -> Row:
    """Whether the process's hooks may be trusted."""
    return SELF_CHECK, (check.outcome.value, clean(check.detail), process)


def stack_row(stack: Stack) -> Row:
    """A call stack, once."""
    return STACK, (stack.sha256, to_json(stack.frames))


def fault_row(row_id: str, run: str, process: str, fault: AgentFault) -> Row:
    """What went wrong inside the agent."""
    return FAULT, (row_id, run, process, fault.hook, fault.at_ms, "agent", clean(fault.where), clean(fault.message))


def payload_row(blob: Blob, masked: Masked) -> Row:
    """Bytes under the digest that the event names: that of the original, also where a secret was blotted out."""
    return PAYLOAD, (blob.sha256, len(masked.content), masked.content, int(bool(masked.hits)))


def event_row(run: str, process: str, event: Event, *, step: str | None, received_ms: float) -> Row:
    """One call."""
    (
        seq,
        hook,
        at_ms,
        elapsed_us,
        took_us,
        thread,
        name,
        stack,
        this,
        this_class,
        given,
        returned,
        threw,
        more,
        pulse,
    ) = event
    return (
        EVENT,
        (
            *(seq, hook, at_ms, elapsed_us, took_us, thread, clean(name), stack or "", "" if this is None else this),
            *(this_class or "", given, returned or "", threw or "", more or "", pulse or ""),
            *(run, process, step or "", received_ms),
        ),
    )


def masked_event(event: Event, mask: Mask) -> tuple[Event, tuple[Hit, ...]]:
    """The event without the secrets in its values and its thread's name. A hit's offset counts from the start of the
    text it was found in."""
    values = (event.arguments_json, event.returned_json, event.threw_json, event.captured_json)
    seen = [None if value is None else mask(value.encode("ascii")) for value in values]
    hits = tuple(hit for masked in seen if masked is not None for hit in masked.hits)
    if hits:
        seen = [
            None if masked is None else _still_json(masked, listed=not number) for number, masked in enumerate(seen)
        ]
    given, returned, threw, more = (None if masked is None else masked.content.decode("ascii") for masked in seen)
    kept = event._replace(arguments_json=given or "[]", returned_json=returned, threw_json=threw, captured_json=more)
    return kept._replace(thread_name=masked_text(event.thread_name, mask)), hits


def masked_row(row: Row, mask: Mask) -> Row:
    """A row of which every text is without secrets."""
    statement, values = row
    return statement, tuple(masked_text(value, mask) if isinstance(value, str) else value for value in values)


def masked_text(text: str, mask: Mask) -> str:
    """A text without secrets."""
    masked = mask(text.encode("utf-8", "surrogatepass"))
    return masked.content.decode("utf-8", "surrogatepass") if masked.hits else text


def _still_json(masked: Masked, *, listed: bool) -> Masked:
    """What is no JSON any more, for a secret could not be taken out, becomes a value that says so."""
    try:
        json.loads(masked.content)
    except ValueError:
        cut = {"t": "cut", "why": masked.content.decode("ascii", "backslashreplace")}
        return Masked(content=to_json([cut] if listed else cut).encode(), hits=masked.hits)
    return masked


def hit_row(row_id: str, run: str, hit: Hit, *, sha256: str | None = None, event: tuple[str, int] | None = None) -> Row:
    """A secret that was found in a payload, or in the values of an event (process, seq)."""
    return HIT, (row_id, run, sha256, *(event or (None, None)), hit.name, hit.offset, to_json(hit.chain))
