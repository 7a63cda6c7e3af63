"""JUnit XML: what continuous integration shows beside its tests. A test is an expectation of the policy in one variant;
where a case has no policy, what one run says about one tracker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from harness import __version__
from harness.model.findings import Outcome, Verdict
from harness.model.policy import Broken, Judgement
from harness.report.cover import Cover
from harness.report.export.chosen import Chosen
from harness.report.export.visible import shortened, visible
from harness.report.words import counted
from harness.store import CaseFile, findings, overall, queries
from harness.store.queries import RunRow

_WHOLE_RUN = "the run as a whole"
_MOST_LETTERS = 2000  # of one message
_MOST_LINES = 200  # of evidence in one test


def write_junit(case: CaseFile, path: Path, cover: Cover, *, runs: Iterable[str] = ()) -> int:
    """Write the file and give its size in bytes. All runs of the case, or those named."""
    content = junit_text(Chosen.of(case, cover, tuple(runs))).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return len(content)


def junit_text(chosen: Chosen) -> str:
    """The document. A finding is a failure, what is inconclusive an error, clean passes."""
    document = JUnitXml("tracker-harness")
    spent = []
    for suite, runs in _suites(chosen):
        document.add_testsuite(suite)
        spent.append((suite, _seconds(runs)))
    document.update_statistics()  # type: ignore[no-untyped-call] # junitparser is typed in part
    for suite, seconds in spent:  # after the statistics, which sum up the tests' time
        suite.time = seconds
    document.time = round(sum(seconds for _, seconds in spent), 3)
    content: bytes = document.tostring()  # type: ignore[no-untyped-call]
    return content.decode() + "\n"


def _seconds(runs: Iterable[RunRow]) -> float:
    return round(sum((run.ended_at_ms or run.started_at_ms) - run.started_at_ms for run in runs) / 1000, 3)


def _suites(chosen: Chosen) -> Iterator[tuple[TestSuite, list[RunRow]]]:
    judged = [each for each in overall.judgements(chosen.case.db) if set(each.runs) & chosen.ids]
    if judged:
        ordered = sorted(judged, key=lambda each: (each.policy, each.variant))  # stable: expectations keep their order
        for (policy, variant), every in groupby(ordered, key=lambda each: (each.policy, each.variant)):
            some = list(every)
            named = {run for each in some for run in each.runs}
            runs = [run for run in chosen.runs if run.id in named]
            yield _judged(chosen, policy, variant, some, runs), runs
        return
    for run in chosen.runs:
        yield _of_run(chosen, run), [run]


def _judged(chosen: Chosen, policy: str, variant: str, every: list[Judgement], runs: list[RunRow]) -> TestSuite:
    suite = _suite(chosen, f"{policy}: {variant}" if variant else policy, runs)
    _property(chosen, suite, "policy", policy)
    for each in every:
        case = _case(chosen, each.expectation, f"{policy}.{variant}" if variant else policy)
        _put_judgement(chosen, case, each)
        suite.add_testcase(case)
    return suite


def _put_judgement(chosen: Chosen, case: TestCase, each: Judgement) -> None:
    found = f"found in {each.found} of {counted(len(each.runs), 'run')}"
    match each.outcome:
        case Outcome.FINDING:
            _fail(chosen, case, f"{each.says}: {found}", [_broken_line(chosen, broken) for broken in each.broken])
        case Outcome.INCONCLUSIVE:
            _inconclusive(chosen, case, "; ".join(each.reasons) or "not every run could have shown it", each.reasons)
        case Outcome.CLEAN:
            pass
    case.system_out = _text(chosen, "\n".join([each.says, found, *each.reasons]), _MOST_LETTERS)


def _of_run(chosen: Chosen, run: RunRow) -> TestSuite:
    suite = _suite(chosen, chosen.names[run.id], [run])
    for verdict in findings.verdicts(chosen.case.db, run.id):
        name = chosen.tracker(verdict.tracker) if verdict.tracker else _WHOLE_RUN
        case = _case(chosen, name, f"{_package(chosen, run)}.{chosen.names[run.id]}")
        _put_verdict(chosen, case, verdict)
        suite.add_testcase(case)
    return suite


def _put_verdict(chosen: Chosen, case: TestCase, verdict: Verdict) -> None:
    match verdict.outcome:
        case Outcome.FINDING:
            _fail(chosen, case, counted(verdict.disclosures, "disclosure"), verdict.reasons)
        case Outcome.INCONCLUSIVE:
            _inconclusive(chosen, case, "; ".join(verdict.reasons), verdict.reasons)
        case Outcome.CLEAN:
            case.system_out = _text(chosen, "\n".join(verdict.reasons), _MOST_LETTERS)


def _suite(chosen: Chosen, name: str, runs: list[RunRow]) -> TestSuite:
    suite = TestSuite(_text(chosen, name, _MOST_LETTERS))
    if runs:
        first = datetime.fromtimestamp(min(run.started_at_ms for run in runs) / 1000, UTC)
        suite.timestamp = first.isoformat(timespec="seconds").removesuffix("+00:00")
    told = {
        "harness": __version__,
        "apps": " ".join(sorted({_package(chosen, run) for run in runs})),
        "runs": " ".join(run.id for run in runs),
    }
    told["outcomes"] = " ".join(run.outcome or "unfinished" for run in runs)
    for key, value in told.items():
        _property(chosen, suite, key, value)
    return suite


def _package(chosen: Chosen, run: RunRow) -> str:
    return queries.apps(chosen.case.db)[run.app].package


def _property(chosen: Chosen, suite: TestSuite, name: str, value: str) -> None:
    suite.add_property(name, _text(chosen, value, _MOST_LETTERS))


def _case(chosen: Chosen, name: str, classname: str) -> TestCase:
    """Its time is nought: judging takes none, and the suite has the time of its runs."""
    return TestCase(_text(chosen, name, _MOST_LETTERS), classname=_text(chosen, classname, _MOST_LETTERS), time=0.0)


def _fail(chosen: Chosen, case: TestCase, message: str, lines: Iterable[str]) -> None:
    failure = Failure(_text(chosen, message, _MOST_LETTERS), Outcome.FINDING.value)
    failure.text = _lines(chosen, lines)
    case.result = [failure]


def _inconclusive(chosen: Chosen, case: TestCase, message: str, lines: Iterable[str]) -> None:
    error = Error(_text(chosen, message, _MOST_LETTERS), Outcome.INCONCLUSIVE.value)
    error.text = _lines(chosen, lines)
    case.result = [error]


def _broken_line(chosen: Chosen, broken: Broken) -> str:
    what = broken.category or "a request"
    place = f"run {broken.run}, process {broken.process}, event {broken.seq}"
    return (
        f"{chosen.names.get(broken.run, broken.run)}: {what} to {chosen.tracker(broken.tracker)},"
        f" {broken.consent.value} ({place})"
    )


def _lines(chosen: Chosen, lines: Iterable[str]) -> str:
    every = [_text(chosen, line, _MOST_LETTERS) for line in lines]
    more = [f"and {len(every) - _MOST_LINES} more in the case file"] if len(every) > _MOST_LINES else []
    return "\n".join([*every[:_MOST_LINES], *more])


def _text(chosen: Chosen, text: str, most: int) -> str:
    """Fit for XML 1.0, which knows no control characters; and without any for a terminal to obey."""
    return shortened(visible(chosen.cover.text(text), lines=True), most)
