"""What analysis reads of one run (Stored*, RunFacts) and what it concludes (Disclosure, Transmission, Verdict).

`harness.analyse.analyse_run` takes the first group and yields an `Analysis`; both are plain values, so that the same
raw rows give the same findings on any machine at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from harness.model.hook import Layer
from harness.model.linkage import Sample
from harness.model.records import HookStatus, SelfCheckOutcome, Value
from harness.model.rest import RestValue
from harness.model.story import Story

UNATTRIBUTED = "unattributed"  # the tracker slug of what no hook file claims


class Grade(StrEnum):
    """How strong the proof of one disclosure is."""

    PLANTED = "planted"  # a value that exists nowhere but in this run
    DEVICE = "device"  # a value read from the device beforehand
    FIELD = "field"  # only the place says what it is: a field map row with evidence


class Consent(StrEnum):
    """Where a moment lies relative to the choices that the scenario made. Observation, not judgement."""

    BEFORE = "before any choice"
    ACCEPTED = "after accept"
    REJECTED = "after reject"
    WITHDRAWN = "after withdrawal"


class Outcome(StrEnum):
    """What a run says about one tracker, or as a whole."""

    FINDING = "finding"
    CLEAN = "clean"
    INCONCLUSIVE = "inconclusive"


class Explanation(StrEnum):
    """How the content of a transmission is known."""

    SAME_CONTENT = "same content"  # the body, or what it decodes to, equals a captured payload
    IN_OUT = "in -> out"  # the body holds what came out of a call; what had gone in is a captured payload
    ENCRYPTED = "same thread, just before (encrypted)"  # opaque bytes; the text was caught before they were made
    UNREAD = "same thread, just before (body not read)"  # the runtime does not let us read the body
    READ = "the body itself"  # plain before TLS, and nobody prepared it where a hook could see
    NO_BODY = "no body"  # address and headers are all there is, and they are captured


class Blind(StrEnum):
    """Why the content or the receiver of a transmission is not known."""

    UNCLAIMED = "no hook file claims this host or the code that sent it"
    UNEXPLAINED = "no captured payload has the content of this body"
    OPAQUE = "the encrypted bytes were seen, their content was not"
    NOT_HTTP = "bytes written to TLS that are no HTTP/1 request: neither receiver nor content can be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHook:
    """One hook as armed in one process, with the agent's last answer about it and its final counts."""

    process: str
    index: int
    key: str  # Hook.key; the loaded Pack says what to do with its events
    tracker: str | None
    layer: Layer
    class_name: str
    method: str
    status: HookStatus
    reason: str | None = None
    calls: int | None = None  # None when no counters arrived
    dropped: int | None = None
    tier: str | None = None  # harness.model.preflight.Tier; None where nobody looked into the app's code


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """One row of `event`. Bytes are in the blobs, by SHA-256."""

    process: str
    seq: int
    hook: str  # Hook.key
    at_ms: float  # device wall clock
    step: str | None  # StoredStep.step
    thread_id: int
    thread_name: str
    stack: str | None
    this_id: int | None
    this_class: str | None
    arguments: tuple[Value, ...]
    returned: Value
    threw: Value
    captured: dict[str, Value]
    pulse: str | None = None
    elapsed_us: int = 0  # monotonic, since the agent started
    took_us: int = 0  # duration of the original call

    def encloses(self, other: StoredEvent) -> bool:
        """Whether the other call was surely made from within this one."""
        return (
            (self.process, self.thread_id) == (other.process, other.thread_id)
            and self.seq < other.seq
            and self.elapsed_us <= other.elapsed_us
            and other.elapsed_us + other.took_us < self.elapsed_us + self.took_us
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStep:
    """One row of `step`. `phase` is the word after "phase: " of the last phase label up to and including this step;
    "" before the first."""

    step: str  # id
    ordinal: int
    label: str
    phase: str
    started_ms: float  # device wall clock
    ended_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessFacts:
    """One instrumented process and whether its line was alive."""

    process: str
    pid: int
    ready: bool  # the agent reported Ready
    pulses_sent: int
    pulses_seen: int
    name: str = ""  # Android process name, such as com.example.doorbell:remote
    self_check: SelfCheckOutcome | None = None  # None when the agent never said
    self_check_detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """The run as its books say. `gaps` are sentences: "events 812 to 830 lost: ..."."""

    run: str
    package: str  # of the app; frames of its code end the search for a tracker in a stack
    runtime: str  # "art" or "jvm"
    variant: str
    processes: tuple[ProcessFacts, ...]
    completed: bool  # the scenario was played to its end
    books_closed: bool  # called = stored + dropped + lost, for every process, and nothing was lost or dropped
    books_reason: str = ""
    gaps: tuple[str, ...] = ()
    own_hosts: tuple[str, ...] = ()  # regular expressions of the app's own backends, as the suite declares them


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """One decoding step that was undone, for anybody to do it again: what stood at `path` of the decoded tree had
    an encoded part from `start` to `end` (bytes of bytes, characters of text), which gave `gave` of them."""

    path: str
    step: str
    start: int
    end: int
    gave: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The content of one event, or of several writes to one stream, decoded."""

    process: str
    seq: int  # of the first event
    parts: tuple[int, ...]  # every event that it was joined from, `seq` first
    hook: str
    layer: Layer
    tracker: str  # slug or "unattributed"
    attributed_by: str  # "hook", "stack: <frame>", "marker: <pointer>", "host: <name>" ..., or why it is nobody's
    meaning: str
    step: str | None
    at_ms: float
    sha256: str  # of the content as captured (text as UTF-8)
    size: int  # bytes
    decoded: str  # JSON text of the decoded tree, indented; "" when it is opaque
    chain: tuple[str, ...]  # steps from the content to the top of the tree
    undone: tuple[Undone, ...] = ()  # every decoding step, in the order in which they were undone


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One datum of one category handed to one tracker in one step, at one layer. First occurrence; `times` counts the
    hand-overs: the same content seen twice, or sent again, is one.

    `path` is a JSON pointer in the decoded payload; `chain` every decoding step on the way there, in order, the last
    of them how the value itself was written ("raw", "base64", "sha256" ...).
    """

    run: str
    process: str
    seq: int
    tracker: str
    category: str
    property: str | None
    value: str  # the text found at `path`: for a hash, the hash
    persona: str | None  # name of the PersonaValue that was recognised
    chain: tuple[str, ...]
    path: str
    layer: Layer
    step: str | None
    phase: str
    consent: Consent
    at_ms: float
    grade: Grade
    times: int = 1
    evidence: str = ""  # the field map row's, when one applies


class Observed(StrEnum):
    """Of what kind an observation is: each of a lower grade than a disclosure, and none of them decides a verdict."""

    WEAK_HASH = "weak hash"  # a 32-bit checksum of a value: one of four thousand million, and those are many
    PATTERN = "pattern"  # looks like an e-mail address, a phone number ...: nobody planted it
    SCREEN_TEXT = "screen text"  # the text of an element that the script touched or that stood on the screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Something in a payload that is worth a look and proves nothing. First occurrence; `times` counts all."""

    run: str
    process: str
    seq: int
    tracker: str
    kind: Observed
    what: str  # "crc32 of EMAIL", "e-mail address", "IMEI" ...
    value: str
    chain: tuple[str, ...]
    path: str
    layer: Layer
    step: str | None
    phase: str
    consent: Consent
    at_ms: float
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Transmission:
    """One request that left the app through an HTTP client of the platform."""

    run: str
    process: str
    seq: int
    at_ms: float
    step: str | None
    phase: str
    consent: Consent
    host: str
    path: str  # with the query
    method: str
    headers: tuple[tuple[str, str], ...]
    body_sha256: str | None
    bytes_out: int
    tracker: str
    attributed_by: str
    explanation: Explanation | None
    explained_by: tuple[str, int] | None  # (process, seq) of the payload that shows the content
    blind: Blind | None

    @property
    def blind_spot(self) -> bool:
        """True when nobody can say what this request told whom."""
        return self.blind is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentCall:
    """The app told a tracker about consent."""

    process: str
    seq: int
    tracker: str
    hook: str
    opts_out: bool | None  # None when the argument could not be read
    step: str | None
    at_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclaimed:
    """Payloads that were seen at the platform's functions, are not the app's own doing and became no request of a known
    tracker: counted by the code that made them, never assigned to anybody."""

    why: str  # why nobody can be named
    code: str  # the class that made them, as it is called in the app; "" where no call stack was kept
    hook: str  # Hook.key
    payloads: int
    bytes: int
    personas: tuple[str, ...] = ()  # names of the planted and device values in them


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`tracker` is a slug, or "" for the whole run; `reasons` say why it is not clean, or what limits what was found:
    a clean verdict may have limits of the latter kind."""

    run: str
    tracker: str
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    disclosures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisFault:
    """What could not be decoded or used, and why: never a silent skip."""

    process: str | None
    seq: int | None
    where: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """Everything derived from one run, each group in a stable order. `payloads` is empty where they were given away
    one by one; `heard` says whose there were."""

    payloads: tuple[Payload, ...] = field(default=())
    disclosures: tuple[Disclosure, ...] = field(default=())
    observations: tuple[Observation, ...] = field(default=())
    samples: tuple[Sample, ...] = field(default=())
    heard: frozenset[str] = field(default=frozenset())
    transmissions: tuple[Transmission, ...] = field(default=())
    stories: tuple[Story, ...] = field(default=())
    consent_calls: tuple[ConsentCall, ...] = field(default=())
    unclaimed: tuple[Unclaimed, ...] = field(default=())
    rest: tuple[RestValue, ...] = field(default=())
    verdicts: tuple[Verdict, ...] = field(default=())
    faults: tuple[AnalysisFault, ...] = field(default=())
