"""What went into a call and what came out of it: ciphers, digests, encoders, compressors.

Where the same bytes turn up later, what had gone in is known, however unreadable they are.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from harness.analyse.decoding.decode import Decoded, digest
from harness.analyse.decoding.plausible import to_text
from harness.analyse.values import Tree, octets, plain_text
from harness.model.findings import StoredEvent
from harness.model.hook import Hook, Layer
from harness.model.records import Value
from harness.model.story import Joint

SHORTEST_OUTPUT = 16  # bytes; less than that may turn up by chance
_MASKED = re.compile(rb"<<[A-Za-z_][A-Za-z0-9_]*(?: [a-z0-9, -]+)?>>")
_HEX = re.compile(r"[0-9A-Fa-f]{32,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}\s*")
_KEPT_WHOLE = 64  # outputs per process in which a part of a body is looked for (an IV before it, a tag behind it)
_BIGGEST_KEPT = 1024 * 1024  # bytes
_LONGEST_PLAIN = 1000  # characters
_DECRYPTS = (2, 4)  # javax.crypto.Cipher.DECRYPT_MODE, UNWRAP_MODE
_IS_A_KEY = ".key"
_NAMES_AN_ALGORITHM = ("algorithm", "transformation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came out of a call, as bytes (text as UTF-8). `plain` is the text that was hashed, for a digest."""

    hook: Hook
    algorithm: str  # "AES/GCM/NoPadding"; "" when it has none
    output: bytes
    hashed: bool = False
    plain: str | None = None

    @property
    def unreadable(self) -> bool:
        """Whether what came out looks encrypted: neither a hash nor text."""
        return not self.hashed and to_text(self.output) is None

    @property
    def words(self) -> str:
        """`in -> out Cipher.doFinal (AES/GCM/NoPadding)`."""
        return into(self.hook) + (f" ({self.algorithm})" if self.algorithm else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The call by which content came to be. `origin` is the nearest payload behind it that could be read."""

    key: tuple[str, int]
    made: Made  # without its output, unless that is a hash
    size: int  # bytes that came out
    whole: bool  # it is all that came out, and not only a part of it
    origin: tuple[str, int] | None
    stages: tuple[str, ...]  # of what went in there


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    key: tuple[str, int]
    ended: int  # number of the event in which it came out
    made: Made
    size: int
    origin: tuple[str, int] | None
    stages: tuple[str, ...]


@dataclass(slots=True)
class Pairs:
    """The outputs of a run, ready to be recognised."""

    _by_digest: dict[tuple[str, str], _Entry] = field(default_factory=dict)
    _whole: dict[str, deque[tuple[_Entry, bytes]]] = field(default_factory=dict)

    def remember(self, key: tuple[str, int], *, ended: int, made: Made, decoded: Decoded) -> None:
        """A call whose output may turn up later."""
        if len(made.output) < SHORTEST_OUTPUT:
            return
        origin: tuple[str, int] | None = key
        stages = decoded.stages
        if decoded.opaque:
            behind = next(self.sources(key[0], ended, decoded), None)
            origin, stages = (behind.origin, behind.stages) if behind else (None, stages)
        kept = made if made.hashed else replace(made, output=b"")
        entry = _Entry(key=key, ended=ended, made=kept, size=len(made.output), origin=origin, stages=stages)
        self._by_digest[key[0], digest(made.output)] = entry
        if not made.hashed and len(made.output) <= _BIGGEST_KEPT:
            self._whole.setdefault(key[0], deque(maxlen=_KEPT_WHOLE)).append((entry, made.output))

    def sources(self, process: str, before: int, decoded: Decoded) -> Iterator[Source]:
        """The calls, before that event, whose output this content is or holds; the whole of it first."""
        told = set()
        for stage, whole in self._stages(decoded):
            entry = self._by_digest.get((process, stage))
            if entry is not None and entry.ended < before and entry.key not in told:
                told.add(entry.key)
                yield _source(entry, whole=whole)
        if isinstance(decoded.tree, bytes):
            for entry, output in reversed(self._whole.get(process, ())):
                if entry.ended < before and entry.key not in told and output in decoded.tree:
                    told.add(entry.key)
                    yield _source(entry, whole=False)

    def hashes(self) -> Mapping[str, Made]:
        """Every digest whose making was seen, by how it may be written: hex in lower case, Base64 without padding."""
        found: dict[str, Made] = {}
        for entry in self._by_digest.values():
            if entry.made.hashed and entry.made.plain is not None:
                for letters in _written(entry.made.output):
                    found.setdefault(letters, entry.made)
        return found

    def _stages(self, decoded: Decoded) -> Iterator[tuple[str, bool]]:
        if not self._by_digest:
            return
        for stage in decoded.stages:
            yield stage, True
        for leaf in decoded.leaves:
            if len(leaf.text) >= SHORTEST_OUTPUT and not leaf.is_key:
                for content in _readings(leaf.text):
                    yield digest(content), False


def short(hook: Hook) -> str:
    """`Cipher.doFinal`."""
    return f"{hook.class_name.rpartition('.')[2]}.{hook.method}"


def into(hook: Hook) -> str:
    """How content is joined to what came out of this call."""
    return f"{Joint.IN_OUT} {short(hook)}"


def made_by(hook: Hook, events: list[StoredEvent], given: Tree, output: Tree) -> Made | None:
    """The pair of one call, or of the writes to one object; None when nothing came out. Raises ValueError when what
    went in does not give what came out: then something was missed, and nothing may be concluded."""
    content = octets(output)
    if content is None:
        return None
    algorithm = next((name for event in reversed(events) if (name := _algorithm(event.captured))), "")
    name = algorithm.lower().replace("-", "").replace("/", "_")
    if name not in hashlib.algorithms_available or name.startswith("shake"):
        plain = _plain(given) if name.startswith("hmac") else None
        return Made(hook=hook, algorithm=algorithm, output=content, hashed=plain is not None, plain=plain)
    taken = octets(given) or b""
    kept_whole = not _MASKED.search(taken)  # of a secret the file has only what stands for it: no digest fits that
    if kept_whole and hashlib.new(name, taken, usedforsecurity=False).digest() != content:
        raise ValueError(f"what was written does not give this {algorithm}: a part of it was not seen")
    return Made(hook=hook, algorithm=algorithm, output=content, hashed=True, plain=_plain(given))


def key_of(event: StoredEvent, hook: Hook) -> str | None:
    """The capture that holds the bytes of the key which digests are made with from now on, if this call tells it."""
    name = next((capture for capture in hook.capture if capture.endswith(_IS_A_KEY)), None)
    value = event.captured.get(name) if name is not None and hook.layer is Layer.PLATFORM else None
    return name if isinstance(value, dict) and value.get("t") == "bytes" else None


def is_undoing(event: StoredEvent) -> bool:
    """A cipher that decrypts: nothing of that is handed to anybody."""
    mode = event.captured.get("this.opmode")
    return isinstance(mode, dict) and mode.get("v") in _DECRYPTS


def _source(entry: _Entry, *, whole: bool) -> Source:
    return Source(
        key=entry.key, made=entry.made, size=entry.size, whole=whole, origin=entry.origin, stages=entry.stages
    )


def _algorithm(captured: Mapping[str, Value]) -> str:
    """The name of the algorithm among the fields of `this` that were read."""
    for capture, value in captured.items():
        if capture.startswith("this.") and capture.rpartition(".")[2].lower().endswith(_NAMES_AN_ALGORITHM):
            text = plain_text(value)
            if text:
                return text
    return ""


def _written(output: bytes) -> Iterator[str]:
    yield output.hex()
    for letters in (base64.b64encode(output), base64.urlsafe_b64encode(output)):
        yield letters.decode().rstrip("=")


def _readings(text: str) -> Iterator[str | bytes]:
    """What a text may stand for: itself, or bytes in hex or Base64."""
    yield text
    if len(text) % 2 == 0 and _HEX.fullmatch(text):
        yield bytes.fromhex(text)
    elif _BASE64.fullmatch(text):
        bare = text.strip().rstrip("=").replace("-", "+").replace("_", "/")
        try:
            yield base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
        except (binascii.Error, ValueError):
            return


def _plain(given: Tree) -> str | None:
    """What was hashed, when it is a text of a size that a person reads."""
    text = to_text(given) if isinstance(given, bytes) else given
    return text if isinstance(text, str) and len(text) <= _LONGEST_PLAIN else None
