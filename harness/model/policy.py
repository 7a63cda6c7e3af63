"""What is expected of an app, as its policy says it, and what the runs say to that."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from harness.model.findings import Consent, Grade, Outcome


class Hearing(StrEnum):
    """What a tracker's SDK had been told about consent by its own switches, at a moment."""

    NOTHING = "not told"
    OPTED_IN = "told yes"
    OPTED_OUT = "told no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which hand-overs are meant; what is empty does not narrow it. All that is given must hold."""

    trackers: tuple[str, ...] = ()  # slugs; "unattributed" too
    but_trackers: tuple[str, ...] = ()  # any tracker but these: those that a privacy notice names, say
    categories: tuple[str, ...] = ()
    consents: tuple[Consent, ...] = ()
    phases: tuple[str, ...] = ()  # the word after "phase: "
    variants: tuple[str, ...] = ()
    hearings: tuple[Hearing, ...] = ()
    grades: tuple[Grade, ...] = ()


class Means(StrEnum):
    """What counts as an occurrence."""

    HANDED = "handed"  # a datum handed to a tracker's code, or seen leaving
    SENT = "sent"  # a datum in a payload that was seen leaving the app
    REQUEST = "request"  # any request to the tracker, whatever it says


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One sentence of a policy: nothing of `forbid` happens, except what one of `allow` covers."""

    name: str  # fit for a file or a test: nothing-before-a-choice
    says: str
    forbid: Scope
    allow: tuple[Scope, ...] = ()
    means: Means = Means.HANDED
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The expectations of one file or suite. `sha256` is of the file."""

    name: str
    file: str
    sha256: str
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One occurrence that an expectation forbids: where its evidence is."""

    run: str
    process: str
    seq: int
    tracker: str
    category: str  # "" for a request
    step: str | None
    consent: Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the runs of one variant say to one expectation: found in `found` of `runs` runs.

    A finding needs one run; clean needs that every run could have shown it: hooks in place or the SDK absent, the line
    alive, the books closed. `reasons` say why not."""

    policy: str  # its name
    expectation: str
    says: str
    variant: str
    outcome: Outcome
    found: int
    runs: tuple[str, ...]
    broken: tuple[Broken, ...] = field(default=())  # the first of each run, tracker and category
    reasons: tuple[str, ...] = field(default=())
