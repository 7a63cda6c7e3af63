"""What was not seen: per run, and for the method as such. A report without it would claim more than was measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.findings import Outcome
from harness.report.reading import Run, Study
from harness.report.words import HOWS, SELF_CHECKS, action, as_sentence, counted, quoted
from harness.store.queries import ProcessRow

VERDICTS = {
    Outcome.FINDING: "Findings",
    Outcome.CLEAN: "Clean: nothing was found, and everything was watched",
    Outcome.INCONCLUSIVE: "Inconclusive: nothing was found, but not everything was watched",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLimits:
    """What limits one run; `items` are sentences, empty when nothing is known to be missing."""

    run: str
    verdict: str
    verdict_key: str
    items: tuple[str, ...]


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
    watched: str  # from when on
    self_check: str


def limits(study: Study) -> tuple[RunLimits, ...]:
    """What is known to limit each run."""
    return tuple(_limits(run) for run in study.runs)


def _limits(run: Run) -> RunLimits:
    own = next((verdict for verdict in run.verdicts if not verdict.tracker), None)
    reasons = own.reasons if own else tuple(_unanalysed(run))
    items = dict.fromkeys(as_sentence(words) for words in (*_outcome(run), *reasons, *_faults(run)))
    verdict = VERDICTS[own.outcome] if own else "Not analysed"
    limited = ", with limits" if items else "; nothing is known to be missing"
    return RunLimits(
        run=run.name,
        verdict=f"{verdict}{limited}" if own and own.outcome is Outcome.FINDING else verdict,
        verdict_key=own.outcome.value if own else "inconclusive",
        items=tuple(items),
    )


def _outcome(run: Run) -> Iterator[str]:
    """How the run ended, when not well. Analysis knows that it did not, but not why."""
    if run.row.outcome is None:
        yield "the run has no end: it is still being written, or the program that wrote it was killed"
    elif run.row.outcome != "completed":
        yield f"the run ended as {run.row.outcome}" + (f": {run.row.reason}" if run.row.reason else "")
    for step in run.steps:
        if step.outcome == "failed":
            yield f"step {step.position} {quoted(action(step))} failed: {step.reason}"


def _unanalysed(run: Run) -> Iterator[str]:
    """What the raw rows say by themselves."""
    if run.books_reason:
        yield f"the books do not close: {run.books_reason}"
    yield from run.gaps


def _faults(run: Run) -> Iterator[str]:
    serious = [fault for fault in run.faults if not fault.place.startswith(NOT_SEARCHED)]
    for source, number in sorted(Counter(fault.source for fault in serious).items()):
        yield f"{counted(number, 'fault')} noted by {SOURCES.get(source, source)}; see {quoted('Faults')}"


NOT_SEARCHED = "persona "  # analysis notes so what cannot be searched for; the report tells it where it tells what was
SOURCES = {"agent": "the agent inside the app", "harness": "the harness", "analyse": "the analysis"}


def account(study: Study) -> tuple[tuple[str, str], ...]:
    """Each run's books in one line, for the first page."""
    return tuple((run.name, _account(run)) for run in study.runs)


def _account(run: Run) -> str:
    """What was called, what of it is stored, and how many signs of life came."""
    stored = sum(process.stored or 0 for process in run.processes)
    asked = sum(process.pulses_asked for process in run.processes)
    seen = sum(process.pulses_seen for process in run.processes)
    state = f"do not close: {run.books_reason}" if run.books_reason else f"close: all {stored:,} calls are stored"
    gaps = f"; {counted(len(run.gaps), 'gap')}" if run.gaps else ""
    return f"{state}{gaps}. {seen} of {counted(asked, 'sign')} of life came."


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
        watched=HOWS.get(process.how, process.how),
        self_check=SELF_CHECKS.get(process.self_check, process.self_check or "")
        + (f" ({process.self_check_detail})" if process.self_check_detail else ""),
    )
