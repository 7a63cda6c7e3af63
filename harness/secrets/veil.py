"""Takes the secrets of a run out of bytes, in every encoding that is known here, and leaves the rest readable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from harness.secrets.counted import counted
from harness.secrets.letters import View, as_xml, escapes, views
from harness.secrets.packed import Budget, Part, TooBigError, is_binary, may_be_packed, parts
from harness.secrets.written import SHORTEST, Search, Written, token
from harness.store.mask import Hit, Masked

_DEEPEST = 6  # packed in packed in packed ...
_ROUNDS = 3
_REMEMBERED = 512  # bytes
_MOST_KNOWN = 10_000
_LARGE = 64 * 1024  # bytes
_OWN_DIGEST = re.compile(rb'"t":"bytes"[^{}]{0,24}"sha256":"$')  # by which an event names its payload: not the app's


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part that gives secrets away, what goes in its place, and which they are."""

    start: int
    end: int
    content: bytes
    hits: tuple[Hit, ...]
    packed: bool = False


class Veil:
    """A store.mask.Mask for the secrets of one run, and what keeps them out of texts and files.

    The token `<<NAME>>` stands where a secret stood as text, `<<NAME KIND>>` where another form of it did (its SHA-256,
    its Base64); what was packed is packed again the same way. Where that cannot be done, the whole part is replaced by
    a sentence with the token in it."""

    def __init__(self, secrets: dict[str, str]) -> None:
        self.names = tuple(sorted(secrets))
        self._search = Search(secrets)
        self._known: set[bytes] = set()  # contents without secrets: apps make the same calls over and over

    def __call__(self, content: bytes) -> Masked:
        if len(content) < SHORTEST or content in self._known:
            return Masked(content=content)
        try:
            made, hits = self._clean(content, Budget(), 0)
        except TooBigError:
            why = "more comes out of it than can be looked through"
            return Masked(content=self._blot(content, self.names, why), hits=tuple(_unseen(self.names)))
        if not hits and len(content) <= _REMEMBERED:
            if len(self._known) == _MOST_KNOWN:
                self._known.clear()
            self._known.add(content)
        return Masked(content=made, hits=hits)

    def spans(self, content: bytes) -> list[Span]:
        """What would change in a content, from left to right; all of it where it cannot be looked through."""
        try:
            return _outermost(self._spans(content, Budget(), 0))
        except TooBigError:
            masked = self(content)
            return [Span(start=0, end=len(content), content=masked.content, hits=masked.hits)]

    def text(self, text: str) -> str:
        """A text without the secrets."""
        masked = self(text.encode("utf-8", "surrogatepass"))
        return masked.content.decode("utf-8", "surrogatepass") if masked.hits else text

    def _clean(self, content: bytes, budget: Budget, depth: int) -> tuple[bytes, tuple[Hit, ...]]:
        """The content without secrets, and what was found in it as it was."""
        if self._surely_clean(content):
            return content, ()
        first = made = content
        hits: tuple[Hit, ...] = ()
        for _ in range(_ROUNDS):
            spans = _outermost(self._spans(made, budget, depth))
            if not spans:
                return made, hits
            if made is first:
                hits = tuple(hit for span in spans for hit in span.hits)
            made = counted(made, _spliced(made, spans))
        names = sorted({hit.name for hit in hits})
        return self._blot(first, names, "the secret could not be taken out of it"), hits

    def _surely_clean(self, content: bytes) -> bool:
        """Whether nothing in it is packed or escaped, nor a secret: a matter of microseconds, and nearly always so."""
        if escapes(content):
            return False
        bare = content.translate(None, b"\\")  # of a secret with backslashes the search knows the letters without them
        return not may_be_packed(bare) and not self._search.found(bare)

    def _spans(self, content: bytes, budget: Budget, depth: int) -> Iterator[Span]:
        for view in _readings(content):
            for start, end, found in self._search.found(view.content):
                if not _names_payload(view.content, start):
                    yield self._direct(content, view, start, end, found)
            if depth < _DEEPEST:
                for part in parts(view.content, budget):
                    if part.name != "hex" or not _names_payload(view.content, part.start):
                        yield from self._within(view, part, budget, depth)

    def _direct(self, content: bytes, view: View, start: int, end: int, found: Written) -> Span:
        first, last = view.original(start, end)
        mark = found.token
        if not found.fixed:
            mark = view.write(mark) if view.of else _fitting(content, mark, last - first)
        hit = Hit(name=found.name, offset=first, chain=(*view.names, found.kind))
        if mark == b"" or (found.kind == "base64" and token(found.name) not in _shown(found)):
            blot = self._blot(content, (found.name,), "nothing of that length can stand there")
            return Span(start=0, end=len(content), content=blot, hits=(hit,))
        return Span(start=first, end=last, content=mark, hits=(hit,))

    def _within(self, view: View, part: Part, budget: Budget, depth: int) -> Iterator[Span]:
        made, hits = self._clean(part.content, budget, depth + 1)
        if not hits:
            return
        first, last = view.original(part.start, part.end)
        chain = (*view.names, part.name)
        below = tuple(Hit(name=hit.name, offset=first, chain=(*chain, *hit.chain)) for hit in hits)
        packed = _as_token(part.name, made, hits[0]) or part.pack(made)
        yield Span(start=first, end=last, content=view.write(packed), hits=below, packed=True)

    def _blot(self, content: bytes, names: tuple[str, ...] | list[str], why: str) -> bytes:
        tokens = b" ".join(token(name) for name in names)
        return tokens + f" stood in these {len(content)} bytes, which were not kept: {why}".encode()


