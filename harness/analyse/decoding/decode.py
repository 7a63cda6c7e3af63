"""Bytes, text or a captured tree -> one tree with its leaves, each with its path and the steps that led to it.

Pure and bounded: what would exceed a limit stays undecoded and is noted, never dropped in silence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from harness.analyse.decoding.embedded import Run, may_hold, runs
from harness.analyse.decoding.inflate import Budget, NotUndoneError
from harness.analyse.decoding.plausible import is_written, to_text
from harness.analyse.decoding.steps import BYTE_STEP, TEXT_STEP, Place, Step, byte_steps, text_steps
from harness.analyse.values import Tree
from harness.model.findings import Undone

_REMEMBERED = 64  # characters of a text of which is remembered that it is plain
_EXPANDED_OF_SHORT = 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far decoding goes."""

    depth: int = 24  # containers and steps, together
    nodes: int = 100_000
    expanded: int = 32 * 1024 * 1024  # bytes or characters produced by all steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One scalar. `text` is how it reads: JSON's words for booleans and numbers. `path` is a JSON pointer. Of what was
    encoded within a longer text, which is a leaf itself, it goes on below that leaf: `/note/base64 at 6/id`."""

    path: str
    text: str
    chain: tuple[str, ...]
    is_key: bool = False  # the name of the entry at `path`, not its value


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """`chain` leads to the top of the tree. `stages` are the SHA-256 of what the content was on the way to it: bytes,
    texts, structures (whatever the order of keys), and of any part that is most of it; outermost first, the structure
    of the whole last. Two payloads share content when they share a stage. `opaque`: nothing could be read. `undone`:
    every step; what a structure was read from is counted as what it gave."""

    tree: Tree
    leaves: tuple[Leaf, ...]
    chain: tuple[str, ...]
    stages: tuple[str, ...]
    opaque: bool
    notes: tuple[str, ...]
    undone: tuple[Undone, ...] = ()

    def as_json(self) -> str:
        """The tree as indented JSON text, ASCII only."""
        return json.dumps(self.tree, indent=1, ensure_ascii=True, default=_shown)


def decode(content: Tree, *, hints: Sequence[str] = (), limits: Limits | None = None) -> Decoded:
    """Everything that can be read of `content`. `hints` are steps to try first, for what cannot be guessed."""
    limits = limits or Limits()
    work = _Work(limits=limits, hints=tuple(hints), budget=Budget(limit=limits.expanded))
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
        undone=tuple(work.undone),
    )


def digest(content: str | bytes) -> str:
    """SHA-256 of bytes, or of text as UTF-8 (lone surrogates kept)."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content).hexdigest()


@lru_cache(maxsize=50_000)
def _is_plain(text: str) -> bool:
    """Whether no step fits a short text: most of those in a payload stand in the next one as well."""
    work = _Work(limits=Limits(), hints=(), budget=Budget(limit=_EXPANDED_OF_SHORT))
    return work.read(text, "/")[1] is None and not work.notes


def _structure(tree: Tree) -> str:
    """What a structure says, whatever the order of its keys."""
    return digest("structure:" + json.dumps(tree, sort_keys=True, separators=(",", ":"), default=_shown))


