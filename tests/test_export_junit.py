"""JUnit XML: what continuous integration makes of it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from junitparser import Error, Failure, JUnitXml

from harness.model.findings import Consent, Outcome
from harness.model.linkage import Linkage
from harness.model.policy import Broken, Judgement
from harness.report.cover import Cover
from harness.report.export import write_junit
from harness.store import CaseFile, derived, raw
from tests.synthetic import write_case

# What the schema that Jenkins publishes for these files (junit-10.xsd) allows.
_ALLOWED = {
    "testsuites": ({"name", "time", "tests", "failures", "disabled", "errors", "skipped"}, {"testsuite"}),
    "testsuite": (
        {
            "name",
            "tests",
            "failures",
            "errors",
            "time",
            "disabled",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
        },
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "properties": (set(), {"property"}),
    "property": ({"name", "value"}, set()),
    "testcase": (
        {"name", "assertions", "time", "classname", "status"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "system-out": (set(), set()),
}


def obeys_the_schema(path: Path) -> bool:
    every = list(ET.parse(path).iter())
    for element in every:
        attributes, children = _ALLOWED[element.tag]
        assert set(element.attrib) <= attributes, element.tag
        assert {child.tag for child in element} <= children, element.tag
    return bool(every)


def judged(case: CaseFile) -> None:
    runs = raw.run_ids(case.db)
    broken = Broken(
        run=runs[1], process="p", seq=7, tracker="alpha", category="email", step=None, consent=Consent.REJECTED
    )
    common: dict[str, Any] = {"policy": "study", "variant": "reject", "runs": (runs[1],)}
    every = [
        Judgement(
            **common,
            expectation="nothing-after-reject",
            says="Nothing is handed over after reject",
            outcome=Outcome.FINDING,
            found=1,
            broken=(broken,),
        ),
        Judgement(**common, expectation="no-name", says="No name", outcome=Outcome.CLEAN, found=0),
        Judgement(
            **common,
            expectation="no-location",
            says="No location",
            outcome=Outcome.INCONCLUSIVE,
            found=0,
            reasons=("a hook could not be installed",),
        ),
    ]
    with case.transaction() as db:
        derived.write_case(db, Linkage(), every)


def test_a_finding_is_a_failure_inconclusive_an_error_and_clean_passes(tmp_path: Path) -> None:
    path = tmp_path / "junit" / "report.xml"
    with write_case(":memory:") as case:
        judged(case)
        assert write_junit(case, path, Cover.of(case)) == path.stat().st_size
    assert obeys_the_schema(path)
    [suite] = JUnitXml.fromfile(str(path))
    assert (suite.name, suite.tests, suite.failures, suite.errors) == ("study: reject", 3, 1, 1)
    assert suite.time > 0
    failed, passed, unsure = suite
    assert (failed.classname, failed.name) == ("study.reject", "nothing-after-reject")
    [failure], [error] = failed.result, unsure.result
    assert isinstance(failure, Failure)
    assert failure.message == "Nothing is handed over after reject: found in 1 of 1 run"
    assert failure.text.startswith("reject: email to Alpha Metrics, after reject (run ")
    assert passed.is_passed
    assert isinstance(error, Error)
    assert error.message == "a hook could not be installed"
    properties = ET.parse(path).getroot().iter("property")
    assert {each.attrib["name"]: each.attrib["value"] for each in properties}["policy"] == "study"


def test_without_a_policy_every_run_says_what_it_found_of_every_tracker(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    with write_case(":memory:") as case:
        write_junit(case, path, Cover.of(case))
        runs = raw.run_ids(case.db)
        write_junit(case, tmp_path / "one.xml", Cover.of(case), runs=runs[:1])
    assert obeys_the_schema(path)
    suites = list(JUnitXml.fromfile(str(path)))
    assert [suite.name for suite in suites] == ["no choice", "reject", "accept"]
    names = [case.name for case in suites[0]]
    assert names == ["the run as a whole", "Alpha Metrics", "Beta Links", "Delta Crash", "Gamma Attribution"]
    assert len(list(JUnitXml.fromfile(str(tmp_path / "one.xml")))) == 1


def test_the_numbers_are_those_of_the_tests(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    with write_case(":memory:") as case:
        judged(case)
        write_junit(case, path, Cover.of(case))
    top = ET.parse(path).getroot()
    counted = {name: int(top.attrib[name]) for name in ("tests", "failures", "errors")}
    assert counted == {"tests": 3, "failures": 1, "errors": 1}