def _readings(content: bytes) -> Iterator[View]:
    """Every view of a text; of other formats only those that are small, for in large ones anything occurs."""
    return islice(views(content), 1) if len(content) > _LARGE and is_binary(content) else views(content)


def _names_payload(content: bytes, start: int) -> bool:
    return bool(_OWN_DIGEST.search(content, max(0, start - 60), start))


def _as_token(packing: str, made: bytes, hit: Hit) -> bytes | None:
    """What stands for a secret in hex or Base64 and nothing else: so short a text would not be seen to be encoded."""
    kind = hit.chain[-1]
    if packing not in ("base64", "hex") or made != token(hit.name, kind):
        return None
    if kind == "raw":
        return token(hit.name, packing)
    return token(hit.name, kind if packing == "hex" else f"{kind}, {packing}")


def _shown(found: Written) -> bytes:
    """The token, where it is whole in what stands for a part of Base64; there it is as long as the secret was."""
    short = len(found.content) * 6 // 8 >= len(token(found.name))
    return token(found.name) if short else b""


def _fitting(content: bytes, mark: bytes, length: int) -> bytes:
    """The token as it may stand in this content: text takes any length, other formats count bytes."""
    if length == len(content):
        return mark
    if content.lstrip()[:1] == b"<":
        return as_xml(mark)
    if not is_binary(content):
        return mark
    return mark.ljust(length) if len(mark) <= length else b""


def _outermost(spans: Iterator[Span]) -> list[Span]:
    """From left to right, the longest where several overlap."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, not span.packed)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end > kept[-1].end:
            before = kept.pop()  # neither holds the other: what both cover goes
            content = before.content if before.end - before.start >= span.end - span.start else span.content
            kept.append(Span(start=before.start, end=span.end, content=content, hits=before.hits + span.hits))
    return kept


def _spliced(content: bytes, spans: list[Span]) -> bytes:
    pieces: list[bytes] = []
    at = 0
    for span in spans:
        pieces += (content[at : span.start], span.content)
        at = span.end
    return b"".join((*pieces, content[at:]))


def _unseen(names: tuple[str, ...]) -> Iterator[Hit]:
    return (Hit(name=name, offset=0, chain=("not looked through",)) for name in names)