@dataclass(slots=True, kw_only=True)
class _Work:
    """One decoding under way."""

    limits: Limits
    hints: tuple[str, ...]
    budget: Budget
    leaves: list[Leaf] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    undone: list[Undone] = field(default_factory=list)
    top: tuple[str, ...] = ()
    nodes: int = 0
    whole: int = 0  # length of the last text that was the whole content
    place: Place = field(init=False)
    known: tuple[bytes, str, Tree] | None = None  # bytes, and the step and its result that proved them

    def __post_init__(self) -> None:
        self.place = Place(budget=self.budget)

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
                text = str(content) if type(content) is int else json.dumps(content)
                self.leaves.append(Leaf(path=path, text=text, chain=chain))
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
        text = to_text(content)
        if text is not None and not text.startswith("\n"):
            return self.value(text, path=path, chain=chain, depth=depth)
        name, made = self._tried(content, path)
        if made is not None:
            self._note_undone(path, name, content, made)
            if isinstance(made, bytes) and not self.budget.spend(len(made)):
                return self._cut(made, path=path, chain=(*chain, name), deep=False)
            return self.value(made, path=path, chain=(*chain, name), depth=depth + 1)
        if text is not None:
            return self.value(text, path=path, chain=chain, depth=depth)
        readable = content.decode("utf-8", "replace")
        self.leaves.append(Leaf(path=path, text=readable, chain=(*chain, "bytes")))
        return content

    def _text(self, text: str, *, path: str, chain: tuple[str, ...], depth: int) -> Tree:
        plain = len(text) < 2 or (path != "" and len(text) <= _REMEMBERED and _is_plain(text))
        name, made = ("", None) if plain else self.read(text, path)
        self.whole = len(text) if path == "" else self.whole
        most = 2 * len(text) >= self.whole
        if most and (path == "" or made is not None):
            self.stages.append(digest(text))
        if made is None:
            self.leaves.append(Leaf(path=path, text=text, chain=chain))
            if may_hold(text):
                self._within(text, path=path, chain=chain, depth=depth)
            return text
        if not self.budget.spend(len(text)):
            return self._cut(text, path=path, chain=chain, deep=False)
        self._note_undone(path, name, text, made)
        tree = self.value(made, path=path, chain=(*chain, name), depth=depth + 1)
        if most and isinstance(made, (dict, list)):
            self.stages.append(_structure(tree))
        return tree

    def _within(self, text: str, *, path: str, chain: tuple[str, ...], depth: int) -> None:
        """What is encoded in a part of a text. The text stays what it is in the tree."""
        for run in runs(text):
            if not self._run(text, run, path=path, chain=chain, depth=depth):
                for piece in run.pieces:
                    self._run(text, piece, path=path, chain=chain, depth=depth)

    def _run(self, text: str, run: Run, *, path: str, chain: tuple[str, ...], depth: int) -> bool:
        """Whether a run could be undone."""
        size = run.end - run.start
        made = self._attempt(TEXT_STEP[run.step], text[run.start : run.end], path)
        if made is None or not self.budget.spend(size):
            return False
        gave = len(made) if isinstance(made, (str, bytes)) else size
        self.undone.append(Undone(path=path, step=run.step, start=run.start, end=run.end, gave=gave))
        below = f"{path}/{run.step} at {run.start}"
        self.value(made, path=below, chain=(*chain, run.step), depth=depth + 1)
        return True

    def read(self, text: str, path: str) -> tuple[str, Tree]:
        """The first step that fits this text, and what it gives."""
        place = self.place if path else Place(budget=self.budget, whole=True)
        if not path:
            for hint in self.hints:
                step = TEXT_STEP.get(hint)
                made = step.undo(text, Place(budget=self.budget, whole=True, sure=True)) if step else None
                if made is not None:
                    return hint, made
        for step in text_steps(text):
            made = self._attempt(step, text, path, place)
            if made is not None:
                return step.name, made
        return "", None

    def _attempt(self, step: Step, text: str, path: str, place: Place | None = None) -> Tree:
        """What a step makes of a text; bytes only where they mean something."""
        try:
            made = step.undo(text, place or self.place)
        except NotUndoneError as exc:
            self.notes.append(f"{path or '/'}: {step.name} not undone: {exc}")
            return None
        return None if isinstance(made, bytes) and not self._means(made) else made

    def _means(self, content: bytes) -> bool:
        """Whether these bytes are more than chance letters would give: written text, or what another step fits."""
        text = to_text(content)
        if text is not None and is_written(text):
            return True
        name, made = self._tried(content, None)
        if made is not None and made is not content:
            self.known = (content, name, made)
        return made is not None

    def _tried(self, content: bytes, path: str | None) -> tuple[str, Tree]:
        """The first step that fits these bytes, and what it gives. Without a path nothing is noted, as the same bytes
        come again with it: then a step that is refused counts as fitting."""
        if self.known is not None and self.known[0] is content:
            return self.known[1:]
        hinted = [BYTE_STEP[hint] for hint in self.hints if hint in BYTE_STEP] if path == "" else []
        for number, step in enumerate((*hinted, *byte_steps(content))):
            try:
                made = step.undo(content, Place(budget=self.budget, whole=path == "", sure=number < len(hinted)))
            except NotUndoneError as exc:
                if path is None:
                    return step.name, content
                self.notes.append(f"{path or '/'}: {step.name} not undone: {exc}")
                return "", None
            if made is not None:
                return step.name, made
        return "", None

    def _note_undone(self, path: str, step: str, content: str | bytes, made: Tree) -> None:
        gave = len(made) if isinstance(made, (str, bytes)) else len(content)
        self.undone.append(Undone(path=path, step=step, start=0, end=len(content), gave=gave))

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
