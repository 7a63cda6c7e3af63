"""What happened in one run, as occurrences that a policy can speak of: handed to a tracker's code, seen leaving, or a
request; each with what the tracker's SDK had been told about consent by then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.model.findings import (
    UNATTRIBUTED,
    Analysis,
    Consent,
    ConsentCall,
    Disclosure,
    Grade,
    Transmission,
)
from harness.model.hook import Layer
from harness.model.policy import Hearing, Means, Scope
from harness.model.story import Joint, Story

Call = tuple[str, int]  # process and number of an event


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One hand-over or request. `unsure` says that the datum came again in the same step after the SDK had been told
    something else, of which only the first time is kept."""

    process: str
    seq: int
    tracker: str
    category: str  # "" for a request
    grade: Grade | None
    step: str | None
    phase: str
    consent: Consent
    at_ms: float
    hearing: Hearing
    unsure: bool = False


class Hearings:
    """What each tracker's SDK had been told at a moment, by all processes of the app together."""

    def __init__(self, calls: Iterable[ConsentCall]) -> None:
        self._calls: dict[str, list[ConsentCall]] = {}
        for call in sorted(calls, key=lambda call: (call.at_ms, call.process, call.seq)):
            self._calls.setdefault(call.tracker, []).append(call)

    def at(self, tracker: str, at_ms: float) -> Hearing:
        """By the last of its switches that was called; a call whose argument is not known changes nothing."""
        calls = self._calls.get(tracker, [])
        begun = bisect_right([call.at_ms for call in calls], at_ms)
        said = [call.opts_out for call in calls[:begun] if call.opts_out is not None]
        if not said:
            return Hearing.NOTHING
        return Hearing.OPTED_OUT if said[-1] else Hearing.OPTED_IN

    def changes_in(self, step: str | None, tracker: str, *, after_ms: float) -> bool:
        """Whether the SDK was told something in this step, later than that."""
        return any(call.step == step and call.at_ms > after_ms for call in self._calls.get(tracker, ()))

    def told(self, tracker: str) -> frozenset[Hearing]:
        """All that it was told in the run."""
        said = {call.opts_out for call in self._calls.get(tracker, ()) if call.opts_out is not None}
        return frozenset(Hearing.OPTED_OUT if no else Hearing.OPTED_IN for no in said)

    def unread(self) -> Iterator[ConsentCall]:
        """Calls of which nobody knows what they said."""
        return (call for calls in self._calls.values() for call in calls if call.opts_out is None)


def occurrences(found: Analysis, means: Means, hearings: Hearings) -> Iterator[Occurrence]:
    """Everything of this kind in the run."""
    match means:
        case Means.HANDED:
            return (_handed(made, None, hearings) for made in found.disclosures)
        case Means.SENT:
            left = leaving(found.transmissions, found.stories)
            return (
                _handed(made, left.get((made.process, made.seq)), hearings)
                for made in found.disclosures
                if made.layer is Layer.WIRE or (made.process, made.seq) in left
            )
        case Means.REQUEST:
            return (_request(sent, hearings) for sent in found.transmissions if not own(sent))


def own(sent: Transmission) -> bool:
    """Whether this went to a server of the app itself: nobody else's, and no blind spot."""
    return sent.tracker == UNATTRIBUTED and sent.blind is None


def leaving(transmissions: Sequence[Transmission], stories: Sequence[Story]) -> dict[Call, Transmission]:
    """The first request by which each event's content was seen leaving the app. A call of the public API never leaves;
    at most a value of it does."""
    left: dict[Call, Transmission] = {}
    ordered = sorted(transmissions, key=lambda sent: (sent.at_ms, sent.process, sent.seq))
    for sent in ordered:
        left.setdefault((sent.process, sent.seq), sent)
        if sent.explained_by is not None:
            left.setdefault(sent.explained_by, sent)
    by_event = {(sent.process, sent.seq): sent for sent in ordered}
    for story in stories:
        of_story = [by_event[call] for link in story.links if (call := (link.process, link.seq)) in by_event]
        for link in story.links if of_story else ():
            if link.layer in (Layer.ENCODE, Layer.PLATFORM) and (not link.part or link.how == Joint.CONTAINED):
                left.setdefault((link.process, link.seq), min(of_story, key=lambda sent: sent.at_ms))
    return left


def covers(scope: Scope, one: Occurrence, *, variant: str) -> bool:
    """Whether the occurrence is meant by the scope."""
    return not any(
        (
            scope.trackers and one.tracker not in scope.trackers,
            one.tracker in scope.but_trackers,
            scope.categories and one.category not in scope.categories,
            scope.consents and one.consent not in scope.consents,
            scope.phases and one.phase not in scope.phases,
            scope.variants and variant not in scope.variants,
            scope.hearings and one.hearing not in scope.hearings,
            scope.grades and one.grade not in scope.grades,
        )
    )


def _handed(made: Disclosure, sent: Transmission | None, hearings: Hearings) -> Occurrence:
    """A datum; when it left, that is the moment that counts."""
    when: Disclosure | Transmission = made if sent is None else sent
    again = made.times > 1 and hearings.changes_in(when.step, made.tracker, after_ms=when.at_ms)
    return Occurrence(
        process=made.process,
        seq=made.seq,
        tracker=made.tracker,
        category=made.category,
        grade=made.grade,
        step=when.step,
        phase=when.phase,
        consent=when.consent,
        at_ms=when.at_ms,
        hearing=hearings.at(made.tracker, when.at_ms),
        unsure=again,
    )


def _request(sent: Transmission, hearings: Hearings) -> Occurrence:
    return Occurrence(
        process=sent.process,
        seq=sent.seq,
        tracker=sent.tracker,
        category="",
        grade=None,
        step=sent.step,
        phase=sent.phase,
        consent=sent.consent,
        at_ms=sent.at_ms,
        hearing=hearings.at(sent.tracker, sent.at_ms),
    )


def unsure_reasons(every: Iterable[Occurrence], hearings: Hearings) -> Iterable[str]:
    """Why it is not known of everything whether it came before or after the SDK was told something."""
    for call in hearings.unread():
        yield f"what {call.tracker} was told about consent in event {call.seq} could not be read"
    again = {(each.tracker, each.category) for each in every if each.unsure}
    for tracker, category in sorted(again):
        yield f"{category} went to {tracker} several times in the step in which it was told: not told apart"
