"""What the probe hands to the store, one record per thing that happened inside the app's process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

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

# How many calls a killed process can take with it: what the agent may hold that the store has not committed. It keeps
# at most 16,384 finished records that are unsent or unacknowledged (a batch is acknowledged once it is committed), and
# at most 4,096 calls open at once; a call beyond either is counted as dropped.
IN_FLIGHT_BOUND = 16_384 + 4_096


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


class Event(NamedTuple):  # a frozen dataclass takes 1.5 us more to build, a tenth of what storing an event costs
    """One call of a hooked method. Values travel as JSON text in ASCII, as the agent wrote them, and are decoded on
    each access. `captured` maps each name of Hook.capture to its Value, except `arguments` and `returned`, which have
    their own places. `threw` is set when the original threw."""

    seq: int  # per process, from 1, without holes unless a gap or a drop says why
    hook: int  # index in the plan
    at_ms: float  # device wall clock, Unix milliseconds, when the call began
    elapsed_us: int  # monotonic, since the agent started, when the original was called
    took_us: int  # duration of the original call
    thread_id: int
    thread_name: str
    stack: str | None  # sha256
    this_id: int | None  # identity hash, to join calls on one object
    this_class: str | None
    arguments_json: str = "[]"
    returned_json: str | None = None
    threw_json: str | None = None
    captured_json: str | None = None
    pulse: str | None = None  # the token, when this event is the agent's own sign of life

    @property
    def arguments(self) -> tuple[Value, ...]:
        return tuple(json.loads(self.arguments_json))

    @property
    def returned(self) -> Value:
        return None if self.returned_json is None else json.loads(self.returned_json)

    @property
    def threw(self) -> Value:
        return None if self.threw_json is None else json.loads(self.threw_json)

    @property
    def captured(self) -> dict[str, Value]:
        return {} if self.captured_json is None else dict(json.loads(self.captured_json))


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
    runtime: str  # "jvm", "art", or "native": a process without Java
    pid: int


class SelfCheckOutcome(StrEnum):
    """What became of the canary: a class of ours whose static initialiser calls its own methods, hooked first."""

    SOUND = "sound"  # every call was seen, without a cure
    CURED = "cured"  # every call was seen, with the cure
    FALLBACK = "fallback"  # every call was seen, but only with the second cure
    BLIND = "blind"  # calls inside the initialiser are missed, later ones are seen
    UNAVAILABLE = "unavailable"  # the class could not be made: nothing is known
    REFUSED = "refused"  # calls after initialisation are missed too: no hook of this process may be trusted


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCheck:
    """Whether this runtime's hooks can be trusted at all, tried before any of them is set."""

    at_ms: float
    runtime: str  # "jvm", "art", or "native": a process without Java
    outcome: SelfCheckOutcome
    detail: str


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


Record = HookReport | Stack | Blob | Event | AgentFault | Ready | SelfCheck | Counters | Detached
