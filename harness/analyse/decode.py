"""Bytes, text or a captured tree -> one tree with its leaves, each with its path and the steps that led to it.

Pure and bounded: what would exceed a limit stays undecoded and is noted, never dropped in silence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.analyse import steps
from harness.analyse.values import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far decoding goes."""

    depth: int = 24  # containers and steps, together
    nodes: int = 100_000
    expanded: int = 32 * 1024 * 1024  # bytes or characters produced by all steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One scalar. `text` is how it reads: JSON's words for booleans and numbers. `path` is a JSON pointer."""

    path: str
    text: str
    chain: tuple[str, ...]
    is_key: bool = False  # the name of the entry at `path`, not its value


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """`chain` leads to the top of the tree. `stages` are the SHA-256 of what the content was on the way to it: bytes,
    texts, structures (whatever the order of keys), and of any part that is most of it; outermost first, the structure
    of the whole last. Two payloads share content when they share a stage. `opaque`: nothing could be read."""

    tree: Tree
    leaves: tuple[Leaf, ...]
    chain: tuple[str, ...]
    stages: tuple[str, ...]
    opaque: bool
    notes: tuple[str, ...]

    def as_json(self) -> str:
        """The tree as indented JSON text, ASCII only."""
        return json.dumps(self.tree, indent=1, ensure_ascii=True, default=_shown)


def decode(content: Tree, *, hints: Sequence[str] = (), limits: Limits | None = None) -> Decoded:
    """Everything that can be read of `content`. `hints` are steps to try first, for what cannot be guessed."""
    work = _Work(limits=limits or Limits(), hints=tuple(hints))
    tree = work.value(content, path="", chain=(), depth=0)
    if isinstance(content, (dict, list)):
        work.stages.append(_structure(tree))
    return Decoded(
        tree=tree,
        leaves=tuple(work.leaves),
        chain=work.top,
        stages=tuple(dict.fromkeys(work.stages)),
        opaque=isinstance(tree, bytes),
        notes=tuple(dict.fromkeys(work.notes)),
    )


def digest(content: str | bytes) -> str:
    """SHA-256 of bytes, or of text as UTF-8 (lone surrogates kept)."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content).hexdigest()


def _structure(tree: Tree) -> str:
    """What a structure says, whatever the order of its keys."""
    return digest("structure:" + json.dumps(tree, sort_keys=True, separators=(",", ":"), default=_shown))


@dataclass(slots=True, kw_only=True)
class _Work:
    """One decoding under way."""

    limits: Limits
    hints: tuple[str, ...]
    leaves: list[Leaf] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    top: tuple[str, ...] = ()
    nodes: int = 0
    expanded: int = 0
    whole: int = 0  # length of the last text that was the whole content

    def value(self, content: Tree, *, path: str, chain: tuple[str, ...], depth: int) -> Tree:
        self.nodes += 1
        if self.nodes > self.limits.nodes or depth > self.limits.depth:
            return self._cut(content, path=path, chain=chain, deep=depth > self.limits.depth)
        match content:
            case dict() | list():
                return self._container(content, path=path, chain=chain, depth=depth)
            case bytes():
                return self._bytes(content, path=path, chain=chain, depth=depth)
            case str():
                return self._text(content, path=path, chain=chain, depth=depth)
            case None:
                return None
            case _:
                self.leaves.append(Leaf(path=path, text=json.dumps(content), chain=chain))
                return content

    def _container(
        self, content: dict[str, Tree] | list[Tree], *, path: str, chain: tuple[str, ...], depth: int
    ) -> Tree:
        if path == "":
            self.top = chain
        if isinstance(content, list):
            made: Tree = [
                self.value(item, path=f"{path}/{index}", chain=chain, depth=depth + 1)
                for index, item in enumerate(content)
            ]
        else:
            made = {}
            for key, item in content.items():
                below = f"{path}/{escaped(key)}"
                self.leaves.append(Leaf(path=below, text=key, chain=chain, is_key=True))
                made[key] = self.value(item, path=below, chain=chain, depth=depth + 1)
        return made

    def _bytes(self, content: bytes, *, path: str, chain: tuple[str, ...], depth: int) -> Tree:
        if path == "":
            self.stages.append(digest(content))
        for name, step in (("gzip", steps.from_gzip), ("zlib", steps.from_zlib)):
            try:
                inflated = step(content, limit=self.limits.expanded - self.expanded)
            except steps.TooBigError:
                self.notes.append(f"{path or '/'}: {name} not undone: more than {self.limits.expanded} bytes")
                return content
            if inflated is not None:
                self.expanded += len(inflated)
                return self.value(inflated, path=path, chain=(*chain, name), depth=depth + 1)
        text = steps.to_text(content)
        if text is not None:
            return self.value(text, path=path, chain=chain, depth=depth)
        readable = content.decode("utf-8", "replace")
        self.leaves.append(Leaf(path=path, text=readable, chain=(*chain, "bytes")))
        return content

    def _text(self, text: str, *, path: str, chain: tuple[str, ...], depth: int) -> Tree:
        step, made = self._step(text, whole=path == "")
        self.whole = len(text) if path == "" else self.whole
        most = 2 * len(text) >= self.whole
        if most and (path == "" or made is not None):
            self.stages.append(digest(text))
        if made is None:
            self.leaves.append(Leaf(path=path, text=text, chain=chain))
            return text
        size = len(text)
        if self.expanded + size > self.limits.expanded:
            return self._cut(text, path=path, chain=chain, deep=False)
        self.expanded += size
        tree = self.value(made, path=path, chain=(*chain, step), depth=depth + 1)
        if most and isinstance(made, (dict, list)):
            self.stages.append(_structure(tree))
        return tree

    def _step(self, text: str, *, whole: bool) -> tuple[str, Tree]:
        """The first step that fits this text."""
        if whole and "query" in self.hints:
            asked = steps.from_query(text)
            if asked is not None:
                return "query", asked
        if len(text) < 2:
            return "", None
        for name, made in (
            ("json", steps.from_json(text)),
            ("form", steps.from_form(text, single=whole) if "=" in text else None),
            ("hex", steps.from_hex(text)),
            ("base64", steps.from_base64(text)),
            ("url", steps.from_url(text)),
        ):
            if made is not None:
                return name, made
        return "", None

    def _cut(self, content: Tree, *, path: str, chain: tuple[str, ...], deep: bool) -> Tree:
        why = f"deeper than {self.limits.depth}" if deep else "bigger than the limits allow"
        self.notes.append(f"{path or '/'}: not decoded further: {why}")
        text = content if isinstance(content, str) else json.dumps(content, default=_shown)
        self.leaves.append(Leaf(path=path, text=text, chain=chain))
        return content


def escaped(key: str) -> str:
    """A key as one part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def _shown(value: object) -> object:
    if isinstance(value, bytes):
        return {"bytes": len(value), "sha256": digest(value)}
    raise TypeError(type(value).__name__)
