"""What was not seen: per run, and for the method as such. A report without it would claim more than was measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.findings import Outcome
from harness.report.reading import Run, Study
from harness.report.words import STATUSES, counted, quoted
from harness.store.queries import HookRow, ProcessRow

VERDICTS = {
    Outcome.FINDING: "something was found",
    Outcome.CLEAN: "nothing was found, and everything was watched",
    Outcome.INCONCLUSIVE: "inconclusive",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLimits:
    """What limits one run; `items` are sentences, empty when nothing is known to be missing."""

    run: str
    verdict: str
    verdict_key: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HookGroup:
    """The hooks of one tracker over all runs; `rows` the ones that were not in place in every run."""

    name: str
    armed: int
    everywhere: int  # in place in every run
    calls: int
    rows: tuple[HookLine, ...]
    installed: tuple[HookLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HookLine:
    """One hook: where it stands, and its state in each run ("" where it was not armed)."""

    text: str
    layer: str
    states: tuple[str, ...]
    keys: tuple[str, ...]
    reason: str
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """The account of one process."""

    run: str
    process: str
    pid: str
    called: str
    stored: str
    dropped: str
    lost: str
    state: str
    pulses: str


def limits(study: Study) -> tuple[RunLimits, ...]:
    """What is known to limit each run."""
    return tuple(_limits(run) for run in study.runs)


def _limits(run: Run) -> RunLimits:
    own = next((verdict for verdict in run.verdicts if not verdict.tracker), None)
    items = dict.fromkeys([*_outcome(run), *(own.reasons if own else ()), *_missed(run)])
    return RunLimits(
        run=run.name,
        verdict=VERDICTS[own.outcome] if own else "not analysed",
        verdict_key=own.outcome.value if own else "inconclusive",
        items=tuple(items),
    )


def _outcome(run: Run) -> Iterator[str]:
    if run.row.outcome is None:
        yield "The run has no end: it is still being written, or the program that wrote it was killed."
    elif run.row.outcome != "completed":
        why = f": {run.row.reason}" if run.row.reason else ""
        yield f"The flow was not played to its end ({run.row.outcome}{why})."
    for step in run.steps:
        if step.outcome == "failed":
            yield f"Step {step.position} {quoted(step.label)} failed: {step.reason}"


def _missed(run: Run) -> Iterator[str]:
    if run.books_reason:
        yield f"The books: {run.books_reason}."
    for process in run.processes:
        if process.pulses_seen < process.pulses_asked:
            missing = counted(process.pulses_asked - process.pulses_seen, "sign of life", "signs of life")
            yield f"{missing} of {process.pulses_asked} never came from {process.name}."
    yield from (f"{gap[:1].upper()}{gap[1:]}." for gap in run.gaps)
    states = Counter(hook.status for hook in run.hooks if hook.status != "installed")
    for state, number in sorted(states.items()):
        yield f"{counted(number, 'hook')} of {len(run.hooks)} not in place: {STATUSES.get(state, state)}."
    blind = Counter(request.host for request in run.transmissions if request.blind_spot)
    for host, number in sorted(blind.items()):
        yield f"{counted(number, 'request')} to {host}: content or receiver not known."
    for source, number in sorted(Counter(fault.source for fault in run.faults).items()):
        yield f"{counted(number, 'fault')} noted by {_SOURCES.get(source, source)}; see {quoted('Faults')} below."


_SOURCES = {"agent": "the agent inside the app", "harness": "the harness", "analyse": "the analysis"}


def hook_groups(study: Study) -> tuple[HookGroup, ...]:
    """Every armed hook, by tracker; the platform's own last."""
    slugs = {hook.tracker for run in study.runs for hook in run.hooks}
    named = sorted((slug for slug in slugs if slug), key=study.tracker_order)
    return tuple(_hook_group(study, slug) for slug in [*named, *([None] if None in slugs else [])])


def _hook_group(study: Study, slug: str | None) -> HookGroup:
    by_key: dict[str, list[tuple[int, HookRow]]] = {}
    for number, run in enumerate(study.runs):
        for hook in run.hooks:
            if hook.tracker == slug:
                by_key.setdefault(hook.key, []).append((number, hook))
    lines = [_hook_line(len(study.runs), seen) for seen in by_key.values()]
    whole = [line for line in lines if set(line.keys) == {"installed"}]
    return HookGroup(
        name=study.tracker_name(slug) if slug else "The platform's own functions",
        armed=len(lines),
        everywhere=len(whole),
        calls=sum(line.calls for line in lines),
        rows=tuple(line for line in lines if line not in whole),
        installed=tuple(whole),
    )


def _hook_line(runs: int, seen: Sequence[tuple[int, HookRow]]) -> HookLine:
    """One hook over all runs. Where a run has several processes, the best answer of them counts."""
    states = [""] * runs
    for number, hook in seen:
        if states[number] != "installed":
            states[number] = hook.status
    first = seen[0][1]
    short = ", ".join(parameter.rpartition(".")[2] for parameter in first.parameters)
    return HookLine(
        text=f"{first.class_name}.{first.method}({short})",
        layer=first.layer,
        states=tuple(STATUSES.get(state, state) for state in states),
        keys=tuple(states),
        reason="; ".join(dict.fromkeys(hook.reason for _, hook in seen if hook.reason)),
        calls=sum(hook.called or 0 for _, hook in seen),
    )


def book_lines(study: Study) -> tuple[BookLine, ...]:
    """The account of every process of every run."""
    return tuple(_book_line(run, process) for run in study.runs for process in run.processes)


def _book_line(run: Run, process: ProcessRow) -> BookLine:
    def number(value: int | None) -> str:
        return "\N{EN DASH}" if value is None else f"{value:,}"

    state = process.books or "not settled"
    if process.unknown_from_seq is not None:
        bound = "any number" if process.lost_bound is None else f"at most {process.lost_bound:,}"
        state = f"open: unknown from event {process.unknown_from_seq:,} on ({bound} more)"
    return BookLine(
        run=run.name,
        process=process.name,
        pid=str(process.pid or "\N{EN DASH}"),
        called=number(process.called),
        stored=number(process.stored),
        dropped=number(process.dropped),
        lost=number(process.lost),
        state=state,
        pulses=f"{process.pulses_seen} of {process.pulses_asked}",
    )
