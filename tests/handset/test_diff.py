"""Two builds of one app, compared: the difference is named, all of it, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.device import open_device
from harness.handset.build import Variant, doorbell_apk
from harness.handset.handset import RunningHandset
from harness.resources import folder
from tests.handset.bystander import PACKAGE
from tests.handset.cli import Said, harness
from tests.handset.conftest import Study

pytestmark = [pytest.mark.handset, pytest.mark.long]  # the study once more, in another build

DOORBELL = Path(__file__).parents[2] / "harness" / "handset" / "doorbell"
VARIANTS = {"NC": "no-choice", "R": "reject", "A": "accept"}
SUITE = f"""\
app: {PACKAGE}
flow: {folder("scenarios") / "doorbell" / "study.yaml"}
variants:
  no-choice: {{env: {{CHOICE: later}}}}
  accept: {{env: {{CHOICE: accept}}}}
expect:
  no-code-to-anybody:
    says: Passwords are given to nobody.
    forbid: {{trackers: any, categories: [password]}}
"""

Named = tuple[str, str, str]  # variant, tracker, category


@pytest.fixture(scope="module")
def leaky(handset: RunningHandset, study: Study, tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, Path]:
    """The next version of Doorbell, run in two of the study's variants. It is removed afterwards: an older version
    cannot be installed over it."""
    out = tmp_path_factory.mktemp("leaky")
    (out / "suite.yaml").write_text(SUITE)
    options = ("--app", doorbell_apk(variant=Variant.LEAKY), "--witness", out / "witness")
    try:
        said = harness("run", out / "suite.yaml", "--case", out / "case.db", "-s", handset.serial, *options)
    finally:
        open_device(handset.serial).shell(["pm", "uninstall", PACKAGE])
    return said, out / "case.db"


def truth(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((DOORBELL / name).read_text())["sent"]
    return rows


def kinds(rows: list[dict[str, Any]]) -> set[Named]:
    """Who gets which kind of data in which of the two variants."""
    return {
        (VARIANTS[variant], row["tracker"], row["category"])
        for row in rows
        for variant in row["variants"]
        if variant != "R"
    }


def rows_of(old: Path, new: Path, *options: str) -> list[dict[str, Any]]:
    said = harness("diff", old, new, "--json", *options)
    assert said.code == 0, said
    rows: list[dict[str, Any]] = json.loads(said.out)
    return [row for row in rows if row["difference"] != "variant"]


def test_the_difference_between_two_builds_is_named_and_nothing_else(study: Study, leaky: tuple[Said, Path]) -> None:
    rows = rows_of(study.case, leaky[1])
    new = {(row["variant"], row["recipient"], row["category"]) for row in rows if row["difference"] == "category"}
    assert new == kinds(truth("truth-leaky.yaml")) - kinds(truth("truth.yaml"))
    told = {(row["tracker"], row["path"]) for row in truth("truth-leaky.yaml")}
    others = {(row["recipient"], row["field"]) for row in rows if row["difference"] != "category"}
    assert others <= told, "a field that only the leaky build has, named once more under its other meaning"
    assert {row["difference"] for row in rows} <= {"category", "field"} and all(row["sure"] for row in rows)


def test_what_is_told_without_an_answer_is_named_as_before_any_choice(study: Study, leaky: tuple[Said, Path]) -> None:
    since = {(row["variant"], row["recipient"], row["category"]): row["since"] for row in rows_of(study.case, leaky[1])}
    assert since["no-choice", "branch", "email"] == "before any choice"
    assert since["accept", "branch", "email"] == "after accept"


def test_the_way_back_names_the_same_as_gone(study: Study, leaky: tuple[Said, Path]) -> None:
    there = {(row["variant"], row["recipient"], row["category"], row["field"]) for row in rows_of(study.case, leaky[1])}
    back = rows_of(leaky[1], study.case)
    assert {row["difference"] for row in back} == {"gone"}
    assert {(row["variant"], row["recipient"], row["category"], row["field"]) for row in back} == there


def test_the_build_that_gives_the_password_away_breaks_the_policy(leaky: tuple[Said, Path]) -> None:
    said, _ = leaky
    assert said.code == 1, said
    assert "Passwords are given to nobody." in said.out and "finding - facebook (password)" in said.out


def test_a_baseline_of_the_first_build_stops_the_second(study: Study, leaky: tuple[Said, Path], tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.txt"
    assert harness("diff", "--baseline", baseline, study.case, "--update-baseline").code == 0
    stopped = harness("diff", "--baseline", baseline, leaky[1], "--fail-on", "category")
    assert stopped.code == 1 and "new kind of data: no-choice, branch, email" in stopped.out
