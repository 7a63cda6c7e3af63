"""Digests that only the run itself gives away: keyed with a key that a hook saw, or of an input that a hook saw."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Sequence

from harness.analyse.decoding.decode import Leaf
from harness.analyse.detecting.detect import Detector, Hit
from harness.analyse.detecting.forms import DIGESTS, digest_spellings, named
from harness.analyse.detecting.variants import variants
from harness.analyse.pairs import Made
from harness.analyse.values import Tree
from harness.model.facts import PersonaValue

_MOST_KEYS = 64  # of a run
_MOST_INPUTS = 20_000
_WRITTEN = (re.compile(r"[0-9A-Fa-f]{32,}"), re.compile(r"[A-Za-z0-9+/_-]{22,}"))


class Keyed:
    """What was learned of keys and inputs, ready to be recognised in payloads."""

    def __init__(self, persona: Sequence[PersonaValue], detector: Detector) -> None:
        self._detector = detector
        self._values = [value for value in persona if value.searchable and not value.secret]
        self._keys: set[bytes] = set()
        self._inputs = 0
        self._known: dict[str, dict[str, tuple[PersonaValue, str]]] = {}  # by text of the digest and name of the value

    def key(self, key: Tree) -> None:
        """The bytes of a key with which digests are made: those of every value are now known."""
        if not isinstance(key, bytes) or not key or key in self._keys or len(self._keys) >= _MOST_KEYS:
            return
        self._keys.add(key)
        for value in self._values:
            for variant in variants(value, self._detector.region):
                content = variant.text.encode("utf-8", "surrogatepass")
                for name in DIGESTS:
                    self._learn(value, f"hmac-{name} (key seen)", variant.how, hmac.digest(key, content, name))

    def made(self, made: Made) -> None:
        """A digest whose input was seen: it is one of every value within."""
        if not made.hashed or made.plain is None or self._inputs >= _MOST_INPUTS:
            return
        leaf = Leaf(path="", text=made.plain, chain=())
        for hit in self._detector.hits([leaf]):
            self._inputs += 1
            whole = len(made.plain.strip()) <= len(hit.persona.value.strip())
            seen = "input seen" if whole else "salted, input seen"
            kind, _, how = hit.form.partition(", ")
            of = how if kind == "raw" else f"of {hit.form}"
            self._learn(hit.persona, f"{_algorithm(made.algorithm)} ({seen})", of, made.output)

    def hits(self, leaves: Sequence[Leaf], found: Sequence[Hit]) -> Iterator[Hit]:
        """Values behind the digests in these leaves, without those that were found there anyway."""
        if not self._known:
            return
        told = {(id(hit.leaf), hit.persona.name) for hit in found}
        for leaf in leaves:
            for text in (text for pattern in _WRITTEN for text in pattern.findall(leaf.text)):
                known = self._known.get(text) or self._known.get(text.lower()) or {}
                for name, (value, form) in known.items():
                    if (id(leaf), name) not in told:
                        told.add((id(leaf), name))
                        yield Hit(leaf=leaf, persona=value, form=form)

    def _learn(self, value: PersonaValue, kind: str, how: str, digest: bytes) -> None:
        for added, text, _ in digest_spellings(digest):
            of_all = self._known.setdefault(text, {})
            of_all.setdefault(value.name, (value, named(kind + added, how)))


def _algorithm(name: str) -> str:
    """`hmac-sha256` of `HmacSHA256`, `sha256` of `SHA-256`."""
    plain = name.lower().replace("-", "")
    return f"hmac-{plain[len('hmac') :]}" if plain.startswith("hmac") else plain
