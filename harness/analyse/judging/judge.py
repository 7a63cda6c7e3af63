"""Verdicts: finding, clean or inconclusive, for each tracker and for the run, with the reasons.

Clean needs proof: every hook in place or its class never loaded, the line alive, the books closed, nothing sent unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from harness.analyse.judging.beforehand import NO_TRACE, is_absent, not_there, unclaimed_reasons, unproven, unseen
from harness.analyse.rest import EARLIER
from harness.model.findings import Analysis, Outcome, ProcessFacts, RunFacts, StoredHook, Transmission, Verdict
from harness.model.hook import Hook, Role
from harness.model.preflight import Preflight
from harness.model.records import HookStatus, SelfCheckOutcome
from harness.model.rest import RestValue
from harness.model.tracker import Pack, Tracker


def judge(
    *, run: RunFacts, pack: Pack, hooks: Sequence[StoredHook], found: Analysis, foreseen: Preflight | None = None
) -> tuple[Verdict, ...]:
    """The run's verdict first (tracker ""), then one for each tracker in file order."""
    of_platform = [hook for hook in hooks if hook.tracker is None]
    line = tuple(line_reasons(run))
    shared = (
        *line,
        *hook_reasons(of_platform, pack.platform, "the platform"),
        *presence_reasons(of_platform, pack.platform),
    )
    limits = tuple(limits_of(run))
    verdicts: list[Verdict] = []
    of_all: list[str] = []
    for tracker in pack.trackers:
        own = [hook for hook in hooks if hook.tracker == tracker.slug]
        if is_absent(tracker, foreseen=foreseen, hooks=own, found=found):
            verdicts.append(replace(_verdict(run, tracker.slug, line, (), 0), reasons=(*line, NO_TRACE)))
            continue
        reasons = tuple(_own_reasons(tracker, own, found))
        count = sum(made.tracker == tracker.slug for made in found.disclosures)
        if not count:
            reasons = (*reasons, *unproven(tracker, foreseen, own))
        known = tuple(unseen(tracker, foreseen))
        of_all += (*reasons, *known)
        every = (*shared, *reasons), (*known, *not_there(tracker, foreseen), *limits)
        verdicts.append(_verdict(run, tracker.slug, *every, count))
    mine, kept = _parted((*of_all, *shared, *blind_reasons(found.transmissions)))
    nobodys = tuple(unclaimed_reasons(found.unclaimed))
    return (_verdict(run, "", mine, (*kept, *nobodys, *limits), len(found.disclosures)), *verdicts)


def _own_reasons(tracker: Tracker, hooks: Sequence[StoredHook], found: Analysis) -> Iterator[str]:
    yield from hook_reasons(hooks, tracker.hooks, tracker.name)
    yield from blind_reasons(sent for sent in found.transmissions if sent.tracker == tracker.slug)
    yield from kept_reasons(value for value in found.rest if value.tracker == tracker.slug)


def _parted(reasons: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Reasons and mere limits, apart."""
    limits = tuple(reason for reason in reasons if reason.startswith("limit:"))
    return tuple(reason for reason in reasons if reason not in limits), limits


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


def kept_reasons(values: Iterable[RestValue]) -> Iterator[str]:
    """Values of this run that the tracker keeps on the phone, though no hook saw it being given them."""
    for value in values:
        if value.persona is not None and value.seq is None and value.note != EARLIER:
            yield f"{value.path} on the phone holds {value.persona}, and no hook saw the tracker being given it"
