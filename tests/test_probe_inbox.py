"""From the agent's bytes to records, in order, acknowledged after they were handed on or stored."""

from __future__ import annotations

import hashlib
import json
import threading
from typing import Any

import pytest

from harness.model.records import (
    AgentFault,
    Blob,
    Counters,
    Detached,
    Event,
    HookReport,
    HookStatus,
    Ready,
    Record,
    SelfCheck,
    SelfCheckOutcome,
    Stack,
)
from harness.model.sink import Batch
from harness.probe.inbox import Inbox
from harness.probe.wire import decode_batch

SHA_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # echo -n abc | sha256sum


def lines(*records: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(record) for record in records).encode()


def decode(text: bytes, blobs: bytes = b"") -> list[Record]:
    return list(decode_batch(text, blobs))


def test_every_kind_of_record_arrives_as_its_value() -> None:
    report = {
        "k": "hook",
        "index": 1,
        "status": "overload_missing",
        "reason": "r",
        "initialised_by_us": None,
        "seen_at_ms": 1.0,
        "installed_at_ms": None,
        "class_name": "a.B",
    }
    counters = {"k": "counters", "at_ms": 1.0, "last_seq": 3, "called": [2, 1], "dropped": [0, 0], "final": True}
    records = decode(
        lines(
            {"k": "ready", "at_ms": 1.0, "runtime": "jvm", "pid": 5},
            report,
            {"k": "stack", "sha256": "s", "frames": ["a.B.c(B.java:1)"]},
            {"k": "fault", "at_ms": 1.0, "where": "call", "message": "m", "hook": None},
            {"k": "selfcheck", "at_ms": 1.0, "runtime": "art", "outcome": "blind", "detail": "2 of 3 calls"},
            counters,
        )
    )
    ready, hook, stack, fault, check, final = records
    assert ready == Ready(at_ms=1.0, runtime="jvm", pid=5)
    assert isinstance(hook, HookReport)
    assert hook.status is HookStatus.OVERLOAD_MISSING
    assert stack == Stack(sha256="s", frames=("a.B.c(B.java:1)",))
    assert fault == AgentFault(at_ms=1.0, where="call", message="m")
    assert check == SelfCheck(at_ms=1.0, runtime="art", outcome=SelfCheckOutcome.BLIND, detail="2 of 3 calls")
    assert final == Counters(at_ms=1.0, last_seq=3, called=(2, 1), dropped=(0, 0), final=True)


def test_blobs_are_cut_from_the_bytes_in_order() -> None:
    first, second = decode(b"B\t1\t3\nB\t2\t0", b"abc")
    assert first == Blob(sha256=SHA_ABC, content=b"abc")
    assert second == Blob(sha256=hashlib.sha256(b"").hexdigest(), content=b"")


# Written by hand from the description of the format: seq, hook, at, elapsed, took, thread, its name, stack, this, its
# class, arguments, returned, threw, captured, pulse.
FULL = (
    b'E\t3\t1\t1700000000000500\t7\t2\t9\t"main \\ud800\\t"\ts\t4\ta.B\t[{"t":"string","v":"x\\n"},null]'
    b'\t{"t":"int","v":1}\t{"t":"throwable","c":"E","v":null}\t{"this.url":null}\ttoken'
)
BARE = b'E\t4\t0\t1700000000000501\t8\t0\t9\t"main"\t\t\t\t[]\t\t\t\t'


def test_a_line_of_columns_is_an_event() -> None:
    assert decode(FULL + b"\n" + BARE) == [
        Event(
            seq=3,
            hook=1,
            at_ms=1_700_000_000_000.5,
            elapsed_us=7,
            took_us=2,
            thread_id=9,
            thread_name="main \ud800\t",
            stack="s",
            this_id=4,
            this_class="a.B",
            arguments_json='[{"t":"string","v":"x\\n"},null]',
            returned_json='{"t":"int","v":1}',
            threw_json='{"t":"throwable","c":"E","v":null}',
            captured_json='{"this.url":null}',
            pulse="token",
        ),
        Event(
            seq=4,
            hook=0,
            at_ms=1_700_000_000_000.501,
            elapsed_us=8,
            took_us=0,
            thread_id=9,
            thread_name="main",
            stack=None,
            this_id=None,
            this_class=None,
        ),
    ]


def test_the_values_of_an_event_are_decoded_when_asked_for() -> None:
    full, bare = decode(FULL + b"\n" + BARE)
    assert isinstance(full, Event) and isinstance(bare, Event)
    assert full.arguments == ({"t": "string", "v": "x\n"}, None)
    assert (full.returned, full.threw) == ({"t": "int", "v": 1}, {"t": "throwable", "c": "E", "v": None})
    assert full.captured == {"this.url": None}
    assert (bare.arguments, bare.returned, bare.threw, bare.captured) == ((), None, None, {})


def test_values_name_numbered_blobs_by_their_digest_in_the_end() -> None:
    told = b'{"t":"bytes","blob":7,"n":3}'
    line = BARE.replace(b"[]", b"[" + told + b',{"t":"string","v":"\\"t\\":\\"bytes\\",\\"blob\\":7"}]')
    kept, empty, event = decode(b"B\t7\t3\nB\t8\t0\n" + line, b"abc")
    assert kept == Blob(sha256=SHA_ABC, content=b"abc")
    assert empty == Blob(sha256=hashlib.sha256(b"").hexdigest(), content=b"")
    assert isinstance(event, Event)
    assert event.arguments == (
        {"t": "bytes", "sha256": SHA_ABC, "n": 3},
        {"t": "string", "v": '"t":"bytes","blob":7'},
    )


