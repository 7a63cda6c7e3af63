"""One payload on its way, as analysis tells it: which events it was seen in, and by what they belong together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.model.hook import Layer


class Joint(StrEnum):
    """By what an event belongs to another in a story."""

    SAME = "same content"
    IN_OUT = "in -> out"  # what went into a call and what came out of it; METHOD (ALGORITHM) follow
    CONTAINED = "contained"  # a part of it; of an API call no more than a value
    BEFORE = "same thread, just before"  # an inference


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLink:
    """One event of a story. `how` says by what it belongs to the event `joined`: a Joint, with its method where there
    is one; both are empty for the payload itself. `part` is set where it only gave a part of the payload, or a value
    that turns up in it."""

    process: str
    seq: int
    layer: Layer
    hook: str
    step: str | None
    at_ms: float
    how: str = ""
    joined: tuple[str, int] | None = None
    part: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One payload on its way: said, encoded, seen at the platform, sent. `links` are in the order of time; events that
    only gave it a part may belong to several stories."""

    run: str
    tracker: str
    sha256: str  # of the content of its first event
    links: tuple[StoryLink, ...]
    hosts: tuple[str, ...] = ()  # where it left to
    retries: int = 0  # how often it left again, the same to the same place

    @property
    def processes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(link.process for link in self.links))

    @property
    def steps(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(link.step for link in self.links if link.step is not None))

    @property
    def layers(self) -> tuple[str, ...]:
        return tuple(layer.value for layer in Layer if any(link.layer is layer for link in self.links))
