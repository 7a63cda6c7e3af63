"""Records and facts for tests of the store and the report, with as little said as will do."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable
from typing import Any

from harness.model.facts import ApkFile, AppFacts, DeviceFacts
from harness.model.hook import Hook, Layer
from harness.model.records import Blob, Counters, Event
from harness.store import CaseFile, RunStart, RunWriter

START_MS = 1_700_000_000_000.0
_VALUES = ("arguments", "returned", "threw", "captured")


def device(**changes: Any) -> DeviceFacts:
    facts: dict[str, Any] = {
        "serial": "127.0.0.1:6601",
        "profile": "virtual",
        "model": "Virtual Handset",
        "manufacturer": "Tracker Harness",
        "abi": "x86_64",
        "sdk": 34,
        "release": "14",
        "fingerprint": "handset/virtual/34",
        "virtual": True,
        "root_style": "adbd",
        "frida_version": "17.26.2",
        "clock_offset_ms": 0.0,
        "clock_error_ms": 1.0,
        "timezone": "Europe/Berlin",
        "locale": "en-US",
        "network": "loopback",
        "runtime": "jvm",
    }
    return DeviceFacts(**{**facts, **changes})


def app() -> AppFacts:
    apk = ApkFile(path="/data/app/x/base.apk", sha256=digest(b"the package"), size=123_456)
    return AppFacts(
        package="com.example.doorbell",
        version_name="3.21.1",
        version_code=3211,
        installer="com.android.vending",
        signer_sha256=digest(b"the signer"),
        apks=(apk,),
    )


def hook(key: str = "alpha/encode/com.alpha.Encoder.encode(java.lang.String)", **changes: Any) -> Hook:
    facts: dict[str, Any] = {
        "key": key,
        "tracker": key.split("/", maxsplit=1)[0],
        "layer": Layer.ENCODE,
        "class_name": "com.alpha.Encoder",
        "method": "encode",
        "parameters": ("java.lang.String",),
    }
    return Hook(**{**facts, **changes})


def event(seq: int, **changes: Any) -> Event:
    facts: dict[str, Any] = {
        "seq": seq,
        "hook": 0,
        "at_ms": START_MS + seq,
        "elapsed_us": seq * 1000,
        "took_us": 7,
        "thread_id": 1,
        "thread_name": "main",
        "stack": None,
        "this_id": None,
        "this_class": None,
        "arguments": ({"t": "string", "v": "x"},),
    }
    told = {**facts, **changes}
    for name in _VALUES:
        value = told.pop(name, None)
        if value is not None:
            told[f"{name}_json"] = json.dumps(value, separators=(",", ":"))
    return Event(**told)


def final(called: int, *, dropped: int = 0, last_seq: int | None = None) -> Counters:
    return Counters(
        at_ms=START_MS,
        last_seq=called if last_seq is None else last_seq,
        called=(called,),
        dropped=(dropped,),
        final=True,
    )


def blob(content: bytes) -> Blob:
    return Blob(sha256=digest(content), content=content)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def ticking(start_ms: float = START_MS, step_ms: float = 1.0) -> Callable[[], float]:
    """A clock that goes on by one tick each time it is read."""
    ticks = itertools.count()
    return lambda: start_ms + next(ticks) * step_ms


def numbered() -> Callable[[], str]:
    """Ids in the order in which they were asked for, shaped like ULIDs."""
    numbers = itertools.count(1)
    return lambda: f"01HF{next(numbers):022}"


def started(case: CaseFile, *, variant: str = "accept", facts: DeviceFacts | None = None, **changes: Any) -> RunWriter:
    facts = facts or device()
    start = RunStart(flow="study", variant=variant, app=case.add_app(app()), device=case.add_device(facts), **changes)
    return case.start_run(start, facts)
