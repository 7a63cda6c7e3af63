"""One overload of one method to be hooked: how it is found, what is read of a call, what its events mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Layer(StrEnum):
    """Where in the life of a payload a hook sits (design section 2)."""

    API = "api"
    ENCODE = "encode"
    PLATFORM = "platform"
    WIRE = "wire"


class Role(StrEnum):
    """What an event of a hook is to the analysis."""

    CONTENT = "content"  # its payload stands alone
    PART = "part"  # its payload is one write to the stream `this`
    END = "end"  # the stream `this` is complete: its parts are one payload
    HEADER = "header"  # arguments 0 and 1 are a header of the request `this`
    REQUEST = "request"  # a request leaves: see Request
    PRESENCE = "presence"  # no content: that it is there, or is called, means something stays unseen (Hook.meaning)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedBy:
    """The class to hook is the run-time class of what this method returns when the app itself calls it."""

    class_name: str
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Implements:
    """The classes to hook are all that extend or implement this one; read from the app's code before the run."""

    class_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The class to hook is the only one below `within` that has every method of this entry, by parameter types and
    result, whatever the names; read from the app's code before the run. Hook.class_name is what it was called once."""

    within: tuple[str, ...]  # class name prefixes


FoundBy = ReturnedBy | Implements | Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Marks in code that renaming leaves: constant strings that it loads, methods of the platform that it calls
    (`java.net.URL.openConnection`). All of them must be there."""

    strings: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.strings or self.calls)


class Confidence(StrEnum):
    """What the signatures of a hook were read from, surest first."""

    BINARY = "binary"  # a shipped SDK binary
    SOURCE = "source"  # the SDK's published source
    DOCUMENTS = "documents"  # documentation, wrappers, other people's dumps


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Which captures of a hook with Role.REQUEST say where it goes. `body` is None where the runtime hides it.

    `carrier` is an object that stands for a body which is not in memory as bytes: the body is what was written to it
    (PART), or the payload that was given to it or has it as `output` (CONTENT). `headers` is a flat list of names and
    values, where there are no HEADER hooks.
    """

    url: str
    method: str
    body: str | None = None
    carrier: str | None = None
    headers: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One overload of one method, to be hooked.

    `parameters` are JVM type names as frida-java-bridge prints them (`java.lang.String`, `int`, `[B`,
    `[Ljava.lang.String;`). `method` is `$init` for a constructor. `capture` lists what is read, each one of
    `arguments`, `returned`, `argument N` (from 0), `slice N` (byte[] at argument N, offset at N+1, length at N+2),
    `filled N` (byte[] at argument N, offset at N+1 or 0 if that is no int, length as returned; read after the call), or
    a field path from `this`, `returned` or `argument N` (`this.url`, `returned.parameters`): fields are read through
    JNI, so no code of the app runs. `payload` names the capture that decoding starts from (`arguments`: the list of
    them; `A + B`: the keys of both, which the SDK joins later); None when the call carries no content.

    `output` is the capture that holds what came out of this call, so that payload -> output is a known pair: all
    payloads of PARTs and END on one `this`, in order, became all their outputs, in order. With Role.CONTENT the call
    did it in one go. An END without `output` gives up: the parts are content, and nothing is known of what came out.
    An output may be an object: see Request.carrier. A PART whose payload is a number is one byte.

    A call whose innermost frame outside java.security., javax.crypto. and javax.net. begins with one of
    `skip_callers` is no event: neither recorded nor counted (the TLS of the runtime itself).

    `class_name`, `method` and `parameters` are the names to hook; after a preflight of a renamed app they differ from
    those in `key`, which stays what the hook file says. `parameters` is None for every overload there is.

    `native` is a regular expression, searched in the file names of the process's modules: then `class_name` is a
    label, `method` an exported symbol, `parameters` its C types, and `capture` may hold `argument N`, `returned` and
    `bytes argument N length L`, L being `argument M`, `returned`, or `at argument M` (a size_t that the function fills
    in). A call that moved no such bytes is no event.

    Role.PRESENCE installs a hook only if there is a `method`, whose first call is the sign. Else the sign is a class
    of that name, or a module when `native` is set: it is answered with HookStatus.INSTALLED and the name as
    `HookReport.class_name`, and nothing is hooked.
    """

    key: str  # unique and stable: "<slug>/encode/org.example.Coder.encode(java.lang.String)"
    tracker: str | None  # slug of the hook file; None for platform hooks
    layer: Layer
    class_name: str
    method: str
    parameters: tuple[str, ...] | None
    capture: tuple[str, ...] = ("arguments", "returned")
    payload: str | None = None
    decode: tuple[str, ...] = ()  # names of decode steps tried first, in order: "json", "form", "base64", "gzip" ...
    stack: bool = True
    found_by: FoundBy | None = None
    runtime: str | None = None  # "art", "jvm" or None for both
    since: str | None = None
    until: str | None = None
    meaning: str = ""  # one phrase for the report: "event", "user profile", "request sent"
    role: Role = Role.CONTENT
    request: Request | None = None  # set for Role.REQUEST
    evidence: str = ""  # where the signature was read
    output: str | None = None
    skip_callers: tuple[str, ...] = ()  # class name prefixes
    native: str | None = None
    confidence: Confidence = Confidence.DOCUMENTS
    returns: str | None = None  # the result's type, where a fingerprint or a signature needs it
    class_fingerprint: Fingerprint = Fingerprint()
    method_fingerprint: Fingerprint = Fingerprint()
    host: str | None = None  # the capture with the URL or host name to which the tracker sends from this call on
    read_as: tuple[tuple[str, str], ...] = ()  # (word of `capture`, word that reads it in this app): renamed fields
    tier: str | None = None  # harness.model.preflight.Tier, once it has been looked for
    resolution: tuple[str, ...] = ()  # sentences: how it was found, or why not

    @property
    def only_in_code(self) -> bool:
        """Whether this is a sign (Role.PRESENCE) that a class of the app extends another: nothing to look for later."""
        return self.role is Role.PRESENCE and isinstance(self.found_by, Implements)
