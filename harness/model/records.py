"""What the probe hands to the store, one record per thing that happened inside the app's process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# A captured value is a JSON tree that keeps Java's types apart: null, or an object with "t":
#   {"t":"string","v":"text"}                 CharSequence too; lone surrogates survive as \udXXX
#   {"t":"boolean","v":true}  {"t":"int"|"short"|"byte","v":1}  {"t":"long","v":"9007199254740993"}
#   {"t":"float"|"double","v":0.5 or "NaN"|"Infinity"|"-Infinity"}  {"t":"char","v":"x"}
#   {"t":"bytes","sha256":"...","n":12}        content in Blob records / table payload
#   {"t":"map"|"bundle","c":"java.util.HashMap","v":[[key, value], ...]}
#   {"t":"list"|"set"|"array","c":"java.util.ArrayList","v":[...]}
#   {"t":"json","c":"org.json.JSONObject","v":"text as its toString() gives it"}
#   {"t":"throwable","c":"java.io.IOException","v":"message" or null}
#   {"t":"object","c":"com.x.Y","id":12345, "v":"text" only for boot classes such as java.net.URL, java.util.UUID}
#   {"t":"cut","why":"depth"|"size"|"cycle"|"fault: ..."}
Value = Any


class HookStatus(StrEnum):
    """How far a hook got. Silence must never be mistaken for innocence."""

    INSTALLED = "installed"
    PENDING = "pending"  # the class has not been seen yet
    OVERLOAD_MISSING = "overload_missing"
    FAILED = "failed"
    UNANSWERED = "unanswered"  # only in the store: armed, and the agent never said a word about it


@dataclass(frozen=True, slots=True, kw_only=True)
class HookReport:
    """The agent's answer for one hook; sent again when the status changes. Last one wins."""

    index: int  # position in the plan given to the agent
    status: HookStatus
    reason: str | None
    initialised_by_us: bool | None
    seen_at_ms: float | None  # device wall clock, Unix milliseconds
    installed_at_ms: float | None
    class_name: str | None  # the class really hooked, when found by resolver


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A call stack, innermost frame first; `frames` are `class.method(File.java:12)`."""

    sha256: str
    frames: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Bytes an event refers to by SHA-256."""

    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One call of a hooked method. `captured` maps each name of Hook.capture to its Value, except `arguments` and
    `returned`, which have their own places. `threw` is set when the original threw."""

    seq: int  # per process, from 1, without holes unless a gap or a drop says why
    hook: int  # index in the plan
    at_ms: float  # device wall clock, Unix milliseconds, when the call began
    elapsed_us: int  # monotonic, since the agent started
    took_us: int  # duration of the original call
    thread_id: int
    thread_name: str
    stack: str | None  # sha256
    this_id: int | None  # identity hash, to join calls on one object
    this_class: str | None
    arguments: tuple[Value, ...]
    returned: Value
    threw: Value
    captured: dict[str, Value]
    pulse: str | None = None  # the token, when this event is the agent's own sign of life


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFault:
    """Something went wrong inside the agent; the app never notices."""

    at_ms: float
    where: str
    message: str
    hook: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The agent runs: before the app's first instruction when spawned."""

    at_ms: float
    runtime: str  # "jvm" or "art"
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """The agent's books at a moment: `called[i]` calls of hook i entered, `dropped[i]` of them not sent."""

    at_ms: float
    last_seq: int
    called: tuple[int, ...]
    dropped: tuple[int, ...]
    final: bool  # true when the agent has been quiesced: nothing comes after


@dataclass(frozen=True, slots=True, kw_only=True)
class Detached:
    """The session ended; `reason` is Frida's word (process-terminated, connection-terminated, device-lost,
    application-requested, process-replaced)."""

    at_ms: float  # host clock
    reason: str
    crash: str | None


Record = HookReport | Stack | Blob | Event | AgentFault | Ready | Counters | Detached
