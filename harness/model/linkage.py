"""What runs have in common: values nobody planted that tell a phone again, and who can join what by them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Persistence(StrEnum):
    """How long a value stays the same, as far as the runs of a case can show."""

    PERSISTENT = "persistent"  # the same in several runs, though the app was reset between them
    SESSION = "session"  # one value in each run, another one in the next
    RANDOM = "random"  # different nearly every time
    UNKNOWN = "unknown"  # one run, or one value in all: nothing to compare with


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value at one place of a tracker's payloads in one run: what comparing runs starts from. First occurrence;
    `times` counts payloads that have it there. `path` has list positions as `*`."""

    run: str
    tracker: str
    path: str
    value: str
    process: str
    seq: int
    category: str | None = None  # the field map's, or of the value that was recognised
    property: str | None = None
    persona: str | None = None
    times: int = 1
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where a run took place, as far as it matters for comparing runs."""

    run: str
    app: str  # package
    device: str  # equal for runs on the same phone
    reset: bool  # whether the app's data was cleared before it started
    constants: frozenset[str] = frozenset()  # texts that are known to be the app's own: its version, its settings
    person: tuple[str, ...] = ()  # what was planted: equal for runs that pretended to be the same person


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A place in a tracker's payloads whose values tell one phone, installation, session or event from others.

    `values` are the SHA-256 of the different values, first seen first, at most MOST_VALUES of `count`; `example` is
    the first value itself."""

    tracker: str
    path: str
    persistence: Persistence
    category: str | None
    property: str | None
    runs: tuple[str, ...]
    apps: tuple[str, ...]  # packages
    count: int  # different values
    values: tuple[str, ...]
    example: str
    why: str  # in words: "the same in 3 of 3 runs, after a reset before each"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One tracker in one run that got the value of a link: the first time."""

    tracker: str
    run: str
    app: str  # package
    process: str
    seq: int
    path: str
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One value that several trackers, apps or installations got: by it what each knows can be joined."""

    name: str  # a persona value's name, a TrackHAR property or a category
    kind: str  # "planted", "device" or "identifier"
    value_sha256: str  # of the first, where every run has a value of its own
    trackers: tuple[str, ...]
    apps: tuple[str, ...]
    resets: int  # after how many resets of the app it was still the same
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What one tracker could build of this person: `own` kinds of data it got itself, `joined` those that it could get
    from each tracker with which it shares a link."""

    tracker: str
    own: tuple[str, ...]  # categories
    joined: tuple[tuple[str, tuple[str, ...]], ...]  # (other tracker, categories that it would add)
    by: tuple[str, ...]  # names of the links


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkage:
    """What all runs of a case show together."""

    identifiers: tuple[Identifier, ...] = ()
    links: tuple[Link, ...] = ()
    dossiers: tuple[Dossier, ...] = ()
