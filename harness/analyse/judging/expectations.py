"""Policies judged: finding, clean or inconclusive, for each expectation and variant, in k of n runs.

A finding needs one occurrence in one run. Clean needs that every run could have shown it (the verdicts of
harness.analyse.judging.judge say so, of the trackers in scope) and that it came to the moments that are meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.analyse.judging.beforehand import NO_TRACE
from harness.analyse.judging.consent import Timeline
from harness.analyse.judging.judge import line_reasons
from harness.analyse.judging.occurrences import Hearings, Occurrence, covers, occurrences, unsure_reasons
from harness.model.findings import UNATTRIBUTED, Analysis, Outcome, RunFacts, StoredStep, Verdict
from harness.model.policy import Broken, Expectation, Hearing, Judgement, Means, Policy, Scope

LIMIT = "limit:"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardOne:
    """What one run says to one expectation. `speaks` is False when it came to no moment that is meant."""

    expectation: Expectation
    broken: tuple[Broken, ...]
    doubts: tuple[str, ...]  # why it could not have shown everything
    limits: tuple[str, ...]
    speaks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one run says to its policy."""

    run: str
    variant: str
    policy: str
    every: tuple[HeardOne, ...]


def hear(policy: Policy, *, run: RunFacts, steps: Sequence[StoredStep], found: Analysis) -> Heard:
    """Ask one run. `found` as analysis gave it, with its verdicts; its payloads are not needed."""
    hearings = Hearings(found.consent_calls)
    seen = {means: list(occurrences(found, means, hearings)) for means in {one.means for one in policy.expectations}}
    scene = _Scene(run=run, timeline=Timeline(steps), found=found, hearings=hearings, seen=seen)
    every = tuple(
        _hear_one(expectation, scene)
        for expectation in policy.expectations
        if not expectation.forbid.variants or run.variant in expectation.forbid.variants
    )
    return Heard(run=run.run, variant=run.variant, policy=policy.name, every=every)


def judge_policies(heard: Sequence[Heard]) -> tuple[Judgement, ...]:
    """All runs that have a policy, in their order: one judgement for each expectation and variant.

    A variant that by its nature never comes to the moment that is meant (nobody rejects in `accept`) is not judged by
    it; an expectation of whose moment no run knows is inconclusive everywhere, for then it was never tried."""
    grouped: dict[tuple[str, str], dict[str, list[tuple[str, HeardOne]]]] = {}
    for one in heard:
        for said in one.every:
            by_variant = grouped.setdefault((one.policy, said.expectation.name), {})
            by_variant.setdefault(one.variant, []).append((one.run, said))
    judgements: list[Judgement] = []
    for (policy, _), by_variant in grouped.items():
        tried = any(said.speaks for every in by_variant.values() for _, said in every)
        judgements += [
            _judge(policy, variant, every)
            for variant, every in by_variant.items()
            if not tried or any(said.speaks for _, said in every)
        ]
    return tuple(judgements)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """One run, with what every expectation asks of it."""

    run: RunFacts
    timeline: Timeline
    found: Analysis
    hearings: Hearings
    seen: dict[Means, list[Occurrence]]


def _hear_one(expectation: Expectation, scene: _Scene) -> HeardOne:
    forbid, variant = expectation.forbid, scene.run.variant
    every = scene.seen[expectation.means]
    meant = [one for one in every if _is_broken(expectation, one, variant)]
    mine = _in_scope(forbid, scene.found.verdicts)
    reasons = list(dict.fromkeys(_reasons(mine, scene)))
    doubts = [reason for reason in reasons if not reason.startswith(LIMIT) and reason != NO_TRACE]
    if forbid.hearings:
        near = [one for one in every if not forbid.trackers or one.tracker in forbid.trackers]
        doubts += unsure_reasons(near, scene.hearings)
    known = {verdict.tracker for verdict in scene.found.verdicts} | {UNATTRIBUTED}
    doubts += [f"no hook file knows {slug}: nobody looked" for slug in forbid.trackers if slug not in known]
    absent = _absent(mine)
    if expectation.means is not Means.HANDED and not absent:
        doubts += _unsent(forbid, scene.found)
    limits = [*(reason for reason in reasons if reason.startswith(LIMIT)), *([absent] if absent else [])]
    speaks = bool(meant) or not scene.run.completed or bool(absent) or _came(forbid, scene)
    return HeardOne(
        expectation=expectation,
        broken=_first_each(meant, scene.run.run),
        doubts=tuple(doubts),
        limits=tuple(limits),
        speaks=speaks,
    )


def _is_broken(expectation: Expectation, one: Occurrence, variant: str) -> bool:
    if not covers(expectation.forbid, one, variant=variant):
        return False
    return not any(covers(scope, one, variant=variant) for scope in expectation.allow)


def _reasons(mine: Sequence[Verdict], scene: _Scene) -> Iterator[str]:
    """Of the trackers in scope. What the run as a whole says counts too when it may be about them: not what is known of
    another tracker alone."""
    whole = next((verdict for verdict in scene.found.verdicts if not verdict.tracker), None)
    yield from line_reasons(scene.run)
    for verdict in mine:
        if verdict is not whole:
            yield from verdict.reasons
    if whole in mine and whole is not None:
        others = _others_alone(mine, scene.found.verdicts)
        yield from (reason for reason in whole.reasons if reason not in others)


