"""Payloads that are nobody's: counted by the code that made them and why nobody can be named. Never assigned."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from harness.analyse.detecting.detect import Detector
from harness.analyse.payloads import Content
from harness.model.findings import Unclaimed
from harness.model.hook import Layer

NO_STACK = "no call stack was kept"
NOT_KNOWN = "made by code that no hook file knows"
SYSTEM = "made by the platform or a library alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    why: str
    code: str
    hook: str
    size: int
    personas: frozenset[str]


class Nobodys:
    """Takes the payloads without an owner while they come; who they are of may turn out later, by what they become."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._seen: dict[tuple[str, int], _Seen] = {}

    def take(self, content: Content, *, has_stack: bool) -> None:
        """A payload that can be read, and that is not the app's own doing."""
        if content.hook.layer is not Layer.PLATFORM or content.owner.own_doing or content.decoded.opaque:
            return
        hits = self._detector.hits(content.decoded.leaves)
        self._seen[content.key] = _Seen(
            why=NOT_KNOWN if content.owner.code else SYSTEM if has_stack else NO_STACK,
            code=content.owner.code,
            hook=content.hook.key,
            size=content.size,
            personas=frozenset(hit.persona.name for hit in hits),
        )

    def counted(self, claimed: Collection[tuple[str, int]]) -> tuple[Unclaimed, ...]:
        """By code and hook, the most frequent first, without what has found an owner since."""
        groups: dict[tuple[str, str, str], list[_Seen]] = {}
        for key, seen in self._seen.items():
            if key not in claimed:
                groups.setdefault((seen.why, seen.code, seen.hook), []).append(seen)
        every = [
            Unclaimed(
                why=why,
                code=code,
                hook=hook,
                payloads=len(group),
                bytes=sum(seen.size for seen in group),
                personas=tuple(sorted({name for seen in group for name in seen.personas})),
            )
            for (why, code, hook), group in groups.items()
        ]
        return tuple(sorted(every, key=lambda each: (-each.payloads, each.why, each.code, each.hook)))