class Ends:
    """What both ends of an inbox saw, in one order."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.threads: set[str] = set()

    def sink(self, record: Record) -> None:
        self.threads.add(threading.current_thread().name)
        self.seen.append(record)

    def acknowledge(self, number: int) -> None:
        self.seen.append(number)


def event(seq: int) -> bytes:
    return BARE.replace(b"E\t4\t", b"E\t%d\t" % seq)


def batch(no: int, *lines: bytes) -> tuple[dict[str, Any], bytes]:
    text = b"\n".join(lines)
    payload = {"type": "batch", "no": no, "text": len(text), "bytes": len(text)}
    return {"type": "send", "payload": payload}, text


def test_records_are_handed_on_by_one_thread_and_acknowledged_afterwards() -> None:
    ends = Ends()
    inbox = Inbox(ends.sink, ends.acknowledge)
    for no in (1, 2):
        inbox.on_message(*batch(no, event(no)))
    assert inbox.wait_for_batch(2, timeout_s=5)
    inbox.on_detached("process-terminated", "Bad access")
    assert inbox.wait_for_end(timeout_s=5)
    assert [one if isinstance(one, int) else type(one).__name__ for one in ends.seen] == [
        "Event",
        1,
        "Event",
        2,
        "Detached",
    ]
    assert ends.seen[-1].crash == "Bad access"
    assert ends.threads == {"harness-probe"}


def test_only_the_first_end_counts() -> None:
    ends = Ends()
    inbox = Inbox(ends.sink, ends.acknowledge)
    inbox.on_detached("device-lost", None)
    inbox.on_detached("application-requested", None)
    assert inbox.wait_for_end(timeout_s=5)
    assert [record.reason for record in ends.seen if isinstance(record, Detached)] == ["device-lost"]


def test_an_error_of_the_script_becomes_a_fault() -> None:
    ends = Ends()
    inbox = Inbox(ends.sink, ends.acknowledge)
    inbox.on_message({"type": "error", "description": "ReferenceError: x", "stack": "at y"}, None)
    inbox.on_detached("application-requested", None)
    inbox.wait_for_end(timeout_s=5)
    fault = ends.seen[0]
    assert isinstance(fault, AgentFault)
    assert (fault.where, fault.message) == ("script", "ReferenceError: x\nat y")


def test_after_the_sink_failed_nothing_more_is_handed_on_or_acknowledged() -> None:
    acknowledged: list[int] = []

    def refuse(_: Record) -> None:
        raise OSError("disk full")

    inbox = Inbox(refuse, acknowledged.append)
    inbox.on_message(*batch(1, event(3)))
    inbox.on_message(*batch(2, event(3)))
    inbox.on_detached("application-requested", None)
    inbox.wait_for_end(timeout_s=5)
    assert isinstance(inbox.failure, OSError)
    assert acknowledged == []


def test_waiting_for_a_batch_ends_with_the_stream() -> None:
    ends = Ends()
    inbox = Inbox(ends.sink, ends.acknowledge)
    inbox.on_detached("process-terminated", None)
    assert inbox.wait_for_batch(1, timeout_s=5) is False


class Keeper:
    """A sink that says by itself when a batch is safe."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.alone: list[Record] = []

    def __call__(self, record: Record) -> None:
        self.alone.append(record)

    def take(self, batch: Batch) -> None:
        self.batches.append(batch)


def test_a_sink_of_batches_gets_them_whole_and_decides_when_they_are_acknowledged() -> None:
    keeper, ends = Keeper(), Ends()
    inbox = Inbox(keeper, ends.acknowledge)
    sizes = []
    for no in (1, 2):
        header, text = batch(no, event(2 * no), event(2 * no + 1))
        inbox.on_message(header, text)
        sizes.append(len(text))
    inbox.on_detached("process-terminated", None)
    assert inbox.wait_for_end(timeout_s=5)
    assert [[event.seq for event in each.records if isinstance(event, Event)] for each in keeper.batches] == [
        [2, 3],
        [4, 5],
    ]
    assert [each.size for each in keeper.batches] == sizes
    assert [type(record) for record in keeper.alone] == [Detached]
    assert ends.seen == []
    keeper.batches[1].stored()
    assert ends.seen == [2]


def test_a_line_to_the_agent_that_broke_does_not_disturb_the_thread_that_stores() -> None:
    def broken(_: int) -> None:
        raise BrokenPipeError

    keeper = Keeper()
    inbox = Inbox(keeper, broken)
    inbox.on_message(*batch(1, event(3)))
    assert inbox.wait_for_batch(1, timeout_s=5)
    keeper.batches[0].stored()
    inbox.on_detached("device-lost", None)
    assert inbox.wait_for_end(timeout_s=5)
    assert inbox.failure is None


@pytest.mark.parametrize(
    "message", [b"not json", b'{"k": "unknown"}', b"E\t1\t2", b"B\t1", b"B\t1\t3", BARE.replace(b"[]", b"[]\t")]
)
def test_a_batch_that_cannot_be_read_is_a_fault_and_the_next_one_is_read(message: bytes) -> None:
    ends = Ends()
    inbox = Inbox(ends.sink, ends.acknowledge)
    header = {"type": "send", "payload": {"type": "batch", "no": 1, "text": len(message), "bytes": 0}}
    inbox.on_message(header, message)
    inbox.on_message(*batch(2, event(3)))
    inbox.on_detached("application-requested", None)
    inbox.wait_for_end(timeout_s=5)
    kinds = [type(record).__name__ for record in ends.seen if not isinstance(record, int)]
    assert kinds == ["AgentFault", "Event", "Detached"]
