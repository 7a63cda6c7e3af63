"""Verdicts: finding, clean or inconclusive, for each tracker and for the run, with the reasons.

Clean needs proof: every hook in place or its class never loaded, the line alive, the books closed, nothing sent unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.model.findings import Disclosure, Outcome, ProcessFacts, RunFacts, StoredHook, Transmission, Verdict
from harness.model.records import HookStatus, SelfCheckOutcome
from harness.model.tracker import Hook, Role, Tracker


def judge(
    *,
    run: RunFacts,
    trackers: Sequence[Tracker],
    platform: Sequence[Hook],
    hooks: Sequence[StoredHook],
    disclosures: Sequence[Disclosure],
    transmissions: Sequence[Transmission],
) -> tuple[Verdict, ...]:
    """The run's verdict first (tracker ""), then one for each tracker in file order."""
    of_platform = [hook for hook in hooks if hook.tracker is None]
    shared = (
        *line_reasons(run),
        *hook_reasons(of_platform, platform, "the platform"),
        *presence_reasons(of_platform, platform),
    )
    limits = tuple(limits_of(run))
    verdicts: list[Verdict] = []
    own_reasons: list[str] = []
    for tracker in trackers:
        own = [hook for hook in hooks if hook.tracker == tracker.slug]
        reasons = (
            *shared,
            *hook_reasons(own, tracker.hooks, tracker.name),
            *blind_reasons(sent for sent in transmissions if sent.tracker == tracker.slug),
        )
        count = sum(made.tracker == tracker.slug for made in disclosures)
        own_reasons.extend(reasons)
        verdicts.append(_verdict(run, tracker.slug, reasons, limits, count))
    every = (*own_reasons, *shared, *blind_reasons(transmissions))
    return (_verdict(run, "", every, limits, len(disclosures)), *verdicts)


def _verdict(run: RunFacts, tracker: str, reasons: Sequence[str], limits: Sequence[str], disclosures: int) -> Verdict:
    unclean = Outcome.INCONCLUSIVE if reasons else Outcome.CLEAN
    outcome = Outcome.FINDING if disclosures else unclean
    unique = tuple(dict.fromkeys((*reasons, *limits)))
    return Verdict(run=run.run, tracker=tracker, outcome=outcome, reasons=unique, disclosures=disclosures)


def line_reasons(run: RunFacts) -> Iterator[str]:
    """What was wrong with the measurement as a whole."""
    if not run.processes:
        yield "no process of the app was instrumented"
    for process in run.processes:
        if not process.ready:
            yield f"the agent in process {process.pid} did not report"
        if process.pulses_seen == 0:
            yield f"no sign of life arrived from process {process.pid}"
        elif process.pulses_seen < process.pulses_sent:
            missing = process.pulses_sent - process.pulses_seen
            yield f"{missing} of {process.pulses_sent} signs of life from process {process.pid} did not arrive"
        if process.self_check is SelfCheckOutcome.REFUSED:
            yield f"hooks cannot be trusted in process {process.pid}: {_self_check(process, 'calls were missed')}"
    if not run.completed:
        yield "the scenario was not played to its end"
    if not run.books_closed:
        yield f"the books do not close: {run.books_reason or 'calls and stored events differ'}"
    yield from run.gaps


def limits_of(run: RunFacts) -> Iterator[str]:
    """What is known to be out of sight, and does not make anything that was seen doubtful, or what was not."""
    for process in run.processes:
        match process.self_check:
            case SelfCheckOutcome.BLIND:
                why = _self_check(process, "calls from within a class's static initialiser are not seen")
                yield f"limit: in process {process.pid}, {why}"
            case SelfCheckOutcome.UNAVAILABLE:
                why = _self_check(process, "it is not known whether hooks see calls from static initialisers")
                yield f"limit: in process {process.pid}, {why}"


def _self_check(process: ProcessFacts, words: str) -> str:
    return f"{words} ({process.self_check_detail})" if process.self_check_detail else words


def presence_reasons(stored: Sequence[StoredHook], known: Sequence[Hook]) -> Iterator[str]:
    """What is there, or was used, and no hook sees into."""
    signs = {hook.key: hook for hook in known if hook.role is Role.PRESENCE}
    for hook in stored:
        sign = signs.get(hook.key)
        if sign is None or hook.status is not HookStatus.INSTALLED:
            continue
        if not sign.method or hook.calls:
            yield f"blind spot: {sign.meaning}"


def hook_reasons(stored: Sequence[StoredHook], known: Sequence[Hook], whose: str) -> Iterator[str]:
    """Hooks that failed, and classes that were loaded but have none of the methods we know: renamed code. A class
    never loaded has run nothing, and a method that is not there, beside others that are, cannot have been called."""
    if not stored:
        if known:
            yield f"the hooks of {whose} were not armed"
        return
    optional = {hook.key for hook in known if hook.since or hook.until or hook.role is Role.PRESENCE}
    entered = {(hook.process, hook.class_name) for hook in stored if hook.status is HookStatus.INSTALLED}
    for hook in stored:
        if hook.status is HookStatus.FAILED:
            yield f"{hook.class_name}.{hook.method} could not be hooked: {hook.reason or 'no reason given'}"
        missing = hook.status is HookStatus.OVERLOAD_MISSING and hook.key not in optional
        if missing and (hook.process, hook.class_name) not in entered:
            yield f"{hook.class_name} is there, but without the methods that are known of it"


def blind_reasons(transmissions: Iterator[Transmission] | Sequence[Transmission]) -> Iterator[str]:
    """One sentence for each receiver whose requests could not be read."""
    blind: dict[tuple[str, str], int] = {}
    for sent in transmissions:
        if sent.blind is not None:
            place = (sent.host, sent.blind.value)
            blind[place] = blind.get(place, 0) + 1
    for (host, why), count in blind.items():
        yield f"blind spot: {count} request{'' if count == 1 else 's'} to {host or 'an unknown host'}: {why}"
