"""`harness diff`, `--fail-on` and what else decides an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli.commands import cli
from harness.cli.gate import Gate
from harness.model.errors import ExitCode, InputError
from harness.model.findings import Outcome
from harness.model.policy import Judgement
from harness.store import CaseFile
from tests.synthetic import write_case


def said(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments], standalone_mode=False)


@pytest.fixture
def cases(tmp_path: Path) -> tuple[Path, Path]:
    """The study, and the study as a version would give it that sends e-mail addresses to one more tracker."""
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    for path in (old, new):
        write_case(path, variants=("no choice", "accept")).close()
    with CaseFile.open(new) as case, case.transaction() as db:
        db.execute(
            "UPDATE disclosure SET category = 'email', path = '/ud/em' WHERE tracker = 'delta'"
            " AND run IN (SELECT id FROM run WHERE variant = 'accept')"
        )
    return old, new


def test_the_difference_is_named_and_gates_nothing(cases: tuple[Path, Path]) -> None:
    told = said("diff", *cases)
    assert told.return_value is ExitCode.CLEAN
    assert "new kind of data: accept, delta, email (/ud/em; before any choice" in told.output
    assert "no longer there: accept, delta, device_model" in told.output
    assert len(told.output.splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("category", ExitCode.FINDINGS),
        ("recipient,category", ExitCode.FINDINGS),
        ("any", ExitCode.FINDINGS),
        ("gone", ExitCode.FINDINGS),
        ("recipient,field,consent", ExitCode.CLEAN),
        ("never", ExitCode.CLEAN),
    ],
)
def test_what_fails_is_what_was_asked_for(cases: tuple[Path, Path], words: str, code: ExitCode) -> None:
    assert said("diff", *cases, "--fail-on", words).return_value is code


def test_a_program_gets_rows(cases: tuple[Path, Path]) -> None:
    rows = json.loads(said("diff", *cases, "--json").output)
    assert [(row["difference"], row["recipient"], row["category"]) for row in rows] == [
        ("category", "delta", "email"),
        ("gone", "delta", "device_model"),
    ]
    lines = said("diff", *cases, "--nl").output.splitlines()
    assert [json.loads(line) for line in lines] == rows


def test_a_baseline_is_written_compared_with_and_renewed(cases: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = cases
    baseline = tmp_path / "app" / "baseline.txt"
    assert said("diff", "--baseline", baseline, old, "--update-baseline").return_value is ExitCode.CLEAN
    assert said("diff", "--baseline", baseline, old).return_value is ExitCode.CLEAN
    assert said("diff", "--baseline", baseline, new).return_value is ExitCode.FINDINGS
    assert said("diff", baseline, new).return_value is ExitCode.CLEAN, "a baseline as OLD gates nothing by itself"
    said("diff", "--baseline", baseline, new, "--update-baseline")
    assert said("diff", "--baseline", baseline, new).return_value is ExitCode.CLEAN


def test_what_is_waived_does_not_fail_and_what_is_expired_does(cases: tuple[Path, Path], tmp_path: Path) -> None:
    waivers = tmp_path / "waivers.yaml"
    row = "- {{difference: category, recipient: delta, category: email, reason: agreed, until: '{day}'}}\n"
    waivers.write_text("waivers:\n" + row.format(day="9999-12-31"))
    passed = said("diff", *cases, "--waivers", waivers, "--fail-on", "category")
    assert passed.return_value is ExitCode.CLEAN and "[waived until 9999-12-31: agreed]" in passed.output
    waivers.write_text("waivers:\n" + row.format(day="2020-01-01"))
    failed = said("diff", *cases, "--waivers", waivers, "--fail-on", "category")
    assert failed.return_value is ExitCode.FINDINGS and "waiver expired: " in failed.output


def test_an_inconclusive_newer_side_is_never_a_pass(tmp_path: Path) -> None:
    write_case(tmp_path / "case.db").close()
    baseline = tmp_path / "baseline.txt"
    said("diff", "--baseline", baseline, tmp_path / "case.db", "--update-baseline")
    told = said("diff", "--baseline", baseline, tmp_path / "case.db")
    assert told.return_value is ExitCode.INCONCLUSIVE
    assert "case.db may have missed something: " in told.output
    strict = said("diff", "--baseline", baseline, tmp_path / "case.db", "--fail-on", "any,inconclusive")
    assert strict.return_value is ExitCode.FINDINGS


def test_markdown_is_written_beside_what_is_said(cases: tuple[Path, Path], tmp_path: Path) -> None:
    said("diff", *cases, "--markdown", tmp_path / "diff.md")
    assert "| category | accept | delta | email |" in (tmp_path / "diff.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("one.db",), "diff compares two things"),
        (("one.db", "two.db", "three.db"), "diff compares two things"),
        (("one.db", "two.db", "--baseline", "b.txt"), "diff compares two things"),
        (("one.db", "two.db", "--update-baseline"), "there is no baseline to update"),
        (("one.db", "two.db", "--fail-on", "recipients"), "--fail-on does not know 'recipients'"),
        (("one.db", "two.db", "--fail-on", "never,field"), "says nothing, or two things at once"),
    ],
)
def test_a_command_that_makes_no_sense_says_why(arguments: tuple[str, ...], problem: str) -> None:
    told = said("diff", *arguments)
    assert isinstance(told.exception, InputError) and problem in told.exception.problem


def test_comparing_is_in_the_audit(cases: tuple[Path, Path]) -> None:
    said("diff", *cases, "--reveal")
    with CaseFile.open(cases[1]) as case:
        rows = list(case.db.query("SELECT detail FROM audit WHERE command = 'diff'"))
    assert [json.loads(row["detail"])["reveal"] for row in rows] == [True]


def judgement(outcome: Outcome) -> Judgement:
    return Judgement(policy="p", expectation="e", says="s", variant="v", outcome=outcome, found=0, runs=("r",))


@pytest.mark.parametrize(
    ("words", "outcomes", "code"),
    [
        (None, [Outcome.CLEAN], ExitCode.CLEAN),
        (None, [], ExitCode.CLEAN),
        (None, [Outcome.CLEAN, Outcome.FINDING, Outcome.INCONCLUSIVE], ExitCode.FINDINGS),
        (None, [Outcome.CLEAN, Outcome.INCONCLUSIVE], ExitCode.INCONCLUSIVE),
        ("inconclusive", [Outcome.INCONCLUSIVE], ExitCode.FINDINGS),
        ("inconclusive", [Outcome.FINDING], ExitCode.FINDINGS),
        ("never", [Outcome.FINDING, Outcome.INCONCLUSIVE], ExitCode.CLEAN),
        ("recipient", [Outcome.FINDING], ExitCode.CLEAN),
        ("recipient", [Outcome.INCONCLUSIVE], ExitCode.INCONCLUSIVE),
    ],
)
def test_what_expectations_come_to(words: str | None, outcomes: list[Outcome], code: ExitCode) -> None:
    gate = Gate.of(words, default=("finding", "any"))
    assert gate.of_judgements([judgement(outcome) for outcome in outcomes]) is code


def test_analyse_judges_by_a_policy_file_and_without_it_no_more(tmp_path: Path) -> None:
    write_case(tmp_path / "case.db").close()
    policy = tmp_path / "policy.yaml"
    policy.write_text("name: P\nexpect:\n  early: {says: Nothing early., forbid: {when: before any choice}}\n")
    told = said("analyse", tmp_path / "case.db", "--policy", policy)
    assert told.return_value in (ExitCode.FINDINGS, ExitCode.INCONCLUSIVE)
    assert "Nothing early. (P)" in told.output
    assert "Nothing early." not in said("analyse", tmp_path / "case.db").output
    assert (
        said("analyse", tmp_path / "case.db", "--policy", policy, "--fail-on", "never").return_value is ExitCode.CLEAN
    )


def test_analyse_compares_with_a_baseline_and_writes_what_a_build_server_reads(tmp_path: Path) -> None:
    write_case(tmp_path / "case.db", variants=("accept",)).close()
    baseline, junit, summary = tmp_path / "baseline.txt", tmp_path / "out" / "junit.xml", tmp_path / "out" / "all.md"
    said("diff", "--baseline", baseline, tmp_path / "case.db", "--update-baseline")
    options = ("--baseline", baseline, "--junit-xml", junit, "--markdown", summary)
    told = said(
        "analyse", tmp_path / "case.db", *options
    )  # nothing in the synthetic events means anything to real hooks
    assert told.return_value in (ExitCode.FINDINGS, ExitCode.INCONCLUSIVE)
    assert "no longer there: accept, alpha" in told.output
    assert "<testsuites" in junit.read_text() and summary.stat().st_size
    assert said("analyse", tmp_path / "case.db", *options, "--fail-on", "never").return_value is ExitCode.CLEAN


def test_a_baseline_that_cannot_be_read_is_told_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("# harness baseline 1\nrubbish\n")
    told = said("run", "nowhere.yaml", "--case", tmp_path / "case.db", "--baseline", tmp_path / "b.txt")
    assert isinstance(told.exception, InputError) and "not a valid baseline" in told.exception.problem
    assert not (tmp_path / "case.db").exists()
    alone = said("run", "nowhere.yaml", "--case", tmp_path / "case.db", "--waivers", tmp_path / "b.txt")
    assert isinstance(alone.exception, InputError) and "--waivers" in alone.exception.problem