def _others_alone(mine: Sequence[Verdict], every: Sequence[Verdict]) -> frozenset[str]:
    """Reasons that only trackers out of scope have, and not all that are in the app: those are the platform's."""
    present = [verdict for verdict in every if verdict.tracker and NO_TRACE not in verdict.reasons]
    counted = Counter(reason for verdict in present for reason in verdict.reasons)
    own = {reason for verdict in mine if verdict.tracker for reason in verdict.reasons}
    return frozenset(reason for reason, times in counted.items() if times < len(present) and reason not in own)


def _in_scope(scope: Scope, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Those by which one knows whether it could have been seen. Anybody means the run as a whole too: what nobody
    claims may have gone to anybody."""
    whole = not scope.trackers or UNATTRIBUTED in scope.trackers
    return tuple(
        verdict
        for verdict in verdicts
        if (whole if not verdict.tracker else _is_meant(scope, verdict.tracker))
    )  # fmt: skip


def _is_meant(scope: Scope, tracker: str) -> bool:
    return (not scope.trackers or tracker in scope.trackers) and tracker not in scope.but_trackers


def _unsent(scope: Scope, found: Analysis) -> Iterator[str]:
    """Why nothing seen leaving may mean that nothing could leave: without a network an app is no better than it is."""
    reached = {sent.tracker for sent in found.transmissions}
    if not reached:
        yield "no request of the app left the phone in this run: what it would send was not to be seen"
        return
    for slug in sorted({made.tracker for made in found.disclosures} - reached):
        if _is_meant(scope, slug):
            yield f"{slug} was handed data, and no request to it was seen in this run: blocked, or sent unseen"


def _absent(mine: Sequence[Verdict]) -> str:
    """That nothing of any tracker in scope is in the app, in words; "" when something is."""
    trackers = [verdict for verdict in mine if verdict.tracker]
    if not trackers or not all(NO_TRACE in verdict.reasons for verdict in trackers):
        return ""
    if len(trackers) == 1:
        return f"{trackers[0].tracker} is absent: {NO_TRACE}"
    return f"absent, all {len(trackers)} trackers that are meant: no trace of them in the app's code (preflight)"


def _came(scope: Scope, scene: _Scene) -> bool:
    """Whether the run came to a moment that the scope means."""
    if scope.consents and not set(scope.consents) & set(scene.timeline.reached()):
        return False
    if scope.phases and not set(scope.phases) & scene.timeline.phases():
        return False
    if not scope.hearings or Hearing.NOTHING in scope.hearings:
        return True
    slugs = {call.tracker for call in scene.found.consent_calls if _is_meant(scope, call.tracker)}
    return any(scene.hearings.told(slug) & set(scope.hearings) for slug in slugs)


def _first_each(meant: Sequence[Occurrence], run: str) -> tuple[Broken, ...]:
    """The first occurrence for each tracker and category, in the order of time."""
    first: dict[tuple[str, str], Occurrence] = {}
    for one in sorted(meant, key=lambda one: (one.at_ms, one.process, one.seq)):
        first.setdefault((one.tracker, one.category), one)
    return tuple(
        Broken(
            run=run,
            process=one.process,
            seq=one.seq,
            tracker=one.tracker,
            category=one.category,
            step=one.step,
            consent=one.consent,
        )
        for one in first.values()
    )


def _judge(policy: str, variant: str, every: Sequence[tuple[str, HeardOne]]) -> Judgement:
    expectation = every[0][1].expectation
    asked = [said for _, said in every]
    doubts = Counter(reason for said in asked for reason in dict.fromkeys((*said.doubts, *_untried(said))))
    limits = Counter(reason for said in asked for reason in dict.fromkeys(said.limits))
    found = sum(bool(said.broken) for said in asked)
    unclean = Outcome.INCONCLUSIVE if doubts else Outcome.CLEAN
    return Judgement(
        policy=policy,
        expectation=expectation.name,
        says=expectation.says,
        variant=variant,
        outcome=Outcome.FINDING if found else unclean,
        found=found,
        runs=tuple(run for run, _ in every),
        broken=tuple(broken for said in asked for broken in said.broken),
        reasons=tuple(_of_runs(reason, times, len(every)) for reason, times in (*doubts.items(), *limits.items())),
    )


def _untried(said: HeardOne) -> Iterator[str]:
    """Why a run says nothing to an expectation."""
    if said.speaks:
        return
    scope = said.expectation.forbid
    words = [*(consent.value for consent in scope.consents), *(f"phase {phase}" for phase in scope.phases)]
    if scope.hearings:
        words += [f"a tracker being {hearing.value}" for hearing in scope.hearings]
    yield f"the run came to no moment that is meant: {', '.join(words)}"


def _of_runs(reason: str, times: int, runs: int) -> str:
    return reason if runs == 1 else f"{times} of {runs} runs: {reason}"
